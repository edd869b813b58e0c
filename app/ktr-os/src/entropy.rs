//! The one place of the programs that draws random numbers, always from the operating system.
//! No generator lives in a process; keys are drawn inside the OpenPGP library.

use rand::{Rng as _, TryRngCore as _, rngs::OsRng};

/// `N` random octets. A system that has none ends the program: nothing it would sign or hide could be trusted.
#[must_use]
pub fn draw<const N: usize>() -> [u8; N] {
    let mut octets = [0; N];
    OsRng.unwrap_err().fill(&mut octets[..]);
    octets
}

/// A whole number, uniform from 0 to `most`; it ends the program as [`draw`] does.
#[must_use]
pub fn uniform(most: u64) -> u64 {
    OsRng.unwrap_err().random_range(0..=most)
}
