//! Whether a transaction may be in a block, and what the mempool lets in.
//! Proposers, voters and the block itself ask the same questions in the same order.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    BlockContext, Context, decide,
    id::{Fingerprint, Height, Nonce, Sha256},
    time::Time,
};
use ktr_wire::{
    Refusal,
    refusal::{Envelope, Wire},
    signature::Claim,
    transaction::{self, Transaction},
};

use crate::{
    judge::{Judge, Question},
    ledger::Ledger,
};

/// What waits in the mempool or stands earlier in the same block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pending {
    used: BTreeSet<(Fingerprint, Nonce)>,
    of_signer: BTreeMap<Fingerprint, u32>,
}

impl Pending {
    /// Says why there is no room for a transaction, if there is none.
    fn has_room(&self, signer: Fingerprint, nonce: Nonce, max: u32) -> Result<(), Envelope> {
        if self.used.contains(&(signer, nonce)) {
            return Err(Envelope::Replayed);
        }
        let count = self.of_signer.get(&signer).copied().unwrap_or(0);
        if count >= max {
            return Err(Envelope::TooMany);
        }
        Ok(())
    }

    fn take(&mut self, signed: &Signed) {
        let count = self.of_signer.entry(signed.signer).or_default();
        *count = count.saturating_add(1);
        self.used.insert((signed.signer, signed.transaction.nonce));
    }
}

/// A transaction whose signature holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// The key that signed.
    pub signer: Fingerprint,
    /// What it signed.
    pub transaction: Transaction,
}

/// What became of one transaction at the door.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admitted {
    /// SHA-256 of its octets.
    pub hash: Sha256,
    /// The transaction, or the first refusal.
    pub verdict: Result<Signed, Refusal>,
}

impl Ledger {
    /// Judges octets and signatures with the keys of this ledger: codes 1 to 119, for which a whole block is refused.
    /// One answer for each transaction, in their order.
    pub fn admit<T: AsRef<[u8]>>(&self, txs: &[T], now: Time, judge: &impl Judge) -> Vec<Admitted> {
        let mut questions = Vec::new();
        let mut claimed = Vec::new();
        for octets in txs.iter().map(AsRef::as_ref) {
            let hash = transaction::hash(octets);
            claimed.push((hash, self.claim(octets, now)));
            if let Some((_, Ok((_, claim)))) = claimed.last() {
                questions.push(Question {
                    tx_hash: hash,
                    equation: claim.equation.clone(),
                });
            }
        }
        let mut answers = judge.judge(questions).into_iter();
        let settle = |(hash, claimed): (Sha256, Result<(Signed, Claim), Refusal>)| Admitted {
            hash,
            verdict: claimed.and_then(|(signed, claim)| {
                claim.settle(answers.next().unwrap_or(false))?;
                Ok(signed)
            }),
        };
        claimed.into_iter().map(settle).collect()
    }

    /// The same for one transaction.
    ///
    /// # Errors
    /// The first refusal.
    pub fn admit_one(
        &self,
        octets: &[u8],
        now: Time,
        judge: &impl Judge,
    ) -> Result<Signed, Refusal> {
        let admitted = self.admit(&[octets], now, judge).pop();
        admitted.map_or(Err(Wire::NoCommand.into()), |admitted| admitted.verdict)
    }

    /// All of it but the equation of the signature.
    fn claim(&self, octets: &[u8], now: Time) -> Result<(Signed, Claim), Refusal> {
        let transaction = Transaction::decode(octets)?;
        let signer = transaction.signer()?;
        let parameters = self.state().governance.parameters();
        let claim = transaction.claim(self.state().key(&signer), now, parameters)?;
        Ok((
            Signed {
                signer,
                transaction,
            },
            claim,
        ))
    }

    /// Judges chain, expiry, replay and crowd, codes 120 to 124, and takes the room.
    ///
    /// # Errors
    /// The first refusal.
    pub fn fits(&self, signed: &Signed, now: Time, pending: &mut Pending) -> Result<(), Refusal> {
        self.would_fit(signed, now, pending)?;
        pending.take(signed);
        Ok(())
    }

    fn would_fit(&self, signed: &Signed, now: Time, pending: &Pending) -> Result<(), Refusal> {
        let transaction = &signed.transaction;
        let parameters = self.state().governance.parameters();
        transaction.fits(self.chain_id(), now, parameters)?;
        if self.replay().contains(&signed.signer, &transaction.nonce) {
            return Err(Envelope::Replayed.into());
        }
        pending.has_room(signed.signer, transaction.nonce, parameters.signer_txs_max)?;
        Ok(())
    }

    /// What a signed transaction would get in the next block at `now`: the mempool's weak filter. Changes nothing but `pending`.
    ///
    /// # Errors
    /// The first refusal.
    pub fn would_accept(
        &self,
        signed: &Signed,
        now: Time,
        pending: &mut Pending,
    ) -> Result<(), Refusal> {
        self.would_fit(signed, now, pending)?;
        let height = Height(self.height().0.saturating_add(1));
        let context = Context {
            block: BlockContext { height, time: now },
            signer: signed.signer,
            mandate: signed.transaction.mandate,
        };
        decide(self.state(), &context, &signed.transaction.command)?;
        // A rule that says no leaves no trace in the mempool, so room is taken last.
        pending.take(signed);
        Ok(())
    }
}
