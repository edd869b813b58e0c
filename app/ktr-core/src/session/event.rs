//! What happened in and to a session.
//! Counts of members are absent when small; nobody is named.

use alloc::{vec, vec::Vec};

use super::{Dissolved, Hours, LanguageTag, Seeded, Testimony};
use crate::{
    RecordKey,
    id::{CountyId, SessionId, Sha256},
    time::Time,
};

/// A fact about a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// It is announced.
    Scheduled {
        /// Which.
        session: SessionId,
        /// When it seeds, opens and dissolves.
        hours: Hours,
        /// Its languages, rising.
        languages: Vec<LanguageTag>,
    },
    /// It has other times.
    Rescheduled {
        /// Which.
        session: SessionId,
        /// Its new times.
        hours: Hours,
    },
    /// Who may hear it is filed.
    RollFiled {
        /// Which.
        session: SessionId,
        /// SHA-256 of the roll.
        roll: Sha256,
    },
    /// It will not take place.
    Cancelled {
        /// Which.
        session: SessionId,
        /// Header time.
        at: Time,
    },
    /// The hour has begun.
    Opened {
        /// Which.
        session: SessionId,
        /// Header time: buckets of ingestion count from here.
        at: Time,
    },
    /// The live part is over.
    Closed {
        /// Which.
        session: SessionId,
        /// Header time.
        at: Time,
        /// Heads in the studio.
        attendance: Option<u64>,
    },
    /// A county's room holds the release.
    Seeded {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// What the sidecar says of it.
        seeded: Seeded,
    },
    /// A county's room was counted.
    Joined {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// Members.
        count: Option<u64>,
    },
    /// A county's room is gone.
    Dissolved {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// What the sidecar found.
        dissolved: Dissolved,
    },
    /// Another county looked for the room.
    Witnessed {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// Which report of destruction.
        attempt: u32,
        /// Who looked.
        by: CountyId,
        /// What it found.
        testimony: Testimony,
    },
    /// Two other counties found the door shut.
    DissolutionConfirmed {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
        /// Which report of destruction.
        attempt: u32,
    },
    /// `dissolves_at` has come.
    Ended {
        /// Which.
        session: SessionId,
    },
    /// A county has not reported the destruction in time.
    Overdue {
        /// Which session.
        session: SessionId,
        /// Which county.
        county: CountyId,
    },
    /// No two other counties have confirmed a county's destruction in time.
    Unwitnessed {
        /// Which session.
        session: SessionId,
        /// Whose room.
        county: CountyId,
    },
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "session.scheduled.v1",
            Self::Rescheduled { .. } => "session.rescheduled.v1",
            Self::RollFiled { .. } => "session.roll_filed.v1",
            Self::Cancelled { .. } => "session.cancelled.v1",
            Self::Opened { .. } => "session.opened.v1",
            Self::Closed { .. } => "session.closed.v1",
            Self::Seeded { .. } => "session.seeded.v1",
            Self::Joined { .. } => "session.joined.v1",
            Self::Dissolved { .. } => "session.dissolved.v1",
            Self::Witnessed { .. } => "session.witnessed.v1",
            Self::DissolutionConfirmed { .. } => "session.dissolution_confirmed.v1",
            Self::Ended { .. } => "session.ended.v1",
            Self::Overdue { .. } => "session.overdue.v1",
            Self::Unwitnessed { .. } => "session.unwitnessed.v1",
        }
    }

    /// The session it is about.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        match self {
            Self::Scheduled { session, .. }
            | Self::Rescheduled { session, .. }
            | Self::RollFiled { session, .. }
            | Self::Cancelled { session, .. }
            | Self::Opened { session, .. }
            | Self::Closed { session, .. }
            | Self::Seeded { session, .. }
            | Self::Joined { session, .. }
            | Self::Dissolved { session, .. }
            | Self::Witnessed { session, .. }
            | Self::DissolutionConfirmed { session, .. }
            | Self::Ended { session }
            | Self::Overdue { session, .. }
            | Self::Unwitnessed { session, .. } => *session,
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        vec![RecordKey::Session(self.session())]
    }
}
