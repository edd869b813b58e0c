//! The file of a Unix socket: made private, cleared away only when that is safe, removed at the
//! end. Who may connect to it is decided elsewhere.

use std::{
    fs, io,
    os::{
        fd::AsRawFd,
        unix::{
            fs::{FileTypeExt, MetadataExt},
            net::UnixListener,
        },
    },
    path::{Path, PathBuf},
};

use nix::sys::{
    socket::{AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, listen, socket},
    stat::{Mode, fchmod},
};

use crate::{ServeError, StaleSocket, limits::BACKLOG};

/// The file a Unix socket has in the file system, removed when the listener goes: ours, and only
/// ours.
#[derive(Debug)]
pub(crate) struct SocketFile {
    pub(super) path: PathBuf,
    pub(super) owner: u32,
    identity: (u64, u64),
}

impl SocketFile {
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let found = fs::symlink_metadata(path)?;
        Ok(Self {
            path: path.to_owned(),
            identity: (found.dev(), found.ino()),
            owner: found.uid(),
        })
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let ours = fs::symlink_metadata(&self.path)
            .is_ok_and(|found| (found.dev(), found.ino()) == self.identity);
        if ours && let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(kind = %error.kind(), "socket file stays behind");
        }
    }
}

pub(super) fn clear_the_way(path: &Path, stale: StaleSocket) -> Result<(), ServeError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ServeError::Bind(error)),
    };
    if !found.file_type().is_socket() {
        return Err(ServeError::NotASocket {
            path: path.to_owned(),
        });
    }
    match stale {
        StaleSocket::Keep => Err(ServeError::SocketExists {
            path: path.to_owned(),
        }),
        StaleSocket::RemoveUnderLock => fs::remove_file(path).map_err(ServeError::Bind),
    }
}

/// The mode is set on the socket before it gets a name (Linux takes it over in bind), so there is
/// no moment at which somebody else could connect, and the process-wide umask stays untouched.
pub(super) fn bind_private(path: &Path) -> io::Result<UnixListener> {
    let unbound = socket(
        AddressFamily::Unix,
        SockType::Stream,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    fchmod(&unbound, Mode::S_IRUSR | Mode::S_IWUSR)?;
    bind(unbound.as_raw_fd(), &UnixAddr::new(path)?)?;
    listen(&unbound, Backlog::new(BACKLOG)?)?;
    Ok(UnixListener::from(unbound))
}
