//! What the studio and the counties' sidecars may ask.
//! Calendars live in the shells: times arrive as seconds.

use alloc::vec::Vec;

use super::{Dissolved, Hours, LanguageTag, Seeded, Testimony};
use crate::id::{CountyId, SessionId, Sha256};

/// A command of the studio, of a county's sidecar, or of a county with a mandate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// The studio announces the next session.
    Schedule {
        /// Its number: the last one plus one.
        session: SessionId,
        /// When it seeds, opens and dissolves.
        hours: Hours,
        /// Its languages, rising.
        languages: Vec<LanguageTag>,
    },
    /// The studio, or a county with a mandate, moves a session before its rooms are seeded.
    Reschedule {
        /// Which.
        session: SessionId,
        /// How often it was changed before, plus one: so a mandate serves once.
        revision: u32,
        /// Its new times.
        hours: Hours,
    },
    /// The studio, or a county with a mandate, files who may hear the session, as a hash.
    FileRoll {
        /// Which.
        session: SessionId,
        /// How often it was changed before, plus one.
        revision: u32,
        /// SHA-256 of the roll, which stays at the doors.
        roll: Sha256,
    },
    /// The studio, or a county with a mandate, calls a session off before it is opened.
    Cancel {
        /// Which.
        session: SessionId,
    },
    /// The studio begins the hour.
    Open {
        /// Which.
        session: SessionId,
    },
    /// The studio ends the live part.
    Close {
        /// Which.
        session: SessionId,
        /// Heads in the studio; absent below the network's minimum.
        attendance: Option<u64>,
    },
    /// A sidecar has put the release into its room.
    ReportSeeded {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// What it can say of it.
        seeded: Seeded,
    },
    /// A sidecar counts who joined, shortly before the room goes.
    ReportJoined {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// Members; absent below the network's minimum.
        count: Option<u64>,
    },
    /// A sidecar has destroyed its room and looked for residue.
    ReportDissolved {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// What it found.
        dissolved: Dissolved,
    },
    /// Another county's sidecar tells what it found at a room's door.
    Witness {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// Which report of destruction.
        attempt: u32,
        /// What it found.
        testimony: Testimony,
    },
}

impl Command {
    /// Whether a county may ask it with a proposal of the counties.
    #[must_use]
    pub const fn takes_mandate(&self) -> bool {
        match self {
            Self::Reschedule { .. } | Self::FileRoll { .. } | Self::Cancel { .. } => true,
            Self::Schedule { .. }
            | Self::Open { .. }
            | Self::Close { .. }
            | Self::ReportSeeded { .. }
            | Self::ReportJoined { .. }
            | Self::ReportDissolved { .. }
            | Self::Witness { .. } => false,
        }
    }
}
