//! Samples of what is said of a session: its hours, its languages, what a room reports.
//! They are part of `sample`, which stands for all of them; here they have their place.

use ktr_core::{
    id::Sha256,
    session::{
        Cause, Command, Dissolved, Engine, Flags, Hours, LanguageTag, Seeded, ServerVersion,
    },
    time::Time,
};
use ktr_wire::digest;

use crate::sample::{COUNTY, SESSION, later};

pub(crate) fn hours() -> Hours {
    Hours {
        seeds_at: later(90_000),
        opens_at: later(90_300),
        dissolves_at: later(93_900),
    }
}

pub(crate) fn languages() -> Vec<LanguageTag> {
    ["de", "mt", "sr-Latn"]
        .iter()
        .filter_map(|tag| LanguageTag::parse(tag))
        .collect()
}

pub(crate) fn seeded() -> Seeded {
    Seeded {
        room: Sha256([0x33; 32]),
        post: Sha256([0x34; 32]),
    }
}

pub(crate) fn dissolved() -> Dissolved {
    Dissolved {
        attempt: 1,
        cause: Cause::Time,
        started_at: later(93_900),
        emptied_at: later(93_913),
        purged_at: later(93_944),
        scanned_at: later(93_945),
        kicked: Some(218),
        posts: 2,
        media_deleted: 2,
        cancelled: None,
        strays: 0,
        residue: [0; 8],
        flags: Flags(Flags::SWEPT | Flags::WAL_TRUNCATED),
        engine: Engine::Synapse,
        version: ServerVersion {
            major: 1,
            minor: 163,
            patch: 2,
        },
        receipt: Sha256([0x35; 32]),
    }
}

/// A room of twelve that was emptied at an instant and left nothing. Its receipt has no octets that a small id has.
#[must_use]
pub fn emptied(at: Time, cause: Cause) -> Dissolved {
    Dissolved {
        cause,
        started_at: at,
        emptied_at: at,
        purged_at: at,
        scanned_at: at,
        kicked: Some(12),
        posts: 1,
        media_deleted: 1,
        receipt: digest::sha256(&[b"receipt"]),
        ..dissolved()
    }
}

pub(crate) fn commands() -> [(&'static str, Command); 7] {
    let (session, county) = (SESSION, COUNTY);
    [
        (
            "session.schedule",
            Command::Schedule {
                session,
                hours: hours(),
                languages: languages(),
            },
        ),
        ("session.open", Command::Open { session }),
        (
            "session.close",
            Command::Close {
                session,
                attendance: Some(31),
            },
        ),
        (
            "session.close withheld",
            Command::Close {
                session,
                attendance: None,
            },
        ),
        (
            "session.report_seeded",
            Command::ReportSeeded {
                session,
                county,
                seeded: seeded(),
            },
        ),
        (
            "session.report_joined",
            Command::ReportJoined {
                session,
                county,
                count: Some(72),
            },
        ),
        (
            "session.report_dissolved",
            Command::ReportDissolved {
                session,
                county,
                dissolved: dissolved(),
            },
        ),
    ]
}
