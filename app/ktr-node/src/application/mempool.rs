//! What waits between two blocks: nonces, how many of each signer, and which signatures were judged good.
//! A weak filter and no consensus: another node may think differently.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ktr_core::{
    id::{Fingerprint, Sha256},
    time::Time,
};
use ktr_ledger::{Ledger, Pending};
use ktr_wire::{
    Refusal,
    refusal::Envelope,
    transaction::{self, Transaction},
};

use crate::limits::{SIGNER_WAITING_MAX, VERDICTS_MAX};

/// What the mempool's filter remembers.
#[derive(Debug, Default)]
pub(super) struct Mempool {
    pending: Pending,
    waiting: BTreeMap<Fingerprint, u32>,
    verdicts: Verdicts,
}

impl Mempool {
    /// Judges a transaction by the committed ledger.
    pub(super) fn check(
        &mut self,
        ledger: &Ledger,
        octets: &[u8],
        now: Time,
    ) -> Result<(), Refusal> {
        let (signer, transaction) = self.admit(ledger, octets, now)?;
        let waiting = self.waiting.get(&signer).copied().unwrap_or(0);
        if waiting >= SIGNER_WAITING_MAX {
            return Err(Envelope::TooMany.into());
        }
        ledger.would_accept(signer, &transaction, now, &mut self.pending)?;
        self.waiting.insert(signer, waiting.saturating_add(1));
        Ok(())
    }

    /// A block was committed: whatever still waits is checked again.
    pub(super) fn reset(&mut self) {
        self.pending = Pending::default();
        self.waiting.clear();
    }

    /// A signature that was good stays good as long as its key lives, so a recheck need not judge it again.
    fn admit(
        &mut self,
        ledger: &Ledger,
        octets: &[u8],
        now: Time,
    ) -> Result<(Fingerprint, Transaction), Refusal> {
        let hash = transaction::hash(octets);
        if self.verdicts.contains(&hash) {
            let transaction = Transaction::decode(octets)?;
            let signer = transaction.signer()?;
            if ledger
                .state()
                .key(&signer)
                .is_some_and(|key| key.is_live(now))
            {
                return Ok((signer, transaction));
            }
        }
        let admitted = ledger.admit(octets, now)?;
        self.verdicts.remember(hash);
        Ok(admitted)
    }
}

/// The newest good signatures by transaction hash; the oldest goes first.
#[derive(Debug, Default)]
struct Verdicts {
    good: BTreeSet<Sha256>,
    order: VecDeque<Sha256>,
}

impl Verdicts {
    fn contains(&self, hash: &Sha256) -> bool {
        self.good.contains(hash)
    }

    fn remember(&mut self, hash: Sha256) {
        if !self.good.insert(hash) {
            return;
        }
        self.order.push_back(hash);
        if self.order.len() > VERDICTS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.good.remove(&oldest);
        }
    }
}
