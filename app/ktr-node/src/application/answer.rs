//! The ledger's results in the engine's words.
//! Only code and data are consensus; events are a convenience that nothing may read back.

use bytes::Bytes;
use ktr_ledger::{Batch, Leaf, Power, TxResult};
use ktr_wire::Refusal;
use tendermint_proto::v0_38::{
    abci::{
        Event, EventAttribute, ExecTxResult, ResponseCheckTx, ResponseFinalizeBlock,
        ValidatorUpdate,
    },
    crypto::{PublicKey, public_key::Sum},
    types::{ConsensusParams, VersionParams},
};

/// The answer to `FinalizeBlock`.
pub(super) fn finalized(batch: &Batch) -> ResponseFinalizeBlock {
    let of_block = batch
        .leaves
        .iter()
        .filter(|leaf| leaf.recorded.tx_hash.is_none());
    ResponseFinalizeBlock {
        events: of_block.map(event).collect(),
        tx_results: batch
            .results
            .iter()
            .map(|result| executed(batch, result))
            .collect(),
        validator_updates: batch.powers.iter().map(update).collect(),
        // Headers after this height carry the number of the version that goes on.
        consensus_param_updates: batch.raised.map(|app| ConsensusParams {
            version: Some(VersionParams { app }),
            ..ConsensusParams::default()
        }),
        app_hash: Bytes::copy_from_slice(&batch.app_hash.0),
    }
}

/// The power of a validator from two heights later on; the rules keep powers below the engine's bound.
fn update(power: &Power) -> ValidatorUpdate {
    ValidatorUpdate {
        pub_key: Some(PublicKey {
            sum: Some(Sum::Ed25519(power.key.0.to_vec())),
        }),
        power: i64::try_from(power.power).unwrap_or(i64::MAX),
    }
}

fn executed(batch: &Batch, result: &TxResult) -> ExecTxResult {
    if let Some(refusal) = result.refusal {
        return ExecTxResult {
            code: result.code(),
            codespace: refusal.codespace().to_owned(),
            ..ExecTxResult::default()
        };
    }
    // The leaves of a block have one index after another: none is looked for.
    let before = batch.leaves.first().map_or(0, |leaf| leaf.recorded.index);
    let place = |index: u64| usize::try_from(index.saturating_sub(before)).unwrap_or(usize::MAX);
    let mine = place(result.first)..place(result.first.saturating_add(result.count));
    let mine = batch.leaves.get(mine).unwrap_or_default();
    ExecTxResult {
        data: result.data().into(),
        events: mine.iter().map(event).collect(),
        ..ExecTxResult::default()
    }
}

fn event(leaf: &Leaf) -> Event {
    let attribute = |key: &str, value: String| EventAttribute {
        key: key.to_owned(),
        value,
        index: true,
    };
    Event {
        r#type: leaf.recorded.name().to_owned(),
        attributes: vec![
            attribute("index", leaf.recorded.index.to_string()),
            attribute("id", leaf.recorded.subject()),
        ],
    }
}

/// The answer to `CheckTx`. The name of the refusal is for people; the engine hashes nothing of this.
pub(super) fn checked(verdict: Result<(), Refusal>) -> ResponseCheckTx {
    verdict
        .err()
        .map_or_else(ResponseCheckTx::default, |refusal| ResponseCheckTx {
            code: refusal.code(),
            codespace: refusal.codespace().to_owned(),
            log: refusal.name().to_owned(),
            ..ResponseCheckTx::default()
        })
}

/// The answer to `CheckTx` while there is no ledger yet.
pub(super) fn before_genesis() -> ResponseCheckTx {
    ResponseCheckTx {
        code: BEFORE_GENESIS,
        codespace: "ktr.node".to_owned(),
        log: "BeforeGenesis".to_owned(),
        ..ResponseCheckTx::default()
    }
}

/// Codespace `ktr.node`, never inside a block; 9001 is a panic that the server caught.
const BEFORE_GENESIS: u32 = 9_002;
