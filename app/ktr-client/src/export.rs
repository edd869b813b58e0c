//! Blocks as they are re-executed: `ktr-node replay` takes one of these per line.
//! Its header is verified; the transactions are bound by the app hash of the next one, which re-execution compares.

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_core::id::Height;
use serde::Serialize;

use crate::{Client, client::first_answer, error::ClientError, node::Node};

/// One block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ExportedBlock {
    /// Its height.
    pub height: u64,
    /// Its header time, seconds since 1970.
    pub time: u64,
    /// Its transactions, base64.
    pub txs: Vec<String>,
    /// The app hash in its header, lower-case hex: of the state after the block before it.
    pub app_hash: String,
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
        let txs = self.transactions_of(height).await?;
        Ok(txs.map(|txs| ExportedBlock {
            height: height.0,
            time: header.time.0,
            txs: txs.iter().map(|tx| STANDARD.encode(tx)).collect(),
            app_hash: header.app_hash.to_string(),
        }))
    }

    async fn transactions_of(&self, height: Height) -> Result<Option<Vec<Vec<u8>>>, ClientError> {
        first_answer!(self, node => transactions(node, height.0))
    }
}

async fn transactions(node: &Node, height: u64) -> Result<Option<Vec<Vec<u8>>>, ClientError> {
    let answer = node.block(height).await?;
    Ok(answer.map(|answer| answer.block.data))
}
