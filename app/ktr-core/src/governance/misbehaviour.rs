//! What becomes of a validator that the engine caught: it loses its power where the others are a set that may stand without it.
//! Who it was is found by the ledger, because an address is a hash; its return needs a proposal.

use alloc::vec::Vec;

use super::{Event, State, Tolerance, Validator};
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
        Event::Misbehaved {
            address: self.address,
            height: self.height,
            removed: key.filter(|key| can_go(state.validators(), *key)),
        }
    }
}

/// Whether a validator is in force, and the others are enough and none of them could fork the network alone: no proposal may make such a
/// set, and neither may a removal. Together they were judged with the one that lied.
fn can_go(validators: &[Validator], key: ValidatorKey) -> bool {
    let others = validators.iter().filter(|validator| validator.key != key);
    let rest: Vec<Validator> = others.copied().collect();
    rest.len() < validators.len()
        && rest.len() >= VALIDATORS_LEFT_MIN
        && !Tolerance::of(&rest).can_one_fork
}
