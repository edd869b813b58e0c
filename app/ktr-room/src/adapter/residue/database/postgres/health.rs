//! What the doctor asks a cluster: settings, rights, and whether the folder that is named is this cluster's.
//! Nothing is judged here and nothing is changed.

use std::fs;

use postgres::Client;

use super::cluster::{Postgres, WAL};
use crate::adapter::residue::walk;
use crate::error::RoomError;

/// What a cluster says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Health {
    /// Its major version.
    pub(crate) major: i32,
    /// Settings, by name.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// Facts that should all be so, by what is wrong if they are not.
    pub(crate) facts: Vec<(&'static str, bool)>,
    /// Why its data folder cannot be scanned; absent if it can.
    pub(crate) folder: Option<String>,
}

/// The settings that are asked for; every role may see them.
const SETTINGS: [&str; 7] = [
    "archive_mode",
    "wal_level",
    "max_wal_senders",
    "wal_keep_size",
    "log_min_messages",
    "wal_recycle",
    "server_encoding",
];

/// What should be so, and what is wrong else.
const FACTS: [(&str, &str); 7] = [
    (
        "a standby follows it: take one that stands alone",
        "SELECT NOT pg_is_in_recovery() AND NOT EXISTS (SELECT FROM pg_stat_replication)",
    ),
    (
        "a replication slot keeps the write-ahead log: pg_drop_replication_slot",
        "SELECT NOT EXISTS (SELECT FROM pg_replication_slots)",
    ),
    (
        "the cluster serves another database: its write-ahead log is one for all, take a cluster of its own",
        "SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname <> ALL (ARRAY['postgres', 'template0', 'template1', current_database()::text]))",
    ),
    (
        "the collation is not C: Synapse asks for createdb --locale=C --encoding=UTF8 --template=template0",
        "SELECT datcollate = 'C' AND datctype = 'C' FROM pg_database WHERE datname = current_database()",
    ),
    (
        "the role does not own the database: the sweep could not rewrite all of it",
        "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()",
    ),
    (
        "the role may not checkpoint: GRANT pg_checkpoint",
        "SELECT pg_has_role('pg_checkpoint', 'USAGE')",
    ),
    (
        "the role may not roll the log on: GRANT EXECUTE ON FUNCTION pg_switch_wal(), in this database",
        "SELECT has_function_privilege('pg_catalog.pg_switch_wal()', 'EXECUTE')",
    ),
];

impl Postgres {
    /// Asks for all of it.
    pub(crate) fn health(&self) -> Result<Health, RoomError> {
        self.connected(|client| {
            let number: String = setting(client, "server_version_num")?;
            let number: i32 = number.parse().unwrap_or(0);
            let mut settings = Vec::new();
            for name in SETTINGS {
                settings.push((name, setting(client, name)?));
            }
            let mut facts = Vec::new();
            let major = number.div_euclid(10_000);
            for (wrong, sql) in FACTS {
                // Before 15 there is no such role.
                let is_so = !(major < 15 && sql.contains("pg_checkpoint"))
                    && client.query_one(sql, &[])?.try_get(0)?;
                facts.push((wrong, is_so));
            }
            Ok(Health {
                major,
                settings,
                facts,
                folder: self.folder_fault(client)?,
            })
        })
    }

    /// Why the data folder cannot be scanned: it is another cluster's, or something in it cannot be read, by the scan's own walk.
    fn folder_fault(&self, client: &mut Client) -> Result<Option<String>, RoomError> {
        let sql = "SELECT system_identifier FROM pg_control_system()";
        let wanted: i64 = client.query_one(sql, &[])?.try_get(0)?;
        for part in ["base", WAL] {
            if let Err(error) = fs::read_dir(self.folder().join(part)) {
                return Ok(Some(format!("{part} cannot be read ({error})")));
            }
        }
        let control = match fs::read(self.folder().join("global/pg_control")) {
            Ok(control) => control,
            Err(error) => return Ok(Some(format!("pg_control cannot be read ({error})"))),
        };
        let found = control.first_chunk::<8>().map(|id| i64::from_ne_bytes(*id));
        if found != Some(wanted) {
            return Ok(Some("it is another cluster's".to_owned()));
        }
        let parts = self.parts()?;
        for part in parts.db.iter().chain(&parts.wal) {
            if let Err(fault) = walk::each(part, &mut |path| walk::opened(path).map(drop)) {
                return Ok(Some(fault.to_string()));
            }
        }
        Ok(None)
    }
}

fn setting(client: &mut Client, name: &str) -> Result<String, RoomError> {
    let row = client.query_one("SELECT current_setting($1)", &[&name])?;
    Ok(row.try_get(0)?)
}
