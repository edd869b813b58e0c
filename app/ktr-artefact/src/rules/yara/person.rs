//! Folders of users, wherever a string can spell one: also inside and behind groups, classes and choices.
//! Who is everybody and who is somebody is told by the name alone.

use std::{collections::BTreeSet, ops::Range};

use super::spelled::{Kind, Part, is_separator};

/// Where names of people stand in a string that begins `at` this.
pub(super) fn names(parts: &[Part], at: At) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(parts, &BTreeSet::from([at]), &mut found);
    found
}

/// How far a path has been spelled out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum At {
    /// In no path.
    Elsewhere,
    /// Where a path may begin without a separator.
    Edge,
    /// Behind a separator.
    Separator,
    /// In the name of the folder that holds those of users; what is missing of it, and whether nothing separates it from an edge.
    Parent(&'static [u8], bool),
    /// Before the name of a user.
    Front,
    /// In that name.
    Within,
}

impl At {
    /// One octet on. Zeros stand between the letters of wide strings.
    fn step(self, octet: u8) -> Self {
        match (self, octet) {
            (_, 0) => self,
            (Self::Parent([], false) | Self::Front, b'/' | b'\\')
            | (Self::Parent([], true), b'\\') => Self::Front,
            (_, b'/' | b'\\') => Self::Separator,
            (Self::Parent([next, rest @ ..], bare), _) if *next == octet => {
                Self::Parent(rest, bare)
            }
            (Self::Edge | Self::Separator, _) => Self::begin(octet, self == Self::Edge),
            (Self::Front | Self::Within, _) if is_of_a_name(octet) => Self::Within,
            _ if EDGES.contains(&octet) => Self::Edge,
            _ => Self::Elsewhere,
        }
    }

    fn begin(octet: u8, bare: bool) -> Self {
        let parent = PARENTS.iter().find_map(|parent| match parent {
            [first, rest @ ..] if *first == octet => Some(rest),
            _ => None,
        });
        match parent {
            Some(rest) => Self::Parent(rest, bare),
            None if EDGES.contains(&octet) => Self::Edge,
            None => Self::Elsewhere,
        }
    }

    /// Behind octets that are not spelled out.
    const fn unspelled(self) -> Self {
        match self {
            Self::Front | Self::Within => Self::Within,
            Self::Elsewhere | Self::Edge | Self::Separator | Self::Parent(..) => Self::Elsewhere,
        }
    }
}

/// Goes over parts from wherever it may be, notes the names met, and says where it may be then.
fn walk(parts: &[Part], from: &BTreeSet<At>, found: &mut Vec<Range<usize>>) -> BTreeSet<At> {
    let (mut here, mut named) = (from.clone(), 0);
    for (index, part) in parts.iter().enumerate() {
        if index >= named && (here.contains(&At::Front) || here.contains(&At::Within)) {
            let rest = parts.get(index..).unwrap_or_default();
            let length = rest.iter().take_while(|part| fits_a_name(part)).count();
            named = index.saturating_add(length);
            let name = rest.get(..length).unwrap_or_default();
            if let (Some(first), Some(last)) = (name.first(), name.last())
                && names_somebody(name)
            {
                found.push(first.place.start..last.place.end);
            }
        }
        let mut after = match &part.kind {
            Kind::Octet(octets) => here
                .iter()
                .flat_map(|at| octets.iter().map(|octet| at.step(*octet)))
                .collect(),
            Kind::Inside | Kind::Any => here.iter().map(|at| at.unspelled()).collect(),
            Kind::Gap => BTreeSet::from([At::Elsewhere]),
            Kind::Choice(choices) => {
                let mut inside = Vec::new();
                let ends = choices.iter().map(|parts| walk(parts, &here, &mut inside));
                let ends = ends.flatten().collect();
                // What stands inside a name has been noted with it.
                if index >= named {
                    found.append(&mut inside);
                }
                ends
            }
        };
        if part.optional {
            // A name that is left out leaves two separators side by side, and no other name.
            let unnamed = |at: &At| if index < named { at.unspelled() } else { *at };
            after.extend(here.iter().map(unnamed));
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

const fn is_of_a_name(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || octet > 0x7F
        || matches!(octet, b'-' | b'_' | b'.' | b' ' | b'@')
}

/// Whether one of the words that these parts spell is the name of somebody. Too many words are somebody's.
fn names_somebody(parts: &[Part]) -> bool {
    words(parts).is_none_or(|words| {
        words.iter().any(|word| {
            if word.contains(&UNSPELLED) {
                word.windows(2)
                    .any(|pair| pair.iter().all(u8::is_ascii_alphanumeric))
            } else {
                word.first().is_some_and(u8::is_ascii_alphanumeric)
                    && !EVERYONE.contains(&word.as_slice())
            }
        })
    })
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

/// What may stand before a path that begins without a separator.
const EDGES: &[u8] = b"\"'=";

const PARENTS: [&[u8]; 3] = [b"users", b"home", b"documents and settings"];

/// Folders that every machine has.
const EVERYONE: [&[u8]; 9] = [
    b"admin",
    b"administrator",
    b"all users",
    b"default",
    b"default user",
    b"guest",
    b"public",
    b"root",
    b"user",
];
