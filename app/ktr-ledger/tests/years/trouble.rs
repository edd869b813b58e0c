//! What comes into blocks beside what is meant: octets that are nothing, transactions of before, damaged ones, one twice.
//! Each of it must be refused, and none may change what the others do: who makes the blocks judges that.

use ktr_testkit::Dice;

/// How many transactions of before are remembered.
const REMEMBERED: usize = 32;

/// A source of it.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    dice: Dice,
    before: Vec<Vec<u8>>,
}

impl Trouble {
    /// The trouble of this seed.
    pub(crate) fn new(seed: usize) -> Self {
        Self {
            dice: Dice::new(seed.try_into().expect("a small seed")),
            before: Vec::new(),
        }
    }

    /// The block's transactions with trouble behind them.
    pub(crate) fn beside(&mut self, mut txs: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
        let meant = txs.clone();
        for _ in 0..self.dice.below(3) {
            let fill = u8::try_from(self.dice.below(256)).expect("an octet");
            match self.dice.below(4) {
                0 => txs.push(vec![fill; self.dice.below(300)]),
                1 => txs.extend(meant.first().cloned()),
                2 if !self.before.is_empty() => {
                    txs.push(self.before[self.dice.below(self.before.len())].clone());
                }
                _ => txs.extend(meant.first().map(|tx| self.damaged(tx))),
            }
        }
        self.before.extend(meant);
        let over = self.before.len().saturating_sub(REMEMBERED);
        self.before.drain(..over);
        txs
    }

    fn damaged(&mut self, tx: &[u8]) -> Vec<u8> {
        let mut damaged = tx.to_vec();
        let at = self.dice.below(damaged.len());
        damaged[at] ^= 1 << self.dice.below(8);
        damaged
    }
}
