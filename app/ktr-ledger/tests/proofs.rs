//! Sentences about the largest records that the limits allow: each can be proven, and so can an absence between two of them.
//! Records without a list are small; what a real engine hands out is recorded in `ktr-proof`.
#![expect(clippy::expect_used, reason = "a test stops at what cannot be")]

use ktr_core::{
    Record, RecordKey,
    board::{Holder, Seat, Term, TermStatus},
    bundle::{Release, Retraction, RetractionReason},
    governance::{self, Proposal, Subject, Validator},
    id::{
        Commitment, CountyId, Fingerprint, MemberId, ProposalId, ReleaseId, SeatId, SessionId,
        Sha256, TermId, ValidatorKey,
    },
    ingestion::{Bucket, Ingestion, Published},
    limits::{
        ATTEMPTS_MAX, COUNTIES_MAX, RECUSALS_MAX, RELEASE_NOMINATIONS_MAX, TAGS_MAX, VALIDATORS_MAX,
    },
    session::{
        Cause, Dissolved, Engine, Flags, Hours, LanguageTag, Reports, Seeded, ServerVersion,
        Session, Status, Testimony,
    },
    time::Time,
};
use ktr_ledger::tree::{self, Memory};
use ktr_proof::state;
use ktr_wire::record;

/// A time with as many octets as one can have.
const LAST: Time = Time(u64::MAX);
const DIGEST: Sha256 = Sha256([7; 32]);
/// Octets of one step of a path, and some: two hashes, the prefix, and what protobuf puts around them.
const STEP: usize = 80;
/// Steps of the deepest path, given by the specification of the tree.
const DEPTH: usize = 64;

fn term() -> Term {
    let holder = Holder {
        sign: Fingerprint([1; 20]),
        encrypt: Fingerprint([2; 20]),
    };
    let seat = |n| Seat {
        id: SeatId(n),
        holder,
        deputy: holder,
        vacated_at: Some(LAST),
    };
    let recusals = (0..85).flat_map(|n| [1, 2, 3].map(|seat| (Commitment([n; 32]), SeatId(seat))));
    Term {
        id: TermId(u32::MAX),
        from: LAST,
        until: LAST,
        status: TermStatus::Ended,
        seats: [1, 2, 3].map(seat).to_vec(),
        recusals: recusals.collect(),
    }
}

fn release() -> Release {
    Release {
        id: ReleaseId([3; 16]),
        session: SessionId(u32::MAX),
        sha256: DIGEST,
        size: u64::MAX,
        profile: u32::MAX,
        key: Fingerprint([1; 20]),
        beacon: DIGEST,
        nominations: (0..64).map(|n| Commitment([n; 32])).collect(),
        sealed_at: LAST,
        retracted: Some(Retraction {
            at: LAST,
            reason: RetractionReason::Other,
        }),
    }
}

fn dissolved(attempt: u32) -> Dissolved {
    Dissolved {
        attempt,
        cause: Cause::Operator,
        started_at: LAST,
        emptied_at: LAST,
        purged_at: LAST,
        scanned_at: LAST,
        kicked: Some(u64::MAX),
        posts: u64::MAX,
        media_deleted: u64::MAX,
        cancelled: Some(u64::MAX),
        strays: u64::MAX,
        residue: [u64::MAX; 8],
        flags: Flags(Flags::KNOWN),
        engine: Engine::Synapse,
        version: ServerVersion {
            major: u32::MAX,
            minor: u32::MAX,
            patch: u32::MAX,
        },
        receipt: DIGEST,
    }
}

/// What is reported of one county's room, with what all others found at its door.
fn reports(county: u8) -> Reports {
    let others = (1..=16).filter(|by| *by != county);
    let witnessed = others
        .flat_map(|by| (1..=8).map(move |attempt| ((attempt, CountyId(by)), Testimony::Standing)));
    Reports {
        seeded: Some(Seeded {
            room: DIGEST,
            post: DIGEST,
        }),
        joined: Some(Some(u64::MAX)),
        dissolved: (1..=8).map(dissolved).collect(),
        overdue: true,
        witnessed: witnessed.collect(),
        unwitnessed: true,
        superseded: 8,
    }
}

