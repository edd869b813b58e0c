//! Answers about records: the latest value of an entity, or that there is none, both proven.
//! What a value means is `ktr-wire`'s affair.

use ktr_core::RecordKey;
use ktr_ledger::tree;
use ktr_wire::record;
use tendermint_proto::v0_38::{abci::ResponseQuery, crypto::ProofOps};

use super::{Unanswered, proof};
use crate::store::{Meta, StoreError, View};

pub(super) fn proven(
    view: &View<'_>,
    meta: &Meta,
    key: RecordKey,
) -> Result<ResponseQuery, Unanswered> {
    let (value, octets) = tree::prove(view, meta.tree_version, key).map_err(StoreError::Tree)?;
    let key = record::key_octets(key);
    Ok(ResponseQuery {
        value: value.unwrap_or_default().into(),
        proof_ops: Some(ProofOps {
            ops: vec![proof::ics23(key, octets), proof::app_hash(meta)],
        }),
        ..ResponseQuery::default()
    })
}
