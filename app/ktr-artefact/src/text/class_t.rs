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
/// NFC; Latin, Greek and Cyrillic letters with one script per word, or part of one that a hyphen joins; digits, space, newline and `. , ; : ! ? ( ) ' " % / + -`; no `://`,
/// no run of six digits, no word that reads as a domain or an IP address. The test for domains knows no list of suffixes: it asks for a
/// dot between two labels and two letters at the end, so that it cannot age.
pub(crate) fn check(text: &str) -> Result<(), Rule> {
    judge(text, is_domain)
}

/// As [`check`], for the name of a rule or a malware: those name programs (`Csc.EXE`) and families (`Filecoder.WannaCryptor`), so that a word is a
/// domain only under a suffix that somebody can register under, or one of inner networks.
pub(crate) fn check_name(text: &str) -> Result<(), Rule> {
    judge(text, is_known_domain)
}

fn judge(text: &str, is_domain: fn(&str) -> bool) -> Result<(), Rule> {
    let fine = is_nfc(text)
        && text.chars().all(is_allowed)
        && !text.contains("://")
        && !has_long_digit_run(text)
        && words(text).all(|word| has_one_script(word) && !is_address(word, is_domain));
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

/// `DDoS-атака` is two words here, and one to the address test.
fn has_one_script(word: &str) -> bool {
    word.split(['-', ':']).all(|part| {
        let mut scripts = part.chars().filter_map(script);
        scripts
            .next()
            .is_none_or(|first| scripts.all(|other| other == first))
    })
}

fn is_address(word: &str, is_domain: fn(&str) -> bool) -> bool {
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

fn is_known_domain(word: &str) -> bool {
    let lower = word.to_lowercase();
    let Some((front, last)) = lower.rsplit_once('.') else {
        return false;
    };
    let suffix = psl::suffix(lower.as_bytes());
    let known = suffix.is_some_and(|suffix| suffix.is_known());
    // No list of suffixes is asked about letters of other alphabets.
    let registers = known || !last.is_ascii() || INNER.contains(&last);
    let is_file = FILES.contains(&last) && !front.contains('.');
    is_domain(word) && registers && !is_file && !PRODUCTS.contains(&lower.as_str())
}

/// Endings of files that are top-level domains too: behind one label a file, behind several a domain. Poland's `pl` is not here.
const FILES: [&str; 9] = ["cc", "md", "mov", "ps", "py", "rs", "sh", "so", "zip"];

/// Last labels that only inner networks have.
const INNER: [&str; 17] = [
    "ads",
    "corp",
    "dmz",
    "dom",
    "domain",
    "home",
    "intern",
    "internal",
    "intra",
    "intranet",
    "lan",
    "lcl",
    "loc",
    "local",
    "localdomain",
    "private",
    "prod",
];

/// Products that are named like a domain.
const PRODUCTS: [&str; 3] = ["ado.net", "asp.net", "vb.net"];