fn session(id: u32) -> Session {
    let tags = ('a'..='p').map(|letter| format!("xx{letter}-abcdefgh"));
    Session {
        id: SessionId(id),
        hours: Hours {
            seeds_at: LAST,
            opens_at: LAST,
            dissolves_at: LAST,
        },
        languages: tags.filter_map(|tag| LanguageTag::parse(&tag)).collect(),
        revision: u32::MAX,
        roll: Some(DIGEST),
        status: Status::Closed {
            opened_at: LAST,
            at: LAST,
            attendance: Some(u64::MAX),
        },
        ended: true,
        reports: (1..=16).map(|n| (CountyId(n), reports(n))).collect(),
    }
}

fn validators() -> Vec<Validator> {
    let site = |n| Validator {
        key: ValidatorKey([n; 32]),
        power: u64::MAX,
        county: Some(CountyId(16)),
    };
    (0..16).map(site).collect()
}

fn proposal() -> Proposal {
    Proposal {
        id: ProposalId(u32::MAX),
        subject: Subject::Validators {
            set: validators(),
            accepts_halt: true,
        },
        digest: DIGEST,
        proposer: CountyId(16),
        approvals: (1..=16).map(CountyId).collect(),
        declines: (1..=16).map(CountyId).collect(),
        opened_at: LAST,
        until: LAST,
        status: governance::Status::Expired,
    }
}

fn ingestion() -> Ingestion {
    let published = |bucket| Published {
        bucket,
        beacon: DIGEST,
        hits: Some(u64::MAX),
        interrupted: true,
        published_at: LAST,
    };
    Ingestion {
        session: SessionId(u32::MAX),
        published: Bucket::ALL.map(|bucket| (bucket, published(bucket))).into(),
    }
}

/// A tree of these records, and its root.
fn tree_of(records: &[Record]) -> (Memory, Sha256) {
    let rows = records
        .iter()
        .map(|record| (record.key(), record::encode(record)));
    let rows: Vec<_> = rows.collect();
    let mut tree = Memory::default();
    let (root, update) = tree::update(&tree, 0, &rows).expect("a fresh tree");
    tree.apply(&update);
    (tree, root)
}

#[test]
fn the_samples_of_the_largest_records_have_all_that_the_limits_allow() {
    assert_eq!(term().recusals.len(), RECUSALS_MAX);
    assert_eq!(release().nominations.len(), RELEASE_NOMINATIONS_MAX);
    assert_eq!(validators().len(), VALIDATORS_MAX);
    assert_eq!(proposal().approvals.len(), COUNTIES_MAX);
    let session = session(1);
    assert_eq!(session.languages.len(), TAGS_MAX);
    assert_eq!(session.reports.len(), COUNTIES_MAX);
    for reports in session.reports.values() {
        assert_eq!(reports.dissolved.len(), ATTEMPTS_MAX);
        assert_eq!(reports.witnessed.len(), ATTEMPTS_MAX * (COUNTIES_MAX - 1));
    }
}

#[test]
fn the_largest_record_of_every_kind_that_has_a_list_is_proven() {
    let records = [
        Record::Term(term()),
        Record::Release(release()),
        Record::Session(session(u32::MAX)),
        Record::Validators(validators()),
        Record::Proposal(proposal()),
        Record::Ingestion(ingestion()),
    ];
    let (tree, root) = tree_of(&records);
    for record in records {
        let key = record.key();
        let (value, proof) = tree::prove(&tree, 0, key).expect("readable");
        let read = state::verify(key, value.as_deref(), &proof, &root);
        assert_eq!(read, Ok(Some(record)));
    }
}

#[test]
fn an_absence_between_the_two_largest_records_is_proven_however_deep_the_tree_is() {
    let sessions = [u32::MAX, u32::MAX - 1].map(|id| Record::Session(session(id)));
    let (tree, root) = tree_of(&sessions);
    // SHA-256 of this key lies between those of the two.
    let absent = RecordKey::Member(MemberId([8; 16]));
    let (value, proof) = tree::prove(&tree, 0, absent).expect("readable");
    assert_eq!(value, None);
    assert_eq!(state::verify(absent, None, &proof, &root), Ok(None));
    let sizes = sessions.iter().map(|record| record::encode(record).len());
    assert!(proof.len() > sizes.sum::<usize>(), "a neighbour is missing");
    assert!(proof.len() + 2 * DEPTH * STEP <= state::PROOF_MAX);
}
