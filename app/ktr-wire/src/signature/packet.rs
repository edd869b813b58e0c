//! The parser of one signature packet in the frozen profile.
//! It says what stands there, not whether it is true.

use ktr_core::{id::Fingerprint, time::Time};

use crate::{limits::SIGNATURE_MAX, refusal::Signature};

const TAG: u8 = 0xC2;
const HEAD: [u8; 3] = [4, 0, 22];
const SUBPACKET_CREATED: u8 = 2;
const SUBPACKET_ISSUER: u8 = 16;
const SUBPACKET_NOTATION: u8 = 20;
const SUBPACKET_FINGERPRINT: u8 = 33;
const CRITICAL: u8 = 0x80;
/// Flags 0, the lengths 30 and 32, and the name of the only notation that may stand here: sequoia adds it.
const SALT: &[u8] = b"\0\0\0\0\0\x1E\0\x20salt@notations.sequoia-pgp.org";
const SALT_LEN: usize = 32;

/// The hash algorithms of the profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashAlgorithm {
    /// SHA-256, number 8.
    Sha256,
    /// SHA-512, number 10.
    Sha512,
}

/// What a packet of the profile says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Packet {
    /// How the digest is made.
    pub hash: HashAlgorithm,
    /// When it says it was made; `None` if it does not say.
    pub created: Option<Time>,
    /// Whose key it says made it; `None` if it does not say.
    pub issuer: Option<Fingerprint>,
    /// The octets that go into the digest: version to end of the hashed area.
    pub(super) hashed: Vec<u8>,
    /// What the packet says the digest begins with.
    pub(super) left: [u8; 2],
    /// R and S, each left-padded to 32 octets.
    pub(super) signature: [u8; 64],
}

impl Packet {
    /// Reads exactly one packet.
    ///
    /// # Errors
    /// In this order: [`Signature::Shape`], [`Signature::Hash`], [`Signature::Subpacket`], [`Signature::Unhashed`].
    pub fn parse(octets: &[u8]) -> Result<Self, Signature> {
        if octets.len() > SIGNATURE_MAX {
            return Err(Signature::Shape);
        }
        let body = body(octets)?;
        let mut rest = Reader(body);
        if rest.take(3)? != HEAD {
            return Err(Signature::Shape);
        }
        let algorithm = rest.octet()?;
        let hashed_area = rest.counted()?;
        let hashed_len = hashed_area.len().checked_add(6).ok_or(Signature::Shape)?;
        let unhashed_area = rest.counted()?;
        let left = rest.pair()?;
        let signature = rest.signature()?;
        if !rest.0.is_empty() {
            return Err(Signature::Shape);
        }
        let hash = match algorithm {
            8 => HashAlgorithm::Sha256,
            10 => HashAlgorithm::Sha512,
            _ => return Err(Signature::Hash),
        };
        let Subpackets { created, issuer } = subpackets(hashed_area)?;
        if !unhashed_area.is_empty() {
            return Err(Signature::Unhashed);
        }
        let hashed = body.get(..hashed_len).ok_or(Signature::Shape)?.to_vec();
        Ok(Self {
            hash,
            created,
            issuer,
            hashed,
            left,
            signature,
        })
    }
}

/// The packet's body: new format, one or two octets of length, nothing after it.
fn body(octets: &[u8]) -> Result<&[u8], Signature> {
    let (len, body) = match octets {
        [TAG, len @ 0..192, body @ ..] => (usize::from(*len), body),
        [TAG, high @ 192..224, low, body @ ..] => {
            let high = usize::from(high.saturating_sub(192)).saturating_mul(256);
            (
                high.saturating_add(usize::from(*low)).saturating_add(192),
                body,
            )
        }
        _ => return Err(Signature::Shape),
    };
    if body.len() == len {
        Ok(body)
    } else {
        Err(Signature::Shape)
    }
}

