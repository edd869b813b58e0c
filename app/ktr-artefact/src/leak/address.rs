//! Address literals in every notation, and ranges of addresses.
//! IPv4 is kept as IPv4-mapped IPv6, so that there is one kind of range.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// First and last address of a range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Range(u128, u128);

impl Range {
    /// One address, or a range in CIDR notation.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let (address, length) = token
            .split_once('/')
            .map_or((token, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().ok()?;
        let (number, unused) = match address {
            IpAddr::V4(address) => (mapped(address), 96_u32),
            IpAddr::V6(address) => (u128::from(address), 0),
        };
        let length = match length {
            Some(length) => length.parse::<u32>().ok()?.checked_add(unused)?,
            None => 128,
        };
        if length > 128 {
            return None;
        }
        let hosts = u128::MAX.checked_shr(length).unwrap_or(0);
        Some(Self(number & !hosts, number | hosts))
    }

    /// Whether it holds an address.
    pub(super) const fn holds(self, address: u128) -> bool {
        self.0 <= address && address <= self.1
    }

    /// Whether it begins at an address or before it.
    pub(super) const fn begins_by(self, address: u128) -> bool {
        self.0 <= address
    }
}

/// Ranges in rising order, those that overlap as one.
pub(super) fn merged(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
            _ => merged.push(range),
        }
    }
    merged
}

/// An address that a text may mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Literal {
    pub(super) address: u128,
    /// Four numbers or IPv6; else one number, which may well mean something else.
    pub(super) usual: bool,
}

/// Calls `each` with every address that a folded text could mean.
pub(super) fn each_address(folded: &str, mut each: impl FnMut(Literal)) {
    let mut rest = folded;
    while let Some(begin) = rest.find(joins) {
        let word = rest.get(begin..).unwrap_or("");
        let end = word.find(|c| !joins(c)).unwrap_or(word.len());
        let (word, after) = word.split_at_checked(end).unwrap_or((word, ""));
        if word.bytes().any(|b| b.is_ascii_digit() || b == b':') {
            readings(word, after, &mut each);
            // What is packed into octets may follow letters at once.
            let inner = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            if inner.len() < word.len() {
                readings(inner, after, &mut |literal| {
                    each(Literal {
                        usual: false,
                        ..literal
                    });
                });
            }
        }
        rest = after;
    }
}

const fn joins(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':')
}

fn readings(word: &str, after: &str, each: &mut impl FnMut(Literal)) {
    let bare = word.trim_start_matches(['.', ':']);
    // Two colons may begin or end an address; any other is the text's.
    for whole in [word, bare.trim_end_matches(['.', ':'])] {
        if whole.bytes().filter(|b| *b == b':').count() >= 2
            && let Ok(address) = whole.parse::<Ipv6Addr>()
        {
            each(Literal {
                address: u128::from(address),
                usual: true,
            });
        }
    }
    // A reverse name has a hyphen in its ending.
    let backwards = after.starts_with("-addr.arpa");
    for part in word.split(':') {
        let part = part.trim_matches('.');
        let reverse = part.strip_suffix(".in").filter(|_| backwards);
        let mut tell = |address: Ipv4Addr, usual| {
            each(Literal {
                address: mapped(address),
                usual,
            });
        };
        if let Some(address) = quad(reverse.unwrap_or(part)) {
            tell(address, true);
            let [a, b, c, d] = address.octets();
            if reverse.is_some() {
                tell(Ipv4Addr::new(d, c, b, a), true);
            }
        }
        if let Some(number) = whole(part) {
            tell(Ipv4Addr::from(number), false);
        }
        labels(part, &mut |address| tell(address, false));
    }
    // The colons of an address may be followed by the ending of a name.
    if let Some((front, _)) = bare
        .split_once('.')
        .filter(|(front, _)| front.bytes().filter(|b| *b == b':').count() >= 2)
        && let Ok(address) = front.parse::<Ipv6Addr>()
    {
        each(Literal {
            address: u128::from(address),
            usual: false,
        });
    }
}

/// Addresses among the labels of a longer name: any four of them in a row, and each as one number.
fn labels(name: &str, each: &mut impl FnMut(Ipv4Addr)) {
    let labels: Vec<&str> = name.split('.').collect();
    if labels.len() < 2 {
        return;
    }
    labels
        .iter()
        .filter_map(|label| whole(label))
        .for_each(|number| each(Ipv4Addr::from(number)));
    if labels.len() > 4 {
        labels.windows(4).filter_map(four).for_each(each);
    }
}

fn four(labels: &[&str]) -> Option<Ipv4Addr> {
    let [a, b, c, d] = labels else {
        return None;
    };
    Some(Ipv4Addr::new(octet(a)?, octet(b)?, octet(c)?, octet(d)?))
}

/// Four numbers, each decimal, octal or hexadecimal; a leading zero may also mean nothing, then it is the decimal reading that counts.
fn quad(text: &str) -> Option<Ipv4Addr> {
    if !text.contains('.') {
        return None;
    }
    let mut parts = text.split('.');
    let mut next = || parts.next().and_then(octet);
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    parts.next().is_none().then_some(address)
}

fn octet(text: &str) -> Option<u8> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u8::from_str_radix(hex, 16).ok();
    }
    let octal = text.len() > 1 && text.starts_with('0');
    let radix = if octal { 8 } else { 10 };
    u8::from_str_radix(text, radix)
        .or_else(|_error| text.parse())
        .ok()
}

/// The whole address as one number, decimal or hexadecimal.
fn whole(text: &str) -> Option<u32> {
    if let Some(hex) = text.strip_prefix("0x") {
        return u32::from_str_radix(hex, 16).ok();
    }
    let fits = (8..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn mapped(address: Ipv4Addr) -> u128 {
    u128::from(address.to_ipv6_mapped())
}
