//! What is changed in a file of the store: its end is cut off, or one bit is turned.
//! Which files there are is the original's affair.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use ktr_testkit::Dice;

use super::original::{Left, Original, length, log};

/// One change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Damage {
    /// The log has this many octets left.
    Cut(u64),
    /// A bit of an octet of this file.
    Flip {
        file: PathBuf,
        octet: usize,
        bit: usize,
    },
}

impl Damage {
    /// Each length of the log from that without its last record to that with the whole of it, or so many of them in even strides.
    pub(super) fn cuts(original: &Original, count: u64) -> Vec<Self> {
        let (from, to) = original.record;
        let all = to - from;
        let count = count.clamp(2, all + 1);
        let places = (0..count).map(|place| from + place * all / (count - 1));
        places.map(Self::Cut).collect()
    }

    /// Any bit of any file of a kind; kinds take turns.
    pub(super) fn flips(
        original: &Original,
        left: Left,
        count: usize,
        dice: &mut Dice,
    ) -> Vec<Self> {
        let kinds = KINDS.iter().cycle().take(count);
        let drawn = kinds.map(|kind| {
            let mut files = original.files(left, kind);
            let file = files.swap_remove(dice.below(files.len()));
            let octets = usize::try_from(length(&file)).unwrap();
            let octet = dice.below(octets);
            Self::flip(&file, octet, dice.below(8))
        });
        drawn.collect()
    }

    /// In each record of the MANIFEST, the bit by which its length reaches beyond the end of the file.
    pub(super) fn lengths(original: &Original) -> Vec<Self> {
        let manifest = original.files(Left::Stopped, "MANIFEST").pop().unwrap();
        let octets = fs::read(&manifest).unwrap();
        assert!(octets.len() < ADDED, "{} octets", octets.len());
        let mut flips = Vec::new();
        let mut at = 0;
        while at + HEADER <= octets.len() {
            let length = usize::from(u16::from_le_bytes([octets[at + 4], octets[at + 5]]));
            flips.push(Self::flip(&manifest, at + 5, 6));
            at += HEADER + length;
        }
        assert_eq!(at, octets.len(), "records fill the file");
        flips
    }

    /// In each record but the first of the MANIFEST and of the log, the bit by which it claims a kind of logs that are used again.
    pub(super) fn kinds(original: &Original) -> Vec<Self> {
        let mut flips = Vec::new();
        for kind in ["MANIFEST", ".log"] {
            let file = original.files(Left::Killed, kind).pop().unwrap();
            let octets = fs::read(&file).unwrap();
            let mut at = 0;
            while at + HEADER <= octets.len().min(BLOCK) && octets[at + 6] != 0 {
                if at > 0 {
                    flips.push(Self::flip(&file, at + 6, 2));
                }
                at += HEADER + usize::from(u16::from_le_bytes([octets[at + 4], octets[at + 5]]));
            }
        }
        flips
    }

    fn flip(file: &Path, octet: usize, bit: usize) -> Self {
        Self::Flip {
            file: PathBuf::from(file.file_name().unwrap()),
            octet,
            bit,
        }
    }

    /// Does it to the files of a folder.
    pub(super) fn apply(&self, folder: &Path) {
        match self {
            Self::Cut(length) => {
                let file = File::options().write(true).open(log(folder)).unwrap();
                file.set_len(*length).unwrap();
            }
            Self::Flip { file, octet, bit } => {
                let path = folder.join(file);
                let mut octets = fs::read(&path).unwrap();
                octets[*octet] ^= 1_u8 << *bit;
                fs::write(&path, octets).unwrap();
            }
        }
    }
}

/// Parts of the names of RocksDB's files.
const KINDS: [&str; 8] = [
    ".log", ".sst", "MANIFEST", ".sst", ".log", "MANIFEST", "CURRENT", "OPTIONS",
];

/// What that bit adds to a length.
const ADDED: usize = 16_384;

/// Octets of a block: no record crosses its end.
const BLOCK: usize = 32_768;

/// Octets before a record: checksum, length, kind.
const HEADER: usize = 7;
