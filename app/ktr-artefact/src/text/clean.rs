//! The rule for every string of a bundle: NFC, no control but newline and tab, nothing invisible.
//! Says nothing about what the string means.

use unicode_normalization::is_nfc;

use super::text_type;
use crate::finding::{Rule, rule};

text_type!(
    /// A string that follows the rule for every string of a bundle.
    Clean,
    parse
);

fn parse(text: &str) -> Result<String, Rule> {
    if is_clean(text) {
        Ok(String::from(text))
    } else {
        Err(rule::TEXT)
    }
}

/// Whether `text` is NFC and holds no control or invisible character (design: bundle, section 3.1).
#[must_use]
pub(crate) fn is_clean(text: &str) -> bool {
    is_nfc(text) && text.chars().all(|c| !is_control(c) && !is_invisible(c))
}

fn is_control(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Unicode's `Default_Ignorable_Code_Point`, the marks that turn text round and those of notes between lines: what nobody sees can hide a word from
/// a search, or carry one.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}
