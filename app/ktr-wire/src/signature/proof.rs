//! The proof that whoever registers a signing key holds it: a packet of the profile by the new key itself.
//! A bad proof is a rule's affair; only foreign octets are refused here.

use ktr_core::{
    id::{MemberId, SigningKey},
    key::KeyBody,
    membership::Proof,
};

use super::{key::fingerprint, packet::Packet};
use crate::{limits::SIGNATURE_MAX, refusal::Wire};

/// What a new key signs: `"ktr/key-proof/1\n" ‖ chain id ‖ 0x0A ‖ owner id ‖ key body`.
#[derive(Clone, Copy, Debug)]
pub struct KeyProof<'a> {
    /// The chain it is for.
    pub chain_id: &'a str,
    /// The member it is for.
    pub owner: &'a MemberId,
    /// The new key.
    pub key: &'a SigningKey,
}

impl KeyProof<'_> {
    /// The octets to sign.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        let parts: [&[u8]; 5] = [
            b"ktr/key-proof/1\n",
            self.chain_id.as_bytes(),
            b"\n",
            &self.owner.0,
            &self.key.0,
        ];
        parts.concat()
    }

    /// Judges a proof.
    ///
    /// # Errors
    /// [`Wire::OutOfRange`] if it is longer than a signature may be.
    pub fn judge(&self, proof: &[u8]) -> Result<Proof, Wire> {
        if proof.len() > SIGNATURE_MAX {
            return Err(Wire::OutOfRange);
        }
        let holds = Packet::parse(proof).is_ok_and(|packet| {
            packet.issuer == Some(fingerprint(&KeyBody::Sign(*self.key)))
                && packet.holds(&self.signed(), self.key).is_ok()
        });
        Ok(if holds { Proof::Holds } else { Proof::Fails })
    }
}
