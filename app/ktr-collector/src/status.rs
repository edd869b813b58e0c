//! `ktr-collector status`: ended buckets as they lie on disk, each number beside its label, small ones withheld.
//! There is no live counter: differences of successive counters are the easiest attack on a small group.

use ktr_core::ingestion::Bucket;
use serde::Serialize;

use crate::{book::Record, config::Timing, label::LABEL};

/// All that is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Standing {
    /// The program's role.
    pub role: &'static str,
    /// Whether a collector runs on the folder, or was killed.
    pub running: bool,
    /// Never: nobody authenticates.
    pub authenticated: bool,
    /// What the numbers are worth.
    pub label: &'static str,
    /// The ended buckets.
    pub buckets: Vec<Ended>,
    /// Times of `[timing]` that differ from the product's defaults, as `name=seconds`.
    pub timing: Vec<String>,
}

/// One ended bucket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Ended {
    /// The beacon id.
    pub beacon: String,
    /// The bucket's number.
    pub bucket: u8,
    /// Hits; absent below the minimum.
    pub hits: Option<u64>,
    /// Whether hits may be missing.
    pub interrupted: bool,
}

/// Puts together what is shown.
#[must_use]
pub fn standing(record: &Record, running: bool, count_min: u64, timing: &Timing) -> Standing {
    let mut buckets = Vec::new();
    for release in &record.releases {
        for (bucket, cell) in Bucket::ALL.iter().zip(release.cells) {
            if cell.ended {
                buckets.push(Ended {
                    beacon: release.beacon.to_string(),
                    bucket: bucket.number(),
                    hits: Some(cell.hits).filter(|hits| *hits >= count_min),
                    interrupted: cell.interrupted,
                });
            }
        }
    }
    Standing {
        role: "plain",
        running,
        authenticated: false,
        label: LABEL,
        buckets,
        timing: timing.changed(),
    }
}
