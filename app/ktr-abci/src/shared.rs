//! What a server and its connections hold in common.
//! It holds; it does nothing of its own but keep the grammar and the hooks at one place.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use bytes::Bytes;

use crate::{Breach, Grammar, Method, OnBreach, counts::Counts, registry::Registry, stop::Stop};

/// Facts about one answered call, for metrics: what, how much, how long. Never what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Which call.
    pub method: Method,
    /// The height it named, if its kind has one.
    pub height: Option<i64>,
    /// Length of the request on the wire, without its length prefix.
    pub request_bytes: usize,
    /// Length of the answer, likewise.
    pub answer_bytes: usize,
    /// From the decoded request to the encoded answer.
    pub elapsed: Duration,
}

/// Hears that a call which consensus depends on panicked.
pub(crate) type FatalHook = Box<dyn Fn(Method) + Send + Sync>;

/// Hears of every answered call.
pub(crate) type CallHook = Box<dyn Fn(&Call) + Send + Sync>;

/// Sees transactions that wait, before the first of them is answered.
pub(crate) type AheadHook = Box<dyn Fn(&[Bytes]) + Send + Sync>;

/// State of one server, shared by its threads.
pub(crate) struct Shared {
    pub(crate) frame_max_bytes: usize,
    pub(crate) on_breach: OnBreach,
    pub(crate) on_fatal: FatalHook,
    pub(crate) on_call: CallHook,
    pub(crate) on_ahead: Option<AheadHook>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) stop: Arc<Stop>,
    pub(crate) registry: Registry,
    pub(crate) grammar: Mutex<Grammar>,
    /// The call whose panic ended the server, where the hook came back.
    pub(crate) fatal: OnceLock<Method>,
}

impl Shared {
    /// Shows a call to the grammar before the application sees it.
    pub(crate) fn observe(&self, connection: u64, method: Method, height: Option<i64>) {
        let seen = self.with_grammar(|grammar| grammar.observe(connection, method, height));
        if let Err(breach) = seen {
            self.breached(breach);
        }
    }

    /// Tells the grammar that a connection has ended.
    pub(crate) fn closed(&self, connection: u64) {
        self.with_grammar(|grammar| grammar.closed(connection));
    }

    /// A few small fields, whole after any panic: a poisoned lock is taken as it is.
    fn with_grammar<T>(&self, look: impl FnOnce(&mut Grammar) -> T) -> T {
        look(&mut self.grammar.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[expect(clippy::panic, reason = "asked for by the caller, who is a test")]
    fn breached(&self, breach: Breach) {
        self.counts.grammar_breaches.add_one();
        match self.on_breach {
            OnBreach::Count => tracing::warn!(%breach, "call out of order"),
            OnBreach::Panic => panic!("call out of order: {breach}"),
        }
    }
}
