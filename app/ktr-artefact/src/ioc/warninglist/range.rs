//! Ranges of addresses, asked for one address at a time.
//! The two families are kept apart: an IPv4 address is in no IPv6 range.

use std::{collections::BTreeMap, net::IpAddr};

/// Ranges without overlaps, their last addresses by their first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Ranges {
    v4: BTreeMap<u128, u128>,
    v6: BTreeMap<u128, u128>,
}

impl Ranges {
    /// Adds an address, or a network in CIDR notation; says whether it is one.
    pub(super) fn add(&mut self, text: &str) -> bool {
        let (address, length) = text
            .split_once('/')
            .map_or((text, None), |(address, length)| (address, Some(length)));
        let Ok(address) = address.parse::<IpAddr>() else {
            return false;
        };
        let (bits, width) = bits(address);
        let length = match length.map(str::parse::<u32>) {
            None => width,
            Some(Ok(length)) if length <= width => length,
            Some(_) => return false,
        };
        let hosts = width.saturating_sub(length);
        let mask = 1_u128
            .checked_shl(hosts)
            .map_or(u128::MAX, |size| size.saturating_sub(1));
        let family = match address {
            IpAddr::V4(_) => &mut self.v4,
            IpAddr::V6(_) => &mut self.v6,
        };
        insert(family, bits & !mask, bits | mask);
        true
    }

    /// Whether an address is in one of the ranges.
    pub(super) fn contains(&self, address: IpAddr) -> bool {
        let (bits, _) = bits(address);
        let family = match address {
            IpAddr::V4(_) => &self.v4,
            IpAddr::V6(_) => &self.v6,
        };
        let before = family.range(..=bits).next_back();
        before.is_some_and(|(_, last)| *last >= bits)
    }
}

/// Networks are nested or apart: one that is inside another adds nothing, one around others takes their place.
fn insert(family: &mut BTreeMap<u128, u128>, first: u128, last: u128) {
    let around = family.range(..=first).next_back();
    if around.is_some_and(|(_, end)| *end >= last) {
        return;
    }
    let inside: Vec<u128> = family
        .range(first..=last)
        .map(|(start, _)| *start)
        .collect();
    for start in inside {
        family.remove(&start);
    }
    family.insert(first, last);
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}
