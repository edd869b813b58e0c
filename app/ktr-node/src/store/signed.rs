//! What this node's validator signed last, as the blocks of its own store say.
//! No consensus, and in no snapshot: the key guard holds it against the engine's state file.

use ktr_core::id::{Height, ValidatorAddress};

use super::{Family, StoreError, View, family::SIGNED};

/// A signature of this node's validator that a block carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signed {
    /// Whose.
    pub address: ValidatorAddress,
    /// The height that was signed, one below that of the block.
    pub height: Height,
}

impl Signed {
    /// Address, then the height as `u64be`.
    pub(super) fn encode(self) -> Vec<u8> {
        [&self.address.0[..], &self.height.0.to_be_bytes()].concat()
    }

    fn decode(row: &[u8]) -> Option<Self> {
        let (address, height) = row.split_at_checked(ValidatorAddress::LEN)?;
        let height = <[u8; 8]>::try_from(height).ok()?;
        Some(Self {
            address: ValidatorAddress::from_slice(address)?,
            height: Height(u64::from_be_bytes(height)),
        })
    }
}

impl View<'_> {
    /// The last height of which a block of this store carries a validator's signature; 0 where none is known.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn signed(&self, address: &ValidatorAddress) -> Result<Height, StoreError> {
        let Some(row) = self.get(Family::Meta, SIGNED)? else {
            return Ok(Height(0));
        };
        let signed = Signed::decode(&row).ok_or(StoreError::Row(Family::Meta.name()))?;
        // A key that was replaced says nothing of the one that came after it.
        if signed.address == *address {
            Ok(signed.height)
        } else {
            Ok(Height(0))
        }
    }
}
