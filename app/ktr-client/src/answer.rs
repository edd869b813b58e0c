//! What nodes answer, read strictly: the opening of the app hash, the log's path, a page of events, where a transaction stands.
//! Nothing is verified here.

use ktr_core::id::Sha256;
use ktr_proof::log::Head;
use ktr_wire::digest;
use prost::Message;
use tendermint::merkle::proof::ProofOps;

use crate::{error::Unproven, limits::PAGE};

/// Opens an app hash: log size, log root, state root (design: ledger, section 10).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opening {
    /// Leaves of the log.
    pub log_size: u64,
    /// Root of the log.
    pub log_root: Sha256,
    /// Root of the state tree.
    pub state_root: Sha256,
}

impl Opening {
    pub(crate) fn read(ops: Option<&ProofOps>) -> Result<Self, Unproven> {
        let octets = op(ops, APP_HASH)?;
        let (size, roots) = octets.split_first_chunk::<8>().ok_or(Unproven::Shape)?;
        let (log, state) = roots.split_at_checked(Sha256::LEN).ok_or(Unproven::Shape)?;
        let read = |octets| Sha256::from_slice(octets).ok_or(Unproven::Shape);
        Ok(Self {
            log_size: u64::from_be_bytes(*size),
            log_root: read(log)?,
            state_root: read(state)?,
        })
    }

    /// Size and root of the log, to be held against later ones.
    #[must_use]
    pub const fn log(&self) -> Head {
        Head {
            size: self.log_size,
            root: self.log_root,
        }
    }

    /// The app hash that it opens.
    #[must_use]
    pub fn app_hash(&self) -> Sha256 {
        digest::app_hash(self.log_size, &self.log_root, &self.state_root)
    }
}

const APP_HASH: &str = "ktr:app-hash:1";
const RECORD: &str = "ics23:jmt";
const PATH: &str = "ktr:rfc6962:1";
const CONSISTENCY: &str = "ktr:rfc6962-consistency:1";

/// The octets of the record's proof.
pub(crate) fn record_proof(ops: Option<&ProofOps>) -> Result<&[u8], Unproven> {
    op(ops, RECORD)
}

/// The path of an event to the log's root.
pub(crate) fn path(ops: Option<&ProofOps>) -> Result<Vec<Sha256>, Unproven> {
    hashes(op(ops, PATH)?)
}

/// The steps from an earlier log's root to this one's.
pub(crate) fn consistency(ops: Option<&ProofOps>) -> Result<Vec<Sha256>, Unproven> {
    hashes(op(ops, CONSISTENCY)?)
}

fn hashes(octets: &[u8]) -> Result<Vec<Sha256>, Unproven> {
    let hashes = octets.chunks(Sha256::LEN).map(Sha256::from_slice);
    hashes.collect::<Option<_>>().ok_or(Unproven::Shape)
}

fn op<'a>(ops: Option<&'a ProofOps>, kind: &str) -> Result<&'a [u8], Unproven> {
    let mut found = ops
        .ok_or(Unproven::Shape)?
        .ops
        .iter()
        .filter(|op| op.field_type == kind);
    match (found.next(), found.next()) {
        (Some(op), None) => Ok(&op.data),
        _ => Err(Unproven::Shape),
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct Page {
    #[prost(bytes = "vec", repeated, tag = "1")]
    items: Vec<Vec<u8>>,
}

/// The leaves of a page.
pub(crate) fn page(value: &[u8]) -> Result<Vec<Vec<u8>>, Unproven> {
    let page = Page::decode(value).or(Err(Unproven::Shape))?;
    let most = usize::try_from(PAGE).or(Err(Unproven::Shape))?;
    if page.items.len() > most {
        return Err(Unproven::Shape);
    }
    Ok(page.items)
}

#[derive(Clone, PartialEq, prost::Message)]
struct TxSchema {
    #[prost(uint64, tag = "1")]
    height: u64,
    #[prost(uint32, tag = "2")]
    position: u32,
    #[prost(uint32, tag = "3")]
    code: u32,
    #[prost(uint64, tag = "4")]
    first: u64,
    #[prost(uint64, tag = "5")]
    count: u64,
}

/// Where a transaction stands, as a node says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Landed {
    /// The transaction.
    pub hash: Sha256,
    /// Its block.
    pub height: u64,
    /// Its place in the block, from 0.
    pub position: u32,
    /// What became of it; 0 is accepted.
    pub code: u32,
    /// Index of its first event.
    pub first: u64,
    /// How many events it caused.
    pub count: u64,
}

impl Landed {
    pub(crate) fn read(hash: Sha256, value: &[u8]) -> Result<Self, Unproven> {
        let TxSchema {
            height,
            position,
            code,
            first,
            count,
        } = TxSchema::decode(value).or(Err(Unproven::Shape))?;
        Ok(Self {
            hash,
            height,
            position,
            code,
            first,
            count,
        })
    }
}
