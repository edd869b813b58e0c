//! IP addresses as indicators: one globally routable address, no range, no port.
//! Addresses inside URLs go through the same rules.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{
    finding::{Rule, rule},
    text::text_type,
};

text_type!(
    /// One globally routable IPv4 address, dotted, without leading zeros.
    Ipv4Value,
    ipv4
);
text_type!(
    /// One globally routable IPv6 address in the form of RFC 5952.
    Ipv6Value,
    ipv6
);

fn ipv4(text: &str) -> Result<String, Rule> {
    let address: Ipv4Addr = text.parse().map_err(|_error| rule::IOC_ADDRESS)?;
    check_ipv4(address)?;
    Ok(address.to_string())
}

fn ipv6(text: &str) -> Result<String, Rule> {
    let address: Ipv6Addr = text.parse().map_err(|_error| rule::IOC_ADDRESS)?;
    check_ipv6(address)?;
    Ok(address.to_string())
}

pub(super) fn check_ipv4(address: Ipv4Addr) -> Result<(), Rule> {
    let bits = u32::from(address);
    let special = IPV4_SPECIAL
        .iter()
        .any(|(network, length)| same_prefix4(bits, *network, *length));
    if special {
        Err(rule::IOC_ADDRESS_NOT_GLOBAL)
    } else {
        Ok(())
    }
}

pub(super) fn check_ipv6(address: Ipv6Addr) -> Result<(), Rule> {
    let bits = u128::from(address);
    let within = |(network, length): &(u128, u32)| same_prefix6(bits, *network, *length);
    if within(&IPV6_GLOBAL) && !IPV6_SPECIAL.iter().any(within) {
        Ok(())
    } else {
        Err(rule::IOC_ADDRESS_NOT_GLOBAL)
    }
}

fn same_prefix4(a: u32, network: [u8; 4], length: u32) -> bool {
    let differing = a ^ u32::from_be_bytes(network);
    differing.leading_zeros() >= length
}

fn same_prefix6(a: u128, network: u128, length: u32) -> bool {
    (a ^ network).leading_zeros() >= length
}

/// IANA IPv4 special-purpose registry (RFC 6890 and updates): not globally reachable, or not one host; multicast and class E on top.
const IPV4_SPECIAL: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// All global unicast addresses that IANA hands out so far.
const IPV6_GLOBAL: (u128, u32) = (0x2000_0000_0000_0000_0000_0000_0000_0000, 3);

/// IANA IPv6 special-purpose registry, the part inside `2000::/3`: protocol assignments with Teredo, documentation, 6to4, AS112.
const IPV6_SPECIAL: &[(u128, u32)] = &[
    (0x2001_0000_0000_0000_0000_0000_0000_0000, 23),
    (0x2001_0db8_0000_0000_0000_0000_0000_0000, 32),
    (0x2002_0000_0000_0000_0000_0000_0000_0000, 16),
    (0x2620_004f_8000_0000_0000_0000_0000_0000, 48),
    (0x3fff_0000_0000_0000_0000_0000_0000_0000, 20),
];
