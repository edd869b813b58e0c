//! Class T: the letters and marks of plain prose, and no word that could be an address.
//! It does not know any victim; the dictionary does.

use std::net::{IpAddr, Ipv6Addr};

use unicode_normalization::{char::is_combining_mark, is_nfc};
use unicode_script::{Script, UnicodeScript};

use crate::{
    finding::{Rule, rule},
    limits,
};

const MARKS: &str = " \n.,;:!?()'\"%/+-";

/// Whether `text` is of class T (design: bundle, section 1; rulings, section 4).
///
/// NFC; Latin, Greek and Cyrillic letters with one script per word; digits, space, newline and `. , ; : ! ? ( ) ' " % / + -`; no `://`,
/// no run of six digits, no word that reads as a domain or an IP address. The test for domains knows no list of suffixes: it asks for a
/// dot between two labels and two letters at the end, so that it cannot age.
pub(crate) fn check(text: &str) -> Result<(), Rule> {
    let fine = is_nfc(text)
        && text.chars().all(is_allowed)
        && !text.contains("://")
        && !has_long_digit_run(text)
        && words(text).all(|word| has_one_script(word) && !is_address(word));
    if fine { Ok(()) } else { Err(rule::FREE_TEXT) }
}

fn is_allowed(c: char) -> bool {
    c.is_ascii_digit() || MARKS.contains(c) || script(c).is_some()
}

fn script(c: char) -> Option<Script> {
    let script = c.script();
    let known = matches!(script, Script::Latin | Script::Greek | Script::Cyrillic);
    (known && c.is_alphabetic() && !is_combining_mark(c)).then_some(script)
}

fn has_long_digit_run(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() > limits::DIGIT_RUN_MAX)
}

/// Words for the address test: what stands between blanks and marks that no address contains.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ",;!?()'\"%/+".contains(c))
        .map(|word| word.trim_matches(|c| c == '.' || c == '-'))
        .filter(|word| !word.is_empty())
}

fn has_one_script(word: &str) -> bool {
    let mut scripts = word.chars().filter_map(script);
    scripts
        .next()
        .is_none_or(|first| scripts.all(|other| other == first))
}

fn is_address(word: &str) -> bool {
    let host = word.trim_end_matches(':');
    word.parse::<IpAddr>().is_ok()
        || word.parse::<Ipv6Addr>().is_ok()
        || host
            .split(':')
            .any(|part| is_dotted_quad(part) || is_domain(part))
}

fn is_dotted_quad(word: &str) -> bool {
    let mut labels = word.split('.');
    let numeric = labels
        .clone()
        .all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_digit()));
    numeric && labels.by_ref().count() == 4
}

fn is_domain(word: &str) -> bool {
    let Some((front, last)) = word.rsplit_once('.') else {
        return false;
    };
    let ends = last.chars().count() >= 2 && last.chars().any(char::is_alphabetic);
    ends && front.ends_with(|c: char| c.is_alphanumeric())
}
