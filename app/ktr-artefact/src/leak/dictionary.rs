//! The words that must not leave, in every form that can be prepared.
//! Where they come from, and that none was forgotten, is the form's affair.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::{
    address::{Range, addresses},
    digest,
    fold::{fold, reversed, reversed_labels, squeeze},
};
use crate::{
    finding::{Finding, Place, rule},
    limits,
};

/// Which words are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Words {
    /// All.
    All,
    /// Those that hit inside other words; short ones would be found in noise by chance.
    Long,
}

/// Prepared tokens.
#[derive(Clone, Debug)]
pub struct Dictionary {
    words: AhoCorasick,
    /// For each word of the automaton: whether it hits inside other words.
    anywhere: Vec<bool>,
    patterns: Vec<Vec<char>>,
    digests: BTreeSet<Vec<u8>>,
    ranges: Vec<Range>,
    phones: Vec<String>,
}

impl Dictionary {
    /// Of tokens as they stand in a form: words, domains, addresses and ranges, phone numbers, patterns with `*` and `?`.
    ///
    /// # Errors
    /// [`rule::FORM_COUNT`] above [`limits::TOKENS_MAX`], [`rule::TOKEN_LENGTH`] for one of another length than
    /// [`limits::TOKEN_CHARS_MIN`] to [`limits::TOKEN_CHARS_MAX`] characters.
    pub fn of<T: AsRef<str>>(tokens: &[T]) -> Result<Self, Finding> {
        let place = || Place::named("dictionary");
        let tokens: BTreeSet<&str> = tokens.iter().map(AsRef::as_ref).collect();
        if tokens.len() > limits::TOKENS_MAX {
            return Err(rule::FORM_COUNT.at(place()));
        }
        let lengths = limits::TOKEN_CHARS_MIN..=limits::TOKEN_CHARS_MAX;
        let fits = |token: &&str| lengths.contains(&token.chars().count());
        if !tokens.iter().all(fits) {
            return Err(rule::TOKEN_LENGTH.at(place()));
        }
        let (mut words, mut patterns) = (BTreeSet::new(), Vec::new());
        let (mut digests, mut ranges, mut phones) = (BTreeSet::new(), Vec::new(), Vec::new());
        for token in tokens {
            digests.append(&mut digest::of(token));
            if let Some(range) = Range::parse(token) {
                ranges.push(range);
            } else if token.contains(['*', '?']) {
                patterns.push(fold(token).chars().collect());
            } else {
                words.append(&mut spellings(token));
                phones.extend(phone(token));
            }
        }
        let anywhere = |word: &String| word.chars().count() >= limits::TOKEN_ANYWHERE_MIN;
        let automaton = AhoCorasick::new(&words).map_err(|_error| rule::FORM_COUNT.at(place()))?;
        Ok(Self {
            anywhere: words.iter().map(anywhere).collect(),
            words: automaton,
            patterns,
            digests,
            ranges,
            phones,
        })
    }

    /// Whether a folded text holds a word: anywhere, or as a whole word if it is short.
    pub(super) fn in_text(&self, folded: &str, words: Words) -> bool {
        if words == Words::Long {
            return self.has_long(folded);
        }
        let word = self.words.find_overlapping_iter(folded).any(|found| {
            let anywhere = self.anywhere.get(found.pattern().as_usize());
            anywhere == Some(&true) || is_whole(folded, found.start(), found.end())
        });
        // With all blanks gone, short words would be found everywhere.
        word || self.has_long(&squeeze(folded)) || self.has_pattern(folded)
    }

    fn has_long(&self, folded: &str) -> bool {
        self.words
            .find_overlapping_iter(folded)
            .any(|found| self.anywhere.get(found.pattern().as_usize()) == Some(&true))
    }

    fn has_pattern(&self, folded: &str) -> bool {
        let words = || folded.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c));
        self.patterns
            .iter()
            .any(|pattern| words().any(|word| !word.is_empty() && matches(pattern, word)))
    }

    /// Whether octets are the digest or id of a token.
    pub(super) fn is_digest(&self, octets: &[u8]) -> bool {
        self.digests.contains(octets)
    }

    /// Whether a folded text names an address inside a range.
    pub(super) fn has_address(&self, folded: &str) -> bool {
        !self.ranges.is_empty()
            && addresses(folded)
                .into_iter()
                .any(|address| self.ranges.iter().any(|range| range.holds(address)))
    }

    /// Whether a folded text holds a phone number, however it is grouped.
    pub(super) fn has_phone(&self, folded: &str) -> bool {
        if self.phones.is_empty() {
            return false;
        }
        let joined: String = folded
            .chars()
            .filter(|c| !BETWEEN_DIGITS.contains(*c))
            .collect();
        self.phones
            .iter()
            .any(|phone| joined.contains(phone.as_str()))
    }
}

/// The spellings of one token that the automaton looks for, folded.
fn spellings(token: &str) -> BTreeSet<String> {
    let folded = fold(token);
    let mut spellings = BTreeSet::from([folded.clone(), squeeze(&folded), reversed(&folded)]);
    if folded.contains('.') && !folded.contains(char::is_whitespace) {
        spellings.insert(reversed_labels(&folded));
    }
    if let Ok(ascii) = idna::domain_to_ascii(token) {
        spellings.insert(fold(&ascii));
    }
    let (unicode, _) = idna::domain_to_unicode(token);
    spellings.insert(fold(&unicode));
    spellings.retain(|spelling| spelling.chars().count() >= limits::TOKEN_CHARS_MIN);
    spellings
}

/// A token that is a phone number, as digits without the zeros or plus before it.
fn phone(token: &str) -> Option<String> {
    let fine = |c: char| c.is_ascii_digit() || BETWEEN_DIGITS.contains(c);
    let digits: String = token.chars().filter(char::is_ascii_digit).collect();
    let number = digits.trim_start_matches('0');
    (token.chars().all(fine) && number.len() >= limits::LEAK_PHONE_DIGITS_MIN)
        .then(|| String::from(number))
}

const BETWEEN_DIGITS: &str = " +-/().\u{a0}";

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text
        .get(..start)
        .and_then(|front| front.chars().next_back());
    let after = text.get(end..).and_then(|rest| rest.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Whether a word matches a pattern whole; `*` is any run, `?` any character. It tries the shortest run and remembers one star only,
/// which is enough: an earlier star gains nothing that a later one could not take.
fn matches(pattern: &[char], word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    let (mut at, mut here) = (0_usize, 0_usize);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = word.get(here) {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, here));
                at = at.saturating_add(1);
            }
            Some(p) if *p == '?' || p == c => {
                at = at.saturating_add(1);
                here = here.saturating_add(1);
            }
            _ => {
                let Some((star_at, taken)) = star else {
                    return false;
                };
                let taken = taken.saturating_add(1);
                star = Some((star_at, taken));
                at = star_at.saturating_add(1);
                here = taken;
            }
        }
    }
    pattern.iter().skip(at).all(|p| *p == '*')
}
