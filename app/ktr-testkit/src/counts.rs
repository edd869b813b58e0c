//! Published counts as a log tells of them (I6 of the design: assurance, section 3.2): a count that is published stays, none is small, and
//! beside counts, sessions and releases no member is named.
//! Admissions, nominations and keys do name members: the ledger is made of them, and no number stands beside them.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    Event, Record, State,
    governance::{self, Parameters},
    id::{CountyId, SessionId},
    ingestion::{self, Bucket, Published},
    key::{Key, KeyBody},
    membership, session,
};
use ktr_wire::{
    record,
    recorded::{Entry, Recorded},
};

/// The counts of a log, followed from its beginning.
#[derive(Debug)]
pub struct Counts {
    bounds: Parameters,
    published: BTreeMap<(SessionId, Bucket), Published>,
    joined: BTreeMap<(SessionId, CountyId), Option<u64>>,
    /// What names a member, by its last octets: ids, in hexadecimal digits too, fingerprints and key bodies.
    marks: BTreeMap<[u8; LAST], BTreeSet<Vec<u8>>>,
}

impl Counts {
    /// None yet, under the parameters of a genesis.
    #[must_use]
    pub const fn new(bounds: Parameters) -> Self {
        Self {
            bounds,
            published: BTreeMap::new(),
            joined: BTreeMap::new(),
            marks: BTreeMap::new(),
        }
    }

    /// Follows the next leaf of the log.
    ///
    /// # Errors
    /// What cannot be.
    pub fn follow(&mut self, leaf: &Recorded) -> Result<(), String> {
        let Entry::Event(event) = &leaf.entry else {
            return Ok(());
        };
        let followed = match event {
            Event::Ingestion(event) => self.publish(event),
            Event::Session(event) => self.count(event),
            Event::Bundle(_) => Ok(()),
            Event::Membership(event) => {
                self.know(event);
                return Ok(());
            }
            Event::Governance(event) => {
                if let governance::Event::ParametersChanged { parameters } = event {
                    self.bounds = parameters.clone();
                }
                return Ok(());
            }
            Event::Board(_) | Event::Nomination(_) => return Ok(()),
        };
        let hidden = followed.and_then(|()| self.names_nobody(&leaf.encode()));
        hidden.map_err(|why| format!("I6: event {}: {why}", leaf.index))
    }

    /// How many buckets are published.
    #[must_use]
    pub fn published(&self) -> usize {
        self.published.len()
    }

    /// How many rooms were counted.
    #[must_use]
    pub fn joined(&self) -> usize {
        self.joined.len()
    }

    /// That a state remembers these counts and no others.
    ///
    /// # Errors
    /// That it does not.
    pub fn are_those_of(&self, state: &State) -> Result<(), String> {
        let of_state = state.ingestion.iter().flat_map(|one| {
            let session = one.session;
            let buckets = one.published.iter();
            buckets.map(move |(bucket, published)| ((session, *bucket), *published))
        });
        let published = of_state.eq(self.published.iter().map(|(at, one)| (*at, *one)));
        let of_state = state.session.iter().flat_map(|session| {
            let reports = session.reports.iter();
            reports.filter_map(move |(county, of)| Some(((session.id, *county), of.joined?)))
        });
        let joined = of_state.eq(self.joined.iter().map(|(at, count)| (*at, *count)));
        said(
            published && joined,
            "I6: the state has other counts than the log",
        )
    }

    /// That no record of a count, a session or a release names a member.
    ///
    /// # Errors
    /// That one does.
    pub fn hide_members(&self, state: &State) -> Result<(), String> {
        let counts = state.ingestion.iter().cloned().map(Record::Ingestion);
        let sessions = state.session.iter().cloned().map(Record::Session);
        let releases = state.bundle.iter().cloned().map(Record::Release);
        for record in counts.chain(sessions).chain(releases) {
            let hidden = self.names_nobody(&record::encode(&record));
            hidden.map_err(|why| format!("I6: {:?}: {why}", record.key()))?;
        }
        Ok(())
    }

    fn publish(&mut self, event: &ingestion::Event) -> Result<(), String> {
        let ingestion::Event::Published { session, published } = event;
        self.is_large(published.hits)?;
        let place = (*session, published.bucket);
        let before = self.published.insert(place, *published);
        said(before.is_none(), "a bucket is published again")
    }

    fn count(&mut self, event: &session::Event) -> Result<(), String> {
        match event {
            session::Event::Joined {
                session,
                county,
                count,
            } => {
                self.is_large(*count)?;
                let before = self.joined.insert((*session, *county), *count);
                said(before.is_none(), "a room is counted again")
            }
            session::Event::Closed { attendance, .. } => {
                let least = self.bounds.attendance_min;
                let is_large = attendance.is_none_or(|heads| heads >= least);
                said(is_large, "a small attendance is told")
            }
            session::Event::Dissolved { dissolved, .. } => {
                self.is_large(dissolved.kicked)?;
                self.is_large(dissolved.cancelled)
            }
            session::Event::Scheduled { .. }
            | session::Event::Rescheduled { .. }
            | session::Event::RollFiled { .. }
            | session::Event::Cancelled { .. }
            | session::Event::Opened { .. }
            | session::Event::Seeded { .. }
            | session::Event::Witnessed { .. }
            | session::Event::DissolutionConfirmed { .. }
            | session::Event::Ended { .. }
            | session::Event::Overdue { .. }
            | session::Event::Unwitnessed { .. } => Ok(()),
        }
    }

    fn is_large(&self, count: Option<u64>) -> Result<(), String> {
        let least = self.bounds.count_min;
        said(
            count.is_none_or(|count| count >= least),
            "a small count is told",
        )
    }

    fn know(&mut self, event: &membership::Event) {
        match event {
            membership::Event::Admitted { member, key, .. }
            | membership::Event::KeyAdded { member, key }
            | membership::Event::KeyRotated { member, key, .. } => {
                self.mark(&member.0);
                self.mark(member.to_string().as_bytes());
                self.mark_key(key);
            }
            membership::Event::KeyRevoked { .. }
            | membership::Event::Suspended { .. }
            | membership::Event::Reinstated { .. }
            | membership::Event::Left { .. }
            | membership::Event::KeyExpired { .. } => {}
        }
    }

    fn mark_key(&mut self, key: &Key) {
        self.mark(&key.fingerprint.0);
        match &key.body {
            KeyBody::Sign(body) => self.mark(&body.0),
            KeyBody::Room(body) | KeyBody::Encrypt(body) => self.mark(&body.0),
        }
    }

    fn mark(&mut self, octets: &[u8]) {
        let last = octets.last_chunk().expect("an id, a fingerprint or a key");
        let marks = self.marks.entry(*last).or_default();
        marks.insert(octets.to_vec());
    }

    fn names_nobody(&self, octets: &[u8]) -> Result<(), String> {
        let mut begins = (LAST..=octets.len()).filter_map(|end| octets.get(..end));
        let is_named = begins.any(|begin| {
            let last = begin.last_chunk::<LAST>();
            let marks = last.and_then(|last| self.marks.get(last));
            marks.is_some_and(|marks| marks.iter().any(|mark| begin.ends_with(mark)))
        });
        said(!is_named, "a member is named")
    }
}

fn said(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

/// Octets by which marks are found.
const LAST: usize = 8;
