//! What is counted while the node runs: calls, commits, transactions by code, validators that were caught.
//! What can be read when somebody asks is no count and stands in `page.rs`.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ktr_abci::{Call, Method};

use super::histogram::Histogram;

/// The counters of one node, from its start on.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<Tallies>);

/// What the counters stand at.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallies {
    pub(super) calls: BTreeMap<Method, Histogram>,
    pub(super) commits: Histogram,
    pub(super) verdicts: Histogram,
    pub(super) txs: BTreeMap<u32, u64>,
    pub(super) caught: u64,
}

impl Meter {
    /// A call of the engine was answered.
    pub(crate) fn called(&self, call: &Call) {
        self.tallies()
            .calls
            .entry(call.method)
            .or_default()
            .add(call.elapsed);
    }

    /// A block was written. `codes` are those of its transactions.
    pub(crate) fn committed(&self, took: Duration, codes: impl Iterator<Item = u32>) {
        let mut tallies = self.tallies();
        tallies.commits.add(took);
        for code in codes {
            let count = tallies.txs.entry(code).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// A written block names so many validators that signed twice. The engine's own figure of them is that of the last block alone, and the
    /// next one comes before anybody asks.
    pub(crate) fn caught(&self, count: u64) {
        let mut tallies = self.tallies();
        tallies.caught = tallies.caught.saturating_add(count);
    }

    /// A transaction that was not known was judged for the mempool; its signature too, unless it was judged with others before.
    pub(crate) fn judged(&self, took: Duration) {
        self.tallies().verdicts.add(took);
    }

    pub(super) fn snapshot(&self) -> Tallies {
        self.tallies().clone()
    }

    fn tallies(&self) -> MutexGuard<'_, Tallies> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
