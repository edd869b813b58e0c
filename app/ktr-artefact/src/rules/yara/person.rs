//! Folders of users, wherever a string can spell one: also inside and behind groups, classes and choices.
//! Who is everybody and who is somebody is told by the name alone.

use std::{collections::BTreeSet, iter};

use super::{
    spelled::{self, Part},
    walk::{self, Rest, Stage},
};

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
    fn on(self, octet: u8) -> Self {
        match (self, octet) {
            (_, 0) => self,
            (Self::Parent([], false) | Self::Front, b'/' | b'\\')
            | (Self::Parent([], true), b'\\') => Self::Front,
            (_, b'/' | b'\\') => Self::Separator,
            (Self::Parent([next, rest @ ..], bare), _) if *next == octet => {
                Self::Parent(rest, bare)
            }
            (Self::Edge | Self::Separator, _) => Self::begin(octet, self == Self::Edge),
            (Self::Front | Self::Within, _) if spelled::is_of_a_name(octet) => Self::Within,
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
}

impl Stage for At {
    const GAP: Self = Self::Elsewhere;

    fn step(self, octet: u8) -> impl Iterator<Item = Self> {
        iter::once(self.on(octet))
    }

    fn unspelled(self) -> impl Iterator<Item = Self> {
        iter::once(match self {
            Self::Front | Self::Within => Self::Within,
            Self::Elsewhere | Self::Edge | Self::Separator | Self::Parent(..) => Self::Elsewhere,
        })
    }

    fn is_at_name(self) -> bool {
        matches!(self, Self::Front | Self::Within)
    }

    fn names_somebody(_here: &BTreeSet<Self>, name: &[Part], _rest: &Rest<'_>) -> bool {
        walk::spells_somebody(name, EVERYONE)
    }
}

/// What may stand before a path that begins without a separator.
const EDGES: &[u8] = b"\"'=";

const PARENTS: [&[u8]; 3] = [b"users", b"home", b"documents and settings"];

/// Folders that every machine has.
const EVERYONE: &[&[u8]] = &[
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
