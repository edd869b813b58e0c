//! Whether a transaction may be in a block, and what the mempool lets in.
//! Proposers, voters and the block itself ask the same questions in the same order.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    BlockContext, Context, decide,
    id::{Fingerprint, Height, Nonce},
    time::Time,
};
use ktr_wire::{Refusal, refusal::Envelope, transaction::Transaction};

use crate::ledger::Ledger;

/// What waits in the mempool or stands earlier in the same block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pending {
    used: BTreeSet<(Fingerprint, Nonce)>,
    of_signer: BTreeMap<Fingerprint, u32>,
}

impl Pending {
    /// Takes a transaction in, or says why there is no room for it.
    ///
    /// # Errors
    /// [`Envelope::Replayed`] for a nonce that waits already, [`Envelope::TooMany`] above `max` of one signer.
    pub fn take(&mut self, signer: Fingerprint, nonce: Nonce, max: u32) -> Result<(), Envelope> {
        if self.used.contains(&(signer, nonce)) {
            return Err(Envelope::Replayed);
        }
        let count = self.of_signer.entry(signer).or_default();
        if *count >= max {
            return Err(Envelope::TooMany);
        }
        *count = count.saturating_add(1);
        self.used.insert((signer, nonce));
        Ok(())
    }
}

impl Ledger {
    /// Judges octets and signature with the keys of this ledger: codes 1 to 119, for which a whole block is refused.
    ///
    /// # Errors
    /// The first refusal.
    pub fn admit(&self, octets: &[u8], now: Time) -> Result<(Fingerprint, Transaction), Refusal> {
        let transaction = Transaction::decode(octets)?;
        let signer = transaction.signer()?;
        let parameters = self.state().governance.parameters();
        transaction.verify(self.state().key(&signer), now, parameters)?;
        Ok((signer, transaction))
    }

    /// Judges chain, expiry, replay and crowd: codes 120 to 124.
    ///
    /// # Errors
    /// The first refusal.
    pub fn fits(
        &self,
        signer: Fingerprint,
        transaction: &Transaction,
        now: Time,
        pending: &mut Pending,
    ) -> Result<(), Refusal> {
        let parameters = self.state().governance.parameters();
        transaction.fits(self.chain_id(), now, parameters)?;
        if self.replay().contains(&signer, &transaction.nonce) {
            return Err(Envelope::Replayed.into());
        }
        pending.take(signer, transaction.nonce, parameters.signer_txs_max)?;
        Ok(())
    }

    /// What a transaction would get in the next block at `now`: the mempool's weak filter. Changes nothing but `pending`.
    ///
    /// # Errors
    /// The first refusal.
    pub fn check(&self, octets: &[u8], now: Time, pending: &mut Pending) -> Result<(), Refusal> {
        let (signer, transaction) = self.admit(octets, now)?;
        self.would_accept(signer, &transaction, now, pending)
    }

    /// The same for a transaction whose signature was judged before.
    ///
    /// # Errors
    /// The first refusal.
    pub fn would_accept(
        &self,
        signer: Fingerprint,
        transaction: &Transaction,
        now: Time,
        pending: &mut Pending,
    ) -> Result<(), Refusal> {
        // A rule that says no leaves no trace in the mempool, so room is taken last.
        let mut with_it = pending.clone();
        self.fits(signer, transaction, now, &mut with_it)?;
        let height = Height(self.height().0.saturating_add(1));
        let context = Context {
            block: BlockContext { height, time: now },
            signer,
            proposal: transaction.proposal,
            command: transaction.command_digest,
        };
        decide(self.state(), &context, &transaction.command)?;
        *pending = with_it;
        Ok(())
    }
}
