//! Certificates with and without secrets, and what the Relay takes from them: one signing key, one encryption key.
//! User ids are never read: they stay off the chain and out of every message.

use std::fmt;

use ktr_core::{
    id::{EncryptionKey, Fingerprint, SigningKey},
    time::Time,
};
use sequoia_openpgp::{
    Cert,
    cert::CertParser,
    crypto::KeyPair,
    packet::{
        Any, Key,
        key::{PublicParts, SecretParts, UnspecifiedParts, UnspecifiedRole},
    },
    parse::{PacketParser, PacketParserResult, Parse},
    serialize::SerializeInto,
    types::PublicKeyAlgorithm,
};

use super::{
    body::{encryption_body, signing_body, signing_fingerprint},
    policy, timestamp,
};
use crate::{
    finding::{Finding, Place, Rule, rule},
    limits,
};

/// A public certificate.
#[derive(Clone, PartialEq, Debug)]
pub struct Certificate(pub(crate) Cert);

impl Certificate {
    /// Reads exactly one certificate, armoured or not, and drops any secret in it.
    ///
    /// # Errors
    /// [`rule::TOO_LARGE`], [`rule::NOT_A_CERTIFICATE`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Finding> {
        read(bytes).map(|cert| Self(cert.strip_secret_key_material()))
    }

    /// The binary form, which gpgv takes as a keyring.
    ///
    /// # Errors
    /// [`rule::CRYPTOGRAPHY_FAILED`] if the library cannot write it.
    pub fn to_binary(&self) -> Result<Vec<u8>, Finding> {
        self.0
            .to_vec()
            .map_err(|_error| rule::CRYPTOGRAPHY_FAILED.at(place()))
    }

    /// The armoured form.
    ///
    /// # Errors
    /// [`rule::CRYPTOGRAPHY_FAILED`] if the library cannot write it.
    pub fn to_armoured(&self) -> Result<Vec<u8>, Finding> {
        self.0
            .armored()
            .to_vec()
            .map_err(|_error| rule::CRYPTOGRAPHY_FAILED.at(place()))
    }

    /// Fingerprint of the primary key, which members pin.
    #[must_use]
    pub fn primary(&self) -> Fingerprint {
        primary(&self.0)
    }

    /// The youngest key that may sign at `at`: 51 octets for the ledger.
    ///
    /// # Errors
    /// [`rule::NO_SUCH_KEY`] if there is none of Ed25519 in legacy encoding.
    pub fn signing_key(&self, at: Time) -> Result<SigningKey, Finding> {
        // Octets 1 to 4 of a body say when the key was made.
        let made_at = |body: &SigningKey| body.as_bytes().get(1..5).map(<[u8]>::to_vec);
        let keys = self.signing_keys(at)?.into_iter();
        keys.max_by_key(made_at)
            .ok_or_else(|| rule::NO_SUCH_KEY.at(place()))
    }

    /// Whether the key of this fingerprint is one that may sign at `at`, be another younger.
    #[must_use]
    pub fn can_sign_with(&self, fingerprint: &Fingerprint, at: Time) -> bool {
        self.signing_keys(at).is_ok_and(|keys| {
            keys.iter()
                .any(|body| signing_fingerprint(body) == *fingerprint)
        })
    }

    /// All keys that may sign at `at`.
    fn signing_keys(&self, at: Time) -> Result<Vec<SigningKey>, Finding> {
        let at = timestamp(at).map_err(|rule| rule.at(place()))?;
        let policy = policy(at);
        let valid = self
            .0
            .with_policy(&policy, at)
            .map_err(|_error| rule::NO_SUCH_KEY.at(place()))?;
        let keys = valid.keys().alive().revoked(false).for_signing();
        Ok(keys.filter_map(|key| signing_body(key.key())).collect())
    }

    /// The youngest key that may receive at `at`: 56 octets for the ledger.
    ///
    /// # Errors
    /// [`rule::NO_SUCH_KEY`] if there is none of cv25519 in legacy encoding.
    pub fn encryption_key(&self, at: Time) -> Result<EncryptionKey, Finding> {
        let at = timestamp(at).map_err(|rule| rule.at(place()))?;
        let policy = policy(at);
        let valid = self
            .0
            .with_policy(&policy, at)
            .map_err(|_error| rule::NO_SUCH_KEY.at(place()))?;
        valid
            .keys()
            .alive()
            .revoked(false)
            .for_transport_encryption()
            .filter_map(|key| {
                encryption_body(key.key()).map(|body| (key.key().creation_time(), body))
            })
            .max_by_key(|(created, _)| *created)
            .map(|(_, body)| body)
            .ok_or_else(|| rule::NO_SUCH_KEY.at(place()))
    }
}

/// A certificate with secrets that need no password. Its owner keeps it in a file that only the owner can read.
#[derive(Clone)]
pub struct SecretCertificate(pub(crate) Cert);

impl fmt::Debug for SecretCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretCertificate({})", primary(&self.0))
    }
}

