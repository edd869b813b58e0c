//! One sample of every command, event and record, with fixed content.
//! The vectors and the round trips are taken over all of them; a new one belongs here.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    Command, Event, Record, board,
    bundle::{self, Release},
    governance,
    id::{Commitment, CountyId, MemberId, ReleaseId, SeatId, SessionId, Sha256, TermId},
    ingestion::{self, Bucket, Ingestion, Published},
    key::{Key, KeyBody, Revocation, RevocationReason, Role},
    membership::{self, Member, Proof, Standing},
    nomination::{self, Nomination, Severity, Status, Verdict, VetoCategory},
    session::{self, Reports, Session},
    time::{Secs, Time},
};
use ktr_wire::signature::fingerprint;

pub use crate::sample_session::emptied;
use crate::{Actor, Cast, sample_change, sample_governance, sample_rm1, sample_session};

/// The chain of the vectors; a proposal is named by a digest that its chain is in.
pub const CHAIN_ID: &str = "ktr-vector-1";
/// When all samples happen.
pub const START: Time = Time(1_900_000_000);

pub(crate) const MEMBER: MemberId = MemberId([0x11; 16]);
pub(crate) const CASE: Commitment = Commitment([0x22; 32]);
pub(crate) const RELEASE: ReleaseId = ReleaseId([0x44; 16]);
pub(crate) const SESSION: SessionId = SessionId(1);
pub(crate) const COUNTY: CountyId = CountyId(2);

/// The member of the samples.
#[must_use]
pub fn member() -> Actor {
    Actor::named("member", START)
}

/// The member's key for rooms.
#[must_use]
pub fn room_key() -> KeyBody {
    KeyBody::Room(Actor::encryption("member-room", START))
}

pub(crate) fn later(secs: u64) -> Time {
    START.plus(Secs(secs))
}

fn key(body: KeyBody, revoked: Option<Revocation>) -> Key {
    Key {
        fingerprint: fingerprint(&body),
        body,
        role: Role::Member(MEMBER),
        valid_from: START,
        valid_until: later(86_400 * 300),
        revoked,
        expired: false,
    }
}

pub(crate) fn release() -> Release {
    Release {
        id: RELEASE,
        session: SESSION,
        sha256: Sha256([0x45; 32]),
        size: 51_200,
        profile: 1,
        key: Actor::named("releaser", START).fingerprint,
        beacon: Sha256([0x46; 32]),
        nominations: vec![CASE, Commitment([0x23; 32])],
        sealed_at: later(89_000),
        retracted: None,
    }
}

fn published() -> Published {
    let [bucket, ..] = Bucket::ALL;
    let beacon = Sha256([0x46; 32]);
    Published {
        bucket,
        beacon,
        hits: Some(201),
        interrupted: true,
        published_at: later(112_500),
    }
}