/// Reads octets from the front; running out is a wrong shape.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Signature> {
        let (front, rest) = self.0.split_at_checked(len).ok_or(Signature::Shape)?;
        self.0 = rest;
        Ok(front)
    }

    fn octet(&mut self) -> Result<u8, Signature> {
        self.take(1)?.first().copied().ok_or(Signature::Shape)
    }

    fn pair(&mut self) -> Result<[u8; 2], Signature> {
        self.take(2)?.try_into().or(Err(Signature::Shape))
    }

    /// A two-octet count and as many octets.
    fn counted(&mut self) -> Result<&'a [u8], Signature> {
        let len = u16::from_be_bytes(self.pair()?);
        self.take(usize::from(len))
    }

    /// R ‖ S from two multiprecision integers with exact bit counts.
    fn signature(&mut self) -> Result<[u8; 64], Signature> {
        let (r, s) = (self.integer()?, self.integer()?);
        let mut signature = [0; 64];
        let (left, right) = signature.split_at_mut(32);
        left.copy_from_slice(&r);
        right.copy_from_slice(&s);
        Ok(signature)
    }

    fn integer(&mut self) -> Result<[u8; 32], Signature> {
        let bits = u32::from(u16::from_be_bytes(self.pair()?));
        if bits > 256 {
            return Err(Signature::Shape);
        }
        let len = usize::try_from(bits.div_ceil(8)).or(Err(Signature::Shape))?;
        let octets = self.take(len)?;
        let leading = octets.first().map_or(0, |first| first.leading_zeros());
        let exact = u32::try_from(len).ok().and_then(|len| len.checked_mul(8));
        if exact.and_then(|exact| exact.checked_sub(leading)) != Some(bits) {
            return Err(Signature::Shape);
        }
        let mut padded = [0; 32];
        let start = padded.len().saturating_sub(len);
        padded
            .get_mut(start..)
            .ok_or(Signature::Shape)?
            .copy_from_slice(octets);
        Ok(padded)
    }
}

#[derive(Default)]
struct Subpackets {
    created: Option<Time>,
    issuer: Option<Fingerprint>,
}

/// Reads the hashed area: known types only, each at most once, in any order.
fn subpackets(area: &[u8]) -> Result<Subpackets, Signature> {
    let mut rest = Reader(area);
    let mut found = Subpackets::default();
    let (mut key_id, mut salted) = (None, false);
    while !rest.0.is_empty() {
        let (kind, content) = subpacket(&mut rest).or(Err(Signature::Subpacket))?;
        let is_new = match kind {
            SUBPACKET_CREATED => {
                let seconds = <[u8; 4]>::try_from(content).or(Err(Signature::Subpacket))?;
                let time = Time(u64::from(u32::from_be_bytes(seconds)));
                found.created.replace(time).is_none()
            }
            SUBPACKET_FINGERPRINT => {
                let [4, octets @ ..] = content else {
                    return Err(Signature::Subpacket);
                };
                let issuer = Fingerprint::from_slice(octets).ok_or(Signature::Subpacket)?;
                found.issuer.replace(issuer).is_none()
            }
            SUBPACKET_ISSUER => {
                let id = <[u8; 8]>::try_from(content).or(Err(Signature::Subpacket))?;
                key_id.replace(id).is_none()
            }
            SUBPACKET_NOTATION => {
                let salt = content.strip_prefix(SALT).ok_or(Signature::Subpacket)?;
                let is_first = !salted && salt.len() == SALT_LEN;
                salted = true;
                is_first
            }
            _ => false,
        };
        if !is_new {
            return Err(Signature::Subpacket);
        }
    }
    match (key_id, found.issuer) {
        (Some(id), Some(issuer)) if issuer.0.last_chunk::<8>() != Some(&id) => {
            Err(Signature::Subpacket)
        }
        _ => Ok(found),
    }
}

fn subpacket<'a>(rest: &mut Reader<'a>) -> Result<(u8, &'a [u8]), Signature> {
    let len = rest.octet()?;
    if len == 0 || len >= 192 {
        return Err(Signature::Subpacket);
    }
    let kind = rest.octet()? & !CRITICAL;
    let content = rest.take(usize::from(len.saturating_sub(1)))?;
    Ok((kind, content))
}
