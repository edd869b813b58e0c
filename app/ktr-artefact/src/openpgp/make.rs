//! Makes keys: role keys that sign and may receive, and the Alliance's certificate with its signing subkeys.
//! Where a secret is kept, and that its owner alone can read it, is the shell's affair.

use std::time::Duration;

use ktr_core::time::Time;
use sequoia_openpgp::{
    Packet, Profile,
    cert::{CertBuilder, CipherSuite},
    packet::{
        Key,
        key::{Key4, SecretParts, SubordinateRole},
        signature::SignatureBuilder,
    },
    serialize::SerializeInto,
    types::{Curve, Features, HashAlgorithm, KeyFlags, SignatureType},
};

use super::{SecretCertificate, policy, timestamp};
use crate::{
    finding::{Finding, Place, Rule, rule},
    limits,
    text::{is_clean, text_type},
};

text_type!(
    /// A user id that names a role: one clean line of at most 64 characters, no mail address.
    UserId,
    user_id
);

fn user_id(text: &str) -> Result<String, Rule> {
    let length = text.chars().count();
    let fine = (1..=limits::USER_ID_CHARS_MAX).contains(&length)
        && is_clean(text)
        && !text.contains(['\n', '\t', '@', '<', '>']);
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::USER_ID)
    }
}

/// What a role key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyUse {
    /// It signs.
    Sign,
    /// It signs, and files are encrypted to its cv25519 subkey.
    SignAndReceive,
}

/// A new key and the packet that revokes it, to be kept elsewhere.
#[derive(Clone, Debug)]
pub struct MadeKey {
    /// Certificate with secrets.
    pub secret: SecretCertificate,
    /// A revocation signature, binary.
    pub revocation: Vec<u8>,
}

/// Makes a role key: v4, an Ed25519 primary in legacy encoding that certifies and signs, one subkey if it shall receive.
///
/// # Errors
/// [`rule::VALIDITY`] for zero or more than 1,096 days, [`rule::CRYPTOGRAPHY_FAILED`].
pub fn make_role_key(
    user_id: &UserId,
    key_use: KeyUse,
    made_at: Time,
    valid_days: u64,
) -> Result<MadeKey, Finding> {
    let validity = validity(valid_days, limits::ROLE_KEY_DAYS_MAX)?;
    let builder = builder(user_id, made_at)?
        .set_primary_key_flags(KeyFlags::empty().set_certification().set_signing())
        .set_validity_period(validity);
    match key_use {
        KeyUse::Sign => finish(builder),
        KeyUse::SignAndReceive => finish(
            builder.add_subkey(
                KeyFlags::empty()
                    .set_transport_encryption()
                    .set_storage_encryption(),
                validity,
                CipherSuite::Cv25519,
            ),
        ),
    }
}

/// Makes the Alliance's certificate: a primary that only certifies, without end, and one signing subkey of at most 13 months.
///
/// # Errors
/// [`rule::VALIDITY`] for zero or more than 396 days, [`rule::CRYPTOGRAPHY_FAILED`].
pub fn make_alliance_key(
    user_id: &UserId,
    made_at: Time,
    valid_days: u64,
) -> Result<MadeKey, Finding> {
    let validity = validity(valid_days, limits::SEAL_KEY_DAYS_MAX)?;
    let builder = builder(user_id, made_at)?
        .set_primary_key_flags(KeyFlags::empty().set_certification())
        .add_subkey(
            KeyFlags::empty().set_signing(),
            validity,
            CipherSuite::Cv25519,
        );
    finish(builder)
}

/// Adds the Alliance's next signing subkey. The primary's secret must be in `secret`; publish the result 30 days before use.
///
/// # Errors
/// [`rule::VALIDITY`], [`rule::NO_SUCH_KEY`] without the primary's secret, [`rule::CRYPTOGRAPHY_FAILED`].
pub fn add_seal_subkey(
    secret: &SecretCertificate,
    made_at: Time,
    valid_days: u64,
) -> Result<SecretCertificate, Finding> {
    let validity = validity(valid_days, limits::SEAL_KEY_DAYS_MAX)?;
    let at = timestamp(made_at).map_err(|rule| rule.at(place()))?;
    let failed = |_error| rule::CRYPTOGRAPHY_FAILED.at(place());
    let mut primary = secret
        .0
        .primary_key()
        .key()
        .clone()
        .parts_into_secret()
        .and_then(Key::into_keypair)
        .map_err(|_error| rule::NO_SUCH_KEY.at(place()))?;
    let mut generated: Key4<SecretParts, SubordinateRole> =
        Key4::generate_ecc(true, Curve::Ed25519).map_err(failed)?;
    generated.set_creation_time(at).map_err(failed)?;
    let subkey: Key<SecretParts, SubordinateRole> = generated.into();
    let mut signer = subkey.clone().into_keypair().map_err(failed)?;
    let back = SignatureBuilder::new(SignatureType::PrimaryKeyBinding)
        .set_hash_algo(HashAlgorithm::SHA256)
        .set_signature_creation_time(at)
        .and_then(|builder| {
            builder.sign_primary_key_binding(
                &mut signer,
                secret.0.primary_key().key(),
                subkey.parts_as_public(),
            )
        })
        .map_err(failed)?;
    let binding = SignatureBuilder::new(SignatureType::SubkeyBinding)
        .set_hash_algo(HashAlgorithm::SHA256)
        .set_signature_creation_time(at)
        .and_then(|builder| builder.set_key_flags(KeyFlags::empty().set_signing()))
        .and_then(|builder| builder.set_key_validity_period(validity))
        .and_then(|builder| builder.set_embedded_signature(back))
        .and_then(|builder| {
            builder.sign_subkey_binding(
                &mut primary,
                secret.0.primary_key().key(),
                subkey.parts_as_public(),
            )
        })
        .map_err(failed)?;
    let packets = [Packet::from(subkey), Packet::from(binding)];
    let (cert, _changed) = secret.0.clone().insert_packets(packets).map_err(failed)?;
    cert.with_policy(&policy(at), at).map_err(failed)?;
    Ok(SecretCertificate(cert))
}

fn builder(user_id: &UserId, made_at: Time) -> Result<CertBuilder<'static>, Finding> {
    let at = timestamp(made_at).map_err(|rule| rule.at(place()))?;
    // SEIPDv1 only: were v2 announced, an encryptor would take it, and GnuPG 2.2 cannot read that.
    CertBuilder::new()
        .set_profile(Profile::RFC4880)
        .and_then(|builder| builder.set_features(Features::empty().set_seipdv1()))
        .map(|builder| {
            builder
                .set_creation_time(at)
                .set_cipher_suite(CipherSuite::Cv25519)
                .add_userid(user_id.as_str())
        })
        .map_err(|_error| rule::CRYPTOGRAPHY_FAILED.at(place()))
}

fn finish(builder: CertBuilder<'_>) -> Result<MadeKey, Finding> {
    let failed = |_error| rule::CRYPTOGRAPHY_FAILED.at(place());
    let (cert, revocation) = builder.generate().map_err(failed)?;
    let revocation = Packet::from(revocation).to_vec().map_err(failed)?;
    Ok(MadeKey {
        secret: SecretCertificate(cert),
        revocation,
    })
}

fn validity(days: u64, most: u64) -> Result<Duration, Finding> {
    if (1..=most).contains(&days) {
        Ok(Duration::from_secs(days.saturating_mul(limits::DAY_SECS)))
    } else {
        Err(rule::VALIDITY.at(place()))
    }
}

fn place() -> Place {
    Place::named("key")
}
