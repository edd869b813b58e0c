//! A form and everything that is said of it before it goes on: to the board, into a bundle, or back to who wrote it.
//! The rules themselves are in `ktr-artefact`; here they are asked once, in one order.

use ktr_artefact::{
    finding::Finding,
    form::{self, Document, Nomination},
    ioc::Warninglists,
    report::Form,
    stix::{Case, Judged},
};
use ktr_core::id::Commitment;

use crate::engine::Trial;

/// A form as it was written, and what the checks say of it.
pub(crate) struct Tried {
    commitment: Commitment,
    document: Document,
    checked: Result<Nomination, Vec<Finding>>,
    warnings: Vec<Judged>,
}

impl Tried {
    /// The checks that need nothing but the form.
    pub(crate) fn new(commitment: Commitment, document: Document) -> Self {
        Self {
            commitment,
            checked: form::check(&document),
            document,
            warnings: Vec::new(),
        }
    }

    /// Lets an engine try the YARA rules of a form that is fit so far, and names it.
    ///
    /// # Errors
    /// Whatever keeps `ask` from asking.
    pub(crate) fn try_yara<E>(
        &mut self,
        ask: impl FnOnce(&Document, &Nomination) -> Result<Option<Trial>, E>,
    ) -> Result<Option<String>, E> {
        let Ok(nomination) = &self.checked else {
            return Ok(None);
        };
        let Some(trial) = ask(&self.document, nomination)? else {
            return Ok(None);
        };
        if !trial.findings.is_empty() {
            self.checked = Err(trial.findings);
        }
        Ok(Some(trial.engine))
    }

    /// What the board is asked about it, unless its form was refused: filters of rules, and indicators that are on the lists.
    pub(crate) fn ask_about(
        &mut self,
        lists: Option<&Warninglists>,
        stands: impl Fn(&Finding) -> bool,
    ) {
        let Ok(nomination) = &self.checked else {
            return;
        };
        let mut warnings = form::filters(&self.commitment, &self.document, nomination);
        if let Some(lists) = lists {
            warnings.extend(form::warnings(&self.commitment, nomination, lists));
        }
        let judged = warnings.into_iter().map(|finding| Judged {
            stands: stands(&finding),
            finding,
        });
        self.warnings = judged.collect();
    }

    /// What is left of a form that has no finding.
    pub(crate) const fn checked(&self) -> Result<&Nomination, &Vec<Finding>> {
        self.checked.as_ref()
    }

    /// The case, if its form has no finding.
    pub(crate) fn fit(&self) -> Option<Case> {
        let nomination = self.checked.clone().ok()?;
        Some(Case {
            commitment: self.commitment,
            nomination,
        })
    }

    /// As a report takes it.
    pub(crate) fn form(&self) -> Form<'_> {
        Form {
            commitment: self.commitment,
            document: &self.document,
            checked: self.checked.as_ref().map_err(Vec::as_slice),
            warnings: &self.warnings,
        }
    }

    /// The form as it was written.
    pub(crate) fn into_document(self) -> Document {
        self.document
    }
}
