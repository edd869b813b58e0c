//! The connections that are open, so that a stopping server can end them.
//! It does not read or write a byte.

use std::{
    collections::BTreeMap,
    net::Shutdown,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::stream::Stream;

/// Open connections by number.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    open: Mutex<BTreeMap<u64, Stream>>,
    closed_one: Condvar,
}

impl Registry {
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    pub(crate) fn add(&self, connection: u64, stream: Stream) {
        self.lock().insert(connection, stream);
    }

    pub(crate) fn remove(&self, connection: u64) {
        drop(self.lock().remove(&connection));
        self.closed_one.notify_all();
    }

    /// Ends one or both directions of every open connection.
    pub(crate) fn shut_all(&self, direction: Shutdown) {
        for stream in self.lock().values() {
            stream.shut(direction);
        }
    }

    /// Waits until no connection is open, at most this long.
    pub(crate) fn wait_until_empty(&self, at_most: Duration) {
        let waited = self
            .closed_one
            .wait_timeout_while(self.lock(), at_most, |open| !open.is_empty());
        drop(waited);
    }

    /// A map of handles is whole after any panic, so a poisoned lock is taken as it is.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Stream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
