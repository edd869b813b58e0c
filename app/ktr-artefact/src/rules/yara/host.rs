//! Hosts of shares, wherever a string can spell one: also inside and behind groups, classes, choices and counts.
//! A share is told from an escaped path by the backslashes before the host: twice as many as before the share.

use std::{collections::BTreeSet, ops::Range};

use super::{
    spelled::{self, Kind, Part, is_separator},
    walk::{self, Rest, Stage},
};
use crate::finding::Rule;

/// Where hosts of shares stand in an expression without slashes and flags. Its classes may hold letters of any script.
///
/// # Errors
/// As [`spelled::expression`].
pub(in crate::rules) fn hosts(expression: &str) -> Result<Vec<Range<usize>>, Rule> {
    let parts = spelled::expression_of_letters(expression)?;
    Ok(walk::names(&parts, At::Edge))
}

/// Whether a name is that of a folder in which a path begins.
pub(in crate::rules) fn is_folder(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FOLDERS.contains(&name.as_bytes())
}

/// How far a share has been spelled out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum At {
    /// Inside a path or a word.
    Elsewhere,
    /// Where a share may begin.
    Edge,
    /// Behind this many separators.
    Lead(u8),
    /// In what says that the network comes next, `?\UNC\`, with this many separators before it and so many of its octets read.
    Device { lead: u8, read: u8 },
    /// In the name of a host with this many separators before it.
    Within(u8),
}

impl At {
    /// How many separators stand before the share, if a host is here.
    fn inner(self) -> Option<u8> {
        match self {
            Self::Lead(lead) | Self::Within(lead) => {
                (lead > 0 && lead.is_multiple_of(2)).then_some(lead >> 1)
            }
            Self::Elsewhere | Self::Edge | Self::Device { .. } => None,
        }
    }

    /// At the beginning of a device, if twice as many separators stand before it as inside it.
    const fn device(lead: u8) -> Option<Self> {
        if lead > 0 && lead.is_multiple_of(2) {
            Some(Self::Device { lead, read: 0 })
        } else {
            None
        }
    }

    /// Behind one octet more of a device; behind the whole of it a host may follow, as if nothing had stood between.
    fn within_device(lead: u8, read: u8, octet: u8) -> Option<Self> {
        let inner = lead >> 1;
        let letter = read
            .checked_sub(inner)
            .and_then(|at| NETWORK.get(usize::from(at)));
        let fits = letter.map_or_else(|| is_separator(octet), |letter| *letter == octet);
        let read = read.saturating_add(1);
        let letters = u8::try_from(NETWORK.len()).unwrap_or(u8::MAX);
        let whole = inner.saturating_mul(2).saturating_add(letters);
        fits.then_some(if read < whole {
            Self::Device { lead, read }
        } else {
            Self::Lead(lead)
        })
    }

    /// Behind an octet that separates nothing, whatever was there before.
    fn behind(octet: u8) -> Self {
        if octet.is_ascii_alphanumeric() || JOINS.contains(&octet) {
            Self::Elsewhere
        } else {
            Self::Edge
        }
    }
}

impl Stage for At {
    const GAP: Self = Self::Edge;

    fn step(self, octet: u8) -> impl Iterator<Item = Self> {
        let (one, other) = match self {
            _ if octet == 0 => (Some(self), None),
            Self::Elsewhere if is_separator(octet) => (Some(self), None),
            Self::Edge if is_separator(octet) => (Some(Self::Lead(1)), None),
            Self::Lead(LEAD_MAX) if is_separator(octet) => (Some(Self::Elsewhere), None),
            Self::Lead(lead) if is_separator(octet) => {
                (Some(Self::Lead(lead.saturating_add(1))), None)
            }
            Self::Device { lead, read } => (Self::within_device(lead, read, octet), None),
            Self::Lead(lead) if matches!(octet, b'?' | b'.') => {
                (Some(Self::behind(octet)), Self::device(lead))
            }
            // What the host ends with is behind it in the other stage.
            Self::Within(_) if is_separator(octet) => (None, None),
            Self::Lead(lead) if octet.is_ascii_alphanumeric() => {
                (Some(Self::behind(octet)), Some(Self::Within(lead)))
            }
            Self::Within(_) if spelled::is_of_a_name(octet) => {
                (Some(Self::behind(octet)), Some(self))
            }
            Self::Elsewhere | Self::Edge | Self::Lead(_) | Self::Within(_) => {
                (Some(Self::behind(octet)), None)
            }
        };
        one.into_iter().chain(other)
    }

