//! RocksDB's list of its files and its logs, judged before RocksDB reads them: whether the list ends because the length of a record was
//! changed, and whether a record claims a kind that only logs have which are used again, as those of this store never are.
//! Every other change RocksDB names itself, by the checksum of the record; what cannot be read is RocksDB's to say, too.
//!
//! A record of such a kind, in a file whose first record has another, RocksDB 11.8 reads again and again.
//!
//! RocksDB takes a record that reaches beyond the end of the list for one that was being written when the machine died, and forgets it and all
//! after it. Those are the tables into which the last starts emptied the log, and the log itself is deleted by then.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::Path,
};

use super::StoreError;

/// Refuses a folder whose list of files would be read only in part, or a log for ever; nothing in it is changed.
///
/// # Errors
/// [`StoreError::List`], [`StoreError::Kind`].
pub(super) fn judge(folder: &Path) -> Result<(), StoreError> {
    if last_block(folder).is_ok_and(|block| has_a_changed_length(&block)) {
        return Err(StoreError::List);
    }
    for name in logs(folder).unwrap_or_else(|_unread| Vec::new()) {
        if has_a_foreign_kind(&folder.join(&name)).is_ok_and(|is| is) {
            return Err(StoreError::Kind(name));
        }
    }
    Ok(())
}

/// The list of files, and the logs.
fn logs(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_log = Path::new(&name).extension().is_some_and(|end| end == "log");
        if is_log || name.starts_with("MANIFEST-") {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Whether a record of this file has a kind of those that are used again.
fn has_a_foreign_kind(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    loop {
        let mut block = Vec::new();
        file.by_ref().take(BLOCK_BYTES).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(false);
        }
        if kinds(&block).any(|kind| FOREIGN.contains(&kind)) {
            return Ok(true);
        }
    }
}

/// The kinds of the records of a block, as far as their lengths lead.
fn kinds(block: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = block;
    std::iter::from_fn(move || {
        let (header, after) = rest.split_first_chunk::<HEADER_BYTES>()?;
        let [.., l0, l1, kind] = *header;
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        if kind == 0 && length == 0 {
            // Octets that were set aside and never written.
            return None;
        }
        rest = after.get(length..).unwrap_or(&[]);
        Some(kind)
    })
}

/// The last block of the list that `CURRENT` names; earlier ones are whole, and RocksDB judges every length in them.
fn last_block(folder: &Path) -> io::Result<Vec<u8>> {
    let name = fs::read_to_string(folder.join("CURRENT"))?;
    let mut file = File::open(folder.join(name.trim_end()))?;
    let length = file.metadata()?.len();
    let from = length.saturating_sub(length.checked_rem(BLOCK_BYTES).unwrap_or(0));
    file.seek(SeekFrom::Start(from))?;
    let mut block = Vec::new();
    file.take(BLOCK_BYTES).read_to_end(&mut block)?;
    Ok(block)
}

/// Whether a record is longer than the block and has, with another length, the checksum that it should have. One that was cut
/// short while it was written has it with none.
fn has_a_changed_length(block: &[u8]) -> bool {
    let mut rest = block;
    while let Some((header, after)) = rest.split_first_chunk::<HEADER_BYTES>() {
        let [c0, c1, c2, c3, l0, l1, kind] = *header;
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        match after.get(length..) {
            Some(next) => rest = next,
            None => return has_checksum(u32::from_le_bytes([c0, c1, c2, c3]), kind, after),
        }
    }
    false
}

/// Whether a record of this kind has this checksum, if it ends after any of these octets.
fn has_checksum(wanted: u32, kind: u8, octets: &[u8]) -> bool {
    let mut crc = crc32c(u32::MAX, kind);
    octets.iter().any(|octet| {
        crc = crc32c(crc, *octet);
        masked(!crc) == wanted
    })
}

/// CRC-32C over one octet more, before its last inversion.
fn crc32c(crc: u32, octet: u8) -> u32 {
    (0..8).fold(crc ^ u32::from(octet), |crc, _bit| {
        let shifted = crc >> 1;
        if crc & 1 == 1 {
            shifted ^ CASTAGNOLI
        } else {
            shifted
        }
    })
}

/// As RocksDB stores a checksum.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// The polynomial, its bits in reverse.
const CASTAGNOLI: u32 = 0x82F6_3B78;

/// Octets before a record: checksum, length, kind.
const HEADER_BYTES: usize = 7;

/// The kinds of records in logs that are used again (`db/log_format.h`).
const FOREIGN: [u8; 6] = [5, 6, 7, 8, 11, 131];

/// Octets of a block: no record crosses its end.
const BLOCK_BYTES: u64 = 32_768;
