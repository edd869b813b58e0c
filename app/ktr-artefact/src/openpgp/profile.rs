//! The frozen profile of transaction signatures (design: ledger, section 7): normalises what gpg and sq write, and says which option spoiled it.
//! It does not verify; the chain does, and [`super::verify`] does it for whoever wants to know before.

use std::fmt;

use ktr_core::{id::Fingerprint, time::Time};

use super::packet::{Cursor, Parts, rewrite};
use crate::limits;

/// A signature packet of the frozen profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileSignature {
    bytes: Vec<u8>,
    issuer: Fingerprint,
    created_at: Time,
}

impl ProfileSignature {
    /// The packet, at most 1,024 octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The key that it names.
    #[must_use]
    pub const fn issuer(&self) -> Fingerprint {
        self.issuer
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> Time {
        self.created_at
    }
}

/// Why a signature cannot be brought into the profile. Everything named here is hashed, so nobody can strip it: sign again without the option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileError {
    /// Not one readable signature packet.
    NotASignature,
    /// More than one packet.
    SeveralPackets,
    /// Longer than its limit.
    TooLarge,
    /// Not version 4.
    Version,
    /// Made in text mode.
    TextMode,
    /// Neither binary nor text, but this type.
    Kind(u8),
    /// Not Ed25519 in legacy encoding, but this algorithm.
    Algorithm(u8),
    /// Neither SHA-256 nor SHA-512, but this hash algorithm.
    Hash(u8),
    /// An integer longer than 256 bits.
    Integer,
    /// No creation time.
    NoCreationTime,
    /// No issuer fingerprint of a v4 key.
    NoIssuer,
    /// The issuer key id is not the end of the fingerprint.
    IssuerMismatch,
    /// A policy URL.
    PolicyUrl,
    /// An expiry.
    Expiry,
    /// The whole key.
    KeyBlock,
    /// A notation.
    Notation,
    /// The signer's user id, in clear.
    SignerUserId,
    /// A subpacket of another type.
    Subpacket(u8),
    /// A subpacket type twice.
    Twice(u8),
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let again = "sign again without it";
        match self {
            Self::NotASignature => f.write_str("not one readable signature packet"),
            Self::SeveralPackets => f.write_str("more than one packet"),
            Self::TooLarge => f.write_str("longer than its limit"),
            Self::Version => f.write_str("not a version 4 signature"),
            Self::TextMode => write!(f, "made in text mode: option textmode of gpg, {again}"),
            Self::Kind(kind) => write!(
                f,
                "a signature of type {kind:#04x}, not a detached binary one"
            ),
            Self::Algorithm(algorithm) => {
                write!(f, "public-key algorithm {algorithm} is not Ed25519 (22)")
            }
            Self::Hash(hash) => {
                write!(
                    f,
                    "hash algorithm {hash} is neither SHA-256 nor SHA-512: option digest-algo of gpg"
                )
            }
            Self::Integer => f.write_str("an integer is longer than 256 bits"),
            Self::NoCreationTime => f.write_str("no creation time"),
            Self::NoIssuer => f.write_str("no issuer fingerprint of a version 4 key"),
            Self::IssuerMismatch => f.write_str("issuer key id and fingerprint differ"),
            Self::PolicyUrl => write!(
                f,
                "holds a policy url: option sig-policy-url of gpg, {again}"
            ),
            Self::Expiry => write!(
                f,
                "holds an expiry: option default-sig-expire of gpg, {again}"
            ),
            Self::KeyBlock => write!(
                f,
                "holds the whole key: option include-key-block of gpg, {again}"
            ),
            Self::Notation => write!(f, "holds a notation: option set-notation of gpg, {again}"),
            Self::SignerUserId => write!(
                f,
                "holds the user id in clear: option sender of gpg or -u with a mail address; use the fingerprint, {again}"
            ),
            Self::Subpacket(kind) => write!(f, "holds a subpacket of type {kind}, {again}"),
            Self::Twice(kind) => write!(f, "holds a subpacket of type {kind} twice"),
        }
    }
}

impl std::error::Error for ProfileError {}

