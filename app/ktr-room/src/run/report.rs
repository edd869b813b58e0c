//! Reports to the chain: built, signed, journalled, sent; after a crash the same bytes again (design: room, section 6).
//! "Already reported" is success; "too early" is signed anew.

use ktr_core::id::{CountyId, SessionId, Sha256};
use ktr_core::session::Rejection;
use ktr_core::time::Time;

use super::sidecar::Sidecar;
use crate::action::{Alarm, Mark};
use crate::error::RoomError;
use crate::journal::{Dissolving, Fact, Journal, ReportState};
use crate::limits::COUNT_MIN;
use crate::name;
use crate::plan::{Outlook, Plan};
use crate::port::{Chain, Cipher, Clock, Room, Sent};
use crate::receipt;
use crate::report::{Dissolution, Engine, Flags, Kind, Report};
use crate::seen::{Now, Seen};

impl<C: Chain, R: Room, P: Cipher, K: Clock> Sidecar<C, R, P, K> {
    /// Sends a report, or what the journal already holds of it.
    pub(super) async fn report(
        &mut self,
        plan: &Plan,
        seen: &Seen,
        kind: Kind,
        now: Now,
    ) -> Result<(), RoomError> {
        let mut was_kept = false;
        let signed = match self.written()?.reports.get(&kind) {
            Some(ReportState::Signed(octets)) => {
                was_kept = true;
                octets.clone()
            }
            Some(ReportState::Settled | ReportState::Refused) => return Ok(()),
            None => {
                let Some(octets) = self.sign(plan, seen, kind)? else {
                    return Ok(());
                };
                octets
            }
        };
        let session = plan.session.id.0;
        let sent = self.ports.chain.send(&signed).await?;
        let end = self.written()?.end.as_ref();
        let attempt = end.map_or(0, |end| end.attempt);
        let known = plan.session.reported.attempts;
        let Some(sent) = by_number(sent, attempt, known, now.current()) else {
            // The bytes stay, and a newer state tells.
            return Ok(());
        };
        match sent {
            Sent::Accepted | Sent::Already => {
                tracing::info!(session, ?kind, "reported");
                self.note(Fact::Settled(kind))
            }
            Sent::NotYet => {
                self.note(Fact::Unsigned(kind))?;
                if was_kept && kind != Kind::Dissolved {
                    // It ran out while the chain was silent. The end's report must not come before it: then none is taken any more.
                    return Box::pin(self.report(plan, seen, kind, now)).await;
                }
                Ok(())
            }
            Sent::Refused(code) => {
                tracing::warn!(session, ?kind, code, "report refused");
                self.ring(Alarm::ReportRefused);
                self.note(Fact::Refused(kind))
            }
        }
    }

    /// Composes and signs a report, and writes it down before it goes out; `None` if a fact for it is missing.
    fn sign(&mut self, plan: &Plan, seen: &Seen, kind: Kind) -> Result<Option<Vec<u8>>, RoomError> {
        let Some(report) = self.compose(plan, seen, kind)? else {
            return Ok(None);
        };
        if let Report::Joined { count, .. } = &report {
            self.note(Fact::Joined(*count))?;
        }
        let octets = self.ports.chain.sign(&report)?;
        self.note(Fact::Signed(kind, octets.clone()))?;
        Ok(Some(octets))
    }

    /// The report's contents; `None` if a fact for it is missing.
    fn compose(&self, plan: &Plan, seen: &Seen, kind: Kind) -> Result<Option<Report>, RoomError> {
        let journal = self.written()?;
        let session = plan.session.id;
        Ok(match kind {
            Kind::Seeded => match (&journal.room, journal.posts.first()) {
                (Some(room), Some(post)) => {
                    let room_commit = name::room_commit(&journal.salt, room);
                    Some(Report::Seeded {
                        session,
                        room_commit,
                        post: post.digest(),
                    })
                }
                _ => None,
            },
            Kind::Joined if journal.end.is_none() => Some(Report::Joined {
                session,
                count: joined(seen, count_min(self.outlook.as_ref())),
            }),
            // They were counted before, or not at all.
            Kind::Joined => journal.joined.map(|joined| Report::Joined {
                session,
                count: joined.count,
            }),
            Kind::Dissolved => match &journal.end {
                Some(end) => Some(self.compose_dissolved(journal, end)?),
                None => None,
            },
        })
    }

