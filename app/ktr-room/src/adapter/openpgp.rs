//! OpenPGP behind its port, through `ktr-artefact`: envelopes with hidden recipients, and the seal's strict verification.
//! No key is made here; files are read once, at the start.

use std::sync::Arc;

use ktr_artefact::alliance::Alliance;
use ktr_artefact::archive;
use ktr_artefact::envelope::{self, Expected, Inner, Opened, Purpose, Recipients};
use ktr_artefact::finding::{Finding, rule};
use ktr_artefact::openpgp::{Certificate, SecretCertificate};
use ktr_artefact::seal::{Facts, verify};
use ktr_artefact::stix::ChainId;
use ktr_core::id::{EncryptionKey, SessionId, SigningKey};
use ktr_core::key::KeyBody;
use ktr_core::time::Time;
use zeroize::{Zeroize, Zeroizing};

use crate::clock::SystemClock;
use crate::entropy;
use crate::error::CipherError;
use crate::plan::Sealed;
use crate::port::{Cipher, Clock};

/// The purpose of a pass's inner signature.
const PASS: &str = "pass";

/// The purpose of a hand-over's inner signature, if the release desk made one.
const HAND_OVER: &str = "hand-over";

/// The sidecar's key, and what a release is judged by.
#[derive(Clone, Debug)]
pub struct OpenPgp {
    /// The sidecar's own key.
    pub secret: Arc<SecretCertificate>,
    /// The Alliance, as the genesis pins it.
    pub alliance: Alliance,
    /// The Alliance's certificate, pinned by lying in this county's configuration.
    pub certificate: Certificate,
    /// The chain.
    pub chain: ChainId,
}

impl OpenPgp {
    /// Opens a hand-over: without an inner signature, or with one by the key that sealed the release.
    fn open(&self, file: &[u8], sealed: &Sealed) -> Result<Opened, Finding> {
        let at = now();
        match envelope::open(file, &self.secret, at, Expected::Unsigned) {
            Err(finding) if finding.rule == rule::ENVELOPE_SIGNATURE => {
                let by = match sealed.key.body {
                    KeyBody::Sign(body) => vec![body],
                    KeyBody::Room(_) | KeyBody::Encrypt(_) => Vec::new(),
                };
                let purpose = Purpose::parse(HAND_OVER).map_err(|_constant| finding)?;
                let expected = Expected::Signed {
                    by: &by,
                    purpose: &purpose,
                    domain: &self.alliance.domain,
                };
                envelope::open(file, &self.secret, at, expected)
            }
            opened => opened,
        }
    }

    fn recipients(keys: &[EncryptionKey]) -> Result<Recipients, CipherError> {
        let seed = entropy::draw();
        Recipients::of_bodies(keys, &seed).map_err(|_body| CipherError::Key)
    }
}

impl Cipher for OpenPgp {
    fn open_release(
        &self,
        file: &[u8],
        sealed: &Sealed,
        session: SessionId,
    ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        let opened = self
            .open(file, sealed)
            .map_err(|finding| refusal(&finding))?;
        let content = Zeroizing::new(opened.content);
        let mut release = archive::read(&content).map_err(|finding| refusal(&finding))?;
        let facts = Facts {
            chain: &self.chain,
            alliance: &self.alliance,
            pinned: self.certificate.primary(),
            release: &sealed.release,
            key: &sealed.key,
        };
        let verdict = verify(&facts, &release.bundle, &release.seal, &self.certificate);
        let written = archive::write(&release);
        release.bundle.zeroize();
        verdict.map_err(|finding| refusal(&finding))?;
        if sealed.release.session != session {
            return Err(CipherError::Release("session".to_owned()));
        }
        written
            .map(Zeroizing::new)
            .map_err(|finding| refusal(&finding))
    }

    fn is_usable(&self, key: &EncryptionKey) -> bool {
        let recipients = Self::recipients(&[*key]);
        recipients.is_ok_and(|recipients| envelope::seal(b"trial", &recipients, None).is_ok())
    }

    fn encrypt_post(&self, archive: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError> {
        envelope::seal(archive, &Self::recipients(keys)?, None).map_err(|finding| inside(&finding))
    }

    fn encrypt_pass(&self, pass: &[u8], keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError> {
        let purpose = Purpose::parse(PASS).map_err(|rule| CipherError::Inside(rule.to_string()))?;
        let inner = Inner {
            secret: &self.secret,
            at: now(),
            purpose: &purpose,
            domain: &self.alliance.domain,
        };
        envelope::seal(pass, &Self::recipients(keys)?, Some(inner))
            .map_err(|finding| inside(&finding))
    }

    fn open_pass(
        &self,
        sealed: &[u8],
        by: &[SigningKey],
    ) -> Result<Zeroizing<Vec<u8>>, CipherError> {
        let purpose = Purpose::parse(PASS).map_err(|rule| CipherError::Inside(rule.to_string()))?;
        let expected = Expected::Signed {
            by,
            purpose: &purpose,
            domain: &self.alliance.domain,
        };
        match envelope::open(sealed, &self.secret, now(), expected) {
            Ok(opened) => Ok(Zeroizing::new(opened.content)),
            Err(finding) if finding.rule == rule::NOT_FOR_ME => Err(CipherError::NotForUs),
            Err(finding) => Err(CipherError::Pass(finding.rule.to_string())),
        }
    }
}

fn now() -> Time {
    Time(SystemClock.local_ms() / 1_000)
}

/// A finding about the release: named by its rule, never by content.
fn refusal(finding: &Finding) -> CipherError {
    if finding.rule == rule::NOT_FOR_ME {
        return CipherError::NotForUs;
    }
    CipherError::Release(finding.rule.to_string())
}

fn inside(finding: &Finding) -> CipherError {
    CipherError::Inside(finding.rule.to_string())
}
