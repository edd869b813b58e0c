//! One leaf of the event log: an event with its place, or the nonces that a block used up.
//! How leaves are hashed into a root is `ktr-proof`'s affair.

use ktr_core::{
    Event,
    id::{Fingerprint, Height, Nonce, Sha256},
    time::Time,
};
use prost::Message;

use crate::{
    canonical, digest, field, limits::RECORDED_MAX, record, refusal::Wire, schema::event::Fact,
};

#[derive(Clone, PartialEq, prost::Message)]
struct Schema {
    #[prost(uint64, tag = "1")]
    index: u64,
    #[prost(uint64, tag = "2")]
    height: u64,
    #[prost(uint64, tag = "3")]
    time: u64,
    #[prost(bytes = "vec", tag = "4")]
    tx_hash: Vec<u8>,
    #[prost(message, optional, tag = "10")]
    nonces: Option<NoncesSchema>,
    #[prost(
        oneof = "Fact",
        tags = "101, 102, 103, 104, 105, 106, 107, 108, 121, 122, 123, 124, 126, 127, 141, 142, 143, 144, 145, 146, 147, 161, 162, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 204, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258"
    )]
    event: Option<Fact>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct NoncesSchema {
    #[prost(uint64, tag = "1")]
    count: u64,
    #[prost(bytes = "vec", tag = "2")]
    digest: Vec<u8>,
}

/// A nonce that was used up, by whom, and until when it matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UsedNonce {
    /// The signer.
    pub signer: Fingerprint,
    /// The nonce.
    pub nonce: Nonce,
    /// When its transaction would have expired.
    pub expires_at: Time,
}

impl UsedNonce {
    /// Octets of a line of the list: fingerprint ‖ nonce ‖ u64be expiry.
    pub const LEN: usize = Fingerprint::LEN + Nonce::LEN + 8;

    /// Its line.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let expires_at = self.expires_at.0.to_be_bytes();
        [self.signer.0.as_slice(), &self.nonce.0, &expires_at].concat()
    }

    /// Reads a line; `None` if it is not of that length.
    #[must_use]
    pub fn from_line(line: &[u8]) -> Option<Self> {
        let (signer, rest) = line.split_at_checked(Fingerprint::LEN)?;
        let (nonce, expires_at) = rest.split_at_checked(Nonce::LEN)?;
        Some(Self {
            signer: Fingerprint::from_slice(signer)?,
            nonce: Nonce::from_slice(nonce)?,
            expires_at: Time(u64::from_be_bytes(expires_at.try_into().ok()?)),
        })
    }
}

/// What a leaf holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// An event of the core.
    Event(Event),
    /// `ledger.nonces.v1`: the last leaf of a block that used up nonces.
    Nonces {
        /// How many.
        count: u64,
        /// SHA-256 over (fingerprint ‖ nonce ‖ u64be expiry) in block order.
        digest: Sha256,
    },
}

/// One leaf of the event log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// Its place in the log, from 0.
    pub index: u64,
    /// The block that wrote it.
    pub height: Height,
    /// That block's header time.
    pub time: Time,
    /// The transaction that caused it; `None` if time alone did.
    pub tx_hash: Option<Sha256>,
    /// What it holds.
    pub entry: Entry,
}

impl Entry {
    /// The leaf of a block's used nonces.
    #[must_use]
    pub fn nonces(used: &[UsedNonce]) -> Self {
        let lines: Vec<u8> = used.iter().flat_map(UsedNonce::line).collect();
        let count = u64::try_from(used.len()).unwrap_or(u64::MAX);
        Self::Nonces {
            count,
            digest: digest::sha256(&[&lines]),
        }
    }
}

impl Recorded {
    /// The canonical octets.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (nonces, event) = match &self.entry {
            Entry::Event(event) => (None, Some(event.into())),
            Entry::Nonces { count, digest } => (
                Some(NoncesSchema {
                    count: *count,
                    digest: digest.0.to_vec(),
                }),
                None,
            ),
        };
        let schema = Schema {
            index: self.index,
            height: self.height.0,
            time: self.time.0,
            tx_hash: self.tx_hash.map(|hash| hash.0.to_vec()).unwrap_or_default(),
            nonces,
            event,
        };
        schema.encode_to_vec()
    }

    /// Reads canonical octets.
    ///
    /// # Errors
    /// Codes 1 to 4 and 6 of `ktr.wire`.
    pub fn decode(octets: &[u8]) -> Result<Self, Wire> {
        if octets.len() > RECORDED_MAX {
            return Err(Wire::TooLarge);
        }
        let schema: Schema = canonical::decode(octets)?;
        let entry = match (schema.nonces, schema.event) {
            (None, Some(fact)) => Entry::Event(fact.try_into()?),
            (Some(nonces), None) => Entry::Nonces {
                count: nonces.count,
                digest: field::read(&nonces.digest)?,
            },
            (None, None) | (Some(_), Some(_)) => return Err(Wire::OutOfRange),
        };
        let tx_hash = &schema.tx_hash;
        Ok(Self {
            index: schema.index,
            height: field::read(&schema.height)?,
            time: field::read(&schema.time)?,
            tx_hash: if tx_hash.is_empty() {
                None
            } else {
                Some(field::read(tx_hash)?)
            },
            entry,
        })
    }

    /// The name of its ABCI event, such as `bundle.sealed.v1`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match &self.entry {
            Entry::Event(event) => event.name(),
            Entry::Nonces { .. } => "ledger.nonces.v1",
        }
    }

    /// The id of the entity it is about, in lower-case hex; empty where there is none.
    #[must_use]
    pub fn subject(&self) -> String {
        match &self.entry {
            Entry::Event(event) => {
                let key = event.touches().into_iter().next();
                key.map(|key| hex::encode(record::id(key)))
                    .unwrap_or_default()
            }
            Entry::Nonces { .. } => String::new(),
        }
    }
}
