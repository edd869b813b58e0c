//! The words that must not leave, in every form that can be prepared.
//! Where they come from, and that none was forgotten, is the form's affair.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, BuildError};

use super::{
    address::{Range, merged},
    digest, expression,
    fold::{bare, fold, reversed, reversed_labels, transcribed},
    squeeze::squeeze,
    words::{Spellings, Words},
};
use crate::{
    finding::{Finding, Place, rule},
    limits,
};

/// Prepared tokens.
#[derive(Clone, Debug)]
pub struct Dictionary {
    words: Words,
    digests: BTreeSet<Vec<u8>>,
    /// Rising, none touching another.
    ranges: Vec<Range>,
    phones: Option<AhoCorasick>,
}

impl Dictionary {
    /// Of tokens as they stand in a form: words, among them domains, addresses and ranges, phone numbers and digests; and patterns of names, in
    /// which `*` is any run and `?` any character.
    ///
    /// # Errors
    /// [`rule::FORM_COUNT`] above [`limits::TOKENS_MAX`], [`rule::TOKEN_LENGTH`] for one of another length than
    /// [`limits::TOKEN_CHARS_MIN`] to [`limits::TOKEN_CHARS_MAX`] characters.
    pub fn of<T: AsRef<str>>(words: &[T], patterns: &[T]) -> Result<Self, Finding> {
        let place = || Place::named("dictionary");
        let words: BTreeSet<&str> = words.iter().map(AsRef::as_ref).collect();
        let patterns: BTreeSet<&str> = patterns.iter().map(AsRef::as_ref).collect();
        if words.len().saturating_add(patterns.len()) > limits::TOKENS_MAX {
            return Err(rule::FORM_COUNT.at(place()));
        }
        let lengths = limits::TOKEN_CHARS_MIN..=limits::TOKEN_CHARS_MAX;
        let fits = |token: &&str| lengths.contains(&token.chars().count());
        if !words.iter().chain(&patterns).all(fits) {
            return Err(rule::TOKEN_LENGTH.at(place()));
        }
        let mut spellings = Spellings::default();
        let (mut digests, mut ranges, mut phones) = (BTreeSet::new(), Vec::new(), Vec::new());
        for token in words.iter().chain(&patterns) {
            digests.extend(digest::of(token));
        }
        for word in words {
            digests.extend(digest::written(word));
            if let Some(range) = Range::parse(word) {
                ranges.push(range);
            } else {
                spell(word, &mut spellings);
                phones.extend(phone(word));
            }
        }
        for pattern in patterns {
            if pattern.contains(['*', '?']) {
                spellings.glob(&fold(pattern));
            } else {
                spell(pattern, &mut spellings);
            }
        }
        let too_many = |_error: BuildError| rule::FORM_COUNT.at(place());
        let numbers = (!phones.is_empty()).then(|| AhoCorasick::new(&phones));
        Ok(Self {
            words: spellings.ready().map_err(too_many)?,
            digests,
            ranges: merged(ranges),
            phones: numbers.transpose().map_err(too_many)?,
        })
    }

    /// The words and patterns.
    pub(super) const fn words(&self) -> &Words {
        &self.words
    }

    /// Whether octets are the digest or id of a token, or a token that is a digest.
    pub(super) fn is_digest(&self, octets: &[u8]) -> bool {
        digest::LENGTHS.contains(&octets.len()) && self.digests.contains(octets)
    }

    /// As [`Self::is_digest`], anywhere in octets.
    pub(super) fn holds_digest(&self, octets: &[u8]) -> bool {
        let mut lengths = digest::LENGTHS.iter();
        lengths.any(|length| {
            let mut parts = octets.windows(*length);
            parts.any(|part| self.digests.contains(part))
        })
    }

    /// Whether an address lies inside a range.
    pub(super) fn holds_address(&self, address: u128) -> bool {
        let after = self
            .ranges
            .partition_point(|range| range.begins_by(address));
        after
            .checked_sub(1)
            .and_then(|index| self.ranges.get(index))
            .is_some_and(|range| range.holds(address))
    }

    /// Whether a folded text holds a phone number, however it is grouped. The buffer is used again.
    pub(super) fn has_phone(&self, folded: &str, digits: &mut Vec<u8>) -> bool {
        let Some(phones) = &self.phones else {
            return false;
        };
        digits.clear();
        for octet in folded.bytes().chain([b'x']) {
            if octet.is_ascii_digit() {
                digits.push(octet);
            } else if !BETWEEN_DIGITS.contains(&octet) {
                if digits.len() >= limits::LEAK_PHONE_DIGITS_MIN && phones.is_match(&digits) {
                    return true;
                }
                digits.clear();
            }
        }
        false
    }
}

/// The spellings of one token that the automaton looks for, folded.
fn spell(token: &str, spellings: &mut Spellings) {
    let folded = fold(token);
    let squeezed = squeeze(&folded);
    spellings.alike(&squeezed);
    spellings.word(squeezed);
    spellings.word(expression::undone(&folded));
    let reversed = reversed(&folded);
    spellings.word(squeeze(&reversed));
    spellings.word(reversed);
    if folded.contains('.') && !folded.contains(char::is_whitespace) {
        spellings.word(reversed_labels(&folded));
    }
    if let Ok(ascii) = idna::domain_to_ascii(token) {
        spellings.word(fold(&ascii));
    }
    let (unicode, _) = idna::domain_to_unicode(token);
    spellings.word(fold(&unicode));
    if folded.chars().count() >= limits::TOKEN_ANYWHERE_MIN {
        for other in [bare(&folded), transcribed(&folded)] {
            if other != folded {
                spellings.bare(other);
            }
        }
    }
    spellings.word(folded);
}

/// A token that is a phone number, as digits without the zeros or plus before it; of one with the code of a country also what is dialled
/// inside, for codes of two and three digits, with its zero and, if it is long enough, without.
fn phone(token: &str) -> Vec<String> {
    let folded = fold(token);
    let fine = |b: u8| b.is_ascii_digit() || BETWEEN_DIGITS.contains(&b);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let number = digits.trim_start_matches('0');
    if !folded.bytes().all(fine) || number.len() < limits::LEAK_PHONE_DIGITS_MIN {
        return Vec::new();
    }
    let mut numbers = vec![String::from(number)];
    if folded.starts_with('+') || digits.starts_with("00") {
        let inside = [2, 3].iter().filter_map(|code| number.get(*code..));
        for rest in inside {
            let rest = rest.trim_start_matches('0');
            if rest.len() >= limits::LEAK_PHONE_DIGITS_MIN {
                numbers.push(format!("0{rest}"));
            }
            // Where nobody dials a zero before it, a number has nine digits and more.
            if rest.len() >= *limits::LEAK_NATIONAL_DIGITS.start() {
                numbers.push(String::from(rest));
            }
        }
    }
    numbers
}

const BETWEEN_DIGITS: &[u8] = b" +-/().";
