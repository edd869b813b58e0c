//! Whether a packet of the profile holds: digest, then one Ed25519 verdict.
//! Registration, revocation and validity come as arguments.

use ed25519_consensus::VerificationKey;
use ktr_core::{
    id::SigningKey,
    key::{Key, KeyBody},
    time::{Secs, Time},
};
use sha2::{Digest, Sha256, Sha512};

use super::{
    key,
    packet::{HashAlgorithm, Packet},
};
use crate::refusal::Signature;

/// The digest of a version 4 signature over `signed` (RFC 9580, section 5.2.4): 32 or 64 octets.
#[must_use]
pub fn digest(packet: &Packet, signed: &[u8]) -> Vec<u8> {
    // The hashed part is at most 1,024 octets long.
    let len = u32::try_from(packet.hashed.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes();
    let parts: [&[u8]; 4] = [signed, &packet.hashed, &[4, 0xFF], &len];
    match packet.hash {
        HashAlgorithm::Sha256 => hash::<Sha256>(&parts),
        HashAlgorithm::Sha512 => hash::<Sha512>(&parts),
    }
}

fn hash<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

impl Packet {
    /// Judges the packet over `signed` by a registered key at header time `now`.
    ///
    /// # Errors
    /// In this order: [`Signature::UnknownSigner`] (no such key, or it cannot sign), [`Signature::Revoked`],
    /// [`Signature::Validity`], [`Signature::LeftBits`], [`Signature::Bad`], [`Signature::Time`].
    pub fn verify(
        &self,
        signed: &[u8],
        key: Option<&Key>,
        now: Time,
        skew: Secs,
    ) -> Result<(), Signature> {
        let key = key.ok_or(Signature::UnknownSigner)?;
        let KeyBody::Sign(body) = &key.body else {
            return Err(Signature::UnknownSigner);
        };
        if key.revoked.is_some() {
            return Err(Signature::Revoked);
        }
        if !key.is_valid(now) {
            return Err(Signature::Validity);
        }
        self.holds(signed, body)?;
        let created = self.created.ok_or(Signature::Time)?;
        if !key.is_valid(created) || created > now.plus(skew) {
            return Err(Signature::Time);
        }
        Ok(())
    }

    /// Whether the signature itself holds: left 16 bits, then R ‖ S over the digest as message.
    ///
    /// # Errors
    /// [`Signature::LeftBits`] or [`Signature::Bad`].
    pub(super) fn holds(&self, signed: &[u8], body: &SigningKey) -> Result<(), Signature> {
        let digest = digest(self, signed);
        if !digest.starts_with(&self.left) {
            return Err(Signature::LeftBits);
        }
        let point = key::point(body).ok_or(Signature::Bad)?;
        let judge = VerificationKey::try_from(point).or(Err(Signature::Bad))?;
        judge
            .verify(&self.signature.into(), &digest)
            .or(Err(Signature::Bad))
    }
}
