//! Mail addresses and telephone numbers by their form.
//! That anyone answers there is not asked.

use super::reader::{Reader, is_word};
use crate::limits;

/// Whether the at sign here stands in a mail address: something before it, and a domain with a name for top-level domain behind.
pub(super) fn is_mail(text: Reader<'_>, at: usize) -> bool {
    let local = text.before(at);
    if !is_word(local) && !b"_%+-".contains(&local) {
        return false;
    }
    let domain = text.run(at.saturating_add(1), |octet| {
        is_word(octet) || matches!(octet, b'-' | b'.')
    });
    let mut labels = domain
        .split(|octet| *octet == b'.')
        .take_while(|label| !label.is_empty());
    let first = labels.next().is_some();
    let last = labels.last().unwrap_or(&[]);
    let is_name =
        last.starts_with(b"xn--") || last.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80);
    first && is_name && (2..=24).contains(&last.len())
}

/// Whether a telephone number begins here.
pub(super) fn is_phone(text: Reader<'_>, at: usize) -> bool {
    if is_word(text.before(at)) || JOINS.contains(&text.before(at)) {
        return false;
    }
    let at = if text.at(at) == Some(b'(') {
        at.saturating_add(1)
    } else {
        at
    };
    let rest = text.rest(at);
    match rest {
        [b'+', b'1'..=b'9', ..] => number(text, at.saturating_add(1), BETWEEN)
            .is_some_and(|digits| limits::LEAK_INTERNATIONAL_DIGITS.contains(&digits.len())),
        [b'0', b'0', b'1'..=b'9', ..] => number(text, at.saturating_add(2), BETWEEN)
            .is_some_and(|digits| limits::LEAK_INTERNATIONAL_DIGITS.contains(&digits.len())),
        [b'0', b'1'..=b'9', ..] => is_national(text, at) || is_pairs(text, at),
        _ => false,
    }
}

/// An area of three to six digits with its zero, a mark, and the subscriber's number.
fn is_national(text: Reader<'_>, at: usize) -> bool {
    let area = text.run(at, |octet| octet.is_ascii_digit());
    let after = at.saturating_add(area.len());
    let marked = text.at(after).is_some_and(|mark| b" -/)".contains(&mark));
    let fits = |digits: Vec<u8>| limits::LEAK_NATIONAL_DIGITS.contains(&digits.len());
    (3..=6).contains(&area.len()) && marked && number(text, at, b" -/)").is_some_and(fits)
}

/// Five pairs, as in France; with blanks they would be any octets of a rule.
fn is_pairs(text: Reader<'_>, at: usize) -> bool {
    text.digits(at, &[&[2, 2, 2, 2, 2]], b".").is_some()
}

/// Digits from here with at most two marks between any two; nothing joins behind.
fn number(text: Reader<'_>, at: usize, marks: &[u8]) -> Option<Vec<u8>> {
    let mut digits = Vec::new();
    let (mut here, mut end) = (at, at);
    while let Some(octet) = text.at(here) {
        if octet.is_ascii_digit() {
            digits.push(octet);
            end = here.saturating_add(1);
        } else if !marks.contains(&octet) || here.saturating_sub(end) >= 2 {
            break;
        }
        here = here.saturating_add(1);
    }
    let next = text.at(end).unwrap_or(b' ');
    let after = text.at(end.saturating_add(1)).unwrap_or(b' ');
    let goes_on = next == b'+' || (JOINS.contains(&next) && is_word(after));
    (text.ends(end) && !goes_on).then_some(digits)
}

/// What makes digits a part of an id, a version or a name.
const JOINS: &[u8] = b".-_+";

const BETWEEN: &[u8] = b" -./()";
