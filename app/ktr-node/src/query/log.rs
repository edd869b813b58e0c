//! Answers about the event log: one event with its path, pages of events, its consistency with an earlier one, where a transaction stands.
//! A page carries no paths: whoever follows the log recomputes its root.

use ktr_core::id::Sha256;
use ktr_proof::log;
use prost::Message;
use tendermint_proto::v0_38::{abci::ResponseQuery, crypto::ProofOps};

use super::{Unanswered, proof, question::Question};
use crate::store::{Meta, StoreError, View};

#[derive(Clone, PartialEq, Eq, prost::Message)]
struct Page {
    #[prost(bytes = "vec", repeated, tag = "1")]
    events: Vec<Vec<u8>>,
}

pub(super) fn event(view: &View<'_>, meta: &Meta, index: u64) -> Result<ResponseQuery, Unanswered> {
    let octets = view.event(index)?.ok_or(Unanswered::NotFound)?;
    let path = path(view, index, meta.log_size)?;
    Ok(ResponseQuery {
        value: octets.into(),
        proof_ops: Some(ProofOps {
            ops: vec![proof::rfc6962(index, &path), proof::app_hash(meta)],
        }),
        ..ResponseQuery::default()
    })
}

pub(super) fn events(
    view: &View<'_>,
    meta: &Meta,
    from: u64,
    count: u32,
) -> Result<ResponseQuery, Unanswered> {
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

pub(super) fn tx(view: &View<'_>, hash: &Sha256) -> Result<ResponseQuery, Unanswered> {
    let placed = view.tx(hash)?.ok_or(Unanswered::NotFound)?;
    Ok(ResponseQuery {
        value: placed.encode_to_vec().into(),
        ..ResponseQuery::default()
    })
}

/// The proof that the log of so many leaves is the beginning of this one, or of the earlier one whose size follows.
///
/// Between two earlier logs no operation leads to the app hash: the asker has both roots, from two checkpoints say.
pub(super) fn consistency(
    view: &View<'_>,
    meta: &Meta,
    before: u64,
    after: Option<u64>,
) -> Result<ResponseQuery, Unanswered> {
    let size = after.unwrap_or(meta.log_size);
    if before > size || size > meta.log_size {
        return Err(Unanswered::NotFound);
    }
    let steps = stored(view, size, |nodes| log::consistency(before, size, nodes))?;
    let sizes = Question::Consistency { before, after }.data();
    let mut ops = vec![proof::consistency(&sizes, &steps)];
    if after.is_none() {
        ops.push(proof::app_hash(meta));
    }
    Ok(ResponseQuery {
        proof_ops: Some(ProofOps { ops }),
        ..ResponseQuery::default()
    })
}

/// One complete subtree, for whoever looks for the first event in which two logs differ.
pub(super) fn subtree(view: &View<'_>, level: u8, index: u64) -> Result<ResponseQuery, Unanswered> {
    let hash = view.log_node(level, index)?;
    let hash = hash.ok_or(Unanswered::NotFound)?;
    Ok(ResponseQuery {
        value: hash.0.to_vec().into(),
        ..ResponseQuery::default()
    })
}

fn path(view: &View<'_>, index: u64, size: u64) -> Result<Vec<Sha256>, Unanswered> {
    stored(view, size, |nodes| log::path(index, size, nodes))
}

/// A proof that is made of stored nodes; a node that cannot be read is an error of its own.
fn stored(
    view: &View<'_>,
    size: u64,
    prove: impl FnOnce(&mut dyn FnMut(u8, u64) -> Option<Sha256>) -> Option<Vec<Sha256>>,
) -> Result<Vec<Sha256>, Unanswered> {
    let mut failed = None;
    let proof = prove(&mut |level, at| {
        view.log_node(level, at).unwrap_or_else(|error| {
            failed = Some(error);
            None
        })
    });
    match (failed, proof) {
        (Some(error), _) => Err(error.into()),
        (None, Some(proof)) => Ok(proof),
        (None, None) => Err(StoreError::LogNode(size).into()),
    }
}
