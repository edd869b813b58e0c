//! Opens a downloaded post: digest, envelope, archive. Exactly two files come out.
//! Whether they are the sealed ones is not judged here.

use ktr_artefact::{
    archive::{self, Release},
    envelope::{self, Expected},
    finding::rule,
    openpgp::SecretCertificate,
};
use ktr_core::time::Time;
use ktr_wire::digest;

use super::Post;

/// What was inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unsealed {
    /// The two files.
    Release(Release),
    /// No slot for this member: another batch's post, and no error.
    NotForMe,
}

/// Why a ciphertext gives nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Its SHA-256 is not the post's.
    Digest,
    /// It breaks a rule of envelope or archive, by number.
    Rule(u16),
}

impl Refused {
    /// The rule's number; 0 for the digest.
    #[must_use]
    pub const fn rule(self) -> u16 {
        match self {
            Self::Digest => 0,
            Self::Rule(number) => number,
        }
    }
}

/// Opens a ciphertext with the member's room key.
///
/// # Errors
/// See [`Refused`].
pub fn open(
    post: &Post,
    ciphertext: &[u8],
    key: &SecretCertificate,
    now: Time,
) -> Result<Unsealed, Refused> {
    if digest::sha256(&[ciphertext]) != post.sha256 {
        return Err(Refused::Digest);
    }
    let opened = match envelope::open(ciphertext, key, now, Expected::Unsigned) {
        Ok(opened) => opened,
        Err(finding) if finding.rule == rule::NOT_FOR_ME => return Ok(Unsealed::NotForMe),
        Err(finding) => return Err(Refused::Rule(finding.rule.code())),
    };
    let release = archive::read(&opened.content);
    release
        .map(Unsealed::Release)
        .map_err(|finding| Refused::Rule(finding.rule.code()))
}
