//! From a report's plain values to the core's command.
//! Its octets are `ktr-wire`'s, its signature `ktr-artefact`'s.

use ktr_core::Command;
use ktr_core::id::CountyId;
use ktr_core::session::{self, Dissolved, Seeded, ServerVersion};

use crate::report::{Cause, Dissolution, Engine, Flags, Report};

/// The command that carries a report.
pub(super) fn command(county: CountyId, report: &Report) -> Command {
    Command::Session(match report {
        Report::Seeded {
            session,
            room_commit,
            post,
        } => session::Command::ReportSeeded {
            session: *session,
            county,
            seeded: Seeded {
                room: *room_commit,
                post: *post,
            },
        },
        Report::Joined { session, count } => session::Command::ReportJoined {
            session: *session,
            county,
            count: count.map(u64::from),
        },
        Report::Dissolved {
            session,
            attempt,
            dissolution,
        } => session::Command::ReportDissolved {
            session: *session,
            county,
            dissolved: dissolved(*attempt, dissolution),
        },
        Report::Witness {
            session,
            county: of,
            attempt,
            testimony,
        } => session::Command::Witness {
            session: *session,
            county: *of,
            attempt: *attempt,
            testimony: *testimony,
        },
    })
}

fn dissolved(attempt: u8, found: &Dissolution) -> Dissolved {
    let [major, minor, patch] = found.server_version.map(u32::from);
    Dissolved {
        attempt: u32::from(attempt),
        cause: match found.cause {
            Cause::Time => session::Cause::Time,
            Cause::Early => session::Cause::Early,
            Cause::Overdue => session::Cause::Overdue,
            Cause::DeadMan => session::Cause::DeadMan,
            Cause::Operator => session::Cause::Operator,
        },
        started_at: found.started_at,
        emptied_at: found.emptied_at,
        purged_at: found.purged_at,
        scanned_at: found.scanned_at,
        kicked: found.kicked.map(u64::from),
        posts: u64::from(found.posts),
        media_deleted: u64::from(found.media_deleted),
        cancelled: found.cancelled.map(u64::from),
        strays: u64::from(found.strays),
        residue: found.residue.map(u64::from),
        flags: flags(found.flags),
        engine: match found.engine {
            Engine::Synapse => session::Engine::Synapse,
        },
        version: ServerVersion {
            major,
            minor,
            patch,
        },
        receipt: found.receipt,
    }
}

fn flags(flags: Flags) -> session::Flags {
    let bits = [
        (flags.swept, session::Flags::SWEPT),
        (flags.wal_truncated, session::Flags::WAL_TRUNCATED),
        (flags.secure_delete, session::Flags::SECURE_DELETE),
        (flags.version_known, session::Flags::VERSION_KNOWN),
        (flags.dead_man_had_fired, session::Flags::DEAD_MAN_HAD_FIRED),
        (flags.clock_differed, session::Flags::CLOCK_DIFFERED),
        (flags.stray_found, session::Flags::STRAY_FOUND),
        (
            flags.room_absent_at_start,
            session::Flags::ROOM_ABSENT_AT_START,
        ),
        (flags.folder_removed, session::Flags::FOLDER_REMOVED),
    ];
    session::Flags(
        bits.into_iter()
            .filter(|(set, _)| *set)
            .fold(0, |all, (_, bit)| all | bit),
    )
}