    fn unspelled(self) -> impl Iterator<Item = Self> {
        let (host, device) = match self {
            Self::Lead(lead) => (Some(Self::Within(lead)), Self::device(lead)),
            Self::Within(lead) => (Some(Self::Within(lead)), None),
            Self::Elsewhere | Self::Edge | Self::Device { .. } => (None, None),
        };
        [Self::Edge].into_iter().chain(host).chain(device)
    }

    fn is_at_name(self) -> bool {
        self.inner().is_some()
    }

    fn names_somebody(here: &BTreeSet<Self>, name: &[Part], rest: &Rest<'_>) -> bool {
        let inner: BTreeSet<u8> = here.iter().filter_map(|at| at.inner()).collect();
        // Behind what may be one separator a path may begin with a folder.
        let once = here
            .iter()
            .any(|at| matches!(at, Self::Lead(1) | Self::Within(1)));
        let folders: &[&[u8]] = if once { FOLDERS } else { &[] };
        walk::spells_somebody(name, &[THIS_HOST, folders].concat())
            && inner.into_iter().any(|inner| share_follows(rest, inner))
    }
}

/// What may follow the name of a host.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Ahead {
    /// More of it.
    Host,
    /// Behind this many separators.
    Inner(u8),
    /// A share, or what may be one.
    Share,
}

/// Whether a share, or the end, may stand behind the rest of a host and `inner` separators; what is too far off to be seen may be one.
fn share_follows(rest: &Rest<'_>, inner: u8) -> bool {
    let mut left = AHEAD_MAX;
    let mut here = BTreeSet::from([Ahead::Host]);
    let mut rest = Some(rest);
    while let Some(level) = rest {
        for part in level.parts {
            here = ahead(part, &here, inner, &mut left);
            if here.is_empty() || here.contains(&Ahead::Share) {
                return !here.is_empty();
            }
        }
        rest = level.outer;
    }
    here.contains(&Ahead::Inner(inner))
}

/// What may follow behind one part more, with so many parts left to look at.
fn ahead(part: &Part, here: &BTreeSet<Ahead>, inner: u8, left: &mut u32) -> BTreeSet<Ahead> {
    let Some(less) = left.checked_sub(1) else {
        return BTreeSet::from([Ahead::Share]);
    };
    *left = less;
    let step = |at: Ahead, octet: u8| match at {
        _ if octet == 0 => Some(at),
        Ahead::Host if spelled::is_of_a_name(octet) => Some(at),
        Ahead::Host if octet == b'\\' => Some(Ahead::Inner(1)),
        Ahead::Inner(count) if octet == b'\\' && count < inner => {
            Some(Ahead::Inner(count.saturating_add(1)))
        }
        Ahead::Inner(count) if begins_a_share(octet) && count == inner => Some(Ahead::Share),
        Ahead::Host | Ahead::Inner(_) => None,
        Ahead::Share => Some(at),
    };
    let unspelled = |at: &Ahead| match at {
        Ahead::Inner(count) => (*count == inner).then_some(Ahead::Share),
        Ahead::Host | Ahead::Share => Some(*at),
    };
    let mut after: BTreeSet<Ahead> = match &part.kind {
        Kind::Octet(octets) => here
            .iter()
            .flat_map(|at| octets.iter().filter_map(|octet| step(*at, *octet)))
            .collect(),
        Kind::Inside | Kind::Any | Kind::Gap => here.iter().filter_map(unspelled).collect(),
        Kind::Choice(choices) => {
            let mut through = |parts: &Vec<Part>| {
                let parts = parts.iter();
                parts.fold(here.clone(), |here, part| ahead(part, &here, inner, left))
            };
            choices.iter().flat_map(&mut through).collect()
        }
    };
    if part.optional {
        after.extend(here);
    }
    after
}

/// Whether a share begins so, or a placeholder for one: `%s`, `{0}`, `<share>`.
const fn begins_a_share(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'%' | b'{' | b'<')
}

/// More parts behind a host are not looked at: hosts and backslashes before a share are shorter.
const AHEAD_MAX: u32 = 1_024;

/// More separators than these lead to no share.
const LEAD_MAX: u8 = 16;

/// The network among the devices.
const NETWORK: &[u8] = b"unc";

/// What stands before a backslash inside a path.
const JOINS: &[u8] = b":*?%)}].-_^$+";

/// Hosts that name no host.
const THIS_HOST: &[&[u8]] = &[
    b"127.0.0.1",
    b"localhost",
    b"tsclient",
    b"vboxsvr",
    b"wsl.localhost",
];

/// Folders in which a path begins. They are none in the place of a host, where two separators are certain.
const FOLDERS: &[&[u8]] = &[
    b"device",
    b"documents",
    b"globalroot",
    b"home",
    b"program",
    b"programdata",
    b"system32",
    b"temp",
    b"tmp",
    b"users",
    b"windows",
];
