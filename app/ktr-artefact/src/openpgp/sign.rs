//! Signs bytes in the frozen profile and verifies such signatures.
//! What the bytes mean, and whether a key may act, is for the ledger.

use ktr_core::{id::SigningKey, time::Time};
use sequoia_openpgp::{
    Packet,
    packet::signature::SignatureBuilder,
    parse::Parse,
    serialize::SerializeInto,
    types::{HashAlgorithm, SignatureType},
};

use super::{ProfileSignature, SecretCertificate, normalise, signing_key, timestamp};
use crate::finding::{Finding, Place, rule};

/// A detached binary signature over `message` by the youngest live signing key of `secret`, in the frozen profile.
///
/// # Errors
/// [`rule::NO_SUCH_KEY`] without a live signing key, [`rule::CRYPTOGRAPHY_FAILED`].
pub fn sign(
    secret: &SecretCertificate,
    at: Time,
    message: &[u8],
) -> Result<ProfileSignature, Finding> {
    let failed = || rule::CRYPTOGRAPHY_FAILED.at(place());
    let mut signer = secret.signer(at)?;
    let at = timestamp(at).map_err(|rule| rule.at(place()))?;
    let signature = SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA256)
        .set_signature_creation_time(at)
        .and_then(|builder| builder.sign_message(&mut signer, message))
        .map_err(|_error| failed())?;
    let packet = Packet::from(signature)
        .to_vec()
        .map_err(|_error| failed())?;
    normalise(&packet).map_err(|_error| failed())
}

/// Whether `signature` is one by `key` over `message`. Says nothing of time or role.
///
/// # Errors
/// [`rule::BAD_SIGNATURE`] if it is not.
pub fn verify(
    signature: &ProfileSignature,
    key: &SigningKey,
    message: &[u8],
) -> Result<(), Finding> {
    let bad = || rule::BAD_SIGNATURE.at(place());
    let key = signing_key(key).map_err(|rule| rule.at(place()))?;
    let Ok(Packet::Signature(packet)) = Packet::from_bytes(signature.as_bytes()) else {
        return Err(bad());
    };
    packet.verify_message(&key, message).map_err(|_error| bad())
}

fn place() -> Place {
    Place::named("signature")
}
