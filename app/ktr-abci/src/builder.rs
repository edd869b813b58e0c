//! Configures a server and binds it.
//! It serves nothing yet; `Server::listen` does.

use std::{
    fmt,
    net::ToSocketAddrs,
    path::Path,
    process,
    sync::{Arc, Mutex, OnceLock},
};

use bytes::Bytes;
use tendermint_abci::Application;

use crate::{
    Call, FRAME_MAX_BYTES, Grammar, Method, ServeError, Server,
    counts::Counts,
    listener::Listener,
    registry::Registry,
    shared::{AheadHook, CallHook, FatalHook, Shared},
    stop::Stop,
};

/// What to do with a socket file that is there before the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StaleSocket {
    /// Leave it and fail with [`ServeError::SocketExists`]: another server may be behind it.
    #[default]
    Keep,
    /// Remove it. **Only for a caller that holds the lock of the node's folder**, so that nobody
    /// can be behind it. A file that is no socket is never removed.
    RemoveUnderLock,
}

/// What to do with a call that comes out of order (see [`Grammar`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnBreach {
    /// Count it, log it, and pass it on: for production, where the engine is right more often than
    /// a model of it.
    #[default]
    Count,
    /// Panic before the application sees it, and again out of [`Server::listen`]: for tests.
    Panic,
}

/// Configures and binds a [`Server`].
pub struct ServerBuilder {
    frame_max_bytes: usize,
    stale: StaleSocket,
    peer_uid: Option<u32>,
    on_breach: OnBreach,
    on_fatal: FatalHook,
    on_call: CallHook,
    on_ahead: Option<AheadHook>,
}

impl ServerBuilder {
    /// A server that takes requests of at most `frame_max_bytes`; a longer one gets an exception
    /// and closes its connection.
    ///
    /// The stock builder takes the size of its read buffer here. Whoever swaps one for the other
    /// and passes a size of their own should pass the largest block they expect, and some.
    #[must_use]
    pub fn new(frame_max_bytes: usize) -> Self {
        Self {
            frame_max_bytes,
            stale: StaleSocket::default(),
            peer_uid: None,
            on_breach: OnBreach::default(),
            on_fatal: Box::new(|_| process::abort()),
            on_call: Box::new(|_| {}),
            on_ahead: None,
        }
    }

    /// What to do with a socket file in the way; [`StaleSocket::Keep`] unless said otherwise.
    #[must_use]
    pub const fn stale_socket(mut self, stale: StaleSocket) -> Self {
        self.stale = stale;
        self
    }

    /// The user id a peer must run under on a Unix socket; unless said otherwise that of this
    /// process.
    #[must_use]
    pub const fn peer_uid(mut self, uid: u32) -> Self {
        self.peer_uid = Some(uid);
        self
    }

    /// What to do with a call out of order; [`OnBreach::Count`] unless said otherwise.
    #[must_use]
    pub const fn on_breach(mut self, on_breach: OnBreach) -> Self {
        self.on_breach = on_breach;
        self
    }

    /// Called when the application panics in a call that consensus depends on, with the state
    /// perhaps half written.
    ///
    /// It must end the process; unless said otherwise it aborts. Should it come back, the call is
    /// not answered, the server stops, and `listen` returns [`ServeError::Panicked`].
    #[must_use]
    pub fn on_fatal(mut self, hook: impl Fn(Method) + Send + Sync + 'static) -> Self {
        self.on_fatal = Box::new(hook);
        self
    }

    /// Called after each answered call, on the connection's thread, before the answer leaves: for
    /// metrics. It must be quick.
    #[must_use]
    pub fn on_call(mut self, hook: impl Fn(&Call) + Send + Sync + 'static) -> Self {
        self.on_call = Box::new(hook);
        self
    }

    /// Called, on the connection's thread, with the new transactions of two or more `CheckTx` requests that have all arrived,
    /// before the first of them is answered, and once for each: an engine writes them one after another without waiting for
    /// answers, and signatures are cheaper in bulk.
    ///
    /// It may prepare answers and must not change them: how many arrive together is chance. Its time is added to that of the first
    /// request. A panic in it is dropped.
    #[must_use]
    pub fn on_ahead(mut self, hook: impl Fn(&[Bytes]) + Send + Sync + 'static) -> Self {
        self.on_ahead = Some(Box::new(hook));
        self
    }

    /// Binds a TCP address (with no delay). Anyone who reaches the port is served: for tests and
    /// for a trusted host.
    ///
    /// # Errors
    ///
    /// [`ServeError::Bind`] if the system refuses the address.
    pub fn bind<Addr, App>(self, addr: Addr, app: App) -> Result<Server<App>, ServeError>
    where
        Addr: ToSocketAddrs,
        App: Application,
    {
        let listener = Listener::tcp(addr)?;
        self.over(listener, app)
    }

    /// Binds a Unix socket at `path`, mode 0600, for peers of one user id. The file goes when the
    /// server goes.
    ///
    /// # Errors
    ///
    /// [`ServeError::PathTooLong`] over 107 bytes, [`ServeError::NotASocket`] or
    /// [`ServeError::SocketExists`] if something is in the way, [`ServeError::Bind`] if the system
    /// refuses.
    pub fn bind_unix<App>(self, path: impl AsRef<Path>, app: App) -> Result<Server<App>, ServeError>
    where
        App: Application,
    {
        let listener = Listener::unix(path.as_ref(), self.stale, self.peer_uid)?;
        self.over(listener, app)
    }

    fn over<App>(self, listener: Listener, app: App) -> Result<Server<App>, ServeError> {
        let local_addr = listener.local_addr()?;
        let shared = Shared {
            frame_max_bytes: self.frame_max_bytes,
            on_breach: self.on_breach,
            on_fatal: self.on_fatal,
            on_call: self.on_call,
            on_ahead: self.on_ahead,
            counts: Arc::new(Counts::default()),
            stop: Arc::new(Stop::new().map_err(ServeError::Bind)?),
            registry: Registry::default(),
            grammar: Mutex::new(Grammar::default()),
            fatal: OnceLock::new(),
        };
        Ok(Server::new(app, listener, local_addr, Arc::new(shared)))
    }
}

impl Default for ServerBuilder {
    /// A server that takes requests of at most [`FRAME_MAX_BYTES`].
    fn default() -> Self {
        Self::new(FRAME_MAX_BYTES)
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder")
            .field("frame_max_bytes", &self.frame_max_bytes)
            .field("stale", &self.stale)
            .field("peer_uid", &self.peer_uid)
            .field("on_breach", &self.on_breach)
            .finish_non_exhaustive()
    }
}
