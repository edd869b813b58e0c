//! The one place of this program that draws random octets.
//! Keys and session keys are drawn inside the OpenPGP library.

use rand::Rng as _;

/// Fresh random octets.
pub(crate) fn draw<const N: usize>() -> [u8; N] {
    let mut octets = [0; N];
    rand::rng().fill(&mut octets[..]);
    octets
}
