//! Goes over what a string can spell and keeps, at each place, how far it may have led up to a name.
//! What leads there, and whose name it is, is told by who asks.

use std::{collections::BTreeSet, ops::Range};

use super::spelled::{Kind, Part, is_separator};

/// How far a string has led up to a name.
pub(super) trait Stage: Copy + Ord {
    /// Behind anything at all.
    const GAP: Self;

    /// One octet on. Zeros stand between the letters of wide strings.
    fn step(self, octet: u8) -> impl Iterator<Item = Self>;

    /// Behind octets that are not spelled out.
    fn unspelled(self) -> impl Iterator<Item = Self>;

    /// Whether a name begins or goes on here.
    fn is_at_name(self) -> bool;

    /// Whether `name`, met at one of these stages and with `rest` behind it, is somebody's.
    fn names_somebody(here: &BTreeSet<Self>, name: &[Part], rest: &Rest<'_>) -> bool;
}

/// What follows a part: to the end of its choice, and then behind that.
pub(super) struct Rest<'a> {
    pub(super) parts: &'a [Part],
    pub(super) outer: Option<&'a Self>,
}

/// Where names stand in a string that begins at `first`.
pub(super) fn names<S: Stage>(parts: &[Part], first: S) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(parts, None, &BTreeSet::from([first]), &mut found);
    found
}

/// Goes over parts from wherever it may be, notes the names met, and says where it may be then.
fn walk<S: Stage>(
    parts: &[Part],
    outer: Option<&Rest<'_>>,
    from: &BTreeSet<S>,
    found: &mut Vec<Range<usize>>,
) -> BTreeSet<S> {
    let (mut here, mut named) = (from.clone(), 0);
    for (index, part) in parts.iter().enumerate() {
        if index >= named && here.iter().any(|stage| stage.is_at_name()) {
            let rest = parts.get(index..).unwrap_or_default();
            let length = rest.iter().take_while(|part| fits_a_name(part)).count();
            named = index.saturating_add(length);
            let (name, behind) = rest.split_at_checked(length).unwrap_or_default();
            let behind = Rest {
                parts: behind,
                outer,
            };
            if let (Some(first), Some(last)) = (name.first(), name.last())
                && S::names_somebody(&here, name, &behind)
            {
                found.push(first.place.start..last.place.end);
            }
        }
        let mut after: BTreeSet<S> = match &part.kind {
            Kind::Octet(octets) => here
                .iter()
                .flat_map(|stage| octets.iter().flat_map(move |octet| stage.step(*octet)))
                .collect(),
            Kind::Inside | Kind::Any => here.iter().flat_map(|stage| stage.unspelled()).collect(),
            Kind::Gap => BTreeSet::from([S::GAP]),
            Kind::Choice(choices) => {
                let behind = Rest {
                    parts: parts.get(index.saturating_add(1)..).unwrap_or_default(),
                    outer,
                };
                let mut inside = Vec::new();
                let ends = choices.iter();
                let ends = ends.flat_map(|parts| walk(parts, Some(&behind), &here, &mut inside));
                let ends = ends.collect();
                // What stands inside a name has been noted with it.
                if index >= named {
                    found.append(&mut inside);
                }
                ends
            }
        };
        if part.optional && index < named {
            // A name that is left out leaves two separators side by side, and no other name.
            after.extend(here.iter().flat_map(|stage| stage.unspelled()));
        } else if part.optional {
            after.append(&mut here);
        }
        here = after;
    }
    here
}

fn fits_a_name(part: &Part) -> bool {
    match &part.kind {
        Kind::Octet(octets) => {
            octets
                .iter()
                .any(|octet| *octet == 0 || is_of_a_name(*octet))
                && !octets.iter().any(|octet| is_separator(*octet))
        }
        Kind::Inside | Kind::Any => true,
        Kind::Gap => false,
        Kind::Choice(choices) => choices.iter().flatten().all(fits_a_name),
    }
}

pub(super) const fn is_of_a_name(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || octet > 0x7F
        || matches!(octet, b'-' | b'_' | b'.' | b' ' | b'@')
}

/// Whether one of the words that these parts spell is the name of somebody and none of `nobodies`. Too many words are somebody's.
pub(super) fn spells_somebody(parts: &[Part], nobodies: &[&[u8]]) -> bool {
    words(parts).is_none_or(|words| {
        words.iter().any(|word| {
            let begins = if word.contains(&UNSPELLED) {
                word.windows(2)
                    .any(|pair| pair.iter().all(u8::is_ascii_alphanumeric))
            } else {
                word.first().is_some_and(u8::is_ascii_alphanumeric)
            };
            begins && !nobodies.iter().any(|nobody| is_spelled(word, nobody))
        })
    })
}

/// Whether a word is another; the dots of an expression are not spelled out.
fn is_spelled(word: &[u8], other: &[u8]) -> bool {
    let mut pairs = word.iter().zip(other);
    let same = |(octet, other): (&u8, &u8)| match (*octet, *other) {
        (UNSPELLED, b'.') => true,
        (octet, other) => octet == other,
    };
    word.len() == other.len() && pairs.all(same)
}

/// Stands in a word for what is not spelled out.
const UNSPELLED: u8 = 0;

/// More words than these are not looked at one by one.
const WORDS_MAX: usize = 64;

/// The words that parts can spell.
fn words(parts: &[Part]) -> Option<Vec<Vec<u8>>> {
    let mut words = vec![Vec::new()];
    for part in parts {
        let mut endings: BTreeSet<Vec<u8>> = match &part.kind {
            Kind::Octet(octets) => octets.iter().map(|octet| spelled(*octet)).collect(),
            Kind::Inside | Kind::Any | Kind::Gap => BTreeSet::from([vec![UNSPELLED]]),
            Kind::Choice(choices) => {
                let choices = choices.iter().map(|parts| self::words(parts));
                let choices: Option<Vec<Vec<Vec<u8>>>> = choices.collect();
                choices?.into_iter().flatten().collect()
            }
        };
        if part.optional {
            endings.insert(Vec::new());
        }
        if words.len().saturating_mul(endings.len()) > WORDS_MAX {
            return None;
        }
        let last = endings.pop_last().unwrap_or_default();
        let mut others = Vec::new();
        for ending in &endings {
            others.extend(words.iter().map(|word| [word.as_slice(), ending].concat()));
        }
        for word in &mut words {
            word.extend(&last);
        }
        words.append(&mut others);
    }
    Some(words)
}

/// An octet as part of a word; a zero is none.
fn spelled(octet: u8) -> Vec<u8> {
    if octet == 0 { Vec::new() } else { vec![octet] }
}
