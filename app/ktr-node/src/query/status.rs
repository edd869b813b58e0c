//! The answer to `/status`: where this node stands and how many faults its validators tolerate.
//! It is JSON for people and programs that show it; nothing in it is proven.

use ktr_core::{
    Record, RecordKey,
    governance::{Resolved, Tolerance, Validator},
};
use ktr_wire::record;
use serde::Serialize;
use tendermint_proto::v0_38::abci::ResponseQuery;

use super::Unanswered;
use crate::store::{Family, Meta, StoreError, View};

#[derive(Serialize)]
struct Status<'a> {
    chain_id: &'a str,
    height: u64,
    time: u64,
    app_hash: String,
    /// Of the rules in force: `version.app` of the next header.
    app_version: u64,
    log_size: u64,
    tree_version: u64,
    /// The oldest version of the tree that is whole; 0 until something was forgotten.
    tree_oldest: u64,
    /// Above 1 where the node joined from a snapshot: there is no history before.
    history_from: u64,
    validators: usize,
    power: u64,
    quorum: u64,
    tolerates: usize,
    /// The same in words.
    tolerates_text: String,
}

pub(super) fn status(view: &View<'_>, meta: &Meta) -> Result<ResponseQuery, Unanswered> {
    let sites = validators(view)?;
    let tolerance = Tolerance::of(&sites);
    let status = Status {
        chain_id: &meta.chain_id,
        height: meta.height,
        time: meta.time.0,
        app_hash: meta.app_hash.to_string(),
        app_version: app_version(view)?,
        log_size: meta.log_size,
        tree_version: meta.tree_version,
        tree_oldest: meta.tree_oldest,
        history_from: view.first_height()?.unwrap_or(meta.height),
        validators: sites.len(),
        power: tolerance.total,
        quorum: tolerance.quorum,
        tolerates: tolerance.faults,
        tolerates_text: tolerance.to_string(),
    };
    let json = serde_json::to_vec(&status).or(Err(Unanswered::Argument))?;
    Ok(ResponseQuery {
        value: json.into(),
        ..ResponseQuery::default()
    })
}

/// How many sites may be down, for the metrics; 0 also before block 1.
pub(crate) fn faults_tolerated(view: &View<'_>) -> u64 {
    let faults = stored_validators(view).map_or(0, |sites| tolerated(&sites));
    u64::try_from(faults).unwrap_or(u64::MAX)
}

/// The validators of the last Commit; `None` before the first, or if they cannot be read.
pub(crate) fn stored_validators(view: &View<'_>) -> Option<Vec<Validator>> {
    validators(view).ok()
}

/// How many sites of a set, whichever, may be down at once.
pub(crate) fn tolerated(sites: &[Validator]) -> usize {
    Tolerance::of(sites).faults
}

fn app_version(view: &View<'_>) -> Result<u64, Unanswered> {
    let octets = view.record(RecordKey::Resolved)?;
    let record = octets.map(|octets| record::decode(RecordKey::Resolved, &octets));
    match record {
        None => Ok(Resolved::app_version(None)),
        Some(Ok(Record::Resolved(resolved))) => Ok(Resolved::app_version(Some(&resolved))),
        Some(_) => Err(StoreError::Row(Family::Records.name()).into()),
    }
}

fn validators(view: &View<'_>) -> Result<Vec<Validator>, Unanswered> {
    let bad = StoreError::Row(Family::Records.name());
    let octets = view.record(RecordKey::Validators)?;
    let read = octets.and_then(|octets| record::decode(RecordKey::Validators, &octets).ok());
    match read {
        Some(Record::Validators(sites)) => Ok(sites),
        Some(_) | None => Err(bad.into()),
    }
}
