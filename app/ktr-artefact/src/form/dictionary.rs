//! The dictionary of a form, ready to be looked for in what would leave the house.
//! It knows the tokens as they stand, in any case; encoded and hashed forms are the leak verifier's.

use std::net::Ipv4Addr;

use super::Victim;
use crate::{
    finding::{Finding, Place, rule},
    limits,
};

/// All tokens of a form.
#[derive(Clone, Debug)]
pub struct Dictionary {
    anywhere: Vec<String>,
    whole_words: Vec<String>,
    globs: Vec<String>,
    ranges: Vec<(u32, u32)>,
}

impl Dictionary {
    /// Reads the dictionary and reports what is wrong with it.
    ///
    /// # Errors
    /// [`rule::NO_ORGANISATION`], [`rule::FORM_COUNT`], [`rule::TOKEN_LENGTH`], each with its path.
    pub fn of(victim: &Victim) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        if victim.organisations.is_empty() {
            findings.push(rule::NO_ORGANISATION.at(Place::named("victim.organisations")));
        }
        let count = victim
            .lists()
            .iter()
            .map(|(_, tokens)| tokens.len())
            .fold(0, usize::saturating_add);
        if count > limits::TOKENS_MAX {
            findings.push(rule::FORM_COUNT.at(Place::named("victim")));
        }
        let mut dictionary = Self {
            anywhere: Vec::new(),
            whole_words: Vec::new(),
            globs: Vec::new(),
            ranges: Vec::new(),
        };
        for (list, tokens) in victim.lists() {
            for (index, token) in tokens.iter().enumerate() {
                let length = token.chars().count();
                if !(limits::TOKEN_CHARS_MIN..=limits::TOKEN_CHARS_MAX).contains(&length) {
                    findings.push(
                        rule::TOKEN_LENGTH.at(Place::path(format!("victim.{list}[{index}]"))),
                    );
                    continue;
                }
                dictionary.take(list, token, length);
            }
        }
        if findings.is_empty() {
            Ok(dictionary)
        } else {
            Err(findings)
        }
    }

    /// Whether `text` holds any token: as it stands, in any case, or as an address inside a range.
    #[must_use]
    pub fn hits(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.anywhere
            .iter()
            .any(|token| text.contains(token.as_str()))
            || self.whole_words.iter().any(|token| has_word(&text, token))
            || addresses(&text).any(|address| self.holds(address))
            || self
                .globs
                .iter()
                .any(|glob| words(&text).any(|word| matches(glob, word)))
    }

    fn take(&mut self, list: &str, token: &str, length: usize) {
        let token = token.to_lowercase();
        if list == "host_patterns" {
            self.globs.push(token);
        } else if let Some(range) = range(&token) {
            self.ranges.push(range);
        } else if length < limits::TOKEN_ANYWHERE_MIN {
            self.whole_words.push(token);
        } else {
            self.anywhere.push(token);
        }
    }

    fn holds(&self, address: u32) -> bool {
        self.ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&address))
    }
}

/// A single IPv4 address or a range in CIDR notation; anything else is an ordinary token.
fn range(token: &str) -> Option<(u32, u32)> {
    let (address, length) = token.split_once('/').unwrap_or((token, "32"));
    let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
    let length: u32 = length.parse().ok().filter(|length| *length <= 32)?;
    let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
    Some((address & !hosts, address | hosts))
}

fn addresses(text: &str) -> impl Iterator<Item = u32> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter_map(|run| run.trim_matches('.').parse::<Ipv4Addr>().ok())
        .map(u32::from)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c))
        .filter(|word| !word.is_empty())
}

fn has_word(text: &str, token: &str) -> bool {
    text.match_indices(token).any(|(at, found)| {
        let before = text.get(..at).and_then(|front| front.chars().next_back());
        let after = text
            .get(at.saturating_add(found.len())..)
            .and_then(|rest| rest.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Glob match with `*` and `?`, in time linear in the product of the lengths.
fn matches(glob: &str, word: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let mut reachable: Vec<bool> = std::iter::once(true)
        .chain(glob.iter().map(|_| false))
        .collect();
    spread(&glob, &mut reachable);
    for c in word.chars() {
        let mut next: Vec<bool> = std::iter::once(false)
            .chain(
                glob.iter()
                    .zip(&reachable)
                    .map(|(g, here)| *here && (*g == '?' || *g == c)),
            )
            .collect();
        for ((slot, g), here) in next.iter_mut().zip(&glob).zip(&reachable) {
            *slot = *slot || (*g == '*' && *here);
        }
        spread(&glob, &mut next);
        reachable = next;
    }
    reachable.last().copied().unwrap_or(false)
}

/// A star may stand for nothing: whoever reaches it reaches what follows.
fn spread(glob: &[char], reachable: &mut [bool]) {
    for (index, g) in glob.iter().enumerate() {
        let here = reachable.get(index).copied().unwrap_or(false);
        if let Some(next) = reachable.get_mut(index.saturating_add(1)) {
            *next = *next || (*g == '*' && here);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{has_word, matches, range};

    #[test]
    fn globs_match_whole_words() {
        for (glob, word, expected) in [
            ("dc*", "dc01", true),
            ("dc*", "xdc01", false),
            ("srv-??-*", "srv-ab-1", true),
            ("srv-??-*", "srv-a-1", false),
            ("*", "", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1b2", false),
        ] {
            assert_eq!(matches(glob, word), expected, "{glob} {word}");
        }
    }

    #[test]
    fn short_tokens_match_whole_words_only() {
        assert!(has_word("at acme today", "acme"));
        assert!(has_word("acme", "acme"));
        assert!(!has_word("acmex and xacme", "acme"));
    }

    #[test]
    fn ranges_cover_their_addresses() {
        assert_eq!(range("192.0.2.7/24"), Some((0xc000_0200, 0xc000_02ff)));
        assert_eq!(range("192.0.2.7"), Some((0xc000_0207, 0xc000_0207)));
        assert_eq!(range("0.0.0.0/0"), Some((0, u32::MAX)));
        assert_eq!(range("192.0.2.7/33"), None);
    }
}
