//! Who can open an envelope: raw key bodies as they stand on the ledger, keys of certificates, in an order that tells nothing.
//! Duplicates are dropped.

use std::{collections::BTreeMap, fmt};

use ktr_core::{id::EncryptionKey, time::Time};
use sequoia_openpgp::packet::{
    Key,
    key::{PublicParts, SubordinateRole},
};
use sha2::{Digest, Sha256};

use crate::{
    finding::{Finding, Place, rule},
    limits,
    openpgp::{Certificate, encryption_key},
};

/// A shuffled, non-empty set of recipients.
///
/// The order is that of SHA-256(seed ‖ body): chain order would undo the hiding of key ids.
#[derive(Clone)]
pub struct Recipients {
    keys: BTreeMap<[u8; 32], Key<PublicParts, SubordinateRole>>,
}

impl fmt::Debug for Recipients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipients({})", self.keys.len())
    }
}

impl Recipients {
    /// Takes key bodies of the ledger; `seed` is 32 fresh random octets and is not kept.
    ///
    /// # Errors
    /// [`rule::TOO_MANY_RECIPIENTS`] for none or more than 1,024, [`rule::NO_SUCH_KEY`] for a body that is no cv25519 key.
    pub fn of_bodies(bodies: &[EncryptionKey], seed: &[u8; 32]) -> Result<Self, Finding> {
        let place = || Place::named("recipients");
        let mut keys = BTreeMap::new();
        for body in bodies {
            let rank = Sha256::new()
                .chain_update(seed)
                .chain_update(body.as_bytes())
                .finalize();
            let key = encryption_key(body).map_err(|rule| rule.at(place()))?;
            keys.insert(rank.into(), key);
        }
        if (1..=limits::RECIPIENTS_MAX).contains(&keys.len()) {
            Ok(Self { keys })
        } else {
            Err(rule::TOO_MANY_RECIPIENTS.at(place()))
        }
    }

    /// Takes the youngest encryption key of each certificate that lives at `at`.
    ///
    /// # Errors
    /// As [`Self::of_bodies`], and [`rule::NO_SUCH_KEY`] for a certificate without such a key.
    pub fn of_certificates(
        certificates: &[Certificate],
        at: Time,
        seed: &[u8; 32],
    ) -> Result<Self, Finding> {
        let bodies: Result<Vec<EncryptionKey>, Finding> = certificates
            .iter()
            .map(|certificate| certificate.encryption_key(at))
            .collect();
        Self::of_bodies(&bodies?, seed)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Key<PublicParts, SubordinateRole>> {
        self.keys.values()
    }
}
