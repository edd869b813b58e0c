//! The chain through `ktr-client`: follows every event, signs and sends publications.
//! It opens no connection of its own.

use std::path::Path;

use ktr_artefact::openpgp::{self, SecretCertificate};
use ktr_client::{Client, ClientError, Follower, Trust, code};
use ktr_core::{
    Command, State,
    id::Nonce,
    ingestion,
    time::{Secs, Time},
};
use ktr_wire::transaction::{Draft, assemble, signed};

use crate::{
    action::Publication,
    config::ChainTable,
    entropy,
    error::{ChainError, CollectorError},
    file,
    limits::{EXPIRES_AFTER_SECS, PUBLISH_WITHIN},
    port::{Chain, Clock, Published},
};

/// The chain behind its nodes.
#[derive(Debug)]
pub struct RelayChain<C> {
    follower: Follower,
    key: SecretCertificate,
    clock: C,
}

/// Reads genesis and its pin.
///
/// # Errors
/// [`CollectorError::Trust`], [`CollectorError::File`], [`CollectorError::Config`] for a pin that is no digest.
pub fn trust(table: &ChainTable) -> Result<Trust, CollectorError> {
    let pinned = table.genesis_sha256.as_deref().map(|text| {
        let octets = hex::decode(text).ok();
        let digest = octets.and_then(|octets| ktr_core::id::Sha256::from_slice(&octets));
        digest.ok_or_else(|| CollectorError::Config {
            path: table.genesis.clone(),
            reason: "chain.genesis_sha256: 64 hex digits are needed".to_owned(),
        })
    });
    let octets = file::read(&table.genesis)?;
    Trust::read(&octets, pinned.transpose()?.as_ref()).map_err(|cause| {
        let path = table.genesis.clone();
        CollectorError::Trust { path, cause }
    })
}

impl<C: Clock> RelayChain<C> {
    /// Reads trust and key; asks no node yet.
    ///
    /// # Errors
    /// Those of [`trust`], [`CollectorError::Key`], [`CollectorError::File`], [`CollectorError::Config`] for a bad URL.
    pub fn open(table: &ChainTable, clock: C) -> Result<Self, CollectorError> {
        let client =
            Client::new(&table.rpc, trust(table)?).map_err(|error| CollectorError::Config {
                path: table.genesis.clone(),
                reason: format!("chain.rpc: {error}"),
            })?;
        Ok(Self {
            follower: Follower::new(client),
            key: key(&table.key)?,
            clock,
        })
    }

    fn transaction(&self, command: &Command) -> Result<Vec<u8>, ChainError> {
        let now = self.clock.now();
        let draft = Draft {
            chain_id: self.follower.client().trust().chain_id().to_owned(),
            nonce: Nonce(entropy::draw()),
            expires_at: now.plus(Secs(EXPIRES_AFTER_SECS)),
            command: command.clone(),
            proposal: None,
            key_proof: Vec::new(),
        };
        sign(&self.key, now, &draft)
    }
}

fn key(path: &Path) -> Result<SecretCertificate, CollectorError> {
    let secret = file::read_secret(path)?;
    SecretCertificate::from_bytes(&secret).map_err(|finding| CollectorError::Key {
        path: path.to_owned(),
        reason: finding.to_string(),
    })
}

fn sign(key: &SecretCertificate, now: Time, draft: &Draft) -> Result<Vec<u8>, ChainError> {
    let body = draft.body();
    let signature = openpgp::sign(key, now, &signed(&body))
        .map_err(|finding| ChainError::Unsigned(finding.to_string()))?;
    Ok(assemble(body, signature.as_bytes().to_vec()))
}

impl From<ClientError> for ChainError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused { code, .. } | ClientError::QueryRefused { code } => {
                Self::Refused(code)
            }
            ClientError::Url(_)
            | ClientError::NoUrl
            | ClientError::NoNode { .. }
            | ClientError::Node { .. }
            | ClientError::Behind { .. }
            | ClientError::Unproven { .. }
            | ClientError::NotSeen(_) => Self::Silent,
        }
    }
}

impl<C: Clock> Chain for RelayChain<C> {
    async fn advance(&mut self) -> Result<(), ChainError> {
        self.follower.advance().await?;
        Ok(())
    }

    fn state(&self) -> &State {
        self.follower.state()
    }

    async fn publish(&self, publication: &Publication) -> Result<Published, ChainError> {
        let command = publication.command();
        let client = self.follower.client();
        let made = || self.transaction(&command);
        match client
            .submit_renewed::<ChainError>(made, PUBLISH_WITHIN)
            .await
        {
            Ok(landed) => Ok(Published::Now(landed.hash)),
            Err(ChainError::Refused(number)) => match number {
                _ if number == ingestion::Rejection::AlreadyReported.code() => {
                    Ok(Published::Before)
                }
                _ if code::is_too_early(number) => Ok(Published::NotYet),
                _ => Err(ChainError::Refused(number)),
            },
            // It may yet be in a block: the next look at the chain tells.
            Err(ChainError::Silent) => Ok(Published::NotYet),
            Err(error @ ChainError::Unsigned(_)) => Err(error),
        }
    }
}
