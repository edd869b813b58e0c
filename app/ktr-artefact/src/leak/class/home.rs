//! Paths that name a person: folders of users, written out or as an expression with groups and classes.
//! Folders that every machine has, wildcards and variables name nobody.

use super::{
    expression::{is_separator, plain},
    reader::{Reader, is_word},
};

/// Whether the folder of users is named here, and behind it a user's.
pub(super) fn is_home(text: Reader<'_>, at: usize) -> bool {
    let rest = text.rest(at);
    let Some(parent) = PARENTS.iter().find(|parent| rest.starts_with(parent)) else {
        return false;
    };
    let begin = at.saturating_sub(BEFORE);
    let before = text.0.get(begin..at).unwrap_or(&[]);
    let after = rest.get(parent.len()..).unwrap_or(&[]);
    let after = plain(after.get(..AFTER).unwrap_or(after));
    let after = Reader(behind_choices(&after));
    let inner = after.run(0, is_separator);
    let lead = Lead::of(&plain(before), begin == 0);
    let leads = match lead {
        Lead::None => false,
        Lead::Edge => *parent != b"home" && inner.first() == Some(&b'\\'),
        Lead::Slash => true,
        Lead::Backslash { or_slash } => *parent != b"home" || or_slash,
    };
    let ends_itself = *parent != b"users" || lead != Lead::Slash;
    leads && !inner.is_empty() && names_somebody(after, inner, ends_itself)
}

/// What follows the other choices of a group.
fn behind_choices(after: &[u8]) -> &[u8] {
    let mut after = after;
    while let [b'|', rest @ ..] = after {
        let word = Reader(rest).run(0, |octet| is_word(octet) || octet == b' ');
        after = rest.get(word.len()..).unwrap_or(&[]);
    }
    after
}

/// Octets looked at before and behind the folder of users.
const BEFORE: usize = 32;
const AFTER: usize = 160;

/// What stands before the folder of users.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lead {
    /// No path.
    None,
    /// The beginning, a quote or another mark.
    Edge,
    /// One slash that is not inside a URL; an expression has a backslash before it.
    Slash,
    /// Backslashes, or any other number of slashes; in a class of both also one slash.
    Backslash { or_slash: bool },
}

impl Lead {
    fn of(before: &[u8], begins: bool) -> Self {
        // Another choice of a group stands between the separator and the folder.
        let mut before = before;
        while let [rest @ .., b'|'] = before {
            before = without_last(rest, |octet| is_word(octet) || octet == b' ');
        }
        let path = without_last(before, is_separator);
        let marks = before.get(path.len()..).unwrap_or(&[]);
        let (slashes, backslashes): (Vec<u8>, Vec<u8>) =
            marks.iter().partition(|octet| **octet == b'/');
        let single = matches!(slashes.len(), 1 | 3);
        let last = path.last().copied();
        if marks.is_empty() {
            let path = without_last(path, |octet| octet == b' ');
            let edge = path.last().map_or(begins, |octet| EDGES.contains(octet));
            return if edge { Self::Edge } else { Self::None };
        }
        if !single || backslashes.len() > slashes.len() {
            return Self::Backslash { or_slash: single };
        }
        let within_url = last.is_some_and(|octet| is_word(octet) || b".-_~".contains(&octet));
        if within_url { Self::None } else { Self::Slash }
    }
}

fn without_last(octets: &[u8], dropped: impl Fn(u8) -> bool) -> &[u8] {
    let kept = octets.iter().rposition(|octet| !dropped(*octet));
    let end = kept.map_or(0, |last| last.saturating_add(1));
    octets.get(..end).unwrap_or(octets)
}

/// Whether a name of somebody stands behind separators, or one of several does.
fn names_somebody(after: Reader<'_>, inner: &[u8], ends_itself: bool) -> bool {
    let mut at = inner.len();
    loop {
        let run = after.run(at, |octet| is_word(octet) || b"-_. @".contains(&octet));
        let end = after.at(at.saturating_add(run.len()));
        // A name with a blank counts only where the folder goes on; else the blank ends it.
        let goes_on = end.is_some_and(|octet| is_separator(octet) || octet == b'|');
        let name = if goes_on {
            run
        } else {
            run.split(|octet| *octet == b' ').next().unwrap_or(&[])
        };
        let wild = !goes_on && end.is_some_and(|octet| b"*?%${<[(".contains(&octet));
        let escape = inner.len() > 1 && !inner.len().is_multiple_of(2) && name.len() == 1;
        let class = escape && name.iter().all(|octet| b"dsw".contains(octet));
        // What follows the slash that ends an expression.
        let flags = !goes_on && inner == b"/" && matches!(name, b"i" | b"s" | b"is" | b"si");
        let somebody = (goes_on || ends_itself)
            && !(wild || class || flags)
            && name.first().is_some_and(|first| is_word(*first))
            && !EVERYONE.contains(&name)
            && name.iter().any(|octet| *octet != b'x');
        if somebody || end != Some(b'|') {
            return somebody;
        }
        at = at.saturating_add(run.len()).saturating_add(1);
    }
}

/// What may stand before a path that begins without a separator.
const EDGES: &[u8] = b"\"'=:-(|^";

const PARENTS: &[&[u8]] = &[b"users", b"home", b"documents and settings"];

/// Folders and placeholders that stand for nobody.
const EVERYONE: &[&[u8]] = &[
    b"admin",
    b"administrator",
    b"all users",
    b"default",
    b"default user",
    b"default.migrated",
    b"defaultuser0",
    b"guest",
    b"names",
    b"public",
    b"redacted",
    b"root",
    b"shared",
    b"test",
    b"user",
    b"username",
    b"wdagutilityaccount",
];
