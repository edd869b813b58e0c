//! The frozen OpenPGP profile: which signature packets count, and what they prove.
//! No policy object and no clock decide here; a small parser and one Ed25519 judge (ZIP-215) do.
//!
//! Source: RFC 9580, sections 5.2.3 (version 4 packets) and 5.2.4 (digest), and the profile's own page `docs/src/spec/signature.md`.

mod key;
mod packet;
mod proof;
mod verify;

#[cfg(test)]
mod tests;

pub use key::{fingerprint, is_encryption_key, is_signing_key};
pub use packet::{HashAlgorithm, Packet};
pub use proof::KeyProof;
pub use verify::{Claim, Equation, digest};
