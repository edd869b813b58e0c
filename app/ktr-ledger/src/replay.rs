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
    /// What counts at `now` of lists that were kept longer: a list that is over is left out whole.
    ///
    /// **Invariant:** no pair of signer and nonce stands in two lists. A nonce may be used again once its list is over, so what
    /// is over must never be remembered and then forgotten: that would take the pair out of the list that counts.
    #[must_use]
    pub fn restored(lists: BTreeMap<Height, Vec<UsedNonce>>, now: Time) -> Self {
        let mut replay = Self::default();
        for (height, list) in lists {
            if !is_over(&list, now) {
                replay.remember(height, &list);
            }
        }
        replay
    }

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
            let is_over = is_over(list, now);
            if is_over {
                for gone in list {
                    used.remove(&(gone.signer, gone.nonce));
                }
            }
            !is_over
        });
    }
}

fn is_over(list: &[UsedNonce], now: Time) -> bool {
    list.iter().all(|used| used.expires_at < now)
}
