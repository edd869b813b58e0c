//! All counts in memory: tallies of the releases that are counted, and one number for every other hash.
//! The number of releases is the chain's, so that requests cannot make the memory grow.

use std::collections::BTreeMap;

use ktr_core::{State, id::Sha256, time::Time};

use super::{Cell, Record, RecordedRelease, Tally};
use crate::request::Hit;

/// The counts of a running collector.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Book {
    tallies: BTreeMap<Sha256, Tally>,
    unknown: u64,
    /// What was on disk at the start and is not claimed by a release of the chain yet.
    kept: BTreeMap<Sha256, [Cell; 5]>,
}

/// How the last run of the collector ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LastRun {
    /// It wrote its counts on SIGTERM, or there was none.
    Stopped,
    /// It was killed.
    Killed,
}

impl Book {
    /// Opens the book with what was on disk and what the chain says.
    ///
    /// After a kill, and for a release that was opened before and is not on disk, every bucket that has begun is flagged.
    #[must_use]
    pub fn open(record: Record, last: LastRun, state: &State, now: Time) -> Self {
        let kept = record.releases.into_iter().map(|of| (of.beacon, of.cells));
        let mut book = Self {
            tallies: BTreeMap::new(),
            unknown: record.unknown,
            kept: kept.collect(),
        };
        let on_disk: Vec<Sha256> = book.kept.keys().copied().collect();
        book.learn(state);
        for (beacon, tally) in &mut book.tallies {
            let was_opened = tally.opened_at.is_some_and(|opened_at| opened_at <= now);
            let is_lost = was_opened && !on_disk.contains(beacon);
            if last == LastRun::Killed || is_lost {
                tally.interrupt(now);
            }
        }
        book
    }

    /// Takes what the chain says of releases and sessions. What is wholly published, or was never opened and is over, is forgotten.
    pub fn learn(&mut self, state: &State) {
        let ends = state.governance.parameters().bucket_ends_secs;
        for release in state.bundle.iter() {
            let Some(session) = state.session.get(release.session) else {
                continue;
            };
            let opened_at = session.opened_at();
            let published = state.ingestion.get(release.session);
            let is_published = published.is_some_and(|known| known.published.len() >= 5);
            if is_published || (opened_at.is_none() && session.ended) {
                self.tallies.remove(&release.beacon);
                self.kept.remove(&release.beacon);
                continue;
            }
            let kept = &mut self.kept;
            let tally = self.tallies.entry(release.beacon).or_insert_with(|| Tally {
                session: release.session,
                opened_at,
                ends,
                cells: kept.remove(&release.beacon).unwrap_or([Cell::default(); 5]),
            });
            tally.opened_at = opened_at;
        }
    }

    /// Counts one hit.
    pub fn count(&mut self, hit: Hit, now: Time) {
        let is_counted = match self.tallies.get_mut(&hit.beacon) {
            Some(tally) => tally.count(hit.kind, now),
            None => false,
        };
        if !is_counted {
            self.unknown = self.unknown.saturating_add(1);
        }
    }

    /// Closes the buckets that are over; `true` if the book should be written now.
    pub fn close(&mut self, now: Time) -> bool {
        // Every tally is asked: `any` alone would stop at the first.
        let closed = self
            .tallies
            .values_mut()
            .filter_map(|tally| tally.close(now).then_some(()));
        closed.count() > 0
    }

    /// The releases that are counted, by beacon id.
    pub fn tallies(&self) -> impl Iterator<Item = (&Sha256, &Tally)> {
        self.tallies.iter()
    }

    /// Hits that named no release that is counted.
    #[must_use]
    pub const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// What is written to disk.
    #[must_use]
    pub fn record(&self) -> Record {
        let counted = self
            .tallies
            .iter()
            .map(|(beacon, tally)| (beacon, tally.cells));
        let kept = self.kept.iter().map(|(beacon, cells)| (beacon, *cells));
        let releases = counted.chain(kept).map(|(beacon, cells)| RecordedRelease {
            beacon: *beacon,
            cells,
        });
        Record {
            unknown: self.unknown,
            releases: releases.collect(),
        }
    }
}
