//! Blocks as they are re-executed: `ktr-node replay` takes one of these per line.
//! Its header is verified; the transactions are bound by the app hash of the next one, which re-execution compares.

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_core::id::Height;
use serde::Serialize;
use tendermint::{Block, account, evidence::Evidence};

use crate::{Client, client::first_answer, error::ClientError, node::Node};

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
    /// [`ClientError::NoNode`], [`ClientError::Unproven`].
    pub async fn exported_block(
        &self,
        height: Height,
    ) -> Result<Option<ExportedBlock>, ClientError> {
        let Some(header) = self.header_proven(height).await? else {
            return Ok(None);
        };
        let block = self.block_of(height).await?;
        Ok(block.map(|block| ExportedBlock {
            height: height.0,
            time: header.time.0,
            txs: block.data.iter().map(|tx| STANDARD.encode(tx)).collect(),
            misbehaviour: block.evidence.iter().flat_map(caught).collect(),
            app_hash: header.app_hash.to_string(),
            last_results_hash: header.last_results_hash.to_string(),
        }))
    }

    async fn block_of(&self, height: Height) -> Result<Option<Block>, ClientError> {
        first_answer!(self, node => block(node, height.0))
    }
}

async fn block(node: &Node, height: u64) -> Result<Option<Block>, ClientError> {
    Ok(node.block(height).await?.map(|answer| answer.block))
}

/// Whom a piece of evidence names, as the engine tells the application.
fn caught(evidence: &Evidence) -> Vec<Caught> {
    let one = |address: &account::Id, height: tendermint::block::Height| Caught {
        address: address.to_string().to_lowercase(),
        height: height.value(),
    };
    match evidence {
        Evidence::DuplicateVote(votes) => {
            vec![one(&votes.vote_a.validator_address, votes.vote_a.height)]
        }
        Evidence::LightClientAttack(attack) => {
            let liars = attack.byzantine_validators.iter();
            liars
                .map(|liar| one(&liar.address, attack.common_height))
                .collect()
        }
    }
}
