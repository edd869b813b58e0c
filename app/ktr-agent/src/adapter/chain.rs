//! The chain through `ktr-client`: follows every event, and proves a release and its key.
//! It opens no connection of its own and sends no transaction.

use ktr_artefact::{alliance::Alliance, openpgp::Certificate, stix::ChainId};
use ktr_client::{Client, Follower, Trust};
use ktr_core::{Record, RecordKey, State, id::ReleaseId};
use tokio::time::timeout;

use crate::{
    config::ChainTable,
    error::{AgentError, StepError},
    file,
    limits::CHAIN_WITHIN,
    port::Chain,
    verdict::{Proven, Trusted},
};

/// The chain behind its nodes.
#[derive(Debug)]
pub struct RelayChain {
    follower: Follower,
}

impl RelayChain {
    /// Reads trust; asks no node yet.
    ///
    /// # Errors
    /// [`AgentError::Trust`], [`AgentError::OtherAlliance`], [`AgentError::Broken`], [`AgentError::Config`] for a bad URL.
    pub fn open(table: &ChainTable) -> Result<(Self, Trusted), AgentError> {
        let octets = file::read(&table.genesis)?;
        let trust = Trust::read(&octets, table.genesis_sha256.as_ref()).map_err(|cause| {
            let path = table.genesis.clone();
            AgentError::Trust { path, cause }
        })?;
        let trusted = trusted(table, &trust)?;
        let client = Client::new(&table.rpc, trust).map_err(|error| AgentError::Config {
            path: table.genesis.clone(),
            reason: format!("chain.rpc: {error}"),
        })?;
        let follower = Follower::new(client);
        Ok((Self { follower }, trusted))
    }
}

/// Reads the Alliance's files and holds them against genesis and pin.
fn trusted(table: &ChainTable, trust: &Trust) -> Result<Trusted, AgentError> {
    let broken = |path: &std::path::Path| {
        let path = path.to_owned();
        |finding| AgentError::Broken { path, finding }
    };
    let octets = file::read(&table.alliance)?;
    let alliance = Alliance::from_canonical(&octets).map_err(broken(&table.alliance))?;
    if ktr_wire::digest::sha256(&[&octets]) != trust.genesis().network.alliance {
        return Err(AgentError::OtherAlliance(table.alliance.clone()));
    }
    let octets = file::read(&table.alliance_key)?;
    let certificate = Certificate::from_bytes(&octets).map_err(broken(&table.alliance_key))?;
    let chain = ChainId::parse(trust.chain_id()).map_err(|rule| AgentError::Broken {
        path: table.genesis.clone(),
        finding: rule.at(ktr_artefact::finding::Place::named("chain id")),
    })?;
    Ok(Trusted {
        chain,
        alliance,
        pinned: table
            .alliance_fingerprint
            .unwrap_or_else(|| certificate.primary()),
        certificate,
    })
}

impl Chain for RelayChain {
    async fn advance(&mut self) -> Result<(), StepError> {
        match timeout(CHAIN_WITHIN, self.follower.advance()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(StepError::ChainSilent),
        }
    }

    fn state(&self) -> &State {
        self.follower.state()
    }

    async fn prove(&self, release: ReleaseId) -> Result<Proven, StepError> {
        let client = self.follower.client();
        let ask = async |key| match timeout(CHAIN_WITHIN, client.query_proven(key)).await {
            Ok(Ok(proven)) => Ok(proven),
            Ok(Err(_)) | Err(_) => Err(StepError::ChainSilent),
        };
        let of_release = ask(RecordKey::Release(release)).await?;
        let Some(Record::Release(release)) = of_release.record else {
            return Err(StepError::ChainSilent);
        };
        let of_key = ask(RecordKey::Key(release.key)).await?;
        let Some(Record::Key(key)) = of_key.record else {
            return Err(StepError::ChainSilent);
        };
        Ok(Proven {
            release,
            key,
            header: of_release.header,
            opening: of_release.opening,
            value: of_release.value,
            proof: of_release.proof,
        })
    }
}
