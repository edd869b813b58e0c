//! Proposals, resolutions and the events of governance as JSON.
//! Validators, parameters and keys in them look as their records do.

use std::collections::BTreeSet;

use ktr_core::{
    governance::{Event, NextHost, Proposal, Resolved, Subject, Tolerance, Upgrade, Validator},
    id::{CountyId, Fingerprint},
};
use serde_json::{Value, json};

use super::{record, word};

/// A proposal.
pub(super) fn proposal(proposal: &Proposal) -> Value {
    let numbers =
        |counties: &BTreeSet<CountyId>| counties.iter().map(|county| county.0).collect::<Vec<_>>();
    json!({
        "proposal": proposal.id.0,
        "subject": proposal.subject.name(),
        "proposed": subject(&proposal.subject),
        "digest": proposal.digest.to_string(),
        "proposer": proposal.proposer.0,
        "approvals": numbers(&proposal.approvals),
        "declines": numbers(&proposal.declines),
        "opened_at": proposal.opened_at.0,
        "until": proposal.until.0,
        "status": word::proposal_status(proposal.status),
    })
}

/// What a proposal proposes.
fn subject(subject: &Subject) -> Value {
    match subject {
        Subject::Host(host) => json!({
            "region": host.region.0,
            "studio": host.fingerprint.to_string(),
            "from": host.from.0,
            "key_until": host.key_until.0,
        }),
        Subject::Validators { set, accepts_halt } => {
            let mut shown = validators(set);
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("accepts_halt".to_owned(), json!(accepts_halt));
            }
            shown
        }
        Subject::Parameters(parameters) => record::of_parameters(parameters),
        Subject::Keys(key) => record::key(key),
        Subject::Roots(sha256) => json!({"sha256": sha256.to_string()}),
        Subject::Federation(list) => {
            json!({"sha256": list.sha256.to_string(), "sequence": list.sequence})
        }
        Subject::Upgrade(planned) => upgrade(planned),
        Subject::Act(command) => json!({"command": command.to_string()}),
    }
}

/// What the counties have resolved beyond the other records.
pub(super) fn resolved(resolved: &Resolved) -> Value {
    json!({
        "next_host": resolved.next_host.map(next_host),
        "roots": resolved.roots.map(|sha256| sha256.to_string()),
        "federation": resolved
            .federation
            .map(|list| json!({"sha256": list.sha256.to_string(), "sequence": list.sequence})),
        "planned": resolved.planned.as_ref().map(upgrade),
        "reached": resolved.reached.as_ref().map(upgrade),
    })
}

/// An event.
pub(super) fn event(event: &Event) -> Value {
    match event {
        Event::Proposed(proposed) => proposal(proposed),
        Event::Approved { proposal, county } | Event::Declined { proposal, county } => {
            json!({"proposal": proposal.0, "county": county.0})
        }
        Event::Enacted { proposal }
        | Event::Rejected { proposal }
        | Event::Withdrawn { proposal }
        | Event::Expired { proposal } => json!({"proposal": proposal.0}),
        Event::KeyRotated {
            key,
            ended,
            at,
            reason,
        } => json!({
            "key": record::key(key),
            "ended": fingerprints(ended),
            "at": at.0,
            "reason": word::reason(*reason),
        }),
        Event::HostSet {
            next,
            studio,
            ended,
            ended_at,
        } => json!({
            "next_host": next_host(*next),
            "studio": record::key(studio),
            "ended": fingerprints(ended),
            "ended_at": ended_at.0,
        }),
        Event::HostChanged { host } => json!({"host": host.0}),
        Event::ValidatorsChanged { validators: set } => validators(set),
        Event::ParametersChanged { parameters } => record::of_parameters(parameters),
        Event::KeysChanged {
            key,
            ended,
            ended_at,
        } => json!({
            "key": record::key(key),
            "ended": fingerprints(ended),
            "ended_at": ended_at.0,
        }),
        Event::RootsChanged { sha256 } => json!({"sha256": sha256.to_string()}),
        Event::FederationSet { federation } => json!({
            "sha256": federation.sha256.to_string(),
            "sequence": federation.sequence,
        }),
        Event::UpgradePlanned { upgrade: planned } | Event::HaltReached { upgrade: planned } => {
            upgrade(planned)
        }
        Event::Misbehaved {
            address,
            height,
            removed,
        } => json!({
            "address": address.to_string(),
            "height": height.0,
            "removed": removed.map(|key| key.to_string()),
        }),
    }
}

fn next_host(next: NextHost) -> Value {
    json!({"region": next.region.0, "from": next.from.0})
}

fn upgrade(upgrade: &Upgrade) -> Value {
    json!({"app_version": upgrade.app_version, "height": upgrade.height.0})
}

/// A set, and what it tolerates: who approves one sees both.
fn validators(set: &[Validator]) -> Value {
    let tolerance = Tolerance::of(set);
    json!({
        "validators": set.iter().map(record::validator).collect::<Vec<_>>(),
        "tolerates": tolerance.faults,
        "tolerates_text": tolerance.to_string(),
    })
}

fn fingerprints(fingerprints: &[Fingerprint]) -> Vec<String> {
    fingerprints.iter().map(ToString::to_string).collect()
}
