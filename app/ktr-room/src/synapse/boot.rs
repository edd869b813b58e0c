//! A fresh homeserver on a free port, for tests and for a localnet: the same files and the same start as in production.
//! Only its one-off updates of a fresh database are hurried. The caller stops it; nothing is removed here.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::child::{Homeserver, Launch};
use super::install::Install;
use crate::adapter::residue::{Database, Postgres};
use crate::config::PostgresTable;
use crate::error::RoomError;
use crate::file;
use crate::limits::BOOT_SECS;

/// How many ports are tried: one that was free a moment ago may be taken now.
const PORTS_MAX: u32 = 3;

impl Homeserver {
    /// Installs a homeserver below `data`, with its database there or in a cluster, on a free port of 127.0.0.1 and starts it.
    ///
    /// # Errors
    /// As [`Install::write`] and [`Homeserver::start`].
    pub async fn boot(
        python: &Path,
        data: &Path,
        server_name: &str,
        postgres: Option<&PostgresTable>,
    ) -> Result<Self, RoomError> {
        for _ in 1..PORTS_MAX {
            match Self::boot_once(python, data, server_name, postgres).await {
                Err(RoomError::PortTaken(_)) => {}
                booted => return booted,
            }
        }
        Self::boot_once(python, data, server_name, postgres).await
    }

    async fn boot_once(
        python: &Path,
        data: &Path,
        server_name: &str,
        postgres: Option<&PostgresTable>,
    ) -> Result<Self, RoomError> {
        let port = free_port()?;
        let install = Install {
            server_name: server_name.to_owned(),
            port,
            data: data.to_owned(),
            postgres: postgres.cloned(),
        };
        install.write()?;
        let extra = data.join("test.yaml");
        file::put(&extra, HURRY)?;
        let python = python.to_owned();
        let booted = Self::start(Launch {
            python,
            data: data.to_owned(),
            port,
            extra: Some(extra),
        })
        .await?;
        settled(&postgres.map_or_else(
            || Database::in_folder(data),
            |place| Database::Postgres(Postgres::at(place)),
        ))
        .await?;
        Ok(booted)
    }
}

/// Without it a fresh database is updated for a minute, one step a second, and a step may note the id of the last room
/// it saw in `background_updates`: residue of a room that lived for seconds only.
const HURRY: &[u8] = b"background_updates: {sleep_enabled: false}\n";

/// Waits until the updates of the fresh database are done.
async fn settled(database: &Database) -> Result<(), RoomError> {
    let now = Instant::now();
    let deadline = now
        .checked_add(Duration::from_secs(BOOT_SECS))
        .unwrap_or(now);
    while Instant::now() < deadline {
        if database.updates_left()? == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(RoomError::Overdue("the update of a fresh database"))
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
