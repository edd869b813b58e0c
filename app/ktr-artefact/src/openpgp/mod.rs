//! `OpenPGP` keys, certificates and signatures in the forms that the Relay freezes: v4, Ed25519 and cv25519 in their legacy encodings.
//! Judging a transaction is `ktr-wire`'s affair, judging a seal [`crate::seal`]'s; this module makes and normalises.
//!
//! Every signature that reaches the chain is a detached binary one over bytes the caller passes: a transaction, a key proof.

mod body;
mod certificate;
mod instant;
mod make;
mod packet;
mod profile;
mod sign;
#[cfg(test)]
mod tests;

pub use body::{encryption_fingerprint, signing_fingerprint};
pub use certificate::{Certificate, SecretCertificate};
pub use make::{KeyUse, MadeKey, UserId, add_seal_subkey, make_alliance_key, make_role_key};
pub use profile::{ProfileError, ProfileSignature, normalise};
pub use sign::{sign, verify};

pub(crate) use body::{encryption_key, signing_key};
pub(crate) use instant::{policy, time_of, timestamp};
pub(crate) use packet::rewrite;
pub(crate) use profile::check_foreign_seal;
