//! What becomes of a validator that the engine caught: it loses its power where enough others remain.
//! Who it was is found by the ledger, because an address is a hash; its return needs a proposal.

use super::{Event, State};
use crate::{
    id::{Height, ValidatorAddress, ValidatorKey},
    limits::VALIDATORS_LEFT_MIN,
};

/// What the engine reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misbehaviour {
    /// Who.
    pub address: ValidatorAddress,
    /// At which height.
    pub height: Height,
}

impl Misbehaviour {
    /// The event of it; `key` is the validator in force that has the address, if one has.
    #[must_use]
    pub fn event(self, state: &State, key: Option<ValidatorKey>) -> Event {
        let is_in_force = |key: &ValidatorKey| state.validators().iter().any(|v| v.key == *key);
        let left = state.validators().len().saturating_sub(1);
        Event::Misbehaved {
            address: self.address,
            height: self.height,
            removed: key.filter(|key| is_in_force(key) && left >= VALIDATORS_LEFT_MIN),
        }
    }
}
