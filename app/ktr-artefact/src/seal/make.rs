//! Makes a seal, or takes one that gpg made with a card.
//! What is sealed was built and checked before; the ledger learns of it afterwards.

use std::io::Write;

use ktr_core::{id::ReleaseId, time::Time};
use sequoia_openpgp::{
    Packet,
    armor::{Kind, Writer},
    packet::{
        Signature,
        signature::{SignatureBuilder, subpacket::NotationDataFlags},
    },
    parse::Parse,
    serialize::{Serialize, SerializeInto},
    types::{HashAlgorithm, SignatureType},
};

use crate::{
    alliance::AllianceDomain,
    finding::{Finding, Place, Rule, rule},
    openpgp::{ProfileError, SecretCertificate, check_foreign_seal, rewrite, timestamp},
    stix::ChainId,
};

/// What a seal is bound to, beside the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The chain.
    pub chain: &'a ChainId,
    /// The release.
    pub release: ReleaseId,
    /// The Alliance's domain, which names the notations.
    pub domain: &'a AllianceDomain,
}

impl Names<'_> {
    /// The three notations. They are not critical: gpg, gpgv and sqv refuse critical ones that they do not know; we demand their presence.
    #[must_use]
    pub fn notations(&self) -> [(String, String); 3] {
        [
            (format!("chain-id@{}", self.domain), self.chain.to_string()),
            (
                format!("release-id@{}", self.domain),
                self.release.to_string(),
            ),
            (format!("purpose@{}", self.domain), String::from("release")),
        ]
    }
}

/// Seals the bytes of a bundle with the youngest live signing subkey of the Alliance: `bundle.json.asc`.
///
/// Two seals of one file differ, and both are right: the library adds a random salt.
///
/// # Errors
/// [`rule::NO_SUCH_KEY`] without a live signing key, [`rule::CRYPTOGRAPHY_FAILED`].
pub fn make(
    secret: &SecretCertificate,
    names: &Names<'_>,
    at: Time,
    bundle: &[u8],
) -> Result<Vec<u8>, Finding> {
    let failed = |_error| rule::CRYPTOGRAPHY_FAILED.at(Place::seal());
    let mut signer = secret.signer(at)?;
    let at = timestamp(at).map_err(|rule| rule.at(Place::seal()))?;
    let mut builder = SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA256)
        .set_signature_creation_time(at)
        .map_err(failed)?;
    for (name, value) in names.notations() {
        let flags = NotationDataFlags::empty().set_human_readable();
        builder = builder
            .add_notation(name, value, flags, false)
            .map_err(failed)?;
    }
    let signature = builder.sign_message(&mut signer, bundle).map_err(failed)?;
    armour(&signature).map_err(|rule| rule.at(Place::seal()))
}

/// Brings a detached signature that gpg or a card made, armoured or not, into our form: one packet, nothing unhashed, new header, our armour. What
/// is hashed stays as it is, and is judged by [`super::verify_intended`].
///
/// # Errors
/// A [`ProfileError`] if it is not one readable signature packet, or if an option of gpg put something under the hash that no seal may hold.
pub fn normalise(signature: &[u8]) -> Result<Vec<u8>, ProfileError> {
    let (parts, packet) = rewrite(signature)?;
    check_foreign_seal(&parts)?;
    let Ok(Packet::Signature(signature)) = Packet::from_bytes(&packet) else {
        return Err(ProfileError::NotASignature);
    };
    armour(&signature).map_err(|_rule| ProfileError::NotASignature)
}

/// One signature in armour without headers.
pub(super) fn armour(signature: &Signature) -> Result<Vec<u8>, Rule> {
    let packet = Packet::from(signature.clone());
    let written = || -> sequoia_openpgp::Result<Vec<u8>> {
        let mut writer = Writer::new(Vec::with_capacity(packet.serialized_len()), Kind::Signature)?;
        packet.serialize(&mut writer)?;
        writer.flush()?;
        Ok(writer.finalize()?)
    };
    written().map_err(|_error| rule::CRYPTOGRAPHY_FAILED)
}
