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

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
