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
}

/// Every address that a folded text could mean.
pub(super) fn addresses(folded: &str) -> Vec<u128> {
    let marked = folded.replace(".in-addr.arpa", BACKWARDS);
    let words = marked.split(|c: char| !c.is_ascii_alphanumeric() && !".:".contains(c));
    words.flat_map(readings).collect()
}

/// Stands for the ending of a reverse name, which has a hyphen in it.
const BACKWARDS: &str = ".backwards";

fn readings(word: &str) -> Vec<u128> {
    let word = word.trim_matches(['.', ':']);
    let mut found = Vec::new();
    found.extend(word.parse::<Ipv6Addr>().ok().map(u128::from));
    for part in word.split(':') {
        let part = part.trim_matches('.');
        let backwards = part.strip_suffix(BACKWARDS).unwrap_or(part);
        found.extend(quad(part).map(mapped));
        if backwards != part {
            let [a, b, c, d] = quad(backwards).map_or([0; 4], |address| address.octets());
            found.push(mapped(Ipv4Addr::new(d, c, b, a)));
        }
        found.extend(whole(part).map(Ipv4Addr::from).map(mapped));
    }
    found
}

/// Four numbers, each decimal, octal or hexadecimal; a leading zero may also mean nothing, then it is the decimal reading that counts.
fn quad(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = text.split('.').collect();
    let [a, b, c, d] = parts.as_slice() else {
        return None;
    };
    Some(Ipv4Addr::new(octet(a)?, octet(b)?, octet(c)?, octet(d)?))
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
