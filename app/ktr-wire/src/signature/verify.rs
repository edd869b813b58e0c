//! Whether a packet of the profile holds: digest, then one Ed25519 verdict.
//! Registration, revocation and validity come as arguments.

use ed25519_consensus::batch::{Item, Verifier};
use ktr_core::{
    id::SigningKey,
    key::{Key, KeyBody},
    time::{Secs, Time},
};
use rand_core::{CryptoRng, RngCore};
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

/// The equation of one signature: R ‖ S over a digest by a point. Whether it holds depends on nothing else, so a verdict may be kept.
#[derive(Clone, Debug)]
pub struct Equation(pub(super) Item);

impl Equation {
    /// Judges it alone.
    #[must_use]
    pub fn holds(self) -> bool {
        self.0.verify_single().is_ok()
    }

    /// Whether all of them hold, for about half the price. A no does not say which one fails.
    ///
    /// **Invariant:** with fresh randomness the answer is that of [`Self::holds`] for each of them, but for a chance of 2^-128: both
    /// judge by ZIP-215.
    #[must_use]
    pub fn all_hold(
        equations: impl IntoIterator<Item = Self>,
        randomness: impl RngCore + CryptoRng,
    ) -> bool {
        let mut verifier = Verifier::new();
        for equation in equations {
            verifier.queue(equation.0);
        }
        verifier.verify(randomness).is_ok()
    }
}

/// A packet of which everything is judged but the equation.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is left to judge.
    pub equation: Equation,
    dated: Result<(), Signature>,
}

impl Claim {
    /// The verdict over the packet, once the equation has been judged.
    ///
    /// # Errors
    /// [`Signature::Bad`] or [`Signature::Time`], in this order.
    pub fn settle(self, holds: bool) -> Result<(), Signature> {
        if holds {
            self.dated
        } else {
            Err(Signature::Bad)
        }
    }
}

impl Packet {
    /// Judges all of the packet over `signed` but its equation, by a registered key at header time `now`.
    ///
    /// # Errors
    /// In this order: [`Signature::UnknownSigner`] (no such key, or it cannot sign), [`Signature::Revoked`],
    /// [`Signature::Validity`], [`Signature::LeftBits`]; what [`Claim::settle`] answers comes after them.
    pub fn claim(
        &self,
        signed: &[u8],
        key: Option<&Key>,
        now: Time,
        skew: Secs,
    ) -> Result<Claim, Signature> {
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
        let equation = self.equation(signed, body)?;
        let is_in_time = |created| key.is_valid(created) && created <= now.plus(skew);
        let dated = if self.created.is_some_and(is_in_time) {
            Ok(())
        } else {
            Err(Signature::Time)
        };
        Ok(Claim { equation, dated })
    }

    /// The equation of the signature over `signed` by a key.
    ///
    /// # Errors
    /// [`Signature::LeftBits`] if they are not the digest's; [`Signature::Bad`] if the body has no point.
    pub(super) fn equation(&self, signed: &[u8], body: &SigningKey) -> Result<Equation, Signature> {
        let digest = digest(self, signed);
        if !digest.starts_with(&self.left) {
            return Err(Signature::LeftBits);
        }
        let point = key::point(body).ok_or(Signature::Bad)?;
        let item = (point.into(), self.signature.into(), &digest);
        Ok(Equation(item.into()))
    }
}
