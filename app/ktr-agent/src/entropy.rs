//! The one place of this program that draws random numbers: how long a plain hit waits.
//! Keys are drawn inside the OpenPGP library.

use rand::Rng as _;

/// A whole number of seconds, uniform from 0 to `most`.
#[must_use]
pub fn uniform(most: u64) -> u64 {
    rand::rng().random_range(0..=most)
}
