//! Octets that a seed spoils: cut, a bit turned, a part gone, put in or there twice, or joined with another's end.
//! What comes of them is for whoever reads them.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at what cannot be"
)]

use crate::Dice;

/// Something that is neither `good` nor `other`, and made of both.
pub fn of(dice: &mut Dice, good: &[u8], other: &[u8]) -> Vec<u8> {
    loop {
        let bad = once(dice, good, other);
        if bad != good && bad != other {
            return bad;
        }
    }
}

/// So many octets.
pub fn drawn(dice: &mut Dice, count: usize) -> Vec<u8> {
    (0..count).map(|_| octet(dice)).collect()
}

fn once(dice: &mut Dice, good: &[u8], other: &[u8]) -> Vec<u8> {
    let last = good.len();
    let at = dice.below(last + 1);
    let to = at + dice.below(last - at + 1);
    let here = good.get(at).copied().unwrap_or(0);
    let (end, put) = match dice.below(7) {
        // Its end is gone.
        0 => (last, Vec::new()),
        // A bit is turned.
        1 => (last.min(at + 1), vec![here ^ (1_u8 << dice.below(8))]),
        // An octet is another one.
        2 => (last.min(at + 1), drawn(dice, 1)),
        // A part is gone.
        3 => (to, Vec::new()),
        // Something is between.
        4 => {
            let count = 1 + dice.below(8);
            (at, drawn(dice, count))
        }
        // A part is there twice.
        5 => (to, [&good[at..to], &good[at..to]].concat()),
        // It ends as the other does.
        _ => (last, other[dice.below(other.len() + 1)..].to_vec()),
    };
    [&good[..at], put.as_slice(), &good[end..]].concat()
}

fn octet(dice: &mut Dice) -> u8 {
    u8::try_from(dice.below(256)).expect("below 256")
}
