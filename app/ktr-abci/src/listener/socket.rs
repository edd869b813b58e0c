//! The socket a server listens on, over TCP or as a file, and who may connect.
//! It does not read from a connection.

use std::{
    io,
    net::{TcpListener, ToSocketAddrs},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::{ffi::OsStrExt, net::UnixListener},
    },
    path::Path,
};

use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};

use super::file::{SocketFile, bind_private, clear_the_way};
use crate::{ServeError, StaleSocket, limits::SOCKET_PATH_MAX_BYTES, stream::Stream};

/// A bound, listening socket.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix {
        listener: UnixListener,
        file: SocketFile,
        peer_uid: u32,
    },
}

impl Listener {
    pub(crate) fn tcp(addr: impl ToSocketAddrs) -> Result<Self, ServeError> {
        let listener = TcpListener::bind(addr).map_err(ServeError::Bind)?;
        listener.set_nonblocking(true).map_err(ServeError::Bind)?;
        Ok(Self::Tcp(listener))
    }

    /// Binds `path` with mode 0600. Peers must run under `peer_uid`, or under the owner of the
    /// socket if that is `None`.
    pub(crate) fn unix(
        path: &Path,
        stale: StaleSocket,
        peer_uid: Option<u32>,
    ) -> Result<Self, ServeError> {
        let bytes = path.as_os_str().as_bytes().len();
        if bytes > SOCKET_PATH_MAX_BYTES {
            return Err(ServeError::PathTooLong { bytes });
        }
        clear_the_way(path, stale)?;
        let listener = bind_private(path).map_err(ServeError::Bind)?;
        listener.set_nonblocking(true).map_err(ServeError::Bind)?;
        let file = SocketFile::of(path).map_err(ServeError::Bind)?;
        let peer_uid = peer_uid.unwrap_or(file.owner);
        Ok(Self::Unix {
            listener,
            file,
            peer_uid,
        })
    }

    /// The address as an engine's `proxy_app` writes it: `127.0.0.1:26658` or
    /// `unix:///run/app/abci.sock`.
    pub(crate) fn local_addr(&self) -> Result<String, ServeError> {
        match self {
            Self::Tcp(listener) => listener
                .local_addr()
                .map(|addr| addr.to_string())
                .map_err(ServeError::Bind),
            Self::Unix { file, .. } => Ok(format!("unix://{}", file.path.display())),
        }
    }

    /// The next connection, if one is waiting.
    pub(crate) fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
            Self::Unix { listener, .. } => {
                let (stream, _) = listener.accept()?;
                Ok(Stream::Unix(stream))
            }
        }
    }

    /// Whether the kernel says that the peer runs under the user id we serve. TCP knows no such
    /// thing and serves all.
    pub(crate) fn serves(&self, stream: &Stream) -> bool {
        match (self, stream) {
            (Self::Unix { peer_uid, .. }, Stream::Unix(stream)) => {
                getsockopt(stream, PeerCredentials).is_ok_and(|peer| peer.uid() == *peer_uid)
            }
            (Self::Tcp(_), _) | (Self::Unix { .. }, Stream::Tcp(_)) => true,
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Unix { listener, .. } => listener.as_fd(),
        }
    }
}