/// Every command that can be read, RM-1's with the others. The key proof that two of them need is [`proof_of`].
#[must_use]
#[expect(
    clippy::too_many_lines,
    reason = "a table of samples, one after the other"
)]
pub fn commands() -> Vec<(&'static str, Command)> {
    let member = member();
    let (signing, room) = (KeyBody::Sign(member.body), room_key());
    let admit = membership::Command::Admit {
        member: MEMBER,
        home: CountyId(1),
        key: member.body,
        fingerprint: member.fingerprint,
        valid_from: START,
        valid_until: later(86_400 * 300),
        proof: Proof::Holds,
    };
    let add = |body: KeyBody| membership::Command::AddKey {
        member: MEMBER,
        body,
        fingerprint: fingerprint(&body),
        valid_from: START,
        valid_until: later(86_400 * 300),
        proof: Proof::Holds,
    };
    let revoke = membership::Command::RevokeKey {
        member: MEMBER,
        fingerprint: member.fingerprint,
        reason: RevocationReason::Compromised,
    };
    let veto = Verdict::Veto(VetoCategory::LawEnforcement);
    let Release {
        id,
        sha256,
        size,
        profile,
        beacon,
        nominations,
        ..
    } = release();
    let Published {
        bucket,
        hits,
        interrupted,
        ..
    } = published();
    let mut commands = vec![
        ("membership.admit", Command::Membership(admit)),
        ("membership.add_key sign", Command::Membership(add(signing))),
        ("membership.add_key room", Command::Membership(add(room))),
        ("membership.revoke_key", Command::Membership(revoke)),
        (
            "bundle.seal",
            Command::Bundle(bundle::Command::Seal {
                release: id,
                session: SESSION,
                sha256,
                size,
                profile,
                beacon,
                nominations,
            }),
        ),
        (
            "ingestion.publish plain",
            Command::Ingestion(ingestion::Command::Publish {
                session: SESSION,
                bucket,
                beacon,
                hits,
                interrupted,
            }),
        ),
    ];
    let nominations = [
        (
            "nomination.submit",
            nomination::Command::Submit {
                commitment: CASE,
                severity: Severity::Critical,
                matrix_version: 1,
                decide_by: later(86_400),
            },
        ),
        (
            "nomination.vote approve",
            nomination::Command::Vote {
                commitment: CASE,
                verdict: Verdict::Approve,
            },
        ),
        (
            "nomination.vote veto",
            nomination::Command::Vote {
                commitment: CASE,
                verdict: veto,
            },
        ),
        (
            "nomination.withdraw",
            nomination::Command::Withdraw { commitment: CASE },
        ),
    ];
    commands.extend(nominations.map(|(name, command)| (name, Command::Nomination(command))));
    commands.extend(
        sample_session::commands().map(|(name, command)| (name, Command::Session(command))),
    );
    commands.extend(sample_change::commands());
    let governance = sample_governance::commands();
    commands.extend(
        governance
            .into_iter()
            .map(|(name, command)| (name, Command::Governance(command))),
    );
    commands.extend(sample_rm1::commands());
    commands
}

/// What the new key of a sample signed; empty for every command that needs no proof.
#[must_use]
pub fn proof_of(command: &Command, chain_id: &str) -> Vec<u8> {
    let needs_proof = matches!(
        command,
        Command::Membership(
            membership::Command::Admit { .. }
                | membership::Command::AddKey {
                    body: KeyBody::Sign(_),
                    ..
                },
        )
    );
    if needs_proof {
        return member().prove(chain_id, &MEMBER, START);
    }
    if let Command::Governance(governance::Command::RotateKey { county, .. }) = command {
        return sample_governance::county_key().prove_as(chain_id, Role::County(*county), START);
    }
    match sample_change::prover(command) {
        Some((holder, owner)) => holder.prove_as(chain_id, owner, START),
        None => Vec::new(),
    }
}

