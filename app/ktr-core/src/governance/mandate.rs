//! A mandate: that a command rests on an enacted proposal of exactly this command, the last act that the counties enacted.
//! Which command needs one is decided by its own subject; that it serves once follows from there, too.

use super::{Proposal, Rejection, State, Status, Subject};
use crate::{Command, Context, limits::MANDATE_MAX, time::Time};

impl State {
    /// The mandate of the command in this context: an enacted [`Subject::Act`] that names its digest.
    ///
    /// # Errors
    /// [`Rejection::MandateMissing`] if the command names no proposal, [`Rejection::MandateUnknown`] if that is no enacted act,
    /// [`Rejection::MandateForeign`] if it names another command, [`Rejection::MandateOver`] if it serves no more.
    pub fn mandate(&self, context: &Context) -> Result<&Proposal, Rejection> {
        let claimed = context.mandate.ok_or(Rejection::MandateMissing)?;
        let enacted = self
            .proposal(claimed.proposal)
            .filter(|proposal| proposal.status == Status::Enacted);
        let proposal = enacted.ok_or(Rejection::MandateUnknown)?;
        match proposal.subject {
            Subject::Act(command) if command != claimed.command => Err(Rejection::MandateForeign),
            Subject::Act(_) if self.is_over(proposal, context.block.time) => {
                Err(Rejection::MandateOver)
            }
            Subject::Act(_) => Ok(proposal),
            Subject::Host(_)
            | Subject::Validators { .. }
            | Subject::Parameters(_)
            | Subject::Keys(_)
            | Subject::Roots(_)
            | Subject::Federation(_)
            | Subject::Upgrade(_) => Err(Rejection::MandateUnknown),
        }
    }

    /// Whether the counties have enacted another act since, or have left this one unused for too long. An act is a digest: which of two
    /// corrects the other nobody can see, so the last one stands for what they want now.
    fn is_over(&self, act: &Proposal, now: Time) -> bool {
        self.last_act() != Some(act.id) || act.until.plus(MANDATE_MAX) <= now
    }
}

/// Judges the proposal that a command names, before the command's own rules: it must hold, and the command must be one that takes it.
pub(crate) fn judge(state: &State, context: &Context, command: &Command) -> Result<(), Rejection> {
    if context.mandate.is_none() {
        return Ok(());
    }
    if !command.takes_mandate() {
        return Err(Rejection::MandateNotTaken);
    }
    state.mandate(context).map(|_| ())
}
