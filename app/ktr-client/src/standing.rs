//! How each node says that it stands: height, hash, whether it catches up.
//! A node's own word, without proof, for people who look after nodes.

use serde::Serialize;

use crate::{Client, error::ClientError, node::Node};

/// One node's word about itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NodeStanding {
    /// Where it was asked.
    pub url: String,
    /// Whether it answers.
    pub up: bool,
    /// Its last height; 0 if it is down.
    pub height: u64,
    /// Header time of that height, seconds since 1970.
    pub time: u64,
    /// App hash in that header, lower-case hex.
    pub app_hash: String,
    /// Whether it still catches up.
    pub catching_up: bool,
    /// The chain that it is of; empty if it is down.
    pub chain: String,
}

impl Client {
    /// Asks every node; one that is down is told as such.
    pub async fn standings(&self) -> Vec<NodeStanding> {
        let mut standings = Vec::new();
        for node in &self.nodes {
            let standing = standing_of(node).await;
            standings.push(standing.unwrap_or_else(|_down| NodeStanding {
                url: node.url().to_owned(),
                up: false,
                height: 0,
                time: 0,
                app_hash: String::new(),
                catching_up: false,
                chain: String::new(),
            }));
        }
        standings
    }
}

async fn standing_of(node: &Node) -> Result<NodeStanding, ClientError> {
    let Some(status) = node.status().await? else {
        return shown_by(node).await;
    };
    let sync = status.sync_info;
    let hash = sync.latest_app_hash.as_bytes();
    Ok(NodeStanding {
        url: node.url().to_owned(),
        up: true,
        height: sync.latest_block_height.value(),
        time: u64::try_from(sync.latest_block_time.unix_timestamp()).unwrap_or(0),
        app_hash: ktr_core::id::Sha256::from_slice(hash)
            .map(|hash| hash.to_string())
            .unwrap_or_default(),
        catching_up: sync.catching_up,
        chain: status.node_info.network.to_string(),
    })
}

/// Of stores over which no engine runs: the last block in them.
async fn shown_by(node: &Node) -> Result<NodeStanding, ClientError> {
    let signed = node.last_signed_header().await?;
    let header = signed.header();
    let hash = ktr_core::id::Sha256::from_slice(header.app_hash.as_bytes());
    Ok(NodeStanding {
        url: node.url().to_owned(),
        up: true,
        height: header.height.value(),
        time: u64::try_from(header.time.unix_timestamp()).unwrap_or(0),
        app_hash: hash.map(|hash| hash.to_string()).unwrap_or_default(),
        catching_up: false,
        chain: header.chain_id.to_string(),
    })
}
