//! What is kept of a text, and how it is written.
//! Tags go, `meta` goes but for what a licence wants named, and own rules lose their names.

use super::{
    name, path,
    read::read,
    tree::{Declared, Meta, Tree},
    write::write,
};
use crate::{
    finding::{Rule, rule},
    limits,
    rules::{Origin, provenance},
    text::is_clean,
};

/// A cleaned text, and who is to be named for it.
pub(super) struct Cleaned {
    pub(super) text: String,
    pub(super) name: String,
    pub(super) author: Option<String>,
}

/// Keeps what may leave, writes it, reads it again and compares.
///
/// # Errors
/// [`rule::YARA_AUTHOR`], [`rule::YARA_PATH`], [`rule::YARA_SLOW`], [`rule::YARA_UNDEFINED`], [`rule::PATTERN_TOO_LONG`], [`rule::TEXT`],
/// [`rule::YARA_CHANGED`]; what [`read`] says of the written text.
pub(super) fn clean(parsed: &Tree, origin: Origin, licence: &str) -> Result<Cleaned, Rule> {
    let mut kept = parsed.clone();
    path::mask(&mut kept)?;
    for declared in &mut kept.rules {
        declared.meta = meta(declared, origin, licence)?;
    }
    let mut author = None;
    match origin {
        Origin::Own => name::rename(&mut kept).ok_or(rule::YARA_UNDEFINED)?,
        Origin::ThirdParty => author = Some(author_of(&kept)?),
    }
    let text = write(&kept);
    if text.len() > limits::PATTERN_MAX {
        return Err(rule::PATTERN_TOO_LONG);
    }
    if !is_clean(&text) {
        return Err(rule::TEXT);
    }
    let again = read(&text)?;
    if again != kept || write(&again) != text {
        return Err(rule::YARA_CHANGED);
    }
    let name = reporting(&kept).map(|rule| rule.name.clone());
    Ok(Cleaned {
        text,
        name: name.unwrap_or_default(),
        author,
    })
}

/// The rule that reports.
fn reporting(tree: &Tree) -> Option<&Declared> {
    tree.rules.iter().find(|declared| !declared.private)
}

/// The entries that stay, in the order of [`KEPT`]; the licence by its SPDX id, whatever the writer called it.
fn meta(declared: &Declared, origin: Origin, licence: &str) -> Result<Vec<Meta>, Rule> {
    let mut kept = Vec::new();
    for key in KEPT {
        if key == "license" {
            kept.push(Meta {
                key: key.to_owned(),
                value: Some(licence.as_bytes().to_vec()),
            });
        }
        for entry in &declared.meta {
            let stays = origin == Origin::ThirdParty
                && key != "license"
                && entry.key.eq_ignore_ascii_case(key);
            let Some(value) = entry.value.as_deref().filter(|_| stays) else {
                continue;
            };
            let text = std::str::from_utf8(value).map_err(|_error| rule::TEXT)?;
            if key == "id" && !provenance::is_uuid(text) {
                continue;
            }
            kept.push(Meta {
                key: key.to_owned(),
                value: Some(text.trim().as_bytes().to_vec()),
            });
        }
    }
    Ok(kept)
}

/// Keys of `meta` that third-party rules keep (design: bundle, section 5.2).
const KEPT: [&str; 4] = ["author", "reference", "license", "id"];

/// The authors of the rule that reports, in one line.
pub(super) fn author_of(tree: &Tree) -> Result<String, Rule> {
    let declared = reporting(tree).ok_or(rule::YARA_RULES)?;
    let authors: Vec<&str> = values(declared, "author").collect();
    provenance::author(&authors.join(", ")).ok_or(rule::YARA_AUTHOR)
}

/// The texts under `key`.
pub(super) fn values<'a>(declared: &'a Declared, key: &'a str) -> impl Iterator<Item = &'a str> {
    let entries = declared.meta.iter();
    entries
        .filter(move |entry| entry.key.eq_ignore_ascii_case(key))
        .filter_map(|entry| std::str::from_utf8(entry.value.as_deref()?).ok())
}
