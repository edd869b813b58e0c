//! What happened in and to a session.
//! Counts of members are absent when small; nobody is named.

use alloc::{vec, vec::Vec};

use super::{Dissolved, Hours, LanguageTag, Seeded};
use crate::{
    RecordKey,
    id::{CountyId, SessionId},
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
}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "session.scheduled.v1",
            Self::Opened { .. } => "session.opened.v1",
            Self::Closed { .. } => "session.closed.v1",
            Self::Seeded { .. } => "session.seeded.v1",
            Self::Joined { .. } => "session.joined.v1",
            Self::Dissolved { .. } => "session.dissolved.v1",
            Self::Ended { .. } => "session.ended.v1",
            Self::Overdue { .. } => "session.overdue.v1",
        }
    }

    /// The session it is about.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        match self {
            Self::Scheduled { session, .. }
            | Self::Opened { session, .. }
            | Self::Closed { session, .. }
            | Self::Seeded { session, .. }
            | Self::Joined { session, .. }
            | Self::Dissolved { session, .. }
            | Self::Ended { session }
            | Self::Overdue { session, .. } => *session,
        }
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        vec![RecordKey::Session(self.session())]
    }
}
