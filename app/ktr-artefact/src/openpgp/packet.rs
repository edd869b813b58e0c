//! One v4 signature packet, taken apart and written again in one way: new header, empty unhashed area, exact integers.
//! Which subpackets it may hold is judged elsewhere; nothing hashed is ever changed.

use std::io::Read;

use sequoia_openpgp::armor::{Kind, Reader, ReaderMode};

use super::ProfileError;
use crate::limits;

/// The parts of a v4 signature packet by an Ed25519 legacy key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Parts {
    /// Signature type.
    pub(crate) kind: u8,
    /// Public-key algorithm.
    pub(crate) algorithm: u8,
    /// Hash algorithm.
    pub(crate) hash: u8,
    /// Hashed area.
    pub(crate) hashed: Vec<u8>,
    /// Left 16 bits of the digest.
    pub(crate) left16: [u8; 2],
    /// R and S without leading zero octets.
    pub(crate) integers: [Vec<u8>; 2],
}

/// Reads `bytes`, armoured or not, as one v4 signature packet and writes it normalised.
pub(crate) fn rewrite(bytes: &[u8]) -> Result<(Parts, Vec<u8>), ProfileError> {
    if bytes.len() > limits::FOREIGN_SIGNATURE_MAX {
        return Err(ProfileError::TooLarge);
    }
    let dearmoured = dearmour(bytes)?;
    let parts = parse(single_packet(&dearmoured)?)?;
    let written = write(&parts)?;
    Ok((parts, written))
}

/// Binary packets begin with a set top bit; text never does.
fn dearmour(bytes: &[u8]) -> Result<Vec<u8>, ProfileError> {
    if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        return Ok(bytes.to_vec());
    }
    let mut packets = Vec::new();
    Reader::from_bytes(bytes, ReaderMode::Tolerant(Some(Kind::Signature)))
        .read_to_end(&mut packets)
        .map_err(|_error| ProfileError::NotASignature)?;
    Ok(packets)
}

/// The body of the one packet that `bytes` holds, in old or new framing.
fn single_packet(bytes: &[u8]) -> Result<&[u8], ProfileError> {
    let mut cursor = Cursor(bytes);
    let tag = cursor.octet()?;
    let (is_signature, length) = if tag & 0xc0 == 0xc0 {
        (tag & 0x3f == 2, cursor.new_length()?)
    } else {
        let length = match tag & 0x03 {
            0 => usize::from(cursor.octet()?),
            1 => usize::from(u16::from_be_bytes(cursor.array()?)),
            2 => cursor.long()?,
            _ => return Err(ProfileError::NotASignature),
        };
        (tag & 0xfc == 0x88, length)
    };
    if !is_signature {
        return Err(ProfileError::NotASignature);
    }
    let body = cursor.take(length)?;
    if cursor.0.is_empty() {
        Ok(body)
    } else {
        Err(ProfileError::SeveralPackets)
    }
}

fn parse(body: &[u8]) -> Result<Parts, ProfileError> {
    let mut cursor = Cursor(body);
    if cursor.octet()? != 4 {
        return Err(ProfileError::Version);
    }
    let [kind, algorithm, hash] = cursor.array()?;
    let hashed_length = usize::from(u16::from_be_bytes(cursor.array()?));
    let hashed = cursor.take(hashed_length)?.to_vec();
    let unhashed_length = usize::from(u16::from_be_bytes(cursor.array()?));
    cursor.take(unhashed_length)?;
    let left16 = cursor.array()?;
    let integers = [cursor.integer()?, cursor.integer()?];
    if !cursor.0.is_empty() {
        return Err(ProfileError::NotASignature);
    }
    Ok(Parts {
        kind,
        algorithm,
        hash,
        hashed,
        left16,
        integers,
    })
}

fn write(parts: &Parts) -> Result<Vec<u8>, ProfileError> {
    let mut body = vec![4, parts.kind, parts.algorithm, parts.hash];
    let hashed_length =
        u16::try_from(parts.hashed.len()).map_err(|_error| ProfileError::TooLarge)?;
    body.extend(hashed_length.to_be_bytes());
    body.extend(&parts.hashed);
    body.extend([0, 0]);
    body.extend(parts.left16);
    for integer in &parts.integers {
        let spare = integer.first().map_or(0, |first| first.leading_zeros());
        let bits = u32::try_from(integer.len())
            .ok()
            .and_then(|octets| octets.checked_mul(8))
            .and_then(|bits| bits.checked_sub(spare))
            .and_then(|bits| u16::try_from(bits).ok())
            .ok_or(ProfileError::Integer)?;
        body.extend(bits.to_be_bytes());
        body.extend(integer);
    }
    let mut packet = vec![0xc2];
    packet.extend(new_length(body.len())?);
    packet.extend(body);
    Ok(packet)
}

/// The new-format length (RFC 9580, section 4.2.1): one octet below 192, else two.
fn new_length(length: usize) -> Result<Vec<u8>, ProfileError> {
    let short = u8::try_from(length).ok().filter(|length| *length < 192);
    if let Some(length) = short {
        return Ok(vec![length]);
    }
    let rest = length
        .checked_sub(192)
        .and_then(|rest| u16::try_from(rest).ok())
        .filter(|rest| *rest < 8_192);
    let [high, low] = rest.ok_or(ProfileError::TooLarge)?.to_be_bytes();
    Ok(vec![high.saturating_add(192), low])
}

/// Reads forward through octets.
pub(super) struct Cursor<'a>(pub(super) &'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], ProfileError> {
        let (front, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(ProfileError::NotASignature)?;
        self.0 = rest;
        Ok(front)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ProfileError> {
        let (front, rest) = self
            .0
            .split_first_chunk()
            .ok_or(ProfileError::NotASignature)?;
        self.0 = rest;
        Ok(*front)
    }

    pub(super) fn octet(&mut self) -> Result<u8, ProfileError> {
        self.array().map(|[octet]| octet)
    }

    fn long(&mut self) -> Result<usize, ProfileError> {
        let long = u32::from_be_bytes(self.array()?);
        usize::try_from(long).map_err(|_error| ProfileError::TooLarge)
    }

    /// A length as in new-format headers and in subpackets.
    pub(super) fn new_length(&mut self) -> Result<usize, ProfileError> {
        let first = self.octet()?;
        match first {
            0..=191 => Ok(usize::from(first)),
            192..=254 => {
                let high = u16::from(first.saturating_sub(192));
                let low = u16::from(self.octet()?);
                Ok(usize::from(
                    (high << 8).saturating_add(low).saturating_add(192),
                ))
            }
            255 => self.long(),
        }
    }

    /// A multi-precision integer of at most 256 bits, without its leading zero octets.
    fn integer(&mut self) -> Result<Vec<u8>, ProfileError> {
        let bits = usize::from(u16::from_be_bytes(self.array()?));
        let octets = self.take(bits.div_ceil(8))?;
        let first = octets
            .iter()
            .position(|octet| *octet != 0)
            .unwrap_or(octets.len());
        let exact = octets.get(first..).unwrap_or(&[]);
        if exact.len() <= 32 {
            Ok(exact.to_vec())
        } else {
            Err(ProfileError::Integer)
        }
    }
}
