//! The way to end a server from outside.
//! It asks; `Server::listen` does the ending.

use std::{
    io,
    net::Shutdown,
    os::{
        fd::{AsFd, BorrowedFd},
        unix::net::UnixStream,
    },
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Ends a running server: no new connection is taken, the running calls finish and are answered,
/// then `listen` returns.
///
/// Cheap to clone, safe to use from any thread (not from a signal's own context), and harmless when
/// used twice or too late.
#[derive(Debug, Clone)]
pub struct StopHandle(pub(crate) Arc<Stop>);

impl StopHandle {
    /// Asks the server to end. Returns at once.
    pub fn stop(&self) {
        self.0.request();
    }
}

/// A flag, and a pair of sockets that wakes a thread which waits in the kernel.
#[derive(Debug)]
pub(crate) struct Stop {
    requested: AtomicBool,
    signal: UnixStream,
    waiting: UnixStream,
}

impl Stop {
    pub(crate) fn new() -> io::Result<Self> {
        let (signal, waiting) = UnixStream::pair()?;
        Ok(Self {
            requested: AtomicBool::new(false),
            signal,
            waiting,
        })
    }

    pub(crate) fn request(&self) {
        self.requested.store(true, Ordering::SeqCst);
        // The other end stays readable from now on, so the wake-up cannot be missed.
        if let Err(error) = self.signal.shutdown(Shutdown::Both) {
            tracing::trace!(kind = %error.kind(), "stop was asked for before");
        }
    }

    pub(crate) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    /// Becomes readable when the server is asked to end.
    pub(crate) fn waiting(&self) -> BorrowedFd<'_> {
        self.waiting.as_fd()
    }
}
