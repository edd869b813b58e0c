//! What may stand in a block: one admissibility for the proposer and for the voters, or honest blocks get refused.
//! Rules, expiry and replay only keep a transaction out of one's own proposal.

use bytes::Bytes;
use ktr_core::time::Time;
use ktr_ledger::{Admitted, Judge, Ledger, Pending};
use ktr_wire::Refusal;
use prost::length_delimiter_len;

/// What a block has room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Octets, as the engine counts them.
    pub(super) octets: usize,
    /// Transactions.
    pub(super) txs: usize,
}

/// The transactions that an honest proposer includes, in their order.
pub(super) fn prepare(
    ledger: &Ledger,
    now: Time,
    txs: Vec<Bytes>,
    room: Room,
    judge: &impl Judge,
) -> Vec<Bytes> {
    let mut pending = Pending::default();
    let mut octets = room.octets;
    let mut chosen = Vec::new();
    let admitted = ledger.admit(&txs, now, judge);
    for (tx, admitted) in txs.into_iter().zip(admitted) {
        let Ok(signed) = admitted.verdict else {
            continue;
        };
        // The engine limits what a block's field of transactions takes up: key, length and octets.
        let size = tx
            .len()
            .saturating_add(length_delimiter_len(tx.len()))
            .saturating_add(1);
        let Some(left) = octets.checked_sub(size) else {
            break;
        };
        if ledger.fits(&signed, now, &mut pending).is_err() {
            continue;
        }
        octets = left;
        chosen.push(tx);
        if chosen.len() >= room.txs {
            break;
        }
    }
    chosen
}

/// Whether no transaction of the block has a code for which a whole block is refused.
pub(super) fn is_admissible(ledger: &Ledger, now: Time, txs: &[Bytes], judge: &impl Judge) -> bool {
    let refuses = |admitted: Admitted| admitted.verdict.is_err_and(Refusal::refuses_block);
    !ledger.admit(txs, now, judge).into_iter().any(refuses)
}
