//! The five buckets of one release, and which of them a hit falls into.
//! Bounds are genesis parameters; they count from the header time of Opened (design: rulings, section 2).

use ktr_core::{
    id::SessionId,
    ingestion::Bucket,
    limits::BUCKET_ENDS,
    time::{Secs, Time},
};

use super::Cell;
use crate::request::Kind;

/// One release that is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Its session.
    pub session: SessionId,
    /// Header time of Opened, once it was seen.
    pub opened_at: Option<Time>,
    /// Where the buckets 64 to 67 end.
    pub ends: [Secs; BUCKET_ENDS],
    /// The buckets 64 to 68.
    pub cells: [Cell; 5],
}

impl Tally {
    /// Which bucket a hit falls into; `None` after the last end.
    #[must_use]
    pub fn bucket(&self, kind: Kind, now: Time) -> Option<Bucket> {
        let number = match self.opened_at {
            // The release is out, but this node has not heard of Opened yet.
            None => match kind {
                Kind::First => 64,
                Kind::Again => 68,
            },
            Some(opened_at) => {
                let is_before = |end: Secs| now < opened_at.plus(end);
                let [first, second, third, last] = self.ends.map(is_before);
                match kind {
                    _ if !last => return None,
                    Kind::First if first => 64,
                    Kind::First if second => 65,
                    Kind::First if third => 66,
                    Kind::Again if !third => 67,
                    Kind::First | Kind::Again => 68,
                }
            }
        };
        Bucket::new(number)
    }

    /// Counts a hit; `false` if no bucket takes it any more.
    pub fn count(&mut self, kind: Kind, now: Time) -> bool {
        let Some(bucket) = self.bucket(kind, now) else {
            return false;
        };
        match self.cell_mut(bucket) {
            Some(cell) if !cell.ended => {
                *cell = cell.counted();
                true
            }
            // The clock went back: an ended bucket stays as it was written.
            Some(_) | None => false,
        }
    }

    /// One bucket's number.
    #[must_use]
    pub fn cell(&self, bucket: Bucket) -> Option<Cell> {
        let mut both = Bucket::ALL.iter().zip(self.cells);
        both.find(|(known, _)| **known == bucket)
            .map(|(_, cell)| cell)
    }

    fn cell_mut(&mut self, bucket: Bucket) -> Option<&mut Cell> {
        let mut both = Bucket::ALL.iter().zip(&mut self.cells);
        both.find(|(known, _)| **known == bucket)
            .map(|(_, cell)| cell)
    }

    /// When a bucket is over; `None` before Opened.
    #[must_use]
    pub fn ends_at(&self, bucket: Bucket) -> Option<Time> {
        self.opened_at
            .map(|opened_at| bucket.ends_at(opened_at, &self.ends))
    }

    /// Whether hits could have fallen into this bucket before `now`. 64 and 68 run from the seal on.
    fn has_begun(&self, bucket: Bucket, now: Time) -> bool {
        let begins = match bucket.number() {
            65 => self.ends.first(),
            66 => self.ends.get(1),
            67 => self.ends.get(2),
            _ => return true,
        };
        let begins = begins.copied().unwrap_or(Secs(0));
        self.opened_at
            .is_some_and(|opened_at| opened_at.plus(begins) <= now)
    }

    /// Closes the buckets that are over; `true` if there was one.
    pub fn close(&mut self, now: Time) -> bool {
        let mut closed = false;
        for bucket in Bucket::ALL {
            let is_over = self.ends_at(bucket).is_some_and(|end| end <= now);
            if let Some(cell) = self.cell_mut(bucket)
                && is_over
                && !cell.ended
            {
                cell.ended = true;
                closed = true;
            }
        }
        closed
    }

    /// Flags every bucket that has begun and was not written as ended.
    pub fn interrupt(&mut self, now: Time) {
        for bucket in Bucket::ALL {
            let has_begun = self.has_begun(bucket, now);
            if let Some(cell) = self.cell_mut(bucket)
                && has_begun
                && !cell.ended
            {
                cell.interrupted = true;
            }
        }
    }
}
