//! Step 10: rows that the homeserver never deletes by itself, its write-ahead log and its log (design: room, 9.1).
//! Private tables are touched in a version that was swept clean before, else not at all.

use std::fs::OpenOptions;

use super::canary::Canaries;
use super::database::{Delete, Value, Wipe};
use super::site::Site;
use crate::error::RoomError;
use crate::journal::Sweep;
use crate::limits::SWEEP_KNOWN;
use crate::matrix_id::RoomId;
use crate::name::{BOT, PROBE};

/// The substeps of a sweep, in their order.
///
/// Once a room is purged the API lists its reports no more, so where the nets were first only this removes them; and where the nets purged
/// the room, its alias is gone from the API and its row is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Substep {
    StateDeltas,
    RoomTags,
    TimelineGaps,
    EventReports,
    Tasks,
    /// None of a room whose nets were cancelled; some of one that went otherwise. One that stands keeps them.
    Nets,
    /// A room that goes before T leaves them, and the homeserver asks for each at T.
    Expiries,
    Aliases,
    /// What a member keeps for its own account, such as `m.direct`, and names the room in: no purge looks there.
    AccountData,
    /// Tokens that were minted right before a crash are in no journal; a dedicated homeserver has no others but those of probes, which
    /// ask after T whether the room is gone, and the one that the bot was given when its own was lost: with it rooms are destroyed, this
    /// one if the scan finds more, and the next session's.
    Tokens,
    /// Whence those tokens came: always the loopback, but one row for each that was used.
    Addresses,
    /// Overwriting what is freed is not enough: pages that were split keep old octets between their cells (seen with a fresh database).
    FreedPages,
    WriteAheadLog,
    Logs,
}

impl Substep {
    pub(super) const ALL: [Self; 14] = [
        Self::StateDeltas,
        Self::RoomTags,
        Self::TimelineGaps,
        Self::EventReports,
        Self::Tasks,
        Self::Nets,
        Self::Expiries,
        Self::Aliases,
        Self::AccountData,
        Self::Tokens,
        Self::Addresses,
        Self::FreedPages,
        Self::WriteAheadLog,
        Self::Logs,
    ];

    /// What it deletes in private tables; `None` for what is done to files.
    const fn statement(self) -> Option<&'static str> {
        Some(match self {
            Self::StateDeltas => "DELETE FROM current_state_delta_stream WHERE room_id = $1",
            Self::RoomTags => "DELETE FROM room_tags_revisions WHERE room_id = $1",
            Self::TimelineGaps => "DELETE FROM timeline_gaps WHERE room_id = $1",
            Self::EventReports => "DELETE FROM event_reports WHERE room_id = $1",
            Self::Tasks => {
                "DELETE FROM scheduled_tasks WHERE resource_id = $1 AND status <> 'active'"
            }
            Self::Nets => {
                "DELETE FROM delayed_events WHERE room_id = $1
                     AND room_id NOT IN (SELECT room_id FROM rooms)"
            }
            Self::Expiries => {
                "DELETE FROM event_expiry WHERE event_id = $1
                     OR event_id NOT IN (SELECT event_id FROM events)"
            }
            Self::Aliases => "DELETE FROM room_alias_servers WHERE room_alias = $1",
            Self::AccountData => {
                "DELETE FROM account_data WHERE content LIKE $1 OR account_data_type LIKE $1"
            }
            Self::Tokens => {
                "DELETE FROM access_tokens WHERE puppets_user_id IS NOT NULL AND device_id IS NULL
                     AND puppets_user_id NOT LIKE $1
                     AND NOT (puppets_user_id LIKE $2 AND valid_until_ms > $3)"
            }
            Self::Addresses => {
                "DELETE FROM user_ips WHERE access_token NOT IN (SELECT token FROM access_tokens)"
            }
            Self::FreedPages | Self::WriteAheadLog | Self::Logs => return None,
        })
    }
}

