//! Which validator sets are refused for what they tolerate.
//! What that is, the core says; a county is one site there.

use ktr_core::governance::{Tolerance, Validator};

use crate::error::CliError;

/// Refuses a set in which one lying site is enough.
pub(crate) fn refuse_rule_of_one(validators: &[Validator]) -> Result<(), CliError> {
    if Tolerance::of(validators).can_one_fork {
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
    if Tolerance::of(validators).faults == 0 && !is_accepted {
        return Err(CliError::Description(
            "this network halts when one site is down: add a witness, or say --accepts-halt"
                .to_owned(),
        ));
    }
    Ok(())
}
