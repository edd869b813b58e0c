//! Paths that name a host: shares, written out or as an expression with groups and classes.
//! Hosts that every machine is or has name nobody.

use super::{
    expression::{count, plain},
    reader::{Reader, is_word},
};

/// Whether a share begins here: twice as many backslashes before the host as before the share, so that an escaped path is none.
pub(super) fn is_unc(text: Reader<'_>, at: usize, before: u8) -> bool {
    // An expression begins with a slash.
    let two_before = text.before(at.saturating_sub(1));
    let inside = before == b'/' && !two_before.is_ascii_whitespace();
    let begins = before == b'^' && b"/(|".contains(&two_before);
    if inside || is_word(before) || (JOINS.contains(&before) && !begins) {
        return false;
    }
    let lead = text.run(at, |octet| octet == b'\\').len();
    let after = text.rest(at.saturating_add(lead));
    if names_somebody(lead, Reader(after)) {
        return true;
    }
    let after = after.get(..AFTER).unwrap_or(after);
    // What only an expression has.
    let is_counted = after.first() == Some(&b'+');
    if lead < 2 || !(is_counted || after.iter().any(|octet| b"()[{".contains(octet))) {
        return false;
    }
    let (lead, after) = counted(lead, after);
    let path = plain(after);
    let path = if is_counted { once(&path) } else { path };
    !ends_in_a_class(Reader(&path)) && names_somebody(lead, Reader(&path))
}

/// A path whose separators may come more than once, with each once.
fn once(path: &[u8]) -> Vec<u8> {
    let mut once = Vec::with_capacity(path.len());
    for octet in path {
        if !(*octet == b'+' && once.last() == Some(&b'\\')) {
            once.push(*octet);
        }
    }
    once
}

/// Whether what looks like a share is a class such as `\d` behind the hosts.
fn ends_in_a_class(path: Reader<'_>) -> bool {
    let hosts = path.run(0, |octet| is_word(octet) || b"-_.@|".contains(&octet));
    match path.rest(hosts.len()) {
        [b'\\', b'b' | b'd' | b's' | b'w', rest @ ..] => {
            !rest.first().is_some_and(|next| is_word(*next))
        }
        _ => false,
    }
}

/// Octets looked at behind the backslashes.
const AFTER: usize = 160;

/// How many backslashes a count behind the last pair makes, and what follows it.
fn counted(lead: usize, after: &[u8]) -> (usize, &[u8]) {
    if let [b'+', behind @ ..] = after {
        return (lead.saturating_add(2), behind);
    }
    let grouped = after.strip_prefix(b")").unwrap_or(after);
    let Some(behind) = grouped.strip_prefix(b"{").and_then(count) else {
        return (lead, after);
    };
    let times = match grouped {
        [_, digit @ b'1'..=b'8', b'}', ..] => usize::from(digit.saturating_sub(b'1')),
        _ => 0,
    };
    (lead.saturating_add(times.saturating_mul(2)), behind)
}

/// Whether a host of somebody stands here, or one of several, and behind it what may be a share.
fn names_somebody(lead: usize, text: Reader<'_>) -> bool {
    let (mut at, mut somebody) = (0, false);
    loop {
        let host = text.run(at, |octet| is_word(octet) || b"-_.@".contains(&octet));
        at = at.saturating_add(host.len());
        somebody |= host.first().is_some_and(|first| is_word(*first))
            && !THIS_HOST.contains(&host)
            && !FOLDERS.contains(&host);
        if text.at(at) != Some(b'|') || host.is_empty() {
            break;
        }
        at = at.saturating_add(1);
    }
    let inner = text.run(at, |octet| octet == b'\\').len();
    let share = text.at(at.saturating_add(inner));
    // In a string of a rule a backslash is two; a third one escapes what follows.
    let twice = inner > 1;
    let third = usize::from(twice && !inner.is_multiple_of(2));
    let open = |octet: u8| {
        is_word(octet) || PLACEHOLDERS.contains(&octet) || (twice && OPEN.contains(&octet))
    };
    let escaped = inner > 0 && inner.saturating_sub(third).saturating_mul(2) == lead;
    escaped && share.is_none_or(open) && somebody
}

/// What may follow in the place of a share that is not spelled out, or at the end of a string.
const OPEN: &[u8] = b"\"'/.*${";

/// What a placeholder for a share begins with.
const PLACEHOLDERS: &[u8] = b"%<";

/// What stands before a backslash inside a path or pattern.
const JOINS: &[u8] = b"\\:*?%)}].-_^$+";

/// Hosts that name no host.
const THIS_HOST: &[&[u8]] = &[
    b"127.0.0.1",
    b"localhost",
    b"tsclient",
    b"vboxsvr",
    b"host",
    b"server",
];

/// Folders in which a path begins whose first separator an expression doubles.
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
