//! The dictionary of a form, ready to be looked for in what would leave the house.
//! It knows the tokens as they stand, in any case and with escapes; encoded and hashed forms are the leak verifier's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{
    Victim,
    opened::{dotted, opened},
};
use crate::{
    finding::{Finding, Place, Rule, rule},
    limits,
};

/// All tokens of a form.
#[derive(Clone, Debug)]
pub struct Dictionary {
    anywhere: Vec<String>,
    whole_words: Vec<String>,
    /// Without what an expression leaves open.
    opened: Vec<String>,
    /// With a dot for what parts their words.
    dotted: Vec<String>,
    globs: Vec<String>,
    ranges: Vec<(u128, u128)>,
}

impl Dictionary {
    /// Reads the dictionary and reports what is wrong with it.
    ///
    /// # Errors
    /// [`rule::NO_ORGANISATION`], [`rule::FORM_COUNT`], [`rule::TOKEN_LENGTH`], [`rule::TOKEN_RANGE`], each with its path.
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
            opened: Vec::new(),
            dotted: Vec::new(),
            globs: Vec::new(),
            ranges: Vec::new(),
        };
        for (list, tokens) in victim.lists() {
            for (index, token) in tokens.iter().enumerate() {
                if let Err(rule) = dictionary.take(list, token) {
                    findings.push(rule.at(Place::path(format!("victim.{list}[{index}]"))));
                }
            }
        }
        if findings.is_empty() {
            Ok(dictionary)
        } else {
            Err(findings)
        }
    }

    /// Whether `text` holds any token: as it stands, in any case, escaped for an expression, with its marks left open or its letters counted or
    /// chosen by one, or as an address inside a range.
    #[must_use]
    pub fn hits(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.hits_plain(&text)
            || (text.contains(['\\', '[']) && self.hits_plain(&unescaped(&text)))
            || self.hits_opened(&text)
    }

    fn hits_opened(&self, text: &str) -> bool {
        let signs = text.contains(['\\', '[', '(', '?', '+', '{']);
        if !signs && !text.contains('.') {
            return false;
        }
        let text = opened(text);
        (signs && text.holds(&self.opened)) || text.holds(&self.dotted)
    }

    fn hits_plain(&self, text: &str) -> bool {
        self.anywhere
            .iter()
            .any(|token| text.contains(token.as_str()))
            || self.whole_words.iter().any(|token| has_word(text, token))
            || addresses(text).any(|address| self.holds(address))
            || self
                .globs
                .iter()
                .any(|glob| words(text).any(|word| matches(glob, word)))
    }

    /// A token takes its place as it stands and as it is without escapes, if that differs.
    fn take(&mut self, list: &str, token: &str) -> Result<(), Rule> {
        let length = token.chars().count();
        if !(limits::TOKEN_CHARS_MIN..=limits::TOKEN_CHARS_MAX).contains(&length) {
            return Err(rule::TOKEN_LENGTH);
        }
        let token = token.to_lowercase();
        if list == PATTERNS {
            self.globs.push(token);
            return Ok(());
        }
        if let Some(range) = range(&token) {
            self.ranges.push(range);
            return Ok(());
        }
        if list == RANGES {
            return Err(rule::TOKEN_RANGE);
        }
        let kind = if length < limits::TOKEN_ANYWHERE_MIN {
            &mut self.whole_words
        } else {
            &mut self.anywhere
        };
        let plain = unescaped(&token);
        let open = opened(&token).fixed();
        let open = open.filter(|open| open.chars().count() >= limits::TOKEN_ANYWHERE_MIN);
        let letters = open.as_ref().map_or(0, |open| open.chars().count());
        if letters >= limits::TOKEN_DOTTED_MIN {
            self.dotted.extend(dotted(&token));
        }
        self.opened.extend(open);
        kind.extend((plain != token).then_some(plain));
        kind.push(token);
        Ok(())
    }

    fn holds(&self, address: u128) -> bool {
        self.ranges
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&address))
    }
}

/// The list of patterns, in which `*` and `?` stand for others.
pub(crate) const PATTERNS: &str = "host_patterns";
/// The list of addresses and ranges, which holds nothing else.
const RANGES: &str = "ip_ranges";

