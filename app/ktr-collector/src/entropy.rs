//! The one place of this program that draws random octets: nonces of transactions.
//! A nonce derived from the bucket would not do, because a refused transaction uses its nonce up.

use ktr_core::id::Nonce;
use rand::Rng as _;

/// A fresh nonce.
#[must_use]
pub fn nonce() -> Nonce {
    let mut octets = [0; Nonce::LEN];
    rand::rng().fill(&mut octets[..]);
    Nonce(octets)
}
