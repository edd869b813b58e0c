//! One record or one event with its proof, judged here; and lists that a node shows without proof.
//! Whoever needs every event follows instead.

use ktr_core::{Record, RecordKey, id::Sha256};
use ktr_proof::{
    log::{self, Head},
    state,
};
use ktr_wire::{record, recorded::Recorded};
use tendermint_rpc::endpoint::abci_query::AbciQuery;

use crate::{
    Client,
    answer::{self, Opening},
    client::first_answer,
    error::{ClientError, Unproven},
    header::{self, ProvenHeader},
    node::Node,
};

/// A record, or its absence, under a verified header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proven {
    /// The record; `None` is proven absence.
    pub record: Option<Record>,
    /// The header that carries it.
    pub header: ProvenHeader,
    /// What the header's app hash opens to.
    pub opening: Opening,
    /// Octets of the ics23 proof.
    pub proof: Vec<u8>,
    /// The record's octets; empty for an absence.
    pub value: Vec<u8>,
}

/// An event under a verified header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvenEvent {
    /// The event and its place.
    pub recorded: Recorded,
    /// Its octets.
    pub octets: Vec<u8>,
    /// Its path to the log's root.
    pub path: Vec<Sha256>,
    /// What the header's app hash opens to.
    pub opening: Opening,
    /// The header that carries it.
    pub header: ProvenHeader,
}

impl Client {
    /// Reads one record, or proves that there is none.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`], [`ClientError::QueryRefused`].
    pub async fn query_proven(&self, key: RecordKey) -> Result<Proven, ClientError> {
        first_answer!(self, node => record_from(self, node, key))
    }

    /// Reads one event with its inclusion proof.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`], [`ClientError::QueryRefused`].
    pub async fn event_proven(&self, index: u64) -> Result<ProvenEvent, ClientError> {
        first_answer!(self, node => event_from(self, node, index))
    }

    /// Proves that the log only grew since it was `known`; gives what it is now.
    ///
    /// # Errors
    /// [`ClientError::NoNode`], [`ClientError::Unproven`], [`ClientError::QueryRefused`].
    pub async fn consistency_proven(
        &self,
        known: &Head,
    ) -> Result<(Opening, ProvenHeader), ClientError> {
        first_answer!(self, node => consistency_from(self, node, known))
    }

    /// Proves that the log of one head is the beginning of the log of another; gives the proof, which holds without a node. Whether
    /// either head is this chain's is the caller's affair: no header is asked for.
    ///
    /// # Errors
    /// [`ClientError::Unproven`] if no node shows a proof that holds and one shows another; else what the last node says.
    pub async fn consistency_between(
        &self,
        before: &Head,
        after: &Head,
    ) -> Result<Vec<Sha256>, ClientError> {
        let mut last = ClientError::NoUrl;
        for node in &self.nodes {
            match between_from(node, before, after).await {
                Ok(steps) => return Ok(steps),
                // A node that is down or behind does not hide one that shows another log.
                Err(_) if matches!(last, ClientError::Unproven { .. }) => {}
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

async fn between_from(
    node: &Node,
    before: &Head,
    after: &Head,
) -> Result<Vec<Sha256>, ClientError> {
    let sizes = [before.size.to_be_bytes(), after.size.to_be_bytes()].concat();
    let answer = node.query("/log/consistency", sizes).await?;
    let steps = answer::consistency(answer.proof.as_ref()).map_err(|why| node.unproven(why))?;
    log::verify_consistency(before, after, &steps)
        .map_err(|why| node.unproven(Unproven::Consistency(why)))?;
    Ok(steps)
}

async fn consistency_from(
    client: &Client,
    node: &Node,
    known: &Head,
) -> Result<(Opening, ProvenHeader), ClientError> {
    let argument = known.size.to_be_bytes().to_vec();
    let answer = node.query("/log/consistency", argument).await?;
    let (opening, header) = anchored(client, node, &answer).await?;
    let steps = answer::consistency(answer.proof.as_ref()).map_err(|why| node.unproven(why))?;
    log::verify_consistency(known, &opening.log(), &steps)
        .map_err(|why| node.unproven(Unproven::Consistency(why)))?;
    Ok((opening, header))
}

/// The opening of an answer and the verified header over it.
pub(crate) async fn anchored(
    client: &Client,
    node: &Node,
    answer: &AbciQuery,
) -> Result<(Opening, ProvenHeader), ClientError> {
    let opening = Opening::read(answer.proof.as_ref()).map_err(|why| node.unproven(why))?;
    let header = header::over(client, node, answer.height.value(), &opening.app_hash()).await?;
    Ok((opening, header))
}

async fn record_from(client: &Client, node: &Node, key: RecordKey) -> Result<Proven, ClientError> {
    let unproven = |why| node.unproven(why);
    let path = format!("/state/{}", kind(key));
    let answer = node.query(&path, record::id(key)).await?;
    let (opening, header) = anchored(client, node, &answer).await?;
    let proof = answer::record_proof(answer.proof.as_ref()).map_err(unproven)?;
    let value = Some(answer.value.as_slice()).filter(|value| !value.is_empty());
    let record = state::verify(key, value, proof, &opening.state_root)
        .map_err(|why| unproven(Unproven::Record(why)))?;
    Ok(Proven {
        record,
        header,
        opening,
        proof: proof.to_vec(),
        value: answer.value.clone(),
    })
}

async fn event_from(client: &Client, node: &Node, index: u64) -> Result<ProvenEvent, ClientError> {
    let unproven = |why| node.unproven(why);
    let answer = node.query("/event", index.to_be_bytes().to_vec()).await?;
    let (opening, header) = anchored(client, node, &answer).await?;
    let path = answer::path(answer.proof.as_ref()).map_err(unproven)?;
    let leaf = log::leaf(&answer.value);
    log::verify(&leaf, index, &path, opening.log_size, &opening.log_root)
        .map_err(|why| unproven(Unproven::Event(why)))?;
    let recorded =
        Recorded::decode(&answer.value).map_err(|wire| unproven(Unproven::Leaf(index, wire)))?;
    Ok(ProvenEvent {
        recorded,
        octets: answer.value,
        path,
        opening,
        header,
    })
}

/// The kind's name in query paths.
fn kind(key: RecordKey) -> &'static str {
    let octets = record::key_octets(key);
    let known = record::KINDS
        .iter()
        .find(|(_, tag)| octets.first() == Some(tag));
    // Every key has a tag of the table.
    known.map_or("network", |(name, _)| name)
}
