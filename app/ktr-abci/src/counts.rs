//! What a server counts while it runs, for metrics and tests.
//! Counts only: no name, no address, no content.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// The counters as they stood at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountsSnapshot {
    /// Connections taken in since the start.
    pub connections: u64,
    /// Calls answered.
    pub calls: u64,
    /// Frames or requests that made no sense; each closed its connection.
    pub malformed: u64,
    /// Connections refused because the peer runs under another user id.
    pub foreign_peers: u64,
    /// Connections refused because too many were open, or no thread could be had.
    pub turned_away: u64,
    /// Failed attempts to accept a connection.
    pub accept_errors: u64,
    /// Panics of the application that were caught and answered.
    pub caught_panics: u64,
    /// Calls that came out of order.
    pub grammar_breaches: u64,
}

/// Reads a server's counters, also while it runs and after it ended.
#[derive(Debug, Clone)]
pub struct CountsHandle(pub(crate) Arc<Counts>);

impl CountsHandle {
    /// All counters now. They are read one by one, so two of them may be a call apart.
    #[must_use]
    pub fn snapshot(&self) -> CountsSnapshot {
        let counts = &self.0;
        CountsSnapshot {
            connections: counts.connections.get(),
            calls: counts.calls.get(),
            malformed: counts.malformed.get(),
            foreign_peers: counts.foreign_peers.get(),
            turned_away: counts.turned_away.get(),
            accept_errors: counts.accept_errors.get(),
            caught_panics: counts.caught_panics.get(),
            grammar_breaches: counts.grammar_breaches.get(),
        }
    }
}

/// The counters themselves.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) connections: Counter,
    pub(crate) calls: Counter,
    pub(crate) malformed: Counter,
    pub(crate) foreign_peers: Counter,
    pub(crate) turned_away: Counter,
    pub(crate) accept_errors: Counter,
    pub(crate) caught_panics: Counter,
    pub(crate) grammar_breaches: Counter,
}

/// A number that only rises.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
