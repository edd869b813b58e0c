//! Accepts connections until it is told to stop, one thread for each.
//! What happens on a connection is not its matter.

use std::{
    fmt, io,
    net::Shutdown,
    os::fd::AsFd,
    panic::resume_unwind,
    sync::Arc,
    thread::{self, JoinHandle},
};

use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};
use tendermint_abci::Application;

use crate::{
    CONNECTIONS_MAX, CountsHandle, ServeError, StopHandle,
    connection::Connection,
    limits::{ACCEPT_PAUSE_MAX_MILLIS, ACCEPT_PAUSE_MIN_MILLIS, STOP_GRACE},
    listener::Listener,
    shared::Shared,
    stream::Stream,
};

/// A bound server for one application, which is cloned for each connection, as `tendermint_abci`
/// has it.
pub struct Server<App> {
    app: App,
    listener: Listener,
    local_addr: String,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    next_number: u64,
}

impl<App> Server<App> {
    pub(crate) const fn new(
        app: App,
        listener: Listener,
        local_addr: String,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            app,
            listener,
            local_addr,
            shared,
            threads: Vec::new(),
            next_number: 0,
        }
    }

    /// The bound address: `127.0.0.1:26658`, or `unix:///run/app/abci.sock`, fit for an engine's
    /// `proxy_app`.
    #[must_use]
    pub fn local_addr(&self) -> String {
        self.local_addr.clone()
    }

    /// A handle that ends [`Self::listen`].
    #[must_use]
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle(Arc::clone(&self.shared.stop))
    }

    /// A handle on the server's counters.
    #[must_use]
    pub fn counts(&self) -> CountsHandle {
        CountsHandle(Arc::clone(&self.shared.counts))
    }
}

impl<App: Application> Server<App> {
    /// Serves until a [`StopHandle`] ends it: then no connection is taken any more, running calls
    /// finish and are answered, connections close, and every thread has ended when this returns. A
    /// call that never ends keeps it waiting.
    ///
    /// # Errors
    ///
    /// [`ServeError::Panicked`] if the application panicked in a call that consensus depends on and
    /// the hook given for that came back; [`ServeError::Wait`] if the kernel refuses to wait for
    /// connections. A failed `accept` is no end: it is counted and tried again, after a pause that
    /// doubles up to a second.
    ///
    /// # Panics
    ///
    /// If a hook panicked, or with [`OnBreach::Panic`](crate::OnBreach::Panic) a call came out of
    /// order.
    pub fn listen(mut self) -> Result<(), ServeError> {
        tracing::info!(address = %self.local_addr, "ABCI server listens");
        let accepted = self.accept_until_stopped();
        self.shared.stop.request();
        let Self {
            app,
            listener,
            shared,
            threads,
            ..
        } = self;
        drop(listener);
        drop(app);
        // Threads that wait for a request end now; threads in a call find out after it.
        shared.registry.shut_all(Shutdown::Read);
        shared.registry.wait_until_empty(STOP_GRACE);
        // Whoever still holds out does not take its answers.
        shared.registry.shut_all(Shutdown::Both);
        threads.into_iter().for_each(join);
        tracing::info!("ABCI server ended");
        accepted?;
        shared
            .fatal
            .get()
            .map_or(Ok(()), |method| Err(ServeError::Panicked(*method)))
    }

    fn accept_until_stopped(&mut self) -> Result<(), ServeError> {
        let mut pause = Pause::default();
        loop {
            self.wait(true, PollTimeout::NONE)?;
            if self.shared.stop.is_requested() {
                return Ok(());
            }
            match self.listener.accept() {
                Ok(stream) => {
                    pause = Pause::default();
                    self.admit(stream);
                }
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                    ) => {}
                Err(error) => {
                    self.shared.counts.accept_errors.add_one();
                    tracing::warn!(%error, "no connection could be accepted, trying again");
                    self.wait(false, pause.next())?;
                }
            }
        }
    }

    /// Waits for a stop, for a connection if asked to, or for the time to pass.
    fn wait(&self, connections: bool, timeout: PollTimeout) -> Result<(), ServeError> {
        let mut waits = vec![PollFd::new(self.shared.stop.waiting(), PollFlags::POLLIN)];
        if connections {
            waits.push(PollFd::new(self.listener.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut waits, timeout) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(ServeError::Wait(error.into())),
        }
    }

    fn admit(&mut self, stream: Stream) {
        let (ended, running) = self.threads.drain(..).partition(JoinHandle::is_finished);
        self.threads = running;
        Vec::into_iter(ended).for_each(join);

        if !self.listener.serves(&stream) {
            self.shared.counts.foreign_peers.add_one();
            tracing::warn!("peer of another user id refused");
            return;
        }
        if self.shared.registry.len() >= CONNECTIONS_MAX {
            self.turn_away("too many connections are open");
            return;
        }
        let number = self.next_number;
        self.next_number = number.saturating_add(1);
        let shared = Arc::clone(&self.shared);
        match Connection::open(number, stream, self.app.clone(), shared) {
            Ok(connection) => self.start(number, connection),
            Err(_) => self.turn_away("connection was gone"),
        }
    }

    fn start(&mut self, number: u64, connection: Connection<App>) {
        let thread = thread::Builder::new()
            .name(format!("abci-{number}"))
            .spawn(move || connection.serve());
        match thread {
            Ok(thread) => {
                self.shared.counts.connections.add_one();
                self.threads.push(thread);
            }
            Err(_) => self.turn_away("no thread could be had"),
        }
    }

    fn turn_away(&self, reason: &str) {
        self.shared.counts.turned_away.add_one();
        tracing::warn!(reason, "connection turned away");
    }
}

impl<App> fmt::Debug for Server<App> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("local_addr", &self.local_addr)
            .finish_non_exhaustive()
    }
}

/// A thread that panicked outside the application has met a broken invariant: the panic goes on
/// where it can be seen.
fn join(thread: JoinHandle<()>) {
    if let Err(panic) = thread.join() {
        resume_unwind(panic);
    }
}

/// The pause after a failed `accept`: doubles each time.
struct Pause(u16);

impl Default for Pause {
    fn default() -> Self {
        Self(ACCEPT_PAUSE_MIN_MILLIS)
    }
}

impl Pause {
    fn next(&mut self) -> PollTimeout {
        let pause = self.0;
        self.0 = pause.saturating_mul(2).min(ACCEPT_PAUSE_MAX_MILLIS);
        PollTimeout::from(pause)
    }
}
