//! Answers about the event log: one event with its path, pages of events, where a transaction stands.
//! A page carries no paths: whoever follows the log recomputes its root.

use ktr_core::id::Sha256;
use ktr_proof::log;
use prost::Message;
use tendermint_proto::v0_38::{abci::ResponseQuery, crypto::ProofOps};

use super::{Unanswered, proof};
use crate::{
    limits::PAGE_MAX,
    store::{Meta, StoreError, View},
};

#[derive(Clone, PartialEq, Eq, prost::Message)]
struct Page {
    #[prost(bytes = "vec", repeated, tag = "1")]
    events: Vec<Vec<u8>>,
}

pub(super) fn event(
    view: &View<'_>,
    meta: &Meta,
    data: &[u8],
) -> Result<ResponseQuery, Unanswered> {
    let index = <[u8; 8]>::try_from(data).or(Err(Unanswered::Argument))?;
    let index = u64::from_be_bytes(index);
    let octets = view.event(index)?.ok_or(Unanswered::NotFound)?;
    let path = path(view, index, meta.log_size)?;
    Ok(ResponseQuery {
        value: octets.into(),
        key: data.to_vec().into(),
        proof_ops: Some(ProofOps {
            ops: vec![proof::rfc6962(index, &path), proof::app_hash(meta)],
        }),
        ..ResponseQuery::default()
    })
}

pub(super) fn events(
    view: &View<'_>,
    meta: &Meta,
    data: &[u8],
) -> Result<ResponseQuery, Unanswered> {
    let (from, count) = data.split_first_chunk().ok_or(Unanswered::Argument)?;
    let count = <[u8; 4]>::try_from(count).or(Err(Unanswered::Argument))?;
    let (from, count) = (u64::from_be_bytes(*from), u32::from_be_bytes(count));
    if count > PAGE_MAX {
        return Err(Unanswered::Argument);
    }
    let until = from.saturating_add(u64::from(count)).min(meta.log_size);
    let mut page = Page::default();
    for index in from..until {
        page.events
            .push(view.event(index)?.ok_or(Unanswered::NotFound)?);
    }
    Ok(ResponseQuery {
        value: page.encode_to_vec().into(),
        proof_ops: Some(ProofOps {
            ops: vec![proof::app_hash(meta)],
        }),
        ..ResponseQuery::default()
    })
}

pub(super) fn tx(view: &View<'_>, data: &[u8]) -> Result<ResponseQuery, Unanswered> {
    let hash = Sha256::from_slice(data).ok_or(Unanswered::Argument)?;
    let placed = view.tx(&hash)?.ok_or(Unanswered::NotFound)?;
    Ok(ResponseQuery {
        value: placed.encode_to_vec().into(),
        key: data.to_vec().into(),
        ..ResponseQuery::default()
    })
}

fn path(view: &View<'_>, index: u64, size: u64) -> Result<Vec<Sha256>, Unanswered> {
    let mut failed = None;
    let path = log::path(index, size, |level, at| {
        view.log_node(level, at).unwrap_or_else(|error| {
            failed = Some(error);
            None
        })
    });
    match (failed, path) {
        (Some(error), _) => Err(error.into()),
        (None, Some(path)) => Ok(path),
        (None, None) => Err(StoreError::LogNode(size).into()),
    }
}
