//! What the studio and the counties' sidecars may ask.
//! Calendars live in the shells: times arrive as seconds.

use alloc::vec::Vec;

use super::{Dissolved, Hours, LanguageTag, Seeded};
use crate::id::{CountyId, SessionId};

/// A command of the studio or of a county's sidecar.
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
}
