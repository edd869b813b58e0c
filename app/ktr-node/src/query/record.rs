//! Answers about records: the latest value of an entity, or that there is none, both proven.
//! What a value means is `ktr-wire`'s affair.

use ktr_core::RecordKey;
use ktr_ledger::tree;
use ktr_wire::{record, refusal::Wire};
use tendermint_proto::v0_38::{abci::ResponseQuery, crypto::ProofOps};

use super::{Unanswered, proof};
use crate::store::{Meta, StoreError, View};

pub(super) fn by_kind(
    view: &View<'_>,
    meta: &Meta,
    kind: &str,
    id: &[u8],
) -> Result<ResponseQuery, Unanswered> {
    match record::key_of(kind, id) {
        Ok(key) => proven(view, meta, key),
        Err(Wire::Unknown) => Err(Unanswered::Path),
        Err(_) => Err(Unanswered::Argument),
    }
}

pub(super) fn by_key(
    view: &View<'_>,
    meta: &Meta,
    key: &[u8],
) -> Result<ResponseQuery, Unanswered> {
    let key = record::decode_key(key).or(Err(Unanswered::Argument))?;
    proven(view, meta, key)
}

fn proven(view: &View<'_>, meta: &Meta, key: RecordKey) -> Result<ResponseQuery, Unanswered> {
    let (value, octets) = tree::prove(view, meta.tree_version, key).map_err(StoreError::Tree)?;
    let key = record::key_octets(key);
    Ok(ResponseQuery {
        value: value.unwrap_or_default().into(),
        proof_ops: Some(ProofOps {
            ops: vec![proof::ics23(key.clone(), octets), proof::app_hash(meta)],
        }),
        key: key.into(),
        ..ResponseQuery::default()
    })
}
