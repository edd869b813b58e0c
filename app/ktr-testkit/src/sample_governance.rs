//! One sample of every command, event and record of governance, with fixed content.
//! `sample` gathers them with those of the other subjects.

use ktr_core::{
    Record,
    governance::{
        Command, Event, Federation, Host, NextHost, Parameters, Proposal, Resolved, Status,
        Subject, Upgrade, Validator,
    },
    id::{CountyId, Height, ProposalId, Sha256, ValidatorAddress, ValidatorKey},
    key::{Key, KeyBody, RevocationReason, Role},
    membership::Proof,
};
use ktr_wire::{digest, signature::fingerprint};

use crate::{
    Actor,
    sample::{CHAIN_ID, COUNTY, START, later},
};

const PROPOSAL: ProposalId = ProposalId(1);
const ACT: Sha256 = Sha256([0x47; 32]);

/// The new key of county 2.
#[must_use]
pub(crate) fn county_key() -> Actor {
    Actor::named("county-2-new", START)
}

fn key(role: Role) -> Key {
    let actor = Actor::named("role-new", START);
    Key {
        fingerprint: actor.fingerprint,
        body: KeyBody::Sign(actor.body),
        role,
        valid_from: later(86_400),
        valid_until: later(86_400 * 300),
        revoked: None,
        expired: false,
    }
}

fn validators() -> Vec<Validator> {
    let site = |n: u8, power, county| Validator {
        key: ValidatorKey([n; 32]),
        power,
        county,
    };
    vec![
        site(0x51, 100, Some(CountyId(1))),
        site(0x52, 100, Some(COUNTY)),
        site(0x53, 100, Some(CountyId(3))),
        site(0x54, 1, None),
    ]
}

fn parameters() -> Parameters {
    Parameters {
        count_min: 8,
        ..Parameters::default()
    }
}

const fn federation() -> Federation {
    Federation {
        sha256: Sha256([0x48; 32]),
        sequence: 3,
    }
}

const fn upgrade() -> Upgrade {
    Upgrade {
        app_version: 2,
        height: Height(525_600),
    }
}

fn next_host() -> NextHost {
    NextHost {
        region: COUNTY,
        from: later(86_400),
    }
}

/// Every subject.
#[must_use]
pub(crate) fn subjects() -> Vec<Subject> {
    let studio = Actor::named("studio-new", START);
    vec![
        Subject::Host(Host {
            region: COUNTY,
            studio: studio.body,
            fingerprint: studio.fingerprint,
            from: later(86_400),
            key_until: later(86_400 * 300),
        }),
        Subject::Validators {
            set: validators(),
            accepts_halt: true,
        },
        Subject::Parameters(parameters()),
        Subject::Keys(key(Role::Sidecar(COUNTY))),
        Subject::Roots(Sha256([0x49; 32])),
        Subject::Federation(federation()),
        Subject::Upgrade(upgrade()),
        Subject::Act(ACT),
    ]
}

/// Every command; one proposal of each subject.
#[must_use]
pub(crate) fn commands() -> Vec<(&'static str, Command)> {
    let names = [
        "governance.propose host",
        "governance.propose validators",
        "governance.propose parameters",
        "governance.propose keys",
        "governance.propose roots",
        "governance.propose federation",
        "governance.propose upgrade",
        "governance.propose act",
    ];
    let proposals = subjects().into_iter().map(|subject| Command::Propose {
        proposal: PROPOSAL,
        digest: digest::proposal(CHAIN_ID, &subject),
        subject,
        until: later(86_400 * 30),
    });
    let mut commands: Vec<_> = names.into_iter().zip(proposals).collect();
    let new = county_key();
    commands.extend([
        (
            "governance.approve",
            Command::Approve {
                proposal: PROPOSAL,
                digest: ACT,
            },
        ),
        (
            "governance.decline",
            Command::Decline { proposal: PROPOSAL },
        ),
        (
            "governance.withdraw",
            Command::Withdraw { proposal: PROPOSAL },
        ),
        (
            "governance.rotate_key",
            Command::RotateKey {
                county: COUNTY,
                key: new.body,
                fingerprint: fingerprint(&KeyBody::Sign(new.body)),
                valid_from: START,
                valid_until: later(86_400 * 300),
                proof: Proof::Holds,
            },
        ),
    ]);
    commands
}

/// Every event; `proposed` of each subject.
#[must_use]
pub(crate) fn events() -> Vec<Event> {
    let (proposal, county, at) = (PROPOSAL, COUNTY, START);
    let old = Actor::named("county-2", START).fingerprint;
    let proposed = subjects().into_iter().map(|subject| {
        Event::Proposed(Box::new(Proposal {
            digest: digest::proposal(CHAIN_ID, &subject),
            subject,
            approvals: [CountyId(1)].into(),
            declines: [].into(),
            status: Status::Open,
            ..enacted()
        }))
    });
    let mut events: Vec<Event> = proposed.collect();
    events.extend([
        Event::Approved { proposal, county },
        Event::Enacted { proposal },
        Event::Declined { proposal, county },
        Event::Rejected { proposal },
        Event::Withdrawn { proposal },
        Event::KeyRotated {
            key: key(Role::County(COUNTY)),
            ended: vec![old],
            at,
            reason: RevocationReason::Superseded,
        },
        Event::Expired { proposal },
        Event::HostChanged { host: COUNTY },
        Event::Misbehaved {
            address: ValidatorAddress([0x55; 20]),
            height: Height(6),
            removed: Some(ValidatorKey([0x51; 32])),
        },
        Event::Misbehaved {
            address: ValidatorAddress([0x55; 20]),
            height: Height(6),
            removed: None,
        },
        Event::HaltReached { upgrade: upgrade() },
        Event::HostSet {
            next: next_host(),
            studio: key(Role::Studio),
            ended: vec![Actor::named("studio", START).fingerprint],
            ended_at: later(86_400),
        },
        Event::ValidatorsChanged {
            validators: validators(),
        },
        Event::ParametersChanged {
            parameters: parameters(),
        },
        Event::KeysChanged {
            key: key(Role::Sidecar(COUNTY)),
            ended: vec![Actor::named("sidecar", START).fingerprint],
            ended_at: later(86_400),
        },
        Event::RootsChanged {
            sha256: Sha256([0x49; 32]),
        },
        Event::FederationSet {
            federation: federation(),
        },
        Event::UpgradePlanned { upgrade: upgrade() },
    ]);
    events
}

fn enacted() -> Proposal {
    Proposal {
        id: PROPOSAL,
        subject: Subject::Act(ACT),
        digest: ACT,
        proposer: CountyId(1),
        approvals: [CountyId(1), CountyId(3)].into(),
        declines: [COUNTY].into(),
        opened_at: START,
        until: later(86_400 * 30),
        status: Status::Enacted,
    }
}

/// A record of either kind; that of resolutions with everything and, before it, with nothing.
#[must_use]
pub(crate) fn records() -> Vec<Record> {
    vec![
        Record::Proposal(enacted()),
        Record::Resolved(Resolved::default()),
        Record::Resolved(Resolved {
            next_host: Some(next_host()),
            roots: Some(Sha256([0x49; 32])),
            federation: Some(federation()),
            planned: Some(upgrade()),
            reached: Some(Upgrade {
                app_version: 1,
                height: Height(7),
            }),
        }),
    ]
}
