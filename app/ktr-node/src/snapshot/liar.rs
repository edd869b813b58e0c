//! A seeded liar: what somebody may offer who knows honest snapshots and wants a node to begin with another.
//! Whether it is believed is what the sentences ask.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "small counts of a test; an overflow would panic, and be a finding"
)]

use std::ops::Range;

use bytes::Bytes;
use ktr_testkit::Dice;

use super::{HEAD, tests::Offer};

/// What the liar knows: an honest snapshot, an older one, and one of a chain that began otherwise.
pub(super) struct Known {
    pub(super) honest: Offer,
    pub(super) older: Offer,
    pub(super) foreign: Offer,
}

/// How many kinds of lies there are.
pub(super) const KINDS: usize = 12;

impl Known {
    /// One lie of a kind.
    pub(super) fn lie(&self, dice: &mut Dice, kind: usize) -> Offer {
        let offer = self.honest.clone();
        match kind {
            0 => false_chunk(offer, dice),
            1 => swapped_chunks(offer, dice),
            2 => swapped_chunks(offer, dice).sealed(),
            3 => false_figures(offer, dice),
            4 => {
                let other = [&self.older, &self.foreign][dice.below(2)].clone();
                other.in_place_of(&offer)
            }
            kind => {
                let stream = self.false_stream(&offer.stream(), dice, kind);
                offer.with_stream(&stream)
            }
        }
    }

    fn false_stream(&self, honest: &[u8], dice: &mut Dice, kind: usize) -> Vec<u8> {
        let (items, nonces) = items(honest);
        let item = items[dice.below(items.len())].clone();
        let (before, after) = (&honest[..item.start], &honest[item.end..]);
        match kind {
            5 => flipped(honest, dice),
            6 => honest[..dice.below(honest.len())].to_vec(),
            7 => swapped_items(honest, &items, dice),
            8 => [before, &honest[item.clone()], &honest[item], after].concat(),
            9 => [before, after].concat(),
            10 => [honest, &[0; 8][..=dice.below(8)]].concat(),
            // The nonces of an earlier height, or not all of them.
            _ if dice.below(2) == 0 => {
                let older = self.older.stream();
                let (_, from) = self::items(&older);
                [&honest[..nonces], &older[from..]].concat()
            }
            _ => honest[..nonces + dice.below(honest.len() - nonces)].to_vec(),
        }
    }
}

fn flipped(octets: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut octets = octets.to_vec();
    let at = dice.below(octets.len());
    octets[at] ^= 1 << dice.below(8);
    octets
}

/// The digests stay the honest ones.
fn false_chunk(mut offer: Offer, dice: &mut Dice) -> Offer {
    let chunk = dice.below(offer.chunks.len());
    offer.chunks[chunk] = flipped(&offer.chunks[chunk], dice);
    offer
}

fn swapped_chunks(mut offer: Offer, dice: &mut Dice) -> Offer {
    let (one, other) = two_below(dice, offer.chunks.len());
    offer.chunks.swap(one, other);
    offer
}

fn false_figures(mut offer: Offer, dice: &mut Dice) -> Offer {
    let snapshot = offer.request.snapshot.as_mut().unwrap();
    match dice.below(4) {
        0 => snapshot.chunks += 1,
        1 => snapshot.chunks = 33,
        2 => snapshot.hash = Bytes::copy_from_slice(&[7; 32]),
        _ => snapshot.metadata = Bytes::new(),
    }
    offer
}

/// Two different numbers below a bound that is at least 2, the smaller first.
fn two_below(dice: &mut Dice, bound: usize) -> (usize, usize) {
    let one = dice.below(bound);
    let other = (one + 1 + dice.below(bound - 1)) % bound;
    (one.min(other), one.max(other))
}

/// Two events, keys or values change places; the same octets twice would be no lie.
fn swapped_items(honest: &[u8], items: &[Range<usize>], dice: &mut Dice) -> Vec<u8> {
    loop {
        let (one, other) = two_below(dice, items.len());
        let (one, other) = (items[one].clone(), items[other].clone());
        let parts = [
            &honest[..one.start],
            &honest[other.clone()],
            &honest[one.end..other.start],
            &honest[one],
            &honest[other.end..],
        ];
        let swapped = parts.concat();
        if swapped != honest {
            return swapped;
        }
    }
}

/// Where the items of both lists are, the empty ones included, and where the nonces begin.
fn items(stream: &[u8]) -> (Vec<Range<usize>>, usize) {
    let mut at = HEAD.len() + 32;
    let mut ranges = Vec::new();
    let mut ends = 0;
    while ends < 2 {
        let length = u32::from_be_bytes(stream[at..at + 4].try_into().unwrap());
        let end = at + 4 + usize::try_from(length).unwrap();
        ends += usize::from(length == 0);
        ranges.push(at..end);
        at = end;
    }
    (ranges, at)
}
