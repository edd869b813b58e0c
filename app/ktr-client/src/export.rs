//! Blocks as they are re-executed: `ktr-node replay` takes one of these per line.
//! Its header is verified, and its transactions are those that the header names: what a node adds, leaves out or changes is noticed here, and
//! not taken for a fault of the program that executes it. Of evidence the header is asked only whether there is any: the octets that were
//! hashed are not in the answer. What stands in it is bound by the app hash of the next header, which re-execution compares.

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_core::id::{Height, Sha256};
use ktr_proof::log::{self, Frontier};
use ktr_wire::digest;
use serde::Serialize;
use tendermint::Hash;

use crate::{
    Client,
    block::Block,
    client::first_that_has,
    error::{ClientError, Unproven},
    header::ProvenHeader,
    node::Node,
};

/// A validator that the engine caught.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Caught {
    /// Its address, lower-case hex.
    pub address: String,
    /// The height at which it did it.
    pub height: u64,
}

/// One block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExportedBlock {
    /// Its height.
    pub height: u64,
    /// Its header time, seconds since 1970.
    pub time: u64,
    /// Its transactions, base64.
    pub txs: Vec<String>,
    /// Validators that the engine caught, in its order; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misbehaviour: Vec<Caught>,
    /// The app hash in its header, lower-case hex: of the state after the block before it.
    pub app_hash: String,
    /// The results hash in its header, lower-case hex: over code and data of the transactions of the block before it.
    pub last_results_hash: String,
}

impl Client {
    /// The block of a height; `None` if no node has it yet.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`], also if a node shows other transactions than the header's and none is only behind.
    pub async fn exported_block(
        &self,
        height: Height,
    ) -> Result<Option<ExportedBlock>, ClientError> {
        let Some(header) = self.header_proven(height).await? else {
            return Ok(None);
        };
        let block = self.block_of(&header).await?;
        Ok(block.map(|block| ExportedBlock {
            height: height.0,
            time: header.time.0,
            txs: block.txs().map(|tx| STANDARD.encode(tx)).collect(),
            misbehaviour: block.caught(),
            app_hash: header.app_hash.to_string(),
            last_results_hash: header.last_results_hash.to_string(),
        }))
    }

    async fn block_of(&self, header: &ProvenHeader) -> Result<Option<Block>, ClientError> {
        first_that_has!(self, node => block(node, header))
    }
}

async fn block(node: &Node, header: &ProvenHeader) -> Result<Option<Block>, ClientError> {
    let height = header.height.0;
    let Some(block) = node.block(height).await? else {
        return Ok(None);
    };
    if is_of(header, &block) {
        Ok(Some(block))
    } else {
        Err(node.unproven(Unproven::Block(height)))
    }
}

/// Whether a block has this header, the transactions that it names, and evidence if and only if it names some.
pub(crate) fn is_of(proven: &ProvenHeader, block: &Block) -> bool {
    let header = &block.header;
    let names_evidence = header.evidence_hash != Some(Hash::Sha256(log::empty().0));
    header.hash() == Hash::Sha256(proven.hash.0)
        && header.data_hash == Some(Hash::Sha256(data_hash(block).0))
        && block.has_evidence() == names_evidence
}

/// The engine's hash over transactions: a tree as RFC 6962 has it, whose leaves are the digests of the transactions.
fn data_hash(block: &Block) -> Sha256 {
    let mut tree = Frontier::default();
    for tx in block.txs() {
        tree.append(log::leaf(&digest::sha256(&[tx]).0));
    }
    tree.root()
}
