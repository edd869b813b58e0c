//! Every change of the network, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, Network, Proposal, Resolved, State, Status};
use crate::{
    id::{Fingerprint, ProposalId},
    key::{Key, Revocation},
    time::Time,
};

/// Applies a fact about the network.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Proposed(proposal) => state.put_proposal((**proposal).clone()),
        Event::Approved { proposal, county } => change(state, *proposal, |proposal| {
            proposal.approvals.insert(*county);
        }),
        Event::Declined { proposal, county } => change(state, *proposal, |proposal| {
            proposal.declines.insert(*county);
        }),
        Event::Enacted { proposal } => set_status(state, *proposal, Status::Enacted),
        Event::Rejected { proposal } => set_status(state, *proposal, Status::Rejected),
        Event::Withdrawn { proposal } => set_status(state, *proposal, Status::Withdrawn),
        Event::Expired { proposal } => set_status(state, *proposal, Status::Expired),
        Event::KeyRotated {
            key,
            ended,
            at,
            reason,
        } => {
            let revoked = Some(Revocation {
                at: *at,
                reason: *reason,
            });
            replace(state, *key, ended, |old| old.revoked = revoked);
        }
        Event::KeysChanged {
            key,
            ended,
            ended_at,
        } => end(state, *key, ended, *ended_at),
        Event::HostSet {
            next,
            studio,
            ended,
            ended_at,
        } => {
            end(state, *studio, ended, *ended_at);
            resolve(state, |resolved| resolved.next_host = Some(*next));
        }
        Event::HostChanged { host } => {
            if let Some(network) = state.network().cloned() {
                state.set_network(Network {
                    host: *host,
                    ..network
                });
            }
            resolve(state, |resolved| resolved.next_host = None);
        }
        Event::ValidatorsChanged { validators } => state.set_validators(validators.clone()),
        Event::ParametersChanged { parameters } => state.set_parameters(parameters.clone()),
        Event::RootsChanged { sha256 } => resolve(state, |resolved| resolved.roots = Some(*sha256)),
        Event::FederationSet { federation } => {
            resolve(state, |resolved| resolved.federation = Some(*federation));
        }
        Event::UpgradePlanned { upgrade } => {
            resolve(state, |resolved| resolved.planned = Some(*upgrade));
        }
        Event::HaltReached { upgrade } => resolve(state, |resolved| {
            resolved.planned = None;
            resolved.reached = Some(*upgrade);
        }),
        Event::Misbehaved { removed, .. } => {
            let mut validators = state.validators().to_vec();
            validators.retain(|validator| Some(validator.key) != *removed);
            state.set_validators(validators);
        }
    }
}

fn set_status(state: &mut State, id: ProposalId, status: Status) {
    change(state, id, |proposal| proposal.status = status);
}

fn change(state: &mut State, id: ProposalId, change: impl FnOnce(&mut Proposal)) {
    if let Some(mut proposal) = state.proposal(id).cloned() {
        change(&mut proposal);
        state.put_proposal(proposal);
    }
}

fn resolve(state: &mut State, change: impl FnOnce(&mut Resolved)) {
    let mut resolved = state.resolved().copied().unwrap_or_default();
    change(&mut resolved);
    state.set_resolved(resolved);
}

/// Lets older keys end when the new one begins.
fn end(state: &mut State, key: Key, ended: &[Fingerprint], at: Time) {
    replace(state, key, ended, |old| old.valid_until = at);
}

fn replace(state: &mut State, key: Key, ended: &[Fingerprint], end: impl Fn(&mut Key)) {
    for fingerprint in ended {
        if let Some(mut old) = state.key(fingerprint).copied() {
            end(&mut old);
            state.put_key(old);
        }
    }
    state.put_key(key);
}
