//! Proposals as JSON.
//! What an enacted one brought about is in other events and records.

use std::collections::BTreeSet;

use ktr_core::{
    governance::{Proposal, Subject},
    id::CountyId,
};
use serde_json::{Value, json};

use super::word;

/// A proposal.
pub(super) fn proposal(proposal: &Proposal) -> Value {
    let numbers =
        |counties: &BTreeSet<CountyId>| counties.iter().map(|county| county.0).collect::<Vec<_>>();
    json!({
        "proposal": proposal.id.0,
        "subject": subject(&proposal.subject),
        "digest": proposal.digest.to_string(),
        "proposer": proposal.proposer.0,
        "approvals": numbers(&proposal.approvals),
        "declines": numbers(&proposal.declines),
        "opened_at": proposal.opened_at.0,
        "until": proposal.until.0,
        "status": word::proposal_status(proposal.status),
    })
}

/// What a proposal is about, under its name.
pub(super) fn subject(subject: &Subject) -> Value {
    match subject {
        Subject::Act(command) => json!({"act": command.to_string()}),
    }
}
