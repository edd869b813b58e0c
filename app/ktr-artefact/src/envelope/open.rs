//! Opens an envelope: limits first, then the slots, then the form of what is inside, then the inner signature.
//! Nothing is handed out before the message was read to its end and found whole.

use std::{
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
};

use ktr_core::{
    id::{Fingerprint, SigningKey},
    time::Time,
};
use sequoia_openpgp::{
    Cert, KeyHandle, Packet,
    crypto::{Decryptor, KeyPair, SessionKey, mpi::Ciphertext},
    packet::{
        Key, PKESK, SEIP, SKESK, Signature,
        key::{PublicParts, UnspecifiedRole},
    },
    parse::{
        Dearmor, PacketParser, PacketParserBuilder, PacketParserResult, Parse,
        buffered_reader::BufferedReader,
        stream::{
            DecryptionHelper, DecryptorBuilder, MessageLayer, MessageStructure, VerificationError,
            VerificationHelper,
        },
    },
    types::{SignatureType, SymmetricAlgorithm},
};

use super::Purpose;
use crate::{
    alliance::AllianceDomain,
    finding::{Finding, Place, Rule, rule},
    limits,
    openpgp::{SecretCertificate, policy, signing_fingerprint, signing_key, time_of, timestamp},
};

/// What the inside must look like.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// No inner signature: what counts is signed further in.
    Unsigned,
    /// Exactly one, by one of these keys, for this purpose under this domain.
    Signed {
        /// Keys as they stand on the ledger.
        by: &'a [SigningKey],
        /// What for.
        purpose: &'a Purpose,
        /// The Alliance's domain.
        domain: &'a AllianceDomain,
    },
}

/// What was inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// The content.
    pub content: Vec<u8>,
    /// Who signed it and when; whether that key was live then is for the caller to ask the ledger.
    pub signed: Option<(Fingerprint, Time)>,
}

/// Opens `envelope` with the secrets of `me`. `at` bounds nothing but the algorithms that the policy of that instant accepts.
///
/// # Errors
/// [`rule::TOO_LARGE`], [`rule::NOT_AN_ENVELOPE`], [`rule::TOO_MANY_RECIPIENTS`], [`rule::NOT_FOR_ME`], [`rule::ENVELOPE_SIGNATURE`].
pub fn open(
    envelope: &[u8],
    me: &SecretCertificate,
    at: Time,
    expected: Expected<'_>,
) -> Result<Opened, Finding> {
    let place = || Place::named("envelope");
    if envelope.len() > limits::ENVELOPE_MAX {
        return Err(rule::TOO_LARGE.at(place()));
    }
    count_slots(envelope).map_err(|rule| rule.at(place()))?;
    // Whoever knows a key of ours can write to it. What the library is known to panic over is refused before it sees it; a panic that nobody
    // knows of ends this envelope and not the program.
    let opened = catch_unwind(AssertUnwindSafe(|| decrypt(envelope, me, at)));
    let opened = opened.unwrap_or(Err(rule::NOT_AN_ENVELOPE));
    let (content, signature) = opened.map_err(|rule| rule.at(place()))?;
    let signed = judge(&content, signature, expected).map_err(|rule| rule.at(place()))?;
    Ok(Opened { content, signed })
}

/// The least of an encrypted part: one block of AES, two octets of it again, and the packet that detects changes, a header of two
/// octets and SHA-1 (RFC 9580, 5.13.1).
const ENCRYPTED_MIN: usize = 16 + 2 + 2 + 20;

/// Walks over the recipient slots without decrypting; each must be a v3 one with a hidden id. What they open has to be of version 1, and to be
/// there to its end: over one that is too short, or breaks off between two of its parts, the library panics once the session key fits. So it may
/// over armour, which is no form of ours.
pub(super) fn count_slots(envelope: &[u8]) -> Result<(), Rule> {
    let mut slots = 0_usize;
    let mut next = PacketParserBuilder::from_bytes(envelope)
        .and_then(|builder| builder.dearmor(Dearmor::Disabled).build())
        .map_err(|_error| rule::NOT_AN_ENVELOPE)?;
    while let PacketParserResult::Some(mut parser) = next {
        if slots > 0 && matches!(parser.packet, Packet::SEIP(SEIP::V1(_))) {
            return match parser.data_eof() {
                Ok(encrypted) if encrypted.len() >= ENCRYPTED_MIN => Ok(()),
                Ok(_) | Err(_) => Err(rule::NOT_AN_ENVELOPE),
            };
        }
        let hidden =
            matches!(&parser.packet, Packet::PKESK(PKESK::V3(slot)) if slot.recipient().is_none());
        if !hidden {
            return Err(rule::NOT_AN_ENVELOPE);
        }
        slots = slots.saturating_add(1);
        if slots > limits::RECIPIENTS_MAX {
            return Err(rule::TOO_MANY_RECIPIENTS);
        }
        (_, next) = parser.next().map_err(|_error| rule::NOT_AN_ENVELOPE)?;
    }
    Err(rule::NOT_AN_ENVELOPE)
}

fn decrypt(
    envelope: &[u8],
    me: &SecretCertificate,
    at: Time,
) -> Result<(Vec<u8>, Option<Signature>), Rule> {
    let at = timestamp(at)?;
    let policy = policy(at);
    let helper = Opener {
        me,
        signature: None,
        form: Form::Unseen,
    };
    let mut decryptor = DecryptorBuilder::from_bytes(envelope)
        .and_then(|builder| builder.with_policy(&policy, at, helper))
        .map_err(|error| {
            error
                .downcast::<Refused>()
                .map_or(rule::NOT_AN_ENVELOPE, |refused| refused.0)
        })?;
    let mut content = Vec::new();
    decryptor
        .read_to_end(&mut content)
        .map_err(|_error| rule::NOT_AN_ENVELOPE)?;
    let helper = decryptor.into_helper();
    match helper.form {
        Form::Ours => Ok((content, helper.signature)),
        Form::Unseen | Form::Foreign => Err(rule::NOT_AN_ENVELOPE),
    }
}

