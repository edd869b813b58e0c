//! The free texts that may leave the house: title, narrative, malware name, and the language they are in.
//! Each of them is of class T; nothing else of a form is free text in a bundle.

use super::{check_class_t, check_class_t_name, text_type};
use crate::{
    finding::{Rule, rule},
    limits,
};

text_type!(
    /// The title of a case: one line of class T, 8 to 120 characters.
    Title,
    title
);
text_type!(
    /// The narrative of a case: class T, at most 4,000 characters; may be empty.
    Narrative,
    narrative
);
text_type!(
    /// The name of a malware family: one line of class T, 2 to 64 characters; a dot in it makes no domain unless its ending does.
    MalwareName,
    malware_name
);
text_type!(
    /// The language of title and narrative: a BCP 47 tag of a language alone, or with a script, such as `en` or `sr-Latn`; never with a region.
    Language,
    language
);

fn title(text: &str) -> Result<String, Rule> {
    let (min, max) = (limits::TITLE_CHARS_MIN, limits::TITLE_CHARS_MAX);
    line(text, min, max, check_class_t)
}

/// The title of an own rule: as that of a case, but it may name programs.
///
/// # Errors
/// [`rule::FORM_LENGTH`], [`rule::FREE_TEXT`].
pub(crate) fn check_rule_title(text: &str) -> Result<(), Rule> {
    let (min, max) = (limits::TITLE_CHARS_MIN, limits::TITLE_CHARS_MAX);
    line(text, min, max, check_class_t_name).map(|_title| ())
}

fn malware_name(text: &str) -> Result<String, Rule> {
    line(text, 2, limits::MALWARE_CHARS_MAX, check_class_t_name)
}

fn narrative(text: &str) -> Result<String, Rule> {
    if text.chars().count() > limits::NARRATIVE_CHARS_MAX {
        return Err(rule::FORM_LENGTH);
    }
    check_class_t(text)?;
    Ok(String::from(text))
}

fn line(
    text: &str,
    min: usize,
    max: usize,
    check: fn(&str) -> Result<(), Rule>,
) -> Result<String, Rule> {
    if !(min..=max).contains(&text.chars().count()) {
        return Err(rule::FORM_LENGTH);
    }
    if text.contains('\n') || text.trim() != text {
        return Err(rule::FREE_TEXT);
    }
    check(text)?;
    Ok(String::from(text))
}

/// Everything behind the script would narrow down where the writer is: a region names the country.
fn language(text: &str) -> Result<String, Rule> {
    let (primary, script) = text
        .split_once('-')
        .map_or((text, None), |(primary, script)| (primary, Some(script)));
    let is_language =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    if is_language && script.is_none_or(is_script) {
        Ok(String::from(text))
    } else {
        Err(rule::LANGUAGE)
    }
}

/// Four letters, the first of them a capital (ISO 15924).
fn is_script(text: &str) -> bool {
    let mut letters = text.bytes();
    text.len() == 4
        && letters.next().is_some_and(|b| b.is_ascii_uppercase())
        && letters.all(|b| b.is_ascii_lowercase())
}