impl SecretCertificate {
    /// Reads exactly one certificate with at least one secret that is not locked, armoured or not.
    ///
    /// # Errors
    /// [`rule::TOO_LARGE`], [`rule::NOT_A_CERTIFICATE`], [`rule::NO_SUCH_KEY`] if all secrets are missing or locked.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Finding> {
        let cert = read(bytes)?;
        let unlocked = cert.keys().unencrypted_secret().next().is_some();
        if unlocked {
            Ok(Self(cert))
        } else {
            Err(rule::NO_SUCH_KEY.at(place()))
        }
    }

    /// The armoured form, secrets included.
    ///
    /// # Errors
    /// [`rule::CRYPTOGRAPHY_FAILED`] if the library cannot write it.
    pub fn to_armoured(&self) -> Result<Vec<u8>, Finding> {
        self.0
            .as_tsk()
            .armored()
            .to_vec()
            .map_err(|_error| rule::CRYPTOGRAPHY_FAILED.at(place()))
    }

    /// The public certificate.
    #[must_use]
    pub fn certificate(&self) -> Certificate {
        Certificate(self.0.clone().strip_secret_key_material())
    }

    /// Fingerprint of the primary key.
    #[must_use]
    pub fn primary(&self) -> Fingerprint {
        primary(&self.0)
    }

    /// The same without its other signing subkeys, so that it signs with the key of this fingerprint though another is younger.
    ///
    /// # Errors
    /// [`rule::NO_SUCH_KEY`] if that key may not sign at `at`.
    pub fn narrowed(&self, fingerprint: &Fingerprint, at: Time) -> Result<Self, Finding> {
        let other = |key: &Key<PublicParts, UnspecifiedRole>| {
            signing_body(key).is_some_and(|body| signing_fingerprint(&body) != *fingerprint)
        };
        let narrowed = self
            .0
            .clone()
            .retain_subkeys(|key| !other(key.key().role_as_unspecified()));
        let narrowed = Self(narrowed);
        let left = narrowed.certificate().signing_key(at)?;
        if signing_fingerprint(&left) == *fingerprint {
            Ok(narrowed)
        } else {
            Err(rule::NO_SUCH_KEY.at(place()))
        }
    }

    /// The pair that signs at `at`: the youngest live signing key whose secret is here.
    pub(crate) fn signer(&self, at: Time) -> Result<KeyPair, Finding> {
        let wanted = self.certificate().signing_key(at)?;
        let fingerprint = signing_fingerprint(&wanted);
        self.0
            .keys()
            .unencrypted_secret()
            .find(|key| key.key().fingerprint().as_bytes() == fingerprint.as_bytes())
            .and_then(|key| key.key().clone().into_keypair().ok())
            .ok_or_else(|| rule::NO_SUCH_KEY.at(place()))
    }

    /// All keys that can open an envelope, expired ones included: what was sent to them may still be read.
    pub(crate) fn openers(&self) -> impl Iterator<Item = Key<SecretParts, UnspecifiedRole>> {
        self.0
            .keys()
            .unencrypted_secret()
            .filter(|key| encryption_body(key.key().parts_as_public()).is_some())
            .map(|key| key.key().clone())
    }
}

fn read(bytes: &[u8]) -> Result<Cert, Finding> {
    if bytes.len() > limits::CERTIFICATE_MAX {
        return Err(rule::TOO_LARGE.at(place()));
    }
    no_dsa(bytes).map_err(|rule| rule.at(place()))?;
    let mut certs =
        CertParser::from_bytes(bytes).map_err(|_error| rule::NOT_A_CERTIFICATE.at(place()))?;
    match (certs.next(), certs.next()) {
        (Some(Ok(cert)), None) => Ok(cert),
        (_, _) => Err(rule::NOT_A_CERTIFICATE.at(place())),
    }
}

/// Keys of DSA are no keys of ours. Their file says by what the library divides to judge a signature, zero not excepted, and it may judge some
/// before it has a certificate to show: so none is given to it.
fn no_dsa(bytes: &[u8]) -> Result<(), Rule> {
    let mut next = PacketParser::from_bytes(bytes).map_err(|_error| rule::NOT_A_CERTIFICATE)?;
    while let PacketParserResult::Some(parser) = next {
        let key = Any::<Key<UnspecifiedParts, UnspecifiedRole>>::downcast_ref(&parser.packet);
        #[expect(deprecated, reason = "it is refused")]
        if key.is_some_and(|key| key.pk_algo() == PublicKeyAlgorithm::DSA) {
            return Err(rule::NOT_A_CERTIFICATE);
        }
        (_, next) = parser.next().map_err(|_error| rule::NOT_A_CERTIFICATE)?;
    }
    Ok(())
}

fn primary(cert: &Cert) -> Fingerprint {
    // A v6 primary has 32 octets: it equals no fingerprint of the ledger.
    Fingerprint::from_slice(cert.fingerprint().as_bytes()).unwrap_or(Fingerprint([0; 20]))
}

fn place() -> Place {
    Place::named("certificate")
}
