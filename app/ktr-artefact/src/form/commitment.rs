//! Binds a form to the ledger: SHA-256("ktr/nomination/1\n" ‖ salt ‖ canonical bytes), and the case file that travels encrypted.
//! The plain hash is never used: it could be guessed.

use std::fmt;

use ktr_core::id::Commitment;
use sha2::{Digest, Sha256};

use super::{Document, read_canonical};
use crate::finding::{Finding, Place, rule};

/// 32 random octets, drawn by the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(..)")
    }
}

/// The commitment of a form's canonical bytes under a salt.
#[must_use]
pub fn commit(salt: &Salt, canonical: &[u8]) -> Commitment {
    let digest = Sha256::new()
        .chain_update(TAG)
        .chain_update(salt.0)
        .chain_update(canonical)
        .finalize();
    Commitment(digest.into())
}

/// Form and salt: what the seats and, after clearing, the release desk receive.
///
/// Bytes: "ktr/case/1\n" ‖ salt ‖ canonical form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseFile {
    /// The salt.
    pub salt: Salt,
    /// The form.
    pub document: Document,
}

impl CaseFile {
    /// The bytes to encrypt.
    ///
    /// # Errors
    /// None in practice; a finding of range 400 if the form has no JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Finding> {
        let canonical = self.canonical()?;
        Ok([CASE_TAG, &self.salt.0[..], &canonical].concat())
    }

    /// Reads decrypted bytes.
    ///
    /// # Errors
    /// [`rule::FORM_SHAPE`] if tag or salt are missing, else as [`read_canonical`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Finding> {
        let (salt, canonical) = bytes
            .strip_prefix(CASE_TAG)
            .and_then(|rest| rest.split_first_chunk::<32>())
            .ok_or_else(|| rule::FORM_SHAPE.at(Place::named("case file")))?;
        Ok(Self {
            salt: Salt(*salt),
            document: read_canonical(canonical)?,
        })
    }

    /// The commitment that this file opens.
    ///
    /// # Errors
    /// As [`Self::to_bytes`].
    pub fn commitment(&self) -> Result<Commitment, Finding> {
        Ok(commit(&self.salt, &self.canonical()?))
    }

    /// Whether the file opens `commitment`.
    ///
    /// # Errors
    /// [`rule::COMMITMENT`] if it does not.
    pub fn opens(&self, commitment: &Commitment) -> Result<(), Finding> {
        if self.commitment()? == *commitment {
            Ok(())
        } else {
            Err(rule::COMMITMENT.at(Place::named("case file")))
        }
    }

    fn canonical(&self) -> Result<Vec<u8>, Finding> {
        self.document
            .to_canonical()
            .map_err(|rule| rule.at(Place::named("nomination.json")))
    }
}

const TAG: &[u8] = b"ktr/nomination/1\n";
const CASE_TAG: &[u8] = b"ktr/case/1\n";
