//! The right edge of the log: all that is needed to append and to know the root.
//! It keeps no leaves; the complete subtrees that an append closes are handed out to be stored.

use ktr_core::id::Sha256;

use super::hash::{empty, node};

/// The root of a complete subtree: 2^level leaves from index · 2^level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Subtree {
    /// 0 is a leaf.
    pub level: u8,
    /// Its place among the subtrees of its level.
    pub index: u64,
    /// Its hash.
    pub hash: Sha256,
}

/// Size and complete subtrees of a log, the largest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Subtree>,
}

impl Frontier {
    /// Restores the frontier of a log of `size` leaves from its stored nodes; `None` if one is missing.
    pub fn restore(size: u64, mut stored: impl FnMut(u8, u64) -> Option<Sha256>) -> Option<Self> {
        let mut peaks = Vec::new();
        for (level, index) in peaks_of(size) {
            let hash = stored(level, index)?;
            peaks.push(Subtree { level, index, hash });
        }
        Some(Self { size, peaks })
    }

    /// How many leaves the log has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf hash; gives every complete subtree that this closes, the leaf first.
    pub fn append(&mut self, leaf: Sha256) -> Vec<Subtree> {
        let mut closed = Subtree {
            level: 0,
            index: self.size,
            hash: leaf,
        };
        let mut nodes = vec![closed];
        while let Some(left) = self.peaks.pop_if(|peak| peak.level == closed.level) {
            closed = Subtree {
                level: closed.level.saturating_add(1),
                index: closed.index >> 1,
                hash: node(&left.hash, &closed.hash),
            };
            nodes.push(closed);
        }
        self.peaks.push(closed);
        self.size = self.size.saturating_add(1);
        nodes
    }

    /// The root of the log.
    #[must_use]
    pub fn root(&self) -> Sha256 {
        let mut peaks = self.peaks.iter().rev().map(|peak| peak.hash);
        let last = peaks.next();
        last.map_or_else(empty, |last| {
            peaks.fold(last, |right, left| node(&left, &right))
        })
    }
}

/// Level and index of the complete subtrees of a log of `size` leaves, the largest first.
pub(super) fn peaks_of(size: u64) -> Vec<(u8, u64)> {
    (0_u8..64)
        .rev()
        .filter(|level| (size >> level) & 1 == 1)
        .map(|level| (level, (size >> level).saturating_sub(1)))
        .collect()
}
