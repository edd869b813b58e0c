//! Looks for long words: every third place of a text is looked up in a table, and the automaton asked only where the table allows it.
//! Words that count as whole words only, and patterns, are looked for elsewhere.

use aho_corasick::{AhoCorasick, Anchored, BuildError, Input, StartKind};

use crate::limits;

/// Words of at least six octets.
#[derive(Clone, Debug)]
pub(super) struct Grams {
    /// Four octets in a row of the beginnings of all words, as places in a table of bits.
    bits: Vec<u64>,
    /// All words, to be asked whether one begins at a place.
    words: AhoCorasick,
}

impl Grams {
    /// Of words with at least as many octets as a word that counts anywhere.
    ///
    /// **Invariant:** wherever a word of six octets begins, one of its first three runs of four begins in a third place.
    ///
    /// # Errors
    /// If the automaton would be larger than the library allows.
    pub(super) fn of(words: &[&[u8]]) -> Result<Self, BuildError> {
        let mut bits = vec![0; TABLE];
        for word in words {
            for gram in word.windows(LENGTH).take(STEP) {
                let (index, bit) = place(gram);
                if let Some(word) = bits.get_mut(index) {
                    *word |= bit;
                }
            }
        }
        let words = AhoCorasick::builder()
            .start_kind(StartKind::Anchored)
            .build(words)?;
        Ok(Self { bits, words })
    }

    /// Whether the octets of a text hold a word.
    pub(super) fn hit(&self, octets: &[u8]) -> bool {
        let grams = octets.windows(LENGTH).enumerate().step_by(STEP);
        grams.into_iter().any(|(at, gram)| {
            let (index, bit) = place(gram);
            let allowed = self.bits.get(index).is_some_and(|word| word & bit != 0);
            allowed && self.begins_near(octets, at)
        })
    }

    /// Whether a word begins here or up to two octets before.
    fn begins_near(&self, octets: &[u8], at: usize) -> bool {
        (0..STEP)
            .filter_map(|back| at.checked_sub(back))
            .any(|begin| {
                let here = Input::new(octets).range(begin..).anchored(Anchored::Yes);
                self.words.find(here).is_some()
            })
    }
}

/// The place of four octets: the upper bits of a product (Knuth's multiplicative hash).
fn place(gram: &[u8]) -> (usize, u64) {
    let number = match gram {
        [a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    };
    let mixed = number.wrapping_mul(0x9e37_79b1) >> 10;
    let index = usize::try_from(mixed >> 6).unwrap_or(0);
    (index, 1 << (mixed & 63))
}

const LENGTH: usize = 4;
const STEP: usize = limits::TOKEN_ANYWHERE_MIN - LENGTH + 1;
/// 2^22 bits, half a mebibyte: a full dictionary sets one or two of a hundred.
const TABLE: usize = 0x1_0000;
