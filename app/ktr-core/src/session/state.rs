//! Sessions as remembered.
//! Who attended is remembered nowhere.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;

use super::{Dissolved, Seeded, Testimony};
use crate::{
    id::{CountyId, SessionId, Sha256},
    limits::{TAG_LEN_MAX, WITNESSES},
    time::Time,
};

/// A BCP 47 language tag of at most 12 octets: subtags of letters and digits, joined by hyphens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Reads a tag; `None` if it is empty, too long or not of that form (RFC 5646, section 2.1, well-formed by shape).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut subtags = text.split('-');
        let language = subtags.next()?;
        let is_language =
            (2..=3).contains(&language.len()) && language.bytes().all(|c| c.is_ascii_lowercase());
        let are_subtags = subtags.all(|subtag| {
            (2..=8).contains(&subtag.len()) && subtag.bytes().all(|c| c.is_ascii_alphanumeric())
        });
        let fits = text.len() <= TAG_LEN_MAX;
        (is_language && are_subtags && fits).then(|| Self(String::from(text)))
    }

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The three instants of a session, rising.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hours {
    /// When the rooms may be seeded.
    pub seeds_at: Time,
    /// When the hour begins.
    pub opens_at: Time,
    /// When the rooms go.
    pub dissolves_at: Time,
}

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Announced.
    Scheduled,
    /// Called off before it was opened.
    Cancelled {
        /// Header time.
        at: Time,
    },
    /// The hour runs.
    Opened {
        /// Header time.
        at: Time,
    },
    /// The live part is over.
    Closed {
        /// Header time at which it was opened.
        opened_at: Time,
        /// Header time at which it was closed.
        at: Time,
        /// Heads in the studio.
        attendance: Option<u64>,
    },
}

/// What one county has reported.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reports {
    /// That its room was seeded.
    pub seeded: Option<Seeded>,
    /// How many joined: reported or not, and then perhaps withheld.
    pub joined: Option<Option<u64>>,
    /// Its reports of destruction, by attempt.
    pub dissolved: Vec<Dissolved>,
    /// That it was silent too long.
    pub overdue: bool,
    /// What other counties found at its door, by attempt and witness.
    pub witnessed: BTreeMap<(u32, CountyId), Testimony>,
    /// That no attempt was confirmed in time.
    pub unwitnessed: bool,
    /// The last attempt that was reported before the session moved or the room was seeded: it and those before say nothing of a room since.
    pub superseded: u32,
}

impl Reports {
    /// How many other counties found the door shut after this attempt.
    #[must_use]
    pub fn found_gone(&self, attempt: u32) -> usize {
        let of_attempt = self.witnessed.iter().filter(|((of, _), _)| *of == attempt);
        of_attempt
            .filter(|(_, testimony)| **testimony == Testimony::Gone)
            .count()
    }

    /// Whether the county has reported a destruction, and neither the session moved nor the room was seeded since.
    #[must_use]
    pub fn is_dissolved(&self) -> bool {
        self.standing().next().is_some()
    }

    /// Whether two other counties have confirmed one of the attempts that still stand.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        let mut attempts = self.standing().map(|report| report.attempt);
        attempts.any(|attempt| self.found_gone(attempt) >= WITNESSES)
    }

    /// The reports that are not superseded.
    fn standing(&self) -> impl Iterator<Item = &Dissolved> {
        let superseded = self.superseded;
        let reports = self.dissolved.iter();
        reports.filter(move |report| report.attempt > superseded)
    }

    /// What was reported so far says nothing of a room that is made from here on.
    pub(super) fn supersede(&mut self) {
        self.superseded = self.dissolved.last().map_or(0, |report| report.attempt);
    }
}

/// One session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// When it seeds, opens and dissolves.
    pub hours: Hours,
    /// Its languages, rising.
    pub languages: Vec<LanguageTag>,
    /// How often it was rescheduled and its roll filed.
    pub revision: u32,
    /// SHA-256 of the roll of who may hear it, if one was filed.
    pub roll: Option<Sha256>,
    /// Where it stands.
    pub status: Status,
    /// Whether `dissolves_at` has come.
    pub ended: bool,
    /// The counties' reports.
    pub reports: BTreeMap<CountyId, Reports>,
}

impl Session {
    /// Header time at which it was opened, if it was.
    #[must_use]
    pub const fn opened_at(&self) -> Option<Time> {
        match self.status {
            Status::Scheduled | Status::Cancelled { .. } => None,
            Status::Opened { at } | Status::Closed { opened_at: at, .. } => Some(at),
        }
    }

    /// Whether a room of this county has to be reported gone and witnessed: of a cancelled session only one that was seeded before. Another one
    /// may have stood, but nobody outside knows, and no probe looked.
    #[must_use]
    pub fn has_room_in(&self, county: CountyId) -> bool {
        let is_seeded = |reports: &Reports| reports.seeded.is_some();
        !self.is_cancelled() || self.reports.get(&county).is_some_and(is_seeded)
    }

    /// Whether it was called off.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(self.status, Status::Cancelled { .. })
    }

    /// Whether the county has reported a destruction that still stands; see [`Reports::is_dissolved`].
    #[must_use]
    pub fn is_dissolved_by(&self, county: CountyId) -> bool {
        self.reports.get(&county).is_some_and(Reports::is_dissolved)
    }
}

/// All sessions: twelve a year, so that nothing needs an index over them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    sessions: BTreeMap<SessionId, Session>,
}

impl State {
    /// One session.
    #[must_use]
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    /// All sessions, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Session> {
        self.sessions.values()
    }

    /// The last session announced.
    #[must_use]
    pub fn last(&self) -> Option<&Session> {
        self.sessions.values().next_back()
    }

    pub(crate) fn put(&mut self, session: Session) {
        self.sessions.insert(session.id, session);
    }
}