/// Brings a detached signature, armoured or not, into the frozen profile.
///
/// Dearmours, takes one packet, drops the unhashed area, writes a new header and exact integers, checks all of the profile but the digest.
///
/// # Errors
/// A [`ProfileError`] that names the option of gpg at fault where one is.
pub fn normalise(signature: &[u8]) -> Result<ProfileSignature, ProfileError> {
    let (parts, bytes) = rewrite(signature)?;
    if bytes.len() > limits::TRANSACTION_SIGNATURE_MAX {
        return Err(ProfileError::TooLarge);
    }
    check_algorithms(&parts)?;
    let hashed = Hashed::read(&parts.hashed)?;
    let created_at = hashed.created_at.ok_or(ProfileError::NoCreationTime)?;
    let issuer = hashed.issuer.ok_or(ProfileError::NoIssuer)?;
    let matches = hashed
        .key_id
        .is_none_or(|id| issuer.as_bytes().ends_with(&id));
    if matches {
        Ok(ProfileSignature {
            bytes,
            issuer,
            created_at,
        })
    } else {
        Err(ProfileError::IssuerMismatch)
    }
}

const fn check_algorithms(parts: &Parts) -> Result<(), ProfileError> {
    match parts.kind {
        0x00 => {}
        0x01 => return Err(ProfileError::TextMode),
        kind => return Err(ProfileError::Kind(kind)),
    }
    match (parts.algorithm, parts.hash) {
        (22, 8 | 10) => Ok(()),
        (22, hash) => Err(ProfileError::Hash(hash)),
        (algorithm, _) => Err(ProfileError::Algorithm(algorithm)),
    }
}

/// The hashed area, read.
#[derive(Default)]
struct Hashed {
    created_at: Option<Time>,
    issuer: Option<Fingerprint>,
    key_id: Option<[u8; 8]>,
    has_salt: bool,
}

impl Hashed {
    fn read(area: &[u8]) -> Result<Self, ProfileError> {
        let mut hashed = Self::default();
        each_subpacket(area, |kind, value| hashed.take(kind, value))?;
        Ok(hashed)
    }

    fn take(&mut self, kind: u8, value: &[u8]) -> Result<(), ProfileError> {
        match kind {
            2 => {
                let octets = value
                    .try_into()
                    .map_err(|_error| ProfileError::NoCreationTime)?;
                once(
                    &mut self.created_at,
                    Time(u64::from(u32::from_be_bytes(octets))),
                    kind,
                )
            }
            16 => {
                let octets = value
                    .try_into()
                    .map_err(|_error| ProfileError::IssuerMismatch)?;
                once(&mut self.key_id, octets, kind)
            }
            33 => {
                let octets = value.strip_prefix(&[4]).and_then(Fingerprint::from_slice);
                once(
                    &mut self.issuer,
                    octets.ok_or(ProfileError::NoIssuer)?,
                    kind,
                )
            }
            20 if is_salt(value) && !self.has_salt => {
                self.has_salt = true;
                Ok(())
            }
            other => Err(foreign(other)),
        }
    }
}

/// Type and value of each subpacket of an area; the critical bit is ignored.
fn each_subpacket(
    area: &[u8],
    mut take: impl FnMut(u8, &[u8]) -> Result<(), ProfileError>,
) -> Result<(), ProfileError> {
    let mut cursor = Cursor(area);
    while !cursor.0.is_empty() {
        let length = cursor.new_length()?;
        let mut subpacket = Cursor(cursor.take(length)?);
        let kind = subpacket.octet()? & 0x7f;
        take(kind, subpacket.0)?;
    }
    Ok(())
}

/// What a subpacket of a type that has no place is called, by the option of gpg that puts it there.
const fn foreign(kind: u8) -> ProfileError {
    match kind {
        3 => ProfileError::Expiry,
        20 => ProfileError::Notation,
        26 => ProfileError::PolicyUrl,
        28 => ProfileError::SignerUserId,
        38 => ProfileError::KeyBlock,
        other => ProfileError::Subpacket(other),
    }
}

/// What spoils a seal that another program made, named by the option at fault. What its notations say, and that each subpacket stands once, is
/// asked by strict verification.
pub(crate) fn check_foreign_seal(parts: &Parts) -> Result<(), ProfileError> {
    check_algorithms(parts)?;
    each_subpacket(&parts.hashed, |kind, _value| match kind {
        2 | 16 | 20 | 33 => Ok(()),
        other => Err(foreign(other)),
    })
}

fn once<T>(slot: &mut Option<T>, value: T, kind: u8) -> Result<(), ProfileError> {
    if slot.replace(value).is_none() {
        Ok(())
    } else {
        Err(ProfileError::Twice(kind))
    }
}

/// sequoia's salt: flags 0, its name, 32 octets.
fn is_salt(value: &[u8]) -> bool {
    let head = [&[0, 0, 0, 0, 0, 30, 0, 32][..], SALT_NAME].concat();
    value
        .strip_prefix(head.as_slice())
        .is_some_and(|salt| salt.len() == 32)
}

const SALT_NAME: &[u8] = b"salt@notations.sequoia-pgp.org";
