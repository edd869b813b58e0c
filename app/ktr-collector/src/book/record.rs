//! The counts as they lie on disk: beacon ids, numbers and flags, as JSON.
//! There is no time, no order and no sender in it, so that a copy of the disk tells nothing more.

use ktr_core::id::Sha256;
use serde::{Deserialize, Serialize};

use super::Cell;

/// The whole file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Record {
    /// Hits that named no release that was counted.
    pub unknown: u64,
    /// The releases, by beacon id.
    pub releases: Vec<RecordedRelease>,
}

/// One release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordedRelease {
    /// Its beacon id.
    pub beacon: Sha256,
    /// The buckets 64 to 68.
    pub cells: [Cell; 5],
}

/// The file is not one of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Damaged;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    v: u8,
    unknown: u64,
    releases: Vec<Release>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    beacon: String,
    cells: [Cell; 5],
}

/// The version of the file's form.
const VERSION: u8 = 1;

impl Record {
    /// The file's bytes.
    ///
    /// # Errors
    /// [`Damaged`] if the value has no JSON form, which cannot be.
    pub fn to_json(&self) -> Result<Vec<u8>, Damaged> {
        let releases = self.releases.iter().map(|of| Release {
            beacon: of.beacon.to_string(),
            cells: of.cells,
        });
        let file = File {
            v: VERSION,
            unknown: self.unknown,
            releases: releases.collect(),
        };
        serde_json::to_vec_pretty(&file).map_err(|_opaque| Damaged)
    }

    /// Reads the file's bytes.
    ///
    /// # Errors
    /// [`Damaged`] for another version, an unknown key, a beacon id that is none.
    pub fn from_json(octets: &[u8]) -> Result<Self, Damaged> {
        let file: File = serde_json::from_slice(octets).map_err(|_where| Damaged)?;
        if file.v != VERSION {
            return Err(Damaged);
        }
        let releases = file.releases.into_iter().map(|of| {
            let octets = hex::decode(&of.beacon).map_err(|_where| Damaged)?;
            Ok(RecordedRelease {
                beacon: Sha256::from_slice(&octets).ok_or(Damaged)?,
                cells: of.cells,
            })
        });
        Ok(Self {
            unknown: file.unknown,
            releases: releases.collect::<Result<_, Damaged>>()?,
        })
    }
}
