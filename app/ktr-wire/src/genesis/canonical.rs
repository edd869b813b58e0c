//! The canonical octets of a genesis and the digest that names it.
//! JSON is never hashed.

use ktr_core::{Genesis, id::Sha256};
use prost::Message;

use crate::{canonical, digest, refusal::Wire, schema::governance};

/// The canonical octets of a genesis; keys in the order of their fingerprints.
#[must_use]
pub fn encode(genesis: &Genesis) -> Vec<u8> {
    governance::Genesis::from(genesis).encode_to_vec()
}

/// Reads canonical octets.
///
/// # Errors
/// Codes 2 to 4 and 6 of `ktr.wire`.
pub fn decode(octets: &[u8]) -> Result<Genesis, Wire> {
    canonical::decode::<governance::Genesis>(octets)?.try_into()
}

/// SHA-256 of the canonical octets: the name of a genesis.
#[must_use]
pub fn digest(genesis: &Genesis) -> Sha256 {
    digest::sha256(&[&encode(genesis)])
}
