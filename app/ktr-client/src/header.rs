//! Headers that more than two thirds of the validators in force signed, from the pinned ones on.
//! What stands under their app hash is judged elsewhere.

use ktr_core::{
    id::{Height, Sha256},
    time::Time,
};
use ktr_proof::commit::{self, Committed};
use tendermint::{block::signed_header::SignedHeader, validator::Set};
use tokio::time::{Instant, sleep};

use crate::{
    Client,
    client::first_that_has,
    error::{ClientError, Unproven},
    limits::POLL_EVERY,
    node::{Node, app_hash},
};

/// A header whose commit was verified here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ProvenHeader {
    /// Its height.
    pub height: Height,
    /// Its time, in whole seconds.
    pub time: Time,
    /// Its own hash, which was signed.
    pub hash: Sha256,
    /// The app hash in it: of the state after the block before.
    pub app_hash: Sha256,
    /// The results hash in it: over code and data of the transactions of the block before.
    pub last_results_hash: Sha256,
    /// Which power signed it.
    pub committed: Committed,
}

impl ProvenHeader {
    pub(crate) fn judge(
        chain_id: &str,
        validators: &Set,
        height: u64,
        signed: &SignedHeader,
    ) -> Result<Self, Unproven> {
        let (header, commit) = (signed.header(), signed.commit());
        if header.height.value() != height {
            return Err(Unproven::AppHash(height));
        }
        let committed =
            commit::verify(chain_id, validators, header, commit).map_err(Unproven::Commit)?;
        let results = header.last_results_hash;
        let results = results.and_then(|hash| Sha256::from_slice(hash.as_bytes()));
        let seconds = u64::try_from(header.time.unix_timestamp()).or(Err(Unproven::Shape))?;
        Ok(Self {
            height: Height(height),
            time: Time(seconds),
            hash: Sha256::from_slice(commit.block_id.hash.as_bytes()).ok_or(Unproven::Shape)?,
            app_hash: app_hash(header.app_hash.as_bytes()).ok_or(Unproven::Shape)?,
            last_results_hash: results.ok_or(Unproven::Shape)?,
            committed,
        })
    }
}

impl Client {
    /// The header of a height with its commit verified; `None` if no node has it yet.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`].
    pub async fn header_proven(&self, height: Height) -> Result<Option<ProvenHeader>, ClientError> {
        first_that_has!(self, node => proven(self, node, height.0))
    }
}

async fn proven(
    client: &Client,
    node: &Node,
    height: u64,
) -> Result<Option<ProvenHeader>, ClientError> {
    let Some(signed) = node.signed_header(height).await? else {
        return Ok(None);
    };
    let validators = client.validators_for(node, height, &signed).await?;
    ProvenHeader::judge(client.trust.chain_id(), &validators, height, &signed)
        .map(Some)
        .map_err(|why| node.unproven(why))
}

/// The header that carries `app_hash`, the hash of the state after block `height`.
///
/// In an idle chain that is the header of `height` itself, because the block changed nothing; else the proof block `height + 1`, which
/// comes at once and is waited for.
pub(crate) async fn over(
    client: &Client,
    node: &Node,
    height: u64,
    app_hash: &Sha256,
) -> Result<ProvenHeader, ClientError> {
    if height > 0
        && let Some(header) = proven(client, node, height).await?
        && header.app_hash == *app_hash
    {
        return Ok(header);
    }
    let next = height.saturating_add(1);
    let begun = Instant::now();
    loop {
        match proven(client, node, next).await? {
            Some(header) if header.app_hash == *app_hash => return Ok(header),
            None if begun.elapsed() < client.patience => sleep(POLL_EVERY).await,
            Some(_) | None => return Err(node.unproven(Unproven::AppHash(height))),
        }
    }
}
