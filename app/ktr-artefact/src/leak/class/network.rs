//! Places in an inner network by their form: security identifiers, hardware addresses, private addresses, names of inner hosts.
//! Addresses are read elsewhere, in all their notations.

use super::reader::{Reader, is_word};

/// A security identifier of a domain or machine: three numbers after `S-1-5-21`.
pub(super) fn is_sid(text: Reader<'_>, at: usize) -> bool {
    let Some(rest) = text.rest(at).strip_prefix(b"s-1-5-21-") else {
        return false;
    };
    let mut numbers = rest.split(|octet| *octet == b'-');
    (0..3).all(|_| {
        let number = numbers.next().unwrap_or(&[]);
        number.first().is_some_and(u8::is_ascii_digit)
    })
}

/// Six pairs with colons or hyphens, or three fours with dots; not part of a longer fingerprint.
pub(super) fn is_mac(text: Reader<'_>, at: usize) -> bool {
    let pairs = text.groups(at, &[2; 6], b":-").map(|digits| (digits, 17));
    let fours = || text.groups(at, &[4; 3], b".").map(|digits| (digits, 14));
    let Some((digits, length)) = pairs.or_else(fours) else {
        return false;
    };
    let joins = |octet: u8| matches!(octet, b':' | b'-');
    let after = text.at(at.saturating_add(length)).unwrap_or(b' ');
    let longer = joins(text.before(at)) || joins(after);
    digits.iter().all(u8::is_ascii_hexdigit) && !longer && !is_placeholder(&digits)
}

fn is_placeholder(digits: &[u8]) -> bool {
    let mut pairs = digits.chunks(2);
    let first = pairs.next();
    pairs.all(|pair| Some(pair) == first) || PLACEHOLDERS.contains(&digits)
}

const PLACEHOLDERS: &[&[u8]] = &[b"aabbccddeeff", b"000102030405", b"001122334455"];

/// Whether the dot here begins an ending that only inner networks have, behind a name.
pub(super) fn is_inner_host(text: Reader<'_>, at: usize) -> bool {
    let rest = text.rest(at.saturating_add(1));
    let ending = ENDINGS.iter().find(|ending| {
        rest.starts_with(ending) && {
            let end = at.saturating_add(1).saturating_add(ending.len());
            stops(text, end)
        }
    });
    let named = is_word(text.before(at));
    ending.is_some() && named && !is_everywhere(text, at)
}

/// Nothing of a name or call follows.
fn stops(text: Reader<'_>, end: usize) -> bool {
    let next = text.at(end).unwrap_or(b' ');
    let after = text.at(end.saturating_add(1)).unwrap_or(b' ');
    let goes_on = is_word(next) || b"-_(".contains(&next) || (next == b'.' && is_word(after));
    !goes_on
}

fn is_everywhere(text: Reader<'_>, at: usize) -> bool {
    let front = text.0.get(..at).unwrap_or(&[]);
    EVERYWHERE.iter().any(|name| front.ends_with(name))
}

/// What inner networks use (RFC 6762 appendix G, RFC 8375, ICANN's `internal`).
const ENDINGS: &[&[u8]] = &[
    b"local",
    b"lan",
    b"corp",
    b"internal",
    b"intranet",
    b"localdomain",
    b"home.arpa",
];

/// Fronts of names that stand in every cloud, container, host file or system folder.
const EVERYWHERE: &[&[u8]] = &[
    b"metadata.google",
    b"docker",
    b"containers",
    b"cluster",
    b"localhost",
    b"exe",
    b"/rc",
];

/// Whether an address is private, shared or link-local, and not the first of its block, which only names the block.
pub(in crate::leak) fn is_private(address: u128) -> bool {
    let block = BLOCKS
        .iter()
        .find(|(base, length)| (address ^ base).leading_zeros() >= *length);
    block.is_some_and(|(base, _)| address != *base && address != METADATA)
}

/// Blocks as IPv6 addresses, IPv4 mapped (RFC 1918, 6598, 3927, 4193, 4291).
const BLOCKS: &[(u128, u32)] = &[
    (0xffff_0a00_0000, 104),
    (0xffff_ac10_0000, 108),
    (0xffff_c0a8_0000, 112),
    (0xffff_6440_0000, 106),
    (0xffff_a9fe_0000, 112),
    (0xfc00_0000_0000_0000_0000_0000_0000_0000, 7),
    (0xfe80_0000_0000_0000_0000_0000_0000_0000, 10),
];

/// 169.254.169.254, where every cloud keeps its metadata.
const METADATA: u128 = 0xffff_a9fe_a9fe;
