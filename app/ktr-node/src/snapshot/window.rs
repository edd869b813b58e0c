//! Which lists of used nonces belong to a snapshot: those that a transaction could still repeat, told by the log alone.
//! The lists themselves stand in no leaf; a leaf has their length and digest.

use std::collections::VecDeque;

use ktr_core::{
    Event, Record, governance,
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

/// The lists that are not older than [`NONCE_WINDOW`] when the last of them was made.
///
/// It depends on the log and on no clock: the header time of a height stands under no app hash.
#[derive(Default)]
pub(super) struct Window {
    lists: VecDeque<List>,
    is_wider: bool,
}

impl Window {
    /// The next leaf of the log.
    pub(super) fn leaf(&mut self, recorded: &Recorded) {
        let (height, time) = (recorded.height, recorded.time);
        match &recorded.entry {
            Entry::Nonces { count, digest } => {
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
            Entry::Event(Event::Governance(governance::Event::ParametersChanged {
                parameters,
            })) => {
                self.parameters(parameters);
            }
            Entry::Event(_) => {}
        }
    }

    /// A record of the state.
    pub(super) fn record(&mut self, record: &Record) {
        if let Record::Parameters(parameters) = record {
            self.parameters(parameters);
        }
    }

    fn parameters(&mut self, parameters: &governance::Parameters) {
        self.is_wider |= parameters.tx_window_secs > NONCE_WINDOW;
    }

    /// The lists by rising height; `None` where a transaction may count for longer than the lists are kept.
    pub(super) fn lists(self) -> Option<VecDeque<List>> {
        (!self.is_wider).then_some(self.lists)
    }
}
