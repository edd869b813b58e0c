//! What may stand in a block: one admissibility for the proposer and for the voters, or honest blocks get refused.
//! Rules, expiry and replay only keep a transaction out of one's own proposal.

use bytes::Bytes;
use ktr_core::time::Time;
use ktr_ledger::{Ledger, Pending};
use prost::length_delimiter_len;

use crate::limits::PROPOSAL_TXS_MAX;

/// The transactions that an honest proposer includes, in their order.
pub(super) fn prepare(
    ledger: &Ledger,
    now: Time,
    txs: Vec<Bytes>,
    octets_max: usize,
) -> Vec<Bytes> {
    let mut pending = Pending::default();
    let mut room = octets_max;
    let mut chosen = Vec::new();
    for tx in txs {
        let Ok((signer, transaction)) = ledger.admit(&tx, now) else {
            continue;
        };
        // The engine limits what a block's field of transactions takes up: key, length and octets.
        let size = tx
            .len()
            .saturating_add(length_delimiter_len(tx.len()))
            .saturating_add(1);
        let Some(left) = room.checked_sub(size) else {
            break;
        };
        if ledger
            .fits(signer, &transaction, now, &mut pending)
            .is_err()
        {
            continue;
        }
        room = left;
        chosen.push(tx);
        if chosen.len() >= PROPOSAL_TXS_MAX {
            break;
        }
    }
    chosen
}

/// Whether no transaction of the block has a code for which a whole block is refused.
pub(super) fn is_admissible(ledger: &Ledger, now: Time, txs: &[Bytes]) -> bool {
    let refuses = |tx: &Bytes| {
        ledger
            .admit(tx, now)
            .is_err_and(ktr_wire::Refusal::refuses_block)
    };
    !txs.iter().any(refuses)
}
