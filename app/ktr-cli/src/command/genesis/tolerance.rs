//! How many sites of a validator set may be down or lying, in numbers and in words.
//! Both are the core's; a county is one site there.

use ktr_core::governance::{Tolerance as Numbers, Validator};

use crate::error::CliError;

/// What a set tolerates.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tolerance {
    /// In numbers.
    pub(crate) numbers: Numbers,
    /// The same for people.
    pub(crate) text: String,
}

/// Judges a set.
pub(crate) fn tolerance(validators: &[Validator]) -> Tolerance {
    let numbers = Numbers::of(validators);
    Tolerance {
        numbers,
        text: numbers.to_string(),
    }
}

/// Refuses a set in which one lying site is enough.
pub(crate) fn refuse_rule_of_one(validators: &[Validator]) -> Result<(), CliError> {
    if Numbers::of(validators).can_one_fork {
        return Err(CliError::Description(
            "one lying site alone could fork this network: give no site so much power, \
             and no county with all its engines"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Refuses a set that halts when one site is down, unless somebody says that it may.
pub(crate) fn refuse_halting(validators: &[Validator], is_accepted: bool) -> Result<(), CliError> {
    if Numbers::of(validators).faults == 0 && !is_accepted {
        return Err(CliError::Description(
            "this network halts when one site is down: add a witness, or say --accepts-halt"
                .to_owned(),
        ));
    }
    Ok(())
}
