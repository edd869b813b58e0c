//! Every tagged hash of the design, each with one function and one vector.
//! A tag is ASCII, ends in a line feed and starts no JSON text, so that no signature or hash serves two purposes.

use ktr_core::{
    governance::Subject,
    id::{Commitment, ReleaseId, Sha256, ValidatorAddress, ValidatorKey},
};
use sha2::Digest;

use crate::schema;

/// SHA-256 over the parts, joined.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> Sha256 {
    let mut hash = sha2::Sha256::new();
    for part in parts {
        hash.update(part);
    }
    Sha256(hash.finalize().into())
}

/// The nomination's id: `SHA-256("ktr/nomination/1\n" ‖ salt ‖ canonical form)`.
#[must_use]
pub fn commitment(salt: &[u8; 32], form: &[u8]) -> Commitment {
    Commitment(sha256(&[b"ktr/nomination/1\n", salt, form]).0)
}

/// The release's id: the first 16 octets of `SHA-256("ktr/release-id/1\n" ‖ build seed)`.
#[must_use]
pub fn release_id(seed: &[u8; 32]) -> ReleaseId {
    let digest = sha256(&[b"ktr/release-id/1\n", seed]);
    let mut id = [0; ReleaseId::LEN];
    id.iter_mut()
        .zip(digest.0)
        .for_each(|(to, from)| *to = from);
    ReleaseId(id)
}

/// The room's commitment: `SHA-256("ktr/room-commit/1\n" ‖ salt ‖ room id)`.
#[must_use]
pub fn room_commitment(salt: &[u8; 32], room: &str) -> Sha256 {
    sha256(&[b"ktr/room-commit/1\n", salt, room.as_bytes()])
}

/// The beacon id: `SHA-256(ASCII of the STIX bundle's id)`.
#[must_use]
pub fn beacon(bundle_id: &str) -> Sha256 {
    sha256(&[bundle_id.as_bytes()])
}

/// The command as a proposal names it:
/// `SHA-256("ktr/command/1\n" ‖ chain id ‖ 0A ‖ u32be number of its field in the body ‖ octets of its message)`.
#[must_use]
pub fn command(chain_id: &str, number: u32, message: &[u8]) -> Sha256 {
    sha256(&[
        b"ktr/command/1\n",
        chain_id.as_bytes(),
        b"\n",
        &number.to_be_bytes(),
        message,
    ])
}

/// The subject of a proposal, unless it is an act, which has the digest of its command:
/// `SHA-256("ktr/proposal/1\n" ‖ chain id ‖ 0A ‖ u32be number of the subject's field ‖ its octets)`.
#[must_use]
pub(crate) fn subject(chain_id: &str, number: u32, octets: &[u8]) -> Sha256 {
    sha256(&[
        b"ktr/proposal/1\n",
        chain_id.as_bytes(),
        b"\n",
        &number.to_be_bytes(),
        octets,
    ])
}

/// The digest of a proposal's subject, which every approval repeats.
#[must_use]
pub fn proposal(chain_id: &str, subject: &Subject) -> Sha256 {
    let read = schema::proposal::Subject::from(subject).digest(chain_id);
    read.unwrap_or(Sha256([0; 32]))
}

/// A validator's address, as the engine names it: the first 20 octets of SHA-256 of its key.
#[must_use]
pub fn address(key: &ValidatorKey) -> ValidatorAddress {
    let digest = sha256(&[&key.0]);
    let mut address = [0; ValidatorAddress::LEN];
    address
        .iter_mut()
        .zip(digest.0)
        .for_each(|(to, from)| *to = from);
    ValidatorAddress(address)
}

/// The app hash: `SHA-256("ktr/app-hash/1\n" ‖ u64be(log size) ‖ log root ‖ state root)`.
#[must_use]
pub fn app_hash(log_size: u64, log_root: &Sha256, state_root: &Sha256) -> Sha256 {
    sha256(&[
        b"ktr/app-hash/1\n",
        &log_size.to_be_bytes(),
        &log_root.0,
        &state_root.0,
    ])
}
