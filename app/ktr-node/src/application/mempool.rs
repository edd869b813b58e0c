//! What waits between two blocks: nonces, and how many of each signer.
//! A weak filter and no consensus: another node may think differently.

use std::collections::BTreeMap;

use ktr_core::{id::Fingerprint, time::Time};
use ktr_ledger::{Judge, Ledger, Pending};
use ktr_wire::{Refusal, refusal::Envelope};

/// What the mempool's filter remembers.
#[derive(Debug)]
pub(super) struct Mempool {
    signer_waiting: u32,
    pending: Pending,
    waiting: BTreeMap<Fingerprint, u32>,
}

impl Mempool {
    /// An empty one, in which so many of one signer may wait.
    pub(super) fn of(signer_waiting: u32) -> Self {
        Self {
            signer_waiting,
            pending: Pending::default(),
            waiting: BTreeMap::new(),
        }
    }

    /// Judges a transaction by the committed ledger.
    pub(super) fn check(
        &mut self,
        ledger: &Ledger,
        octets: &[u8],
        now: Time,
        judge: &impl Judge,
    ) -> Result<(), Refusal> {
        let signed = ledger.admit_one(octets, now, judge)?;
        let waiting = self.waiting.get(&signed.signer).copied().unwrap_or(0);
        if waiting >= self.signer_waiting {
            return Err(Envelope::TooMany.into());
        }
        ledger.would_accept(&signed, now, &mut self.pending)?;
        self.waiting
            .insert(signed.signer, waiting.saturating_add(1));
        Ok(())
    }

    /// A block was committed: whatever still waits is checked again.
    pub(super) fn reset(&mut self) {
        self.pending = Pending::default();
        self.waiting.clear();
    }
}
