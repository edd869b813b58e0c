//! The free texts that may leave the house: title, narrative, malware name, and the language they are in.
//! Each of them is of class T; nothing else of a form is free text in a bundle.

use super::{check_class_t, text_type};
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
    /// The name of a malware family: one line of class T, 2 to 64 characters.
    MalwareName,
    malware_name
);
text_type!(
    /// The language of title and narrative: a BCP 47 tag of at most twelve characters, such as `en` or `pt-PT`.
    Language,
    language
);

fn title(text: &str) -> Result<String, Rule> {
    line(text, limits::TITLE_CHARS_MIN, limits::TITLE_CHARS_MAX)
}

fn malware_name(text: &str) -> Result<String, Rule> {
    line(text, 2, limits::MALWARE_CHARS_MAX)
}

fn narrative(text: &str) -> Result<String, Rule> {
    if text.chars().count() > limits::NARRATIVE_CHARS_MAX {
        return Err(rule::FORM_LENGTH);
    }
    check_class_t(text)?;
    Ok(String::from(text))
}

fn line(text: &str, min: usize, max: usize) -> Result<String, Rule> {
    if !(min..=max).contains(&text.chars().count()) {
        return Err(rule::FORM_LENGTH);
    }
    if text.contains('\n') || text.trim() != text {
        return Err(rule::FREE_TEXT);
    }
    check_class_t(text)?;
    Ok(String::from(text))
}

fn language(text: &str) -> Result<String, Rule> {
    let mut subtags = text.split('-');
    let primary = subtags.next().is_some_and(|tag| {
        (2..=3).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_lowercase())
    });
    let rest = subtags
        .all(|tag| (2..=8).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric()));
    let short = text.len() <= ktr_core::limits::TAG_LEN_MAX;
    if primary && rest && short {
        Ok(String::from(text))
    } else {
        Err(rule::LANGUAGE)
    }
}
