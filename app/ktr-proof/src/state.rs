//! Proofs over the state tree (ics23, the specification of `jmt`): this record has this value, or there is none.
//! The octets of keys and values are `ktr-wire`'s.

use core::fmt;

use ics23::{CommitmentProof, HostFunctionsManager, commitment_proof::Proof};
use prost_ics23::Message;

use ktr_core::{Record, RecordKey, id::Sha256};
use ktr_wire::record;

/// Octets of one proof; measured 2.6 kB at 10^6 records. The longest that the limits allow is that of an absence between two sessions
/// of sixteen counties, whose records stand in it.
pub const PROOF_MAX: usize = 131_072;

/// Why a proof proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotProven {
    /// Not an ics23 proof, or too long.
    Malformed,
    /// It is about something else, or leads to another root.
    DoesNotHold,
    /// The value is not a record of that kind.
    Value,
}

impl fmt::Display for NotProven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the proof is malformed",
            Self::DoesNotHold => "the proof does not hold under this root",
            Self::Value => "the proven value is no record of that kind",
        })
    }
}

impl core::error::Error for NotProven {}

/// The octets of a proof, as nodes hand them out.
#[must_use]
pub fn encode(proof: &CommitmentProof) -> Vec<u8> {
    proof.encode_to_vec()
}

/// Verifies that the tree of root `root` holds `value` under `key`, or nothing if `value` is `None`; gives the record.
///
/// # Errors
/// See [`NotProven`].
pub fn verify(
    key: RecordKey,
    value: Option<&[u8]>,
    proof: &[u8],
    root: &Sha256,
) -> Result<Option<Record>, NotProven> {
    if proof.len() > PROOF_MAX {
        return Err(NotProven::Malformed);
    }
    let proof = CommitmentProof::decode(proof).or(Err(NotProven::Malformed))?;
    // One proof, one shape: batches and compressed forms are never made here.
    let is_plain = matches!(proof.proof, Some(Proof::Exist(_) | Proof::Nonexist(_)));
    if !is_plain {
        return Err(NotProven::Malformed);
    }
    let (spec, root) = (jmt::ics23_spec(), root.0.to_vec());
    let octets = record::key_octets(key);
    let holds = match value {
        Some(value) => {
            ics23::verify_membership::<HostFunctionsManager>(&proof, &spec, &root, &octets, value)
        }
        None => ics23::verify_non_membership::<HostFunctionsManager>(&proof, &spec, &root, &octets),
    };
    if !holds {
        return Err(NotProven::DoesNotHold);
    }
    value
        .map(|value| record::decode(key, value).or(Err(NotProven::Value)))
        .transpose()
}