/// Every event that can stand in the log.
#[must_use]
#[expect(
    clippy::too_many_lines,
    reason = "a table of samples, one after the other"
)]
pub fn events() -> Vec<Event> {
    let member = member();
    let signing = key(KeyBody::Sign(member.body), None);
    let (at, seat, term, commitment) = (START, SeatId(3), TermId(1), CASE);
    let membership = [
        membership::Event::Admitted {
            member: MEMBER,
            home: CountyId(1),
            at,
            key: signing,
        },
        membership::Event::KeyAdded {
            member: MEMBER,
            key: key(room_key(), None),
        },
        membership::Event::KeyRevoked {
            member: MEMBER,
            fingerprint: member.fingerprint,
            at,
            reason: RevocationReason::Retired,
        },
    ];
    let board = [
        board::Event::TermBegan { term },
        board::Event::TermEnded { term },
    ];
    let nomination = [
        nomination::Event::Submitted {
            commitment,
            nominator: MEMBER,
            severity: Severity::High,
            matrix_version: 1,
            term,
            at,
            decide_by: later(86_400),
        },
        nomination::Event::Approved { commitment, seat },
        nomination::Event::Cleared { commitment },
        nomination::Event::Vetoed {
            commitment,
            seat,
            category: VetoCategory::Other,
        },
        nomination::Event::Diverted { commitment },
        nomination::Event::Withdrawn { commitment },
        nomination::Event::Lapsed { commitment },
    ];
    let (session, county) = (SESSION, COUNTY);
    let sessions = [
        session::Event::Scheduled {
            session,
            hours: sample_session::hours(),
            languages: sample_session::languages(),
        },
        session::Event::Opened { session, at },
        session::Event::Closed {
            session,
            at,
            attendance: Some(31),
        },
        session::Event::Seeded {
            session,
            county,
            seeded: sample_session::seeded(),
        },
        session::Event::Joined {
            session,
            county,
            count: None,
        },
        session::Event::Dissolved {
            session,
            county,
            dissolved: sample_session::dissolved(),
        },
        session::Event::Ended { session },
        session::Event::Overdue { session, county },
    ];
    let mut events: Vec<Event> = membership.map(Event::Membership).to_vec();
    events.extend(board.map(Event::Board));
    events.extend(nomination.map(Event::Nomination));
    events.push(Event::Bundle(bundle::Event::Sealed(release())));
    events.extend(sessions.map(Event::Session));
    events.push(Event::Ingestion(ingestion::Event::Published {
        session,
        published: published(),
    }));
    events.extend(sample_change::events());
    events.extend(
        sample_governance::events()
            .into_iter()
            .map(Event::Governance),
    );
    events
}

/// A record of every kind, with every optional part once present and once absent.
#[must_use]
#[expect(
    clippy::too_many_lines,
    reason = "a table of samples, one after the other"
)]
pub fn records() -> Vec<Record> {
    let mut records = Cast::new(START).genesis().into_records();
    let revoked = Revocation {
        at: later(5),
        reason: RevocationReason::Superseded,
    };
    let nomination = |status, approvals: &[u8]| Nomination {
        commitment: CASE,
        nominator: MEMBER,
        severity: Severity::High,
        matrix_version: 1,
        term: TermId(1),
        submitted_at: START,
        decide_by: later(86_400),
        approvals: approvals
            .iter()
            .map(|n| SeatId(*n))
            .collect::<BTreeSet<_>>(),
        status,
    };
    let veto = Status::Vetoed {
        seat: SeatId(3),
        category: VetoCategory::Quality,
    };
    let reports = Reports {
        seeded: Some(sample_session::seeded()),
        joined: Some(None),
        dissolved: vec![sample_session::dissolved()],
        ..Reports::default()
    };
    let overdue = Reports {
        overdue: true,
        ..Reports::default()
    };
    let published = published();
    records.extend([
        Record::Member(Member {
            id: MEMBER,
            home: CountyId(1),
            admitted_at: START,
            standing: Standing::Active,
            turns: 0,
        }),
        Record::Key(key(room_key(), Some(revoked))),
        Record::Nomination(nomination(Status::Open, &[])),
        Record::Nomination(nomination(Status::Cleared, &[1, 2, 3])),
        Record::Nomination(nomination(veto, &[1, 2])),
        Record::Nomination(nomination(Status::Withdrawn, &[1])),
        Record::Nomination(nomination(Status::Lapsed, &[])),
        Record::Release(release()),
        Record::Session(Session {
            id: SESSION,
            hours: sample_session::hours(),
            languages: sample_session::languages(),
            revision: 0,
            roll: None,
            status: session::Status::Scheduled,
            ended: false,
            reports: BTreeMap::new(),
        }),
        Record::Session(Session {
            id: SESSION,
            hours: sample_session::hours(),
            languages: sample_session::languages(),
            revision: 0,
            roll: None,
            status: session::Status::Closed {
                opened_at: later(90_000),
                at: later(93_000),
                attendance: Some(31),
            },
            ended: true,
            reports: [(CountyId(1), reports), (CountyId(2), overdue)].into(),
        }),
        Record::Ingestion(Ingestion {
            session: SESSION,
            published: [(published.bucket, published)].into(),
        }),
    ]);
    records.extend(sample_change::records());
    records.extend(sample_governance::records());
    records
}