impl Site {
    /// Cleans the database of the running homeserver, cuts its write-ahead log and its log.
    ///
    /// # Errors
    /// The database or a log cannot be written.
    pub fn sweep(
        &self,
        canaries: &Canaries,
        server_version: [u16; 3],
        now_ms: u64,
    ) -> Result<Sweep, RoomError> {
        self.sweep_by(&Substep::ALL, canaries, server_version, now_ms)
    }

    /// Some of the substeps: tests leave one out.
    pub(super) fn sweep_by(
        &self,
        substeps: &[Substep],
        canaries: &Canaries,
        server_version: [u16; 3],
        now_ms: u64,
    ) -> Result<Sweep, RoomError> {
        let [major, minor, patch] = server_version;
        let version_known = SWEEP_KNOWN.contains(&format!("{major}.{minor}.{patch}").as_str())
            && self.database.is_known()?;
        let deletes = if version_known {
            deletes(substeps, canaries, now_ms)
        } else {
            Vec::new()
        };
        let cleaned = self.database.clean(
            &deletes,
            Wipe {
                pages: substeps.contains(&Substep::FreedPages),
                log: substeps.contains(&Substep::WriteAheadLog),
            },
        )?;
        if substeps.contains(&Substep::Logs) {
            self.cut_logs()?;
        }
        Ok(Sweep {
            swept: version_known,
            wal_truncated: cleaned.wal_truncated,
            secure_delete: cleaned.wiped && self.secure_delete,
            version_known,
            server_version,
            at_ms: now_ms,
        })
    }

    /// Cuts the homeserver's logs to nothing.
    ///
    /// # Errors
    /// A log cannot be written.
    pub fn cut_logs(&self) -> Result<(), RoomError> {
        for log in self.logs.iter().filter(|log| log.exists()) {
            OpenOptions::new().write(true).open(log)?.set_len(0)?;
        }
        Ok(())
    }
}

/// The rows of the rooms that go, for one transaction.
fn deletes(substeps: &[Substep], canaries: &Canaries, now_ms: u64) -> Vec<Delete> {
    let mut deletes = Vec::new();
    for substep in substeps {
        let Some(sql) = substep.statement() else {
            continue;
        };
        let mut delete = |values| deletes.push(Delete { sql, values });
        match substep {
            Substep::Tokens => delete(vec![
                Value::Text(format!("@{BOT}:%")),
                Value::Text(format!("@{PROBE}%")),
                Value::Number(i64::try_from(now_ms).unwrap_or(i64::MAX)),
            ]),
            Substep::Addresses => delete(Vec::new()),
            // Those of events that are no more go without being known: a journal of another attempt names no post.
            Substep::Expiries => {
                let known = canaries.events.iter().map(String::as_str);
                each(std::iter::once("").chain(known), delete);
            }
            Substep::Aliases => each(&canaries.aliases, delete),
            Substep::AccountData => each(anywhere(canaries), delete),
            Substep::StateDeltas
            | Substep::RoomTags
            | Substep::TimelineGaps
            | Substep::EventReports
            | Substep::Tasks
            | Substep::Nets
            | Substep::FreedPages
            | Substep::WriteAheadLog
            | Substep::Logs => each(canaries.rooms.iter().map(RoomId::as_str), delete),
        }
    }
    deletes
}

/// Patterns of texts that hold one of the canaries, wherever in them. An underscore stands for itself and any other character: ids of this
/// length that differ in that alone do not come.
fn anywhere(canaries: &Canaries) -> Vec<String> {
    let rooms = canaries.rooms.iter().map(RoomId::bare);
    let words = canaries.words.iter();
    let texts = words.filter_map(|word| std::str::from_utf8(word).ok());
    let texts = texts.filter(|text| text.bytes().all(|octet| octet.is_ascii_graphic()));
    let all = rooms.chain(texts).filter(|text| !text.is_empty());
    all.map(|text| format!("%{text}%")).collect()
}

/// One deletion for each needle.
fn each<T: AsRef<str>>(needles: impl IntoIterator<Item = T>, mut delete: impl FnMut(Vec<Value>)) {
    for needle in needles {
        delete(vec![Value::Text(needle.as_ref().to_owned())]);
    }
}
