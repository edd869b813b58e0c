//! The sweep of a cluster: the deletes in one transaction, every table written anew, the write-ahead log rolled on until nothing
//! older is left in it. What cannot be had is told, not tried for ever.

use std::thread;
use std::time::Duration;

use postgres::Client;
use postgres::types::ToSql;

use super::cluster::{Postgres, TABLES, quoted};
use super::wal;
use crate::adapter::residue::database::{Cleaned, Delete, Value, Wipe};
use crate::error::RoomError;
use crate::limits::POSTGRES_KNOWN;

/// How often the log is rolled on at most: four times empty a log of the usual size, whose segments are taken again.
const ROLLS_MAX: u32 = 16;

/// How often it is asked whether transactions from before the deletes have ended, and the pause between.
const ASKS_MAX: u32 = 250;
const ASK_PAUSE: Duration = Duration::from_millis(20);

/// Others who are in a transaction that is older than `$1`, and those whose state cannot be seen; prepared ones always. Of the server's own
/// processes, autovacuum's among them, nobody but a superuser sees since when: each counts as long as it holds a snapshot.
const OLDER: &str = "SELECT (SELECT count(*) FROM pg_catalog.pg_stat_activity \
    WHERE pid <> pg_backend_pid() AND CASE WHEN usesysid IS NULL THEN backend_xmin IS NOT NULL \
        ELSE datid IS NOT NULL AND (state IS NULL OR xact_start <= $1::text::timestamptz) END) \
    + (SELECT count(*) FROM pg_catalog.pg_prepared_xacts)";

/// What the homeserver tells further processes of its own, with rooms and members as keys; it exists with PostgreSQL only, and a
/// homeserver of one process reads none of it (seen: 41 rows of one room).
const INVALIDATIONS: &str = "DELETE FROM cache_invalidation_stream_by_instance";

/// For each column of which the planner keeps samples, what gives it the type that it has.
const SAMPLED: &str = "SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s', \
        s.schemaname, s.tablename, s.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) \
    FROM pg_catalog.pg_stats s JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname \
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename AND c.relkind = 'r' \
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname \
    WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema')";

impl Postgres {
    pub(in super::super) fn clean(
        &self,
        deletes: &[Delete],
        wipe: Wipe,
    ) -> Result<Cleaned, RoomError> {
        self.connected(|client| {
            delete(client, deletes)?;
            let wiped = are_older_ended(client)?;
            if wipe.pages {
                rewrite(client)?;
            }
            Ok(Cleaned {
                wal_truncated: wipe.log && self.roll_on(client)?,
                wiped,
            })
        })
    }

    /// Whether the server is of a version that was swept clean.
    pub(in super::super) fn is_known(&self) -> Result<bool, RoomError> {
        self.connected(|client| {
            let row = client.query_one("SELECT current_setting('server_version_num')::int", &[])?;
            let number: i32 = row.try_get(0)?;
            Ok(POSTGRES_KNOWN.contains(&number.div_euclid(10_000)))
        })
    }

    /// Switches to new segments of the log, with checkpoints that take the old ones away or use them again, until no page is older
    /// than the rewriting; `false` if it does not come to that.
    fn roll_on(&self, client: &mut Client) -> Result<bool, RoomError> {
        let row = client.query_one("SELECT pg_current_wal_insert_lsn()::text", &[])?;
        let since: String = row.try_get(0)?;
        let Some(since) = wal::position(&since) else {
            return Ok(false);
        };
        for _ in 0..ROLLS_MAX {
            client.batch_execute("SELECT pg_switch_wal()")?;
            client.batch_execute("CHECKPOINT")?;
            if !wal::holds_older(&self.wal(), since)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn delete(client: &mut Client, deletes: &[Delete]) -> Result<(), RoomError> {
    let mut transaction = client.transaction()?;
    for delete in deletes {
        let values: Vec<&(dyn ToSql + Sync)> = delete
            .values
            .iter()
            .map(|value| -> &(dyn ToSql + Sync) {
                match value {
                    Value::Text(text) => text,
                    Value::Number(number) => number,
                }
            })
            .collect();
        transaction.execute(delete.sql, &values)?;
    }
    if !deletes.is_empty() {
        transaction.execute(INVALIDATIONS, &[])?;
    }
    Ok(transaction.commit()?)
}

/// Waits until nobody sees the rows any more that were deleted: rewriting keeps what an older transaction may still read.
fn are_older_ended(client: &mut Client) -> Result<bool, RoomError> {
    let row = client.query_one("SELECT clock_timestamp()::text", &[])?;
    let now: String = row.try_get(0)?;
    for _ in 0..ASKS_MAX {
        let older: i64 = client.query_one(OLDER, &[&now])?.try_get(0)?;
        if older == 0 {
            return Ok(true);
        }
        thread::sleep(ASK_PAUSE);
    }
    Ok(false)
}

/// Writes every table anew with its indexes. A plain `VACUUM` leaves the octets of dead rows in the pages that stay in use (measured).
fn rewrite(client: &mut Client) -> Result<(), RoomError> {
    for row in client.query(SAMPLED, &[])? {
        // No other word of an owner takes a column's samples away, and an analysis of an empty table keeps them.
        client.batch_execute(row.try_get(0)?)?;
    }
    let mut names = vec!["pg_catalog.pg_statistic".to_owned()];
    for row in client.query(TABLES, &[])? {
        let (schema, table): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        names.push(quoted(&schema, &table));
    }
    client.batch_execute(&format!("VACUUM (FULL) {}", names.join(", ")))?;
    Ok(())
}
