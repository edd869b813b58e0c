//! What the board lets stand: findings, in the words in which a build named them.
//! One that meets no finding is refused: it is mistyped, or was decided about another build.

use std::{cell::RefCell, collections::BTreeSet};

use ktr_artefact::finding::Finding;

use crate::error::CliError;

/// The findings that were asked to stand, and those of them that were met.
pub(crate) struct Stands<'a> {
    asked: &'a [String],
    met: RefCell<BTreeSet<String>>,
}

impl<'a> Stands<'a> {
    /// Nothing is met yet.
    pub(crate) fn new(asked: &'a [String]) -> Self {
        Self {
            asked,
            met: RefCell::default(),
        }
    }

    /// Whether this finding may stand.
    pub(crate) fn covers(&self, finding: &Finding) -> bool {
        let name = finding.to_string();
        let is_asked = self.asked.contains(&name);
        if is_asked {
            self.met.borrow_mut().insert(name);
        }
        is_asked
    }

    /// After a build: everything that was asked has met its finding.
    ///
    /// # Errors
    /// [`CliError::Usage`], which names the first that has not.
    pub(crate) fn all_met(&self) -> Result<(), CliError> {
        let met = self.met.borrow();
        match self.asked.iter().find(|asked| !met.contains(*asked)) {
            None => Ok(()),
            Some(asked) => Err(CliError::Usage(format!(
                "--stand \"{asked}\" names no finding of this build; nothing was written"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use ktr_artefact::finding::{Place, rule};

    use super::Stands;

    #[test]
    fn a_finding_that_was_asked_to_stand_and_never_met_is_named() {
        let asked = ["910 leak-mail at objects[3]", "920 leak-sid at objects[4]"];
        let asked = asked.map(str::to_owned);
        let stands = Stands::new(&asked);
        assert!(stands.covers(&rule::LEAK_MAIL.at(Place::number(3))));
        assert!(!stands.covers(&rule::LEAK_MAIL.at(Place::number(4))));
        let refused = stands.all_met().unwrap_err();
        assert_eq!(refused.exit_code(), 64);
        assert!(refused.to_string().contains("920 leak-sid at objects[4]"));
        assert!(stands.covers(&rule::LEAK_SID.at(Place::number(4))));
        assert!(stands.all_met().is_ok());
    }
}
