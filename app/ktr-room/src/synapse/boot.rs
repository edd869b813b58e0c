//! A fresh homeserver on a free port, for tests and for a localnet: the same files and the same start as in production.
//! The caller stops it; nothing is removed here.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use super::child::{Homeserver, Launch};
use super::install::Install;
use crate::error::RoomError;

/// How many ports are tried: one that was free a moment ago may be taken now.
const PORTS_MAX: u32 = 3;

impl Homeserver {
    /// Installs a homeserver below `data` on a free port of 127.0.0.1 and starts it.
    ///
    /// # Errors
    /// As [`Install::write`] and [`Homeserver::start`].
    pub async fn boot(python: &Path, data: &Path, server_name: &str) -> Result<Self, RoomError> {
        for _ in 1..PORTS_MAX {
            match Self::boot_once(python, data, server_name).await {
                Err(RoomError::PortTaken(_)) => {}
                booted => return booted,
            }
        }
        Self::boot_once(python, data, server_name).await
    }

    async fn boot_once(python: &Path, data: &Path, server_name: &str) -> Result<Self, RoomError> {
        let port = free_port()?;
        let install = Install {
            server_name: server_name.to_owned(),
            port,
            data: data.to_owned(),
        };
        install.write()?;
        Self::start(Launch {
            python: python.to_owned(),
            data: data.to_owned(),
            port,
        })
        .await
    }
}

/// A port of 127.0.0.1 that is free now.
///
/// # Errors
/// There is none.
pub fn free_port() -> Result<u16, RoomError> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}
