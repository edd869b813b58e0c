//! Expressions as the paths that they most likely mean, for the classes of paths.
//! Blunt on purpose: no expression is parsed here, and none is run.

use super::reader::is_word;

/// An expression as the path that it most likely means: without groups and counts, a class of separators or a choice of them as all of these, a class
/// of a few letters as the last of them, another class as a wildcard.
pub(super) fn plain(octets: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest, mut counts, mut open) = (Vec::new(), octets, false, false);
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'(' => (rest, open) = (behind_flags(after), true),
            b'|' if open
                && plain.last().is_some_and(|octet| is_separator(*octet))
                && after.first().is_some_and(|octet| is_separator(*octet)) => {}
            b'[' => {
                let (content, behind) = class(after);
                plain.extend(content);
                rest = behind;
            }
            b')' | b']' => {}
            b'?' | b'*' | b'+' if counts => continue,
            b'{' if counts && count(after).is_some() => {
                rest = count(after).unwrap_or(after);
                continue;
            }
            other => plain.push(*other),
        }
        counts = matches!(first, b')' | b']' | b'[') || (is_count(after) && !is_placed(&plain));
    }
    plain
}

/// Whether a count in braces begins here: other signs behind a separator or a letter are wildcards.
fn is_count(octets: &[u8]) -> bool {
    matches!(octets, [b'{', after @ ..] if count(after).is_some())
}

/// Whether braces with a number stand in the place of a name: `/Users/{0}/` counts no slash, for an expression would escape it.
fn is_placed(plain: &[u8]) -> bool {
    matches!(plain, [.., before, b'/'] if *before != b'\\') || plain == b"/"
}

/// What follows a count such as `1,2}`.
pub(super) fn count(octets: &[u8]) -> Option<&[u8]> {
    let end = octets.iter().position(|octet| *octet == b'}')?;
    let (count, behind) = octets.split_at_checked(end)?;
    let number = count.iter().all(|b| b.is_ascii_digit() || *b == b',');
    // What comes no time is a placeholder's number.
    (number && !count.is_empty() && count != b"0").then(|| behind.get(1..).unwrap_or(&[]))
}

/// What follows the flags of a group, such as `?:`.
fn behind_flags(octets: &[u8]) -> &[u8] {
    match octets {
        [b'?', b':', after @ ..] | [b'?', _, b':', after @ ..] => after,
        _ => octets,
    }
}

/// What a class most likely means, and what follows it; one that does not end is no class. A bracket behind a backslash ends it too: `[\]` is a
/// class of separators far more often than `[\]…]` is one with a bracket.
fn class(octets: &[u8]) -> (&[u8], &[u8]) {
    let Some(end) = octets.iter().position(|octet| *octet == b']') else {
        return (&[], octets);
    };
    let (content, behind) = octets.split_at_checked(end).unwrap_or((octets, &[]));
    let behind = behind.get(1..).unwrap_or(&[]);
    let letters = content.len() <= LETTERS_MAX && content.iter().all(|octet| is_word(*octet));
    if content.iter().all(|octet| is_separator(*octet)) {
        (content, behind)
    } else if letters {
        (content.last_chunk::<1>().map_or(&[], |last| last), behind)
    } else {
        (b"*", behind)
    }
}

/// A class of more letters is a wildcard.
const LETTERS_MAX: usize = 4;

pub(super) const fn is_separator(octet: u8) -> bool {
    matches!(octet, b'\\' | b'/')
}
