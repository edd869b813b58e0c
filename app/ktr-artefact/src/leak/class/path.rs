//! Paths that name a host: shares.
//! Hosts that every machine is or has name nobody.

use super::reader::{Reader, is_word};

/// Whether a share begins here: twice as many backslashes before the host as before the share, so that an escaped path is none.
pub(super) fn is_unc(text: Reader<'_>, at: usize, before: u8) -> bool {
    // An expression begins with a slash.
    let inside = before == b'/' && !text.before(at.saturating_sub(1)).is_ascii_whitespace();
    if inside || is_word(before) || JOINS.contains(&before) {
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