    /// Writes the receipt file and names its hash in the report.
    fn compose_dissolved(&self, journal: &Journal, end: &Dissolving) -> Result<Report, RoomError> {
        let count_min = count_min(self.outlook.as_ref());
        let (dissolution, octets) = compose(self.site.county, journal, end, count_min)?;
        let path = self.store.receipt(journal.session, end.attempt);
        self.store.put(&path, &octets)?;
        Ok(Report::Dissolved {
            session: SessionId(journal.session),
            attempt: end.attempt,
            dissolution,
        })
    }
}

/// What became of a report that may have been refused for its number alone: a state that knows as many shows it on chain, and one of now
/// that lacks more than one before it shows that it never comes there. `None` of one on which only a newer state can tell.
pub(super) fn by_number(sent: Sent, attempt: u8, known: u8, is_current: bool) -> Option<Sent> {
    const NOT_NEXT: Sent = Sent::Refused(Rejection::AttemptNotNext.code());
    match sent {
        NOT_NEXT if known >= attempt => Some(Sent::Already),
        NOT_NEXT if !is_current || known.saturating_add(1) == attempt => None,
        Sent::Accepted | Sent::Already | Sent::NotYet | Sent::Refused(_) => Some(sent),
    }
}

/// The smallest count of members that is told.
pub(super) fn count_min(outlook: Option<&Outlook>) -> u32 {
    outlook.map_or(COUNT_MIN, |outlook| outlook.count_min)
}

/// What is reported about an end, and the octets of the receipt whose hash it names.
pub(super) fn compose(
    county: CountyId,
    journal: &Journal,
    end: &Dissolving,
    count_min: u32,
) -> Result<(Dissolution, Vec<u8>), RoomError> {
    let mut dissolution = dissolution(journal, end, count_min);
    let octets = receipt::compose(county, journal, end, &dissolution)?;
    dissolution.receipt = name::sha256(&octets);
    Ok((dissolution, octets))
}

/// What the journal says about the end; the receipt's hash is still zero.
#[must_use]
pub fn dissolution(journal: &Journal, end: &Dissolving, count_min: u32) -> Dissolution {
    let last = end.scans.last();
    let sweep = end.sweep;
    // A clock that was set back must not make a report that no rule accepts: times never fall.
    let emptied_ms = end.emptied_ms.max(end.started_ms);
    let purged_ms = end.purged_ms.max(emptied_ms);
    let scanned_ms = last.map_or(0, |scan| scan.at_ms).max(purged_ms);
    let seconds = |ms: u64| Time(ms / 1_000);
    Dissolution {
        cause: end.cause,
        started_at: seconds(end.started_ms),
        emptied_at: seconds(emptied_ms),
        purged_at: seconds(purged_ms),
        scanned_at: seconds(scanned_ms),
        kicked: withheld(end.kicked, count_min),
        posts: journal.posted(),
        media_deleted: end.media_deleted,
        cancelled: withheld(end.cancelled, count_min),
        strays: u32::try_from(journal.strays.len()).unwrap_or(u32::MAX),
        residue: last.map_or([u32::MAX; 8], |scan| scan.residue),
        flags: Flags {
            swept: sweep.is_some_and(|sweep| sweep.swept),
            wal_truncated: sweep.is_some_and(|sweep| sweep.wal_truncated),
            secure_delete: sweep.is_some_and(|sweep| sweep.secure_delete),
            version_known: sweep.is_some_and(|sweep| sweep.version_known),
            dead_man_had_fired: end.marks.contains(&Mark::DeadManHadFired),
            clock_differed: end.marks.contains(&Mark::ClockDiffered),
            stray_found: end.marks.contains(&Mark::StrayFound) || !journal.strays.is_empty(),
            room_absent_at_start: end.marks.contains(&Mark::RoomAbsentAtStart),
            folder_removed: end.marks.contains(&Mark::FolderRemoved),
        },
        engine: Engine::Synapse,
        server_version: sweep.map_or([0; 3], |sweep| sweep.server_version),
        receipt: Sha256([0; 32]),
    }
}

/// How many members are in the room, as it is told.
fn joined(seen: &Seen, count_min: u32) -> Option<u32> {
    let joined = seen.room.as_ref().map_or(0, |room| {
        room.joined().filter(|account| !account.is_probe()).count()
    });
    withheld(u32::try_from(joined).unwrap_or(u32::MAX), count_min)
}

/// A count of members, absent below the genesis' minimum.
const fn withheld(count: u32, count_min: u32) -> Option<u32> {
    if count < count_min { None } else { Some(count) }
}
