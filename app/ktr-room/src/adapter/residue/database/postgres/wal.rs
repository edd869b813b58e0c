//! How old the pages of a write-ahead log are: each says at which position of the log it was written.
//! What stands in a page is not read here; a segment that is taken again keeps its old pages until they are written over.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::error::RoomError;

/// The size of a page; every build of Debian's has it.
const PAGE: u64 = 8_192;

/// Where a page says its position, as a number of this machine's byte order.
const ADDRESS_AT: u64 = 8;

/// Letters of a segment's name.
const NAME: usize = 24;

/// A position in the log, written as `16/B374D848`.
pub(super) fn position(text: &str) -> Option<u64> {
    let (high, low) = text.split_once('/')?;
    let high = u64::from_str_radix(high, 16).ok()?;
    let low = u64::from_str_radix(low, 16).ok()?;
    (high < 1 << 32 && low < 1 << 32).then_some(high << 32 | low)
}

/// Whether a page in this folder was begun before a position. One that was never written says 0.
pub(super) fn holds_older(folder: &Path, position: u64) -> Result<bool, RoomError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().len() != NAME {
            continue;
        }
        // It may be taken away or named anew meanwhile.
        match File::open(entry.path()) {
            Ok(segment) if is_older(&segment, position)? => return Ok(true),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(false)
}

fn is_older(segment: &File, position: u64) -> Result<bool, RoomError> {
    let size = segment.metadata()?.len();
    let mut page = 0u64;
    while page < size {
        let mut address = [0; 8];
        segment.read_exact_at(&mut address, page.saturating_add(ADDRESS_AT))?;
        let address = u64::from_ne_bytes(address);
        if address != 0 && address < position {
            return Ok(true);
        }
        page = page.saturating_add(PAGE);
    }
    Ok(false)
}
