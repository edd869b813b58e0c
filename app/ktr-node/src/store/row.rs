//! What stands under the keys: protobuf rows of the store.
//! They never leave the node and are no consensus.

use ktr_core::{id::Sha256, time::Time};
use prost::Message;

use super::{Family, StoreError};

/// The schema that this program writes and reads.
pub(super) const SCHEMA: u32 = 2;

/// What was committed last; the same row, whole, stands in `heights`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meta {
    /// The chain.
    pub chain_id: String,
    /// The height of the last Commit.
    pub height: u64,
    /// Its header time.
    pub time: Time,
    /// What header H+1 carries.
    pub app_hash: Sha256,
    /// Version of the application.
    pub app_version: u64,
    /// Version of the state tree.
    pub tree_version: u64,
    /// The oldest version of which the store still has every node; older ones it has in part, or no more.
    pub tree_oldest: u64,
    /// Root of the state tree.
    pub state_root: Sha256,
    /// Leaves of the log.
    pub log_size: u64,
    /// Root of the log.
    pub log_root: Sha256,
}

#[derive(Clone, PartialEq, prost::Message)]
struct MetaRow {
    #[prost(uint32, tag = "1")]
    schema: u32,
    #[prost(string, tag = "2")]
    chain_id: String,
    #[prost(uint64, tag = "3")]
    height: u64,
    #[prost(uint64, tag = "4")]
    time: u64,
    #[prost(bytes = "vec", tag = "5")]
    app_hash: Vec<u8>,
    #[prost(uint64, tag = "6")]
    app_version: u64,
    #[prost(uint64, tag = "7")]
    tree_version: u64,
    #[prost(bytes = "vec", tag = "8")]
    state_root: Vec<u8>,
    #[prost(uint64, tag = "9")]
    log_size: u64,
    #[prost(bytes = "vec", tag = "10")]
    log_root: Vec<u8>,
    /// Absent in the rows of programs that kept everything, which is what 0 says.
    #[prost(uint64, tag = "11")]
    tree_oldest: u64,
}

impl Meta {
    pub(super) fn encode(&self) -> Vec<u8> {
        let row = MetaRow {
            schema: SCHEMA,
            chain_id: self.chain_id.clone(),
            height: self.height,
            time: self.time.0,
            app_hash: self.app_hash.0.to_vec(),
            app_version: self.app_version,
            tree_version: self.tree_version,
            state_root: self.state_root.0.to_vec(),
            log_size: self.log_size,
            log_root: self.log_root.0.to_vec(),
            tree_oldest: self.tree_oldest,
        };
        row.encode_to_vec()
    }

    pub(super) fn decode(family: Family, octets: &[u8]) -> Result<Self, StoreError> {
        let bad = StoreError::Row(family.name());
        let Ok(row) = MetaRow::decode(octets) else {
            return Err(bad);
        };
        if row.schema != SCHEMA {
            return Err(StoreError::Schema {
                found: row.schema,
                wanted: SCHEMA,
            });
        }
        let hashes = (
            Sha256::from_slice(&row.app_hash),
            Sha256::from_slice(&row.state_root),
            Sha256::from_slice(&row.log_root),
        );
        let (Some(app_hash), Some(state_root), Some(log_root)) = hashes else {
            return Err(bad);
        };
        Ok(Self {
            chain_id: row.chain_id,
            height: row.height,
            time: Time(row.time),
            app_hash,
            app_version: row.app_version,
            tree_version: row.tree_version,
            tree_oldest: row.tree_oldest,
            state_root,
            log_size: row.log_size,
            log_root,
        })
    }
}

/// Where a transaction stands and what became of it; the answer to `/tx` has the same octets.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Placed {
    /// The block.
    #[prost(uint64, tag = "1")]
    pub height: u64,
    /// Its place in the block, from 0.
    #[prost(uint32, tag = "2")]
    pub position: u32,
    /// 0 if it was accepted.
    #[prost(uint32, tag = "3")]
    pub code: u32,
    /// Index of its first event.
    #[prost(uint64, tag = "4")]
    pub first: u64,
    /// How many events it caused.
    #[prost(uint64, tag = "5")]
    pub count: u64,
}

impl Placed {
    pub(super) fn read(row: &[u8]) -> Result<Self, StoreError> {
        Self::decode(row).or(Err(StoreError::Row(Family::Txs.name())))
    }
}
