//! Every rule of proposals and of counties' keys, and no change; what a subject may propose is in `effect`.
//! Order of checks: signer live, county, object exists and is open, then the command's own rules as written.

use alloc::{boxed::Box, vec, vec::Vec};

use super::{
    Command, Event, Proposal, Rejection, Status,
    effect::{effect, fit, lasting},
};
use crate::{
    Context, State,
    id::{CountyId, ProposalId, Sha256},
    key::{Key, KeyBody, RevocationReason, Role},
    limits::PROPOSAL_OPEN_MAX,
    membership::Proof,
};

/// Judges a command of a county.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let Role::County(county) = state.sender(context).ok_or(Rejection::KeyNotLive)? else {
        return Err(Rejection::CountyRequired);
    };
    match command {
        Command::Propose {
            proposal,
            subject,
            digest,
            until,
        } => propose(
            state,
            context,
            Proposal {
                id: *proposal,
                subject: subject.clone(),
                digest: *digest,
                proposer: county,
                approvals: [county].into(),
                declines: [].into(),
                opened_at: context.block.time,
                until: *until,
                status: Status::Open,
            },
        ),
        Command::Approve { proposal, digest } => {
            approve(state, context, county, (*proposal, *digest))
        }
        Command::Decline { proposal } => decline(state, county, *proposal),
        Command::Withdraw { proposal } => {
            if open(state, *proposal)?.proposer != county {
                return Err(Rejection::ProposerRequired);
            }
            Ok(vec![Event::Withdrawn {
                proposal: *proposal,
            }])
        }
        Command::RotateKey {
            county: owner,
            key,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        } => {
            let key = Key {
                fingerprint: *fingerprint,
                body: KeyBody::Sign(*key),
                role: Role::County(*owner),
                valid_from: *valid_from,
                valid_until: *valid_until,
                revoked: None,
                expired: false,
            };
            rotate(state, context, (county, *owner), key, *proof)
        }
    }
}

fn propose(state: &State, context: &Context, proposal: Proposal) -> Result<Vec<Event>, Rejection> {
    let now = context.block.time;
    let last = state.governance.last_proposal();
    if Some(proposal.id.0) != last.checked_add(1) {
        return Err(Rejection::ProposalNotNext);
    }
    if proposal.until <= now {
        return Err(Rejection::UntilPassed);
    }
    if proposal.until > now.plus(PROPOSAL_OPEN_MAX) {
        return Err(Rejection::UntilTooFar);
    }
    let mut rivals = state.governance.open();
    if rivals.any(|rival| rival.subject.name() == proposal.subject.name()) {
        return Err(Rejection::SubjectOpen);
    }
    // Asked even where it is not enacted yet: what cannot happen is not put before the counties.
    let effect = effect(state, &context.block, &proposal.subject)?;
    let (id, approvals) = (proposal.id, proposal.approvals.len());
    let mut events = vec![Event::Proposed(Box::new(proposal))];
    if approvals >= majority(state) {
        events.push(Event::Enacted { proposal: id });
        events.extend(effect);
    }
    Ok(events)
}

fn approve(
    state: &State,
    context: &Context,
    county: CountyId,
    (id, digest): (ProposalId, Sha256),
) -> Result<Vec<Event>, Rejection> {
    let proposal = open(state, id)?;
    if proposal.digest != digest {
        return Err(Rejection::DigestForeign);
    }
    if proposal.has_voted(county) {
        return Err(Rejection::AlreadyVoted);
    }
    let mut events = vec![Event::Approved {
        proposal: id,
        county,
    }];
    if proposal.approvals.len().saturating_add(1) >= majority(state) {
        let effect = effect(state, &context.block, &proposal.subject)?;
        events.push(Event::Enacted { proposal: id });
        events.extend(effect);
    }
    Ok(events)
}

fn decline(state: &State, county: CountyId, id: ProposalId) -> Result<Vec<Event>, Rejection> {
    let proposal = open(state, id)?;
    if proposal.has_voted(county) {
        return Err(Rejection::AlreadyVoted);
    }
    let mut events = vec![Event::Declined {
        proposal: id,
        county,
    }];
    let counties = state.governance.counties().count();
    let declines = proposal.declines.len().saturating_add(1);
    if counties.saturating_sub(declines) < majority(state) {
        events.push(Event::Rejected { proposal: id });
    }
    Ok(events)
}

fn rotate(
    state: &State,
    context: &Context,
    (sender, owner): (CountyId, CountyId),
    key: Key,
    proof: Proof,
) -> Result<Vec<Event>, Rejection> {
    if !state.governance.has_county(owner) {
        return Err(Rejection::CountyUnknown);
    }
    let reason = if sender == owner {
        RevocationReason::Superseded
    } else {
        state.governance.mandate(context)?;
        RevocationReason::Compromised
    };
    if proof == Proof::Fails {
        return Err(Rejection::KeyProofFails);
    }
    let now = context.block.time;
    fit(state, now, &key)?;
    if key.valid_from > now.plus(state.governance.parameters().skew_secs) {
        return Err(Rejection::ValidityTooSoon);
    }
    Ok(vec![Event::KeyRotated {
        key,
        ended: lasting(state, &key, now),
        at: now,
        reason,
    }])
}

/// More than half of the counties: two of three.
fn majority(state: &State) -> usize {
    let half = state.governance.counties().count().checked_div(2);
    half.unwrap_or(0).saturating_add(1)
}

fn open(state: &State, id: ProposalId) -> Result<&Proposal, Rejection> {
    let proposal = state
        .governance
        .proposal(id)
        .ok_or(Rejection::ProposalUnknown)?;
    if proposal.status == Status::Open {
        Ok(proposal)
    } else {
        Err(Rejection::ProposalNotOpen)
    }
}