fn judge(
    content: &[u8],
    signature: Option<Signature>,
    expected: Expected<'_>,
) -> Result<Option<(Fingerprint, Time)>, Rule> {
    match (signature, expected) {
        (None, Expected::Unsigned) => Ok(None),
        (
            Some(signature),
            Expected::Signed {
                by,
                purpose,
                domain,
            },
        ) => {
            let names = signature
                .issuer_fingerprints()
                .next()
                .ok_or(rule::ENVELOPE_SIGNATURE)?;
            let key = by
                .iter()
                .find(|key| signing_fingerprint(key).as_bytes() == names.as_bytes())
                .ok_or(rule::ENVELOPE_SIGNATURE)?;
            let notation = format!("purpose@{domain}");
            let mut purposes = signature.notation(&notation);
            let one =
                purposes.next() == Some(purpose.as_str().as_bytes()) && purposes.next().is_none();
            drop(purposes);
            let created = signature
                .signature_creation_time()
                .and_then(|time| time.try_into().ok());
            let (true, Some(created), SignatureType::Binary) = (one, created, signature.typ())
            else {
                return Err(rule::ENVELOPE_SIGNATURE);
            };
            signature
                .verify_message(&signing_key(key)?, content)
                .map_err(|_error| rule::ENVELOPE_SIGNATURE)?;
            Ok(Some((signing_fingerprint(key), time_of(created))))
        }
        (None, Expected::Signed { .. }) | (Some(_), Expected::Unsigned) => {
            Err(rule::ENVELOPE_SIGNATURE)
        }
    }
}

/// How the inside looked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Unseen,
    Ours,
    Foreign,
}

/// A rule that travels through the library's error type.
#[derive(Debug)]
struct Refused(Rule);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

struct Opener<'a> {
    me: &'a SecretCertificate,
    signature: Option<Signature>,
    form: Form,
}

impl VerificationHelper for Opener<'_> {
    /// Looks at each packet as it comes: a compressed one could be a bomb and is refused before it is inflated.
    fn inspect(&mut self, parser: &PacketParser<'_>) -> sequoia_openpgp::Result<()> {
        let nested = parser.recursion_depth() > 0 && matches!(parser.packet, Packet::SEIP(_));
        if nested || matches!(parser.packet, Packet::CompressedData(_)) {
            return Err(Refused(rule::NOT_AN_ENVELOPE).into());
        }
        Ok(())
    }

    /// Certificates are not asked for: keys come from the ledger and are tried after the whole was read.
    fn get_certs(&mut self, _ids: &[KeyHandle]) -> sequoia_openpgp::Result<Vec<Cert>> {
        Ok(Vec::new())
    }

    fn check(&mut self, structure: MessageStructure<'_>) -> sequoia_openpgp::Result<()> {
        let mut layers = structure.into_iter();
        let encrypted = matches!(
            layers.next(),
            Some(MessageLayer::Encryption {
                sym_algo: SymmetricAlgorithm::AES256,
                aead_algo: None
            })
        );
        let inner = layers.next();
        self.form = if encrypted && layers.next().is_none() {
            Form::Ours
        } else {
            Form::Foreign
        };
        match inner {
            None => {}
            Some(MessageLayer::SignatureGroup { results }) => {
                let mut results = results.into_iter();
                match (results.next(), results.next()) {
                    (Some(Err(VerificationError::MissingKey { sig })), None) => {
                        self.signature = Some(sig.clone());
                    }
                    (_, _) => self.form = Form::Foreign,
                }
            }
            Some(MessageLayer::Compression { .. } | MessageLayer::Encryption { .. }) => {
                self.form = Form::Foreign;
            }
        }
        Ok(())
    }
}

/// A key that opens no slot whose padding is all there is: the library looks at the first octet of a session key without asking whether there
/// is one.
struct NeverEmpty(KeyPair);

impl Decryptor for NeverEmpty {
    fn public(&self) -> &Key<PublicParts, UnspecifiedRole> {
        self.0.public()
    }

    fn decrypt(
        &mut self,
        sealed: &Ciphertext,
        length: Option<usize>,
    ) -> sequoia_openpgp::Result<SessionKey> {
        let opened = self.0.decrypt(sealed, length)?;
        if opened.is_empty() {
            return Err(Refused(rule::NOT_FOR_ME).into());
        }
        Ok(opened)
    }
}

impl DecryptionHelper for Opener<'_> {
    fn decrypt(
        &mut self,
        pkesks: &[PKESK],
        _skesks: &[SKESK],
        sym_algo: Option<SymmetricAlgorithm>,
        decrypt: &mut dyn FnMut(Option<SymmetricAlgorithm>, &SessionKey) -> bool,
    ) -> sequoia_openpgp::Result<Option<Cert>> {
        for key in self.me.openers() {
            let mut pair = NeverEmpty(key.into_keypair()?);
            for slot in pkesks {
                let opened = slot.decrypt(&mut pair, sym_algo);
                if opened.is_some_and(|(algorithm, session_key)| decrypt(algorithm, &session_key)) {
                    return Ok(None);
                }
            }
        }
        Err(Refused(rule::NOT_FOR_ME).into())
    }
}
