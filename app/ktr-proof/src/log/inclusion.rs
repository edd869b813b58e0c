//! Proofs that a leaf is in the log (RFC 6962, section 2.1.1).
//! Which leaf matters, and whether the root is trusted, is the caller's affair.

use core::fmt;

use ktr_core::id::Sha256;

use super::{frontier::peaks_of, hash::node};

/// A log of 2^63 leaves has paths of that many hashes; no more are read.
const PATH_MAX: usize = 63;

/// Why a path proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotIncluded {
    /// The index lies outside the log.
    OutOfLog,
    /// The path has not the length that index and size demand.
    PathLength,
    /// The path leads to another root.
    OtherRoot,
}

impl fmt::Display for NotIncluded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfLog => "the index lies outside the log",
            Self::PathLength => "the path has the wrong length",
            Self::OtherRoot => "the path leads to another root",
        })
    }
}

impl core::error::Error for NotIncluded {}

/// Verifies that `leaf` stands at `index` in the log of `size` leaves and root `root`.
///
/// # Errors
/// See [`NotIncluded`].
pub fn verify(
    leaf: &Sha256,
    index: u64,
    path: &[Sha256],
    size: u64,
    root: &Sha256,
) -> Result<(), NotIncluded> {
    if index >= size {
        return Err(NotIncluded::OutOfLog);
    }
    if path.len() > PATH_MAX {
        return Err(NotIncluded::PathLength);
    }
    let (mut position, mut last) = (index, size.saturating_sub(1));
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return Err(NotIncluded::PathLength);
        }
        if position & 1 == 1 || position == last {
            hash = node(sibling, &hash);
            while position & 1 == 0 && position != 0 {
                position >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        position >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(NotIncluded::PathLength);
    }
    if hash == *root {
        Ok(())
    } else {
        Err(NotIncluded::OtherRoot)
    }
}

/// Makes the path of a leaf from stored complete subtrees; `None` if the index lies outside the log or a node is missing.
pub fn path(
    index: u64,
    size: u64,
    mut stored: impl FnMut(u8, u64) -> Option<Sha256>,
) -> Option<Vec<Sha256>> {
    let peaks = peaks_of(size);
    let mine = peaks
        .iter()
        .position(|(level, place)| index >> level == *place)?;
    let (top, _) = peaks.get(mine)?;
    let mut path = Vec::new();
    for level in 0..*top {
        path.push(stored(level, (index >> level) ^ 1)?);
    }
    // What lies right of my subtree is one hash; what lies left of it comes one by one, the nearest first.
    let mut right: Option<Sha256> = None;
    for (level, place) in peaks.iter().skip(mine.checked_add(1)?).rev() {
        let hash = stored(*level, *place)?;
        right = Some(right.map_or(hash, |right| node(&hash, &right)));
    }
    path.extend(right);
    for (level, place) in peaks.iter().take(mine).rev() {
        path.push(stored(*level, *place)?);
    }
    Some(path)
}
