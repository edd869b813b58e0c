//! The one place of this program that asks the operating system for random octets.
//! No generator lives in this process.

use rand::TryRngCore;
use rand::rngs::OsRng;

use crate::error::RoomError;

/// `N` random octets.
///
/// # Errors
/// [`RoomError::Randomness`] if the system has none.
pub fn draw<const N: usize>() -> Result<[u8; N], RoomError> {
    let mut octets = [0u8; N];
    OsRng
        .try_fill_bytes(&mut octets)
        .map_err(|_opaque| RoomError::Randomness)?;
    Ok(octets)
}
