//! Published counts as remembered.
//! They are unauthenticated requests; may include retries, scanners and forgeries; no rate can be formed.

use alloc::collections::BTreeMap;

use crate::{
    id::{SessionId, Sha256},
    limits::{BUCKET_ENDS, BUCKET_FIRST, BUCKET_REST},
    time::{Secs, Time},
};

/// What a plain count is worth: stands beside every such number that leaves a program, unshortened.
pub const LABEL: &str =
    "unauthenticated requests; may include retries, scanners and forgeries; no rate can be formed";

/// A bucket of plain hits: 64 first 0-6 h, 65 first 6-24 h, 66 first 1-7 d, 67 again 7-14 d, 68 anything else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Bucket(u8);

impl Bucket {
    /// All buckets, in order.
    pub const ALL: [Self; 5] = [Self(64), Self(65), Self(66), Self(67), Self(68)];

    /// Reads a bucket's number; `None` outside 64 to 68.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (BUCKET_FIRST..=BUCKET_REST)
            .contains(&number)
            .then_some(Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// When it is over; the rest ends together with the last bucket that has an end of its own.
    #[must_use]
    pub fn ends_at(self, opened_at: Time, ends: &[Secs; BUCKET_ENDS]) -> Time {
        let position = usize::from(self.0.saturating_sub(BUCKET_FIRST));
        let end = ends.get(position).or(ends.last());
        opened_at.plus(end.copied().unwrap_or(Secs(0)))
    }
}

/// One published bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Published {
    /// Which bucket.
    pub bucket: Bucket,
    /// What was counted.
    pub beacon: Sha256,
    /// Hits; absent below the network's minimum.
    pub hits: Option<u64>,
    /// Whether hits may be missing.
    pub interrupted: bool,
    /// Header time.
    pub published_at: Time,
}

/// All that is known of one session's ingestion: one record, so that a publication touches one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ingestion {
    /// Which session.
    pub session: SessionId,
    /// Its published buckets.
    pub published: BTreeMap<Bucket, Published>,
}

/// All sessions' counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    sessions: BTreeMap<SessionId, Ingestion>,
}

impl State {
    /// What is known of one session.
    #[must_use]
    pub fn get(&self, session: SessionId) -> Option<&Ingestion> {
        self.sessions.get(&session)
    }

    /// All sessions with a published bucket, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Ingestion> {
        self.sessions.values()
    }

    pub(crate) fn put(&mut self, ingestion: Ingestion) {
        self.sessions.insert(ingestion.session, ingestion);
    }
}
