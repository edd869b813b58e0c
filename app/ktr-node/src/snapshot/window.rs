//! Which lists of used nonces belong to a snapshot: those that a transaction could still repeat, told by the log alone.
//! The lists themselves stand in no leaf; a leaf has their length and digest.

use std::collections::VecDeque;

use ktr_core::{
    id::{Height, Sha256},
    time::Time,
};
use ktr_wire::recorded::{Entry, Recorded};

use crate::limits::NONCE_WINDOW;

/// What a leaf says of the list of its block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct List {
    pub(super) height: Height,
    pub(super) count: u64,
    digest: Sha256,
    time: Time,
}

impl List {
    /// Whether this is what the leaf holds of its list.
    pub(super) fn is(&self, entry: &Entry) -> bool {
        let own = Entry::Nonces {
            count: self.count,
            digest: self.digest,
        };
        own == *entry
    }
}

/// The lists that are not older than [`NONCE_WINDOW`] when the last of them was made. No network may let a transaction count for longer.
///
/// It depends on the log and on no clock: the header time of a height stands under no app hash.
#[derive(Default)]
pub(super) struct Window {
    lists: VecDeque<List>,
}

impl Window {
    /// The next leaf of the log.
    pub(super) fn leaf(&mut self, recorded: &Recorded) {
        let (height, time) = (recorded.height, recorded.time);
        if let Entry::Nonces { count, digest } = &recorded.entry {
            let is_over = |list: &List| list.time.plus(NONCE_WINDOW) < time;
            while self.lists.front().is_some_and(is_over) {
                self.lists.pop_front();
            }
            self.lists.push_back(List {
                height,
                count: *count,
                digest: *digest,
                time,
            });
        }
    }

    /// The lists by rising height.
    pub(super) fn lists(self) -> VecDeque<List> {
        self.lists
    }
}