/// A single address or a range in CIDR notation; anything else is an ordinary token. IPv4 is kept as IPv4-mapped IPv6.
fn range(token: &str) -> Option<(u128, u128)> {
    let (address, length) = token
        .split_once('/')
        .map_or((token, None), |(address, length)| (address, Some(length)));
    let (address, bits) = match address.parse().ok()? {
        IpAddr::V4(address) => (mapped(address), 32_u32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let open = match length {
        Some(length) if length.bytes().all(|b| b.is_ascii_digit()) => {
            bits.checked_sub(length.parse().ok()?)?
        }
        Some(_) => return None,
        None => 0,
    };
    let hosts = u128::MAX
        .checked_shr(128_u32.saturating_sub(open))
        .unwrap_or(0);
    Some((address & !hosts, address | hosts))
}

fn mapped(address: Ipv4Addr) -> u128 {
    u128::from(address.to_ipv6_mapped())
}

fn addresses(text: &str) -> impl Iterator<Item = u128> {
    let four = text
        .split(|c: char| !c.is_ascii_digit() && c != '.')
        .filter_map(|run| run.trim_matches('.').parse::<Ipv4Addr>().ok())
        .map(mapped);
    let six = text
        .split(|c: char| !c.is_ascii_hexdigit() && c != ':')
        .filter_map(|run| run.parse::<Ipv6Addr>().ok())
        .map(u128::from);
    four.chain(six)
}

/// Backslashes in a row as one before a letter or digit and as none before anything else; a class of one mark as that mark. Whatever was
/// escaped, and however often, comes out as the same.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match c {
            '\\' if next == Some('\\') => {}
            '\\' if next.is_some_and(|next| !next.is_alphanumeric()) => {}
            ']' if closes_a_mark(&plain) => {
                let mark = plain.pop();
                plain.pop();
                plain.extend(mark);
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// Whether a text ends with the bracket of a class and one mark.
fn closes_a_mark(plain: &str) -> bool {
    let mut last = plain.chars().rev();
    last.next()
        .is_some_and(|mark| !mark.is_alphanumeric() && mark != '^')
        && last.next() == Some('[')
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c))
        .filter(|word| !word.is_empty())
}

fn has_word(text: &str, token: &str) -> bool {
    text.match_indices(token).any(|(at, found)| {
        let front = text.get(..at).unwrap_or("");
        let after = text
            .get(at.saturating_add(found.len())..)
            .and_then(|rest| rest.chars().next());
        // A letter behind a backslash is a break or a blank.
        let escape = ["\\b", "\\n", "\\r", "\\s", "\\t"]
            .iter()
            .any(|escape| front.ends_with(escape));
        let joined = !escape && front.ends_with(char::is_alphanumeric);
        !joined && !after.is_some_and(char::is_alphanumeric)
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
    use super::{has_word, mapped, matches, range, unescaped};

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
        let four =
            |first: [u8; 4], last: [u8; 4]| Some((mapped(first.into()), mapped(last.into())));
        assert_eq!(
            range("192.0.2.7/24"),
            four([192, 0, 2, 0], [192, 0, 2, 255])
        );
        assert_eq!(range("192.0.2.7"), four([192, 0, 2, 7], [192, 0, 2, 7]));
        assert_eq!(range("0.0.0.0/0"), four([0; 4], [255; 4]));
        assert_eq!(
            range("2001:db8::/127"),
            Some((0x2001_0db8 << 96, (0x2001_0db8 << 96) | 1))
        );
        for other in [
            "192.0.2.7/33",
            "192.0.2.0/+24",
            "192.0.2.0/",
            "192.0.2.0/255.255.255.0",
            "192.0.2.0-192.0.2.9",
            "192.0.2.*",
            "2001:db8::/129",
        ] {
            assert_eq!(range(other), None, "{other}");
        }
    }

    #[test]
    fn what_was_escaped_comes_out_as_it_was_however_often() {
        for (text, plain) in [
            (r"acme\jdoe", r"acme\jdoe"),
            (r"acme\jdoe", r"acme\jdoe"),
            (r"\\srv\share\", r"\srv\share\"),
            (r"acme\-energy\.example", "acme-energy.example"),
            (r"acme\.example", "acme.example"),
            ("acme[.]example", "acme.example"),
            (r"acme[\.]example", "acme.example"),
            ("[^.][ab][a]", "[^.][ab][a]"),
        ] {
            assert_eq!(unescaped(text), unescaped(plain), "{text}");
        }
    }
}
