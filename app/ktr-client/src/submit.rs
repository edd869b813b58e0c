//! Brings a transaction into a block: hash first, two nodes, and then asking for it.
//! Signing is the caller's; so is what a refusal means, but for "too early".

use std::time::Duration;

use ktr_core::id::Sha256;
use ktr_wire::transaction;
use tokio::time::{Instant, sleep};

use crate::{
    Client,
    answer::Landed,
    client::first_answer,
    code::{ABSENT, REPLAYED, is_too_early},
    error::ClientError,
    limits::{BROADCAST_NODES, OFFER_AGAIN_EVERY, POLL_EVERY, RENEW_AFTER},
    node::{Node, Verdict},
};

impl Client {
    /// Hands signed octets to the mempools of two nodes. Octets that are known already are a success.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if a mempool says no and none says yes, [`ClientError::NoNode`] if nobody answers.
    pub async fn broadcast(&self, octets: &[u8]) -> Result<Sha256, ClientError> {
        let hash = transaction::hash(octets);
        let (mut taken, mut refused, mut last) = (0_usize, None, ClientError::NoUrl);
        for node in &self.nodes {
            match node.broadcast(octets.to_vec()).await {
                Ok(Verdict::Taken) => taken = taken.saturating_add(1),
                Ok(Verdict::Refused(code)) => {
                    refused.get_or_insert(code);
                }
                Err(error) => last = error,
            }
            if taken >= BROADCAST_NODES {
                break;
            }
        }
        match refused {
            _ if taken > 0 => Ok(hash),
            // These very octets may be in a block: after a crash the same ones go out again.
            Some(REPLAYED) if self.landed(hash).await?.is_some() => Ok(hash),
            Some(code) => Err(ClientError::Refused {
                code,
                hash,
                height: None,
            }),
            None => Err(last),
        }
    }

    /// Where a transaction stands; `None` if it is in no block. A node's word, without proof.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`].
    pub async fn landed(&self, hash: Sha256) -> Result<Option<Landed>, ClientError> {
        first_answer!(self, node => landed_on(node, hash))
    }

    /// Waits until a transaction is in a block.
    ///
    /// # Errors
    /// [`ClientError::NotSeen`] after `within`.
    pub async fn wait(&self, hash: Sha256, within: Duration) -> Result<Landed, ClientError> {
        let begun = Instant::now();
        loop {
            match self.landed(hash).await {
                Ok(Some(landed)) => return Ok(landed),
                Err(error) if !error.is_of_one_node() => return Err(error),
                // A node that is down now may be up before the time is over.
                Ok(None) | Err(_) if begun.elapsed() < within => sleep(POLL_EVERY).await,
                Ok(None) | Err(_) => return Err(ClientError::NotSeen(hash)),
            }
        }
    }

    /// Broadcasts and waits. The same octets are offered again now and then: a mempool drops what a block has made void, and a node that
    /// died drops all; only a new offer tells why nothing comes.
    ///
    /// # Errors
    /// [`ClientError::Refused`] from mempool or block, [`ClientError::NotSeen`], [`ClientError::NoNode`].
    pub async fn submit(&self, octets: &[u8], within: Duration) -> Result<Landed, ClientError> {
        let begun = Instant::now();
        let hash = self.broadcast(octets).await?;
        let landed = loop {
            let left = within.saturating_sub(begun.elapsed());
            match self.wait(hash, left.min(OFFER_AGAIN_EVERY)).await {
                Err(ClientError::NotSeen(_)) if left > OFFER_AGAIN_EVERY => {
                    self.offer_again(hash, octets).await?;
                }
                outcome => break outcome?,
            }
        };
        match landed.code {
            0 => Ok(landed),
            code => Err(ClientError::Refused {
                code,
                hash,
                height: Some(landed.height),
            }),
        }
    }

    /// Only a refusal is news: that nobody answers now may be over at the next offer.
    async fn offer_again(&self, hash: Sha256, octets: &[u8]) -> Result<(), ClientError> {
        match self.broadcast(octets).await {
            // It got into a block between the last look and this offer.
            Err(ClientError::Refused { .. }) if matches!(self.landed(hash).await, Ok(Some(_))) => {
                Ok(())
            }
            Err(error) if !error.is_of_one_node() => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// As [`Self::submit`], and makes the transaction anew, with a new nonce, while the chain says that it is too early.
    ///
    /// # Errors
    /// Those of [`Self::submit`] and of `make`.
    pub async fn submit_renewed<E: From<ClientError>>(
        &self,
        mut make: impl FnMut() -> Result<Vec<u8>, E> + Send,
        within: Duration,
    ) -> Result<Landed, E> {
        let begun = Instant::now();
        loop {
            let octets = make()?;
            match self.submit(&octets, within).await {
                Err(ClientError::Refused { code, .. })
                    if is_too_early(code) && begun.elapsed() < within =>
                {
                    sleep(RENEW_AFTER).await;
                }
                outcome => return Ok(outcome?),
            }
        }
    }
}

async fn landed_on(node: &Node, hash: Sha256) -> Result<Option<Landed>, ClientError> {
    match node.query("/tx", hash.0.to_vec()).await {
        Ok(answer) => Landed::read(hash, &answer.value)
            .map(Some)
            .map_err(|why| node.unproven(why)),
        Err(ClientError::QueryRefused { code: ABSENT }) => Ok(None),
        Err(error) => Err(error),
    }
}
