//! Closes an envelope.
//! Session keys are drawn inside the library; everything else is an argument.

use std::io::Write;

use ktr_core::time::Time;
use sequoia_openpgp::{
    crypto::KeyPair,
    packet::signature::{SignatureBuilder, subpacket::NotationDataFlags},
    serialize::stream::{Encryptor, LiteralWriter, Message, Recipient, Signer},
    types::{Features, HashAlgorithm, SignatureType, SymmetricAlgorithm, Timestamp},
};

use super::Recipients;
use crate::{
    alliance::AllianceDomain,
    finding::{Finding, Place, Rule, rule},
    limits,
    openpgp::{SecretCertificate, timestamp},
    text::text_type,
};

text_type!(
    /// What an inner signature is for, such as `case` or `hand-over`: 1 to 32 lower-case letters and dashes. `release` is the seal's own.
    Purpose,
    purpose
);

fn purpose(text: &str) -> Result<String, Rule> {
    let fine = (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        && text != "release";
    if fine {
        Ok(String::from(text))
    } else {
        Err(rule::TEXT)
    }
}

/// An inner signature to make.
#[derive(Clone, Copy, Debug)]
pub struct Inner<'a> {
    /// Whose.
    pub secret: &'a SecretCertificate,
    /// When.
    pub at: Time,
    /// What for.
    pub purpose: &'a Purpose,
    /// The Alliance's domain, which names the notation.
    pub domain: &'a AllianceDomain,
}

/// Encrypts `content` to all recipients, with an inner signature if one is given. Binary, not armoured.
///
/// # Errors
/// [`rule::TOO_LARGE`] if the envelope would pass its limit, [`rule::NO_SUCH_KEY`], [`rule::CRYPTOGRAPHY_FAILED`].
pub fn seal(
    content: &[u8],
    recipients: &Recipients,
    inner: Option<Inner<'_>>,
) -> Result<Vec<u8>, Finding> {
    if content.len() > limits::ENVELOPE_MAX {
        return Err(rule::TOO_LARGE.at(place()));
    }
    let signer = inner.map(signer).transpose()?;
    let envelope = write(content, recipients, signer)
        .map_err(|_error| rule::CRYPTOGRAPHY_FAILED.at(place()))?;
    if envelope.len() <= limits::ENVELOPE_MAX {
        Ok(envelope)
    } else {
        Err(rule::TOO_LARGE.at(place()))
    }
}

type Prepared = (KeyPair, SignatureBuilder, Timestamp);

fn signer(inner: Inner<'_>) -> Result<Prepared, Finding> {
    let pair = inner.secret.signer(inner.at)?;
    let at = timestamp(inner.at).map_err(|rule| rule.at(place()))?;
    let template = SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA256)
        .set_signature_creation_time(at)
        .and_then(|builder| {
            builder.add_notation(
                format!("purpose@{}", inner.domain),
                inner.purpose.as_str(),
                NotationDataFlags::empty().set_human_readable(),
                false,
            )
        })
        .map_err(|_error| rule::CRYPTOGRAPHY_FAILED.at(place()))?;
    Ok((pair, template, at))
}

fn write(
    content: &[u8],
    recipients: &Recipients,
    signer: Option<Prepared>,
) -> sequoia_openpgp::Result<Vec<u8>> {
    let mut envelope = Vec::new();
    // Features by hand: if every key announced SEIPDv2 the library would take it, and GnuPG 2.2 cannot read that.
    let slots = recipients
        .keys()
        .map(|key| Recipient::new(Features::empty().set_seipdv1(), None, key));
    let message = Encryptor::for_recipients(Message::new(&mut envelope), slots)
        .symmetric_algo(SymmetricAlgorithm::AES256)
        .build()?;
    let message = match signer {
        // The library would take the clock's time, whatever the template says.
        Some((pair, template, at)) => Signer::with_template(message, pair, template)?
            .hash_algo(HashAlgorithm::SHA256)?
            .creation_time(at)
            .build()?,
        None => message,
    };
    let mut literal = LiteralWriter::new(message).build()?;
    literal.write_all(content)?;
    literal.finalize()?;
    Ok(envelope)
}

fn place() -> Place {
    Place::named("envelope")
}
