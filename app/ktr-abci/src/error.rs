//! Why a server could not be bound or had to end.
//! What goes wrong on one connection is counted and logged, never returned: the others go on.

use std::{io, path::PathBuf};

use crate::{Method, SOCKET_PATH_MAX_BYTES};

/// Why [`ServerBuilder`](crate::ServerBuilder) or [`Server::listen`](crate::Server::listen) failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The system refused an address or a socket.
    #[error("cannot bind the server's socket")]
    Bind(#[source] io::Error),
    /// The path does not fit into a socket address.
    #[error("socket path has {bytes} bytes, {SOCKET_PATH_MAX_BYTES} are possible")]
    PathTooLong {
        /// Length of the path that was asked for.
        bytes: usize,
    },
    /// Something other than a socket is in the way; it is never removed.
    #[error("{} is in the way and is no socket", path.display())]
    NotASocket {
        /// Where.
        path: PathBuf,
    },
    /// A socket is in the way and the caller did not say that it is stale.
    #[error("socket {} exists already", path.display())]
    SocketExists {
        /// Where.
        path: PathBuf,
    },
    /// The kernel refused to say whether a connection has come, which no back-off mends.
    #[error("cannot wait for connections")]
    Wait(#[source] io::Error),
    /// A call that consensus depends on panicked, and the hook given for that case came back.
    #[error("the application panicked in {0}")]
    Panicked(Method),
}
