//! Paths that name a host: shares, written out or as an expression with groups and classes.
//! Hosts that every machine is or has name nobody.

use std::ops::RangeInclusive;

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
    let exactly = |once: bool| Lead {
        count: lead..=lead,
        once,
    };
    let written = exactly(ends_in_a_class(Reader(after)));
    if written.leads_to_somebody(Reader(after)) || is_behind_a_device(lead, after) {
        return true;
    }
    let after = after.get(..AFTER).unwrap_or(after);
    // What only an expression has.
    let counts = after.first().is_some_and(|octet| b"+?*".contains(octet));
    let open = counts || after.iter().any(|octet| b"()[{".contains(octet));
    if lead < 2 || !open {
        return false;
    }
    let (leads, path) = match counted(lead, after) {
        Some((leads, behind)) => (leads, once(&plain(behind))),
        // Two in an expression are one separator.
        None => (exactly(lead == 2), plain(after)),
    };
    !ends_in_a_class(Reader(&path)) && leads.leads_to_somebody(Reader(&path))
}

/// Whether the host stands behind the device of the network, as in `\\?\UNC\host\share`, with `.` for `?`, however often it is escaped.
fn is_behind_a_device(lead: usize, after: &[u8]) -> bool {
    if lead < 2 || !after.first().is_some_and(|octet| b"?.[".contains(octet)) {
        return false;
    }
    let path = plain(after.get(..AFTER).unwrap_or(after));
    // A class of a mark is read as a wildcard.
    let [b'?' | b'.' | b'*', device @ ..] = path.as_slice() else {
        return false;
    };
    let Some(host) = behind_separators(device)
        .and_then(|network| network.strip_prefix(b"unc"))
        .and_then(behind_separators)
    else {
        return false;
    };
    let any = Lead {
        count: 2..=usize::MAX,
        once: false,
    };
    any.leads_to_somebody(Reader(host))
}

/// What follows backslashes; nothing if there are none.
fn behind_separators(path: &[u8]) -> Option<&[u8]> {
    let count = Reader(path).run(0, |octet| octet == b'\\').len();
    path.get(count..).filter(|_| count > 0)
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

/// How many backslashes a count behind the last pair makes, at least and at most, and what follows it; nothing where none is counted. An odd one
/// escapes what looks like a count.
fn counted(lead: usize, after: &[u8]) -> Option<(Lead, &[u8])> {
    let grouped = after.strip_prefix(b")").unwrap_or(after);
    let (least, most, behind) = match grouped {
        [b'+', behind @ ..] => (1, None, behind),
        [b'*', behind @ ..] => (0, None, behind),
        [b'?', behind @ ..] => (0, Some(1), behind),
        [b'{', inside @ ..] => {
            let behind = count(inside)?;
            let (least, most) = numbers(inside)?;
            (least, most, behind)
        }
        _ => return None,
    };
    // As few as may be are as many.
    let behind = behind.strip_prefix(b"?").unwrap_or(behind);
    let before = lead.checked_sub(2).filter(|_| lead.is_multiple_of(2))?;
    // Without an end twice as many as at least: as many as may stand before a host when these stand before its share.
    let most = most.unwrap_or_else(|| least.max(1).saturating_mul(2));
    let with = |times: usize| before.saturating_add(times.min(TIMES_MAX).saturating_mul(2));
    // Fewer than two pairs lead to no host.
    let lead = Lead {
        count: with(least).max(4)..=with(most),
        once: before == 0 && least <= 1,
    };
    Some((lead, behind))
}

/// The numbers of a count such as `2}`, `1,2}`, `,2}` and `2,}`; no second one if it has no end.
fn numbers(count: &[u8]) -> Option<(usize, Option<usize>)> {
    let text = count.split(|octet| *octet == b'}').next()?;
    let text = std::str::from_utf8(text).ok()?;
    let number = |text: &str| text.parse::<usize>().ok();
    let Some((least, most)) = text.split_once(',') else {
        let times = number(text)?;
        return Some((times, Some(times)));
    };
    let least = if least.is_empty() {
        Some(0)
    } else {
        number(least)
    };
    let most = if most.is_empty() {
        None
    } else {
        Some(number(most)?)
    };
    Some((least?, most))
}

/// No path has more backslashes in a row.
const TIMES_MAX: usize = 16;

/// What stands before a name.
struct Lead {
    /// How many backslashes, at least and at most.
    count: RangeInclusive<usize>,
    /// Whether they may be one separator, behind which a path may begin with a folder.
    once: bool,
}

impl Lead {
    /// Whether a host of somebody stands here, or one of several, and behind it what may be a share.
    fn leads_to_somebody(&self, text: Reader<'_>) -> bool {
        let (mut at, mut somebody) = (0, false);
        loop {
            let host = text.run(at, |octet| is_word(octet) || b"-_.@".contains(&octet));
            at = at.saturating_add(host.len());
            somebody |= host.first().is_some_and(|first| is_word(*first))
                && !THIS_HOST.contains(&host)
                && !(self.once && FOLDERS.contains(&host));
            if text.at(at) != Some(b'|') || host.is_empty() {
                break;
            }
            at = at.saturating_add(1);
        }
        somebody && self.ends_at(text, at)
    }

    /// Whether half as many backslashes as stand before a host stand behind it, and then what may be a share.
    fn ends_at(&self, text: Reader<'_>, at: usize) -> bool {
        let inner = text.run(at, |octet| octet == b'\\').len();
        let share = text.at(at.saturating_add(inner));
        // In a string of a rule a backslash is two; a third one escapes what follows.
        let twice = inner > 1;
        let third = usize::from(twice && !inner.is_multiple_of(2));
        let open = |octet: u8| {
            is_word(octet) || PLACEHOLDERS.contains(&octet) || (twice && OPEN.contains(&octet))
        };
        let lead = inner.saturating_sub(third).saturating_mul(2);
        let escaped = inner > 0 && self.count.contains(&lead);
        escaped && share.is_none_or(open)
    }
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
    b"wsl.localhost",
    b"host",
    b"server",
];

/// Folders in which a path begins. They are none in the place of a host, where more than one separator is certain.
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
