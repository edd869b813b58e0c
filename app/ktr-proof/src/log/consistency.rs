//! Proofs that a log only grew: the earlier one is the later one's beginning (RFC 6962, section 2.1.2).
//! Whether either root is trusted is the caller's affair.

use core::fmt;

use ktr_core::id::Sha256;

use super::hash::{empty, node};

/// A proof between logs of at most 2^63 leaves has this many hashes; no more are read.
const PROOF_MAX: usize = 64;

/// Why a proof does not show that one log is another's beginning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotConsistent {
    /// The earlier log is the larger one.
    Shrunk,
    /// The proof has not the length that the two sizes demand.
    ProofLength,
    /// The proof leads to another root of the earlier log.
    OtherBefore,
    /// The proof leads to another root of the later log.
    OtherAfter,
}

impl fmt::Display for NotConsistent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shrunk => "the log has fewer leaves than before",
            Self::ProofLength => "the proof has the wrong length",
            Self::OtherBefore => "what is known of the log is not its beginning",
            Self::OtherAfter => "the proof leads to another root of the log",
        })
    }
}

impl core::error::Error for NotConsistent {}

/// Size and root of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Sha256,
}

impl Head {
    /// That of the empty log, the beginning of every log.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            size: 0,
            root: empty(),
        }
    }
}

/// Verifies that the log `before` is the beginning of the log `after` (RFC 9162, section 2.1.4.2, is the same in steps).
///
/// # Errors
/// See [`NotConsistent`].
pub fn verify_consistency(
    before: &Head,
    after: &Head,
    proof: &[Sha256],
) -> Result<(), NotConsistent> {
    if before.size > after.size {
        return Err(NotConsistent::Shrunk);
    }
    if before.size == 0 || before.size == after.size {
        let same = if before.size == 0 {
            empty()
        } else {
            after.root
        };
        return match (proof.is_empty(), before.root == same) {
            (false, _) => Err(NotConsistent::ProofLength),
            (true, false) => Err(NotConsistent::OtherBefore),
            (true, true) => Ok(()),
        };
    }
    if proof.len() > PROOF_MAX {
        return Err(NotConsistent::ProofLength);
    }
    // A complete tree is its own first subtree, so the proof need not name it.
    let whole = before.size.is_power_of_two().then_some(&before.root);
    let mut steps = whole.into_iter().chain(proof);
    let first = *steps.next().ok_or(NotConsistent::ProofLength)?;
    let (mut place, mut last) = (before.size.saturating_sub(1), after.size.saturating_sub(1));
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (first, first);
    for step in steps {
        if last == 0 {
            return Err(NotConsistent::ProofLength);
        }
        if place & 1 == 1 || place == last {
            old = node(step, &old);
            new = node(step, &new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new = node(&new, step);
        }
        place >>= 1;
        last >>= 1;
    }
    match (last, old == before.root, new == after.root) {
        (1.., _, _) => Err(NotConsistent::ProofLength),
        (0, false, _) => Err(NotConsistent::OtherBefore),
        (0, true, false) => Err(NotConsistent::OtherAfter),
        (0, true, true) => Ok(()),
    }
}

/// Makes the proof from a log of `before` leaves to one of `after` from stored complete subtrees; `None` if the log shrank or a node is
/// missing.
pub fn consistency(
    before: u64,
    after: u64,
    mut stored: impl FnMut(u8, u64) -> Option<Sha256>,
) -> Option<Vec<Sha256>> {
    if before > after {
        return None;
    }
    if before == 0 || before == after {
        return Some(Vec::new());
    }
    // The leaves `from .. from + count` hold the border of the earlier log, which has `inside` of them.
    let (mut from, mut count, mut inside) = (0_u64, after, before);
    let mut is_named = false;
    let mut proof = Vec::new();
    while inside < count {
        let half = half(count);
        let right = (from.checked_add(half)?, count.checked_sub(half)?);
        if inside <= half {
            proof.push(root(right, &mut stored)?);
            count = half;
        } else {
            proof.push(root((from, half), &mut stored)?);
            inside = inside.checked_sub(half)?;
            (from, count) = right;
            is_named = true;
        }
    }
    if is_named {
        proof.push(root((from, count), &mut stored)?);
    }
    proof.reverse();
    Some(proof)
}

/// The largest power of two below `count`, which is at least 2.
const fn half(count: u64) -> u64 {
    let last = count.saturating_sub(1);
    1 << (63_u32.saturating_sub(last.leading_zeros()))
}

/// The root of the leaves `from .. from + count`, where `from` is a multiple of the largest power of two that is in `count`.
fn root(
    (from, count): (u64, u64),
    stored: &mut impl FnMut(u8, u64) -> Option<Sha256>,
) -> Option<Sha256> {
    let (mut at, mut left) = (from, count);
    let mut parts = Vec::new();
    while left > 0 {
        let level = 63_u32.saturating_sub(left.leading_zeros());
        parts.push(stored(u8::try_from(level).ok()?, at >> level)?);
        at = at.checked_add(1 << level)?;
        left = left.checked_sub(1 << level)?;
    }
    let last = parts.pop()?;
    Some(
        parts
            .iter()
            .rev()
            .fold(last, |right, left| node(left, &right)),
    )
}
