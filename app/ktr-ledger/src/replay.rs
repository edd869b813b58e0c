//! Which nonces were used, by whom, until they matter no more.
//! It belongs to the block layer and stands in no tree: each block's list is covered by one leaf of the log.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    id::{Fingerprint, Height, Nonce},
    time::Time,
};
use ktr_wire::recorded::UsedNonce;

/// The used nonces of the last window, by the block that used them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replay {
    used: BTreeSet<(Fingerprint, Nonce)>,
    by_height: BTreeMap<Height, Vec<UsedNonce>>,
}

impl Replay {
    /// Whether the signer has used the nonce.
    #[must_use]
    pub fn contains(&self, signer: &Fingerprint, nonce: &Nonce) -> bool {
        self.used.contains(&(*signer, *nonce))
    }

    /// How many nonces are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.used.len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.used.is_empty()
    }

    /// Remembers what a block used up.
    pub fn remember(&mut self, height: Height, used: &[UsedNonce]) {
        if used.is_empty() {
            return;
        }
        self.used
            .extend(used.iter().map(|used| (used.signer, used.nonce)));
        self.by_height.entry(height).or_default().extend(used);
    }

    /// Forgets the heights all of whose nonces expired before `now`. An expired transaction is refused by its expiry.
    pub fn forget(&mut self, now: Time) {
        let Self { used, by_height } = self;
        by_height.retain(|_, list| {
            let is_over = list.iter().all(|used| used.expires_at < now);
            if is_over {
                for gone in list {
                    used.remove(&(gone.signer, gone.nonce));
                }
            }
            !is_over
        });
    }
}
