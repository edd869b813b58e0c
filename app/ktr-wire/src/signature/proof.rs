//! The proof that whoever registers a signing key holds it: a packet of the profile by the new key itself.
//! A bad proof is a rule's affair; only foreign octets are refused here.

use ktr_core::{
    id::SigningKey,
    key::{KeyBody, Role},
    membership::Proof,
};

use super::{key::fingerprint, packet::Packet, verify::Equation};
use crate::{limits::SIGNATURE_MAX, refusal::Wire, schema::key};

/// What a new key signs: `"ktr/key-proof/1\n" ‖ chain id ‖ 0x0A ‖ owner ‖ key body`.
///
/// The owner is the 16 octets of a member's id, or two octets for any other role: its number on the wire, and the number of its county
/// or seat, 0 where it has none.
#[derive(Clone, Copy, Debug)]
pub struct KeyProof<'a> {
    /// The chain it is for.
    pub chain_id: &'a str,
    /// The role it is for.
    pub owner: Role,
    /// The new key.
    pub key: &'a SigningKey,
}

impl KeyProof<'_> {
    /// The octets to sign.
    #[must_use]
    pub fn signed(&self) -> Vec<u8> {
        let owner = key::owner(self.owner);
        let parts: [&[u8]; 5] = [
            b"ktr/key-proof/1\n",
            self.chain_id.as_bytes(),
            b"\n",
            &owner,
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
                && packet
                    .equation(&self.signed(), self.key)
                    .is_ok_and(Equation::holds)
        });
        Ok(if holds { Proof::Holds } else { Proof::Fails })
    }
}
