//! Paths that name a person or a host: folders of users, and shares.
//! Folders that every machine has, wildcards and variables name nobody.

use super::reader::{Reader, is_word};

/// Whether a share begins here: twice as many backslashes before the host as before the share, so that an escaped path is none.
pub(super) fn is_unc(text: Reader<'_>, at: usize, before: u8) -> bool {
    if is_word(before) || JOINS.contains(&before) {
        return false;
    }
    let lead = text.run(at, |octet| octet == b'\\').len();
    let host_at = at.saturating_add(lead);
    let host = text.run(host_at, |octet| is_word(octet) || b"-_.@".contains(&octet));
    let inner_at = host_at.saturating_add(host.len());
    let inner = text.run(inner_at, |octet| octet == b'\\').len();
    let share = text.at(inner_at.saturating_add(inner));
    let escaped = inner > 0 && inner.saturating_mul(2) == lead;
    escaped
        && host.first().is_some_and(|first| is_word(*first))
        && share.is_some_and(is_word)
        && !THIS_HOST.contains(&host)
}

/// What stands before a backslash inside a path or pattern.
const JOINS: &[u8] = b":*?%)}].-_^$+";

/// Hosts that name no host.
const THIS_HOST: &[&[u8]] = &[
    b"127.0.0.1",
    b"localhost",
    b"tsclient",
    b"vboxsvr",
    b"host",
    b"server",
];

/// Whether a named folder of a user begins here.
pub(super) fn is_home(text: Reader<'_>, at: usize, before: u8) -> bool {
    let lead = text.run(at, is_separator);
    let rest_at = at.saturating_add(lead.len());
    let rest = text.rest(rest_at);
    let unix = matches!(lead, b"/" | b"///");
    let within_url = unix && (is_word(before) || b".-_~".contains(&before));
    let Some(parent) = PARENTS.iter().find(|parent| rest.starts_with(parent)) else {
        return false;
    };
    if within_url || (*parent == b"home" && !unix) {
        return false;
    }
    let next_at = rest_at.saturating_add(parent.len());
    let inner = text.run(next_at, is_separator).len();
    let name_at = next_at.saturating_add(inner);
    let name = text.run(name_at, |octet| is_word(octet) || b"-_. @".contains(&octet));
    let end = text.at(name_at.saturating_add(name.len()));
    // A name with a blank counts only where the folder goes on; else the blank ends it.
    let goes_on = end.is_some_and(is_separator);
    let name = if goes_on {
        name
    } else {
        name.split(|octet| *octet == b' ').next().unwrap_or(&[])
    };
    let wild = !goes_on && end.is_some_and(|octet| b"*?%${<[(".contains(&octet));
    let unended = *parent == b"users" && unix && !goes_on;
    inner > 0
        && !unended
        && !wild
        && name.first().is_some_and(|first| is_word(*first))
        && !EVERYONE.contains(&name)
        && name.iter().any(|octet| *octet != b'x')
}

const fn is_separator(octet: u8) -> bool {
    matches!(octet, b'\\' | b'/')
}

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
