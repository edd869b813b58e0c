//! The stage on which the core's sentences are told, and the properties that hold over all subjects.
//! What a single rule says stands in its subject's own tests.

use alloc::{collections::BTreeSet, format, vec, vec::Vec};

use proptest::prelude::*;

use crate::{
    BlockContext, Command, Context, Event, Genesis, Mandate, Record, Rejection, State,
    board::{self, Appointee, Holder, Pair, Seat, Term, TermStatus, Voter},
    bundle::RetractionReason,
    decide, due, evolve,
    governance::{self, Host, Network, Parameters, Proposal, Subject, Upgrade, Validator},
    id::{
        Commitment, CountyId, EncryptionKey, Fingerprint, Height, MemberId, ProposalId, ReleaseId,
        SeatId, SessionId, Sha256, SigningKey, TermId, ValidatorKey,
    },
    ingestion::{self, Bucket},
    key::{Key, KeyBody, RevocationReason, Role},
    membership::{self, Proof, Standing},
    nomination::{self, Severity, Verdict, VetoCategory},
    session::{self, Hours, LanguageTag, Testimony},
    time::{Secs, Time},
};

pub(crate) const COUNTIES: [u8; 3] = [1, 2, 3];
pub(crate) const START: u64 = 1_900_000_000;
pub(crate) const DAY: u64 = 86_400;

/// A fingerprint that says whose key it is.
pub(crate) fn fp(kind: u8, n: u8) -> Fingerprint {
    let mut octets = [0; 20];
    octets[0] = kind;
    octets[1] = n;
    Fingerprint(octets)
}

pub(crate) fn county(n: u8) -> Fingerprint {
    fp(1, n)
}
pub(crate) fn sidecar(n: u8) -> Fingerprint {
    fp(2, n)
}
pub(crate) fn studio() -> Fingerprint {
    fp(3, 1)
}
pub(crate) fn releaser() -> Fingerprint {
    fp(4, 1)
}
pub(crate) fn collector() -> Fingerprint {
    fp(5, 1)
}
pub(crate) fn seat(n: u8) -> Fingerprint {
    fp(6, n)
}
pub(crate) fn deputy(n: u8) -> Fingerprint {
    fp(7, n)
}
pub(crate) fn member(n: u8) -> Fingerprint {
    fp(9, n)
}
pub(crate) fn member_id(n: u8) -> MemberId {
    MemberId([n; 16])
}
pub(crate) fn case(n: u8) -> Commitment {
    Commitment([n; 32])
}

fn signing(fingerprint: Fingerprint, role: Role) -> Key {
    Key {
        fingerprint,
        body: KeyBody::Sign(SigningKey([fingerprint.0[1]; 51])),
        role,
        valid_from: Time(START),
        valid_until: Time(START + 1_000 * DAY),
        revoked: None,
        expired: false,
    }
}

/// A network of three counties whose first term has begun.
pub(crate) fn network() -> State {
    let mut keys = vec![
        signing(studio(), Role::Studio),
        signing(releaser(), Role::Releaser),
        signing(collector(), Role::Collector),
    ];
    for n in COUNTIES {
        keys.push(signing(county(n), Role::County(CountyId(n))));
        keys.push(signing(sidecar(n), Role::Sidecar(CountyId(n))));
        keys.push(signing(seat(n), Role::Seat(SeatId(n))));
        keys.push(signing(deputy(n), Role::Deputy(SeatId(n))));
    }
    let holder = |sign| Holder {
        sign,
        encrypt: Fingerprint([0; 20]),
    };
    let seats = COUNTIES.map(|n| Seat {
        id: SeatId(n),
        holder: holder(seat(n)),
        deputy: holder(deputy(n)),
        vacated_at: None,
    });
    let validator = |n| Validator {
        key: ValidatorKey([n; 32]),
        power: 100,
        county: Some(CountyId(n)),
    };
    let mut state = State::from(Genesis {
        network: Network {
            counties: 3,
            host: CountyId(1),
            alliance: Sha256([7; 32]),
        },
        parameters: Parameters::default(),
        validators: COUNTIES.map(validator).to_vec(),
        keys,
        term: Term {
            id: TermId(1),
            from: Time(START),
            until: Time(START + 200 * DAY),
            status: TermStatus::Appointed,
            seats: seats.to_vec(),
            recusals: BTreeSet::new(),
        },
    });
    pass(&mut state, START);
    state
}

pub(crate) fn block(now: u64) -> BlockContext {
    BlockContext {
        height: Height(1),
        time: Time(now),
    }
}

/// Lets time alone act.
pub(crate) fn pass(state: &mut State, now: u64) -> Vec<Event> {
    let events = due(state, &block(now));
    for event in &events {
        evolve(state, event);
    }
    events
}

/// Sends a command; what was decided has happened.
pub(crate) fn send(
    state: &mut State,
    now: u64,
    signer: Fingerprint,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    send_for(state, now, signer, None, command)
}

/// The digest of every command on this stage, where nothing is encoded.
pub(crate) const DIGEST: Sha256 = Sha256([0xD1; 32]);

/// Sends a command that names a proposal.
pub(crate) fn send_for(
    state: &mut State,
    now: u64,
    signer: Fingerprint,
    proposal: Option<ProposalId>,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let context = Context {
        block: block(now),
        signer,
        mandate: proposal.map(|proposal| Mandate {
            proposal,
            command: DIGEST,
        }),
    };
    let events = decide(state, &context, command)?;
    for event in &events {
        evolve(state, event);
    }
    Ok(events)
}

/// An enacted proposal that names every command of this stage, and serves to its end.
fn mandate() -> Record {
    Record::Proposal(Proposal {
        id: ProposalId(1),
        subject: Subject::Act(DIGEST),
        digest: DIGEST,
        proposer: CountyId(1),
        approvals: [CountyId(1), CountyId(2)].into(),
        declines: BTreeSet::new(),
        opened_at: Time(START),
        until: Time(after(1_000)),
        status: governance::Status::Enacted,
    })
}

/// The network of generated histories: its counties have agreed on whatever is asked.
fn agreed() -> State {
    let mut state = network();
    state.restore(mandate());
    state
}

/// Sends a command with a mandate of the counties: an enacted proposal that names it.
pub(crate) fn send_mandated(
    state: &mut State,
    now: u64,
    signer: Fingerprint,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    state.restore(mandate());
    send_for(state, now, signer, Some(ProposalId(1)), command)
}

/// Appoints term `id` with keys that begin with the octets 20 + id.
pub(crate) fn appoint(id: u32, from: u64, until: u64) -> Command {
    let kind = u8::try_from(id).map_or(99, |id| id.saturating_add(20));
    let pair = |first: u8| Pair {
        sign: SigningKey([first; 51]),
        sign_fingerprint: fp(kind, first),
        encrypt: EncryptionKey([first; 56]),
        encrypt_fingerprint: fp(kind, first.saturating_add(100)),
    };
    let seats = COUNTIES.map(|n| Appointee {
        seat: SeatId(n),
        holder: pair(n),
        deputy: pair(n.saturating_add(10)),
    });
    Command::Board(board::Command::Appoint {
        term: TermId(id),
        from: Time(from),
        until: Time(until),
        seats: seats.to_vec(),
    })
}

pub(crate) fn recuse(n: u8) -> Command {
    let commitment = case(n);
    Command::Board(board::Command::Recuse { commitment })
}

pub(crate) fn vacate(term: u32, seat: u8) -> Command {
    Command::Board(board::Command::Vacate {
        term: TermId(term),
        seat: SeatId(seat),
    })
}

/// The holder or deputy of a seat takes the key whose fingerprint is `fp(kind, seat)`.
pub(crate) fn rotate_seat(seat: u8, voter: Voter, kind: u8) -> Command {
    Command::Board(board::Command::RotateKey {
        seat: SeatId(seat),
        voter,
        key: SigningKey([kind; 51]),
        fingerprint: fp(kind, seat),
        proof: Proof::Holds,
    })
}

pub(crate) fn suspend(n: u8, turn: u32) -> Command {
    let member = member_id(n);
    Command::Membership(membership::Command::Suspend { member, turn })
}

pub(crate) fn reinstate(n: u8, turn: u32) -> Command {
    let member = member_id(n);
    Command::Membership(membership::Command::Reinstate { member, turn })
}

pub(crate) fn leave(n: u8) -> Command {
    let member = member_id(n);
    Command::Membership(membership::Command::Leave { member })
}

pub(crate) fn admit(n: u8, home: u8) -> Command {
    Command::Membership(membership::Command::Admit {
        member: member_id(n),
        home: CountyId(home),
        key: SigningKey([n; 51]),
        fingerprint: member(n),
        valid_from: Time(START),
        valid_until: Time(START + 1_000 * DAY),
        proof: Proof::Holds,
    })
}

pub(crate) fn submit(n: u8, severity: Severity, decide_by: u64) -> Command {
    Command::Nomination(nomination::Command::Submit {
        commitment: case(n),
        severity,
        matrix_version: 1,
        decide_by: Time(decide_by),
    })
}

pub(crate) fn vote(n: u8, verdict: Verdict) -> Command {
    Command::Nomination(nomination::Command::Vote {
        commitment: case(n),
        verdict,
    })
}

pub(crate) fn schedule(n: u32, seeds_at: u64) -> Command {
    Command::Session(session::Command::Schedule {
        session: SessionId(n),
        hours: Hours {
            seeds_at: Time(seeds_at),
            opens_at: Time(seeds_at).plus(Secs(300)),
            dissolves_at: Time(seeds_at).plus(Secs(3_900)),
        },
        languages: vec![LanguageTag::parse("de").expect("two letters are a tag")],
    })
}

pub(crate) fn seal(release: u8, session: u32, nominations: &[u8]) -> Command {
    Command::Bundle(crate::bundle::Command::Seal {
        release: ReleaseId([release; 16]),
        session: SessionId(session),
        sha256: Sha256([release; 32]),
        size: 1_000,
        profile: 1,
        beacon: Sha256([8; 32]),
        nominations: nominations.iter().map(|n| case(*n)).collect(),
    })
}

/// A network with one member, one cleared case, and a session in two days.
pub(crate) fn month() -> State {
    let mut state = network();
    send(&mut state, START, county(1), &admit(1, 1)).expect("the home county admits");
    send(
        &mut state,
        START,
        member(1),
        &submit(1, Severity::High, START + DAY),
    )
    .expect("a case");
    for n in COUNTIES {
        send(&mut state, START, seat(n), &vote(1, Verdict::Approve)).expect("a seat approves");
    }
    send(&mut state, START, studio(), &schedule(1, START + 2 * DAY)).expect("the studio announces");
    state
}

fn after(days: u64) -> u64 {
    START.saturating_add(days.saturating_mul(DAY))
}

/// A step of a history: who sends what, how much later.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    later: u64,
    signer: Fingerprint,
    is_mandated: bool,
    command: Command,
}

/// Everybody; 13 and 14 are the successors of seats' and deputies' keys, 15 those of members', 22 the second board.
fn any_signer() -> impl Strategy<Value = Fingerprint> {
    let kind = prop_oneof![4 => 1_u8..10, 1 => 13_u8..16, 1 => Just(22_u8)];
    (kind, 1_u8..4).prop_map(|(kind, n)| fp(kind, n))
}

fn any_change() -> impl Strategy<Value = Command> {
    let n = 1_u8..4;
    prop_oneof![
        2 => n.clone().prop_map(recuse),
        1 => (1_u32..3, n.clone()).prop_map(|(term, seat)| vacate(term, seat)),
        1 => n.clone().prop_map(|seat| rotate_seat(seat, Voter::Holder, 13)),
        1 => n.clone().prop_map(|seat| rotate_seat(seat, Voter::Deputy, 14)),
        1 => Just(appoint(2, after(200), after(380))),
        1 => (n.clone(), 1_u32..4).prop_map(|(n, turn)| suspend(n, turn)),
        1 => (n.clone(), 1_u32..4).prop_map(|(n, turn)| reinstate(n, turn)),
        1 => n.clone().prop_map(leave),
        1 => n.clone().prop_map(|n| Command::Membership(membership::Command::RotateKey {
            member: member_id(n),
            old: member(n),
            key: SigningKey([n; 51]),
            fingerprint: fp(15, n),
            valid_from: Time(START),
            valid_until: Time(after(30)),
            proof: Proof::Holds,
        })),
        1 => n.clone().prop_map(|n| Command::Bundle(crate::bundle::Command::Retract {
            release: ReleaseId([n; 16]),
            reason: RetractionReason::Quality,
        })),
        1 => (1_u32..4, 1_u32..3, 1_u64..60).prop_map(|(n, revision, days)| {
            let Command::Session(session::Command::Schedule { session, hours, .. }) =
                schedule(n, after(days))
            else {
                panic!("schedule is of sessions")
            };
            Command::Session(session::Command::Reschedule { session, revision, hours })
        }),
        1 => (1_u32..4, 1_u32..3).prop_map(|(n, revision)| {
            Command::Session(session::Command::FileRoll {
                session: SessionId(n),
                revision,
                roll: Sha256([6; 32]),
            })
        }),
        1 => (1_u32..4).prop_map(|n| Command::Session(session::Command::Cancel {
            session: SessionId(n),
        })),
        1 => (1_u32..4, n).prop_map(|(session, county)| {
            Command::Session(session::Command::Witness {
                session: SessionId(session),
                county: CountyId(county),
                attempt: 1,
                testimony: Testimony::Gone,
            })
        }),
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    let n = 1_u8..4;
    let verdict = prop_oneof![
        4 => Just(Verdict::Approve),
        1 => Just(Verdict::Veto(VetoCategory::LawEnforcement)),
    ];
    prop_oneof![
        1 => (n.clone(), n.clone()).prop_map(|(member, home)| admit(member, home)),
        1 => n.clone().prop_map(|n| Command::Membership(membership::Command::RevokeKey {
            member: member_id(n),
            fingerprint: member(n),
            reason: RevocationReason::Compromised,
        })),
        1 => (n.clone(), 1_u64..40)
            .prop_map(|(n, days)| submit(n, Severity::High, after(days))),
        8 => any_change(),
        4 => (n.clone(), verdict).prop_map(|(n, verdict)| vote(n, verdict)),
        1 => n.clone().prop_map(|n| Command::Nomination(nomination::Command::Withdraw {
            commitment: case(n),
        })),
        1 => (1_u32..4, 1_u64..60).prop_map(|(n, days)| schedule(n, after(days))),
        1 => (n.clone(), 1_u32..4, n.clone()).prop_map(|(release, session, n)| {
            seal(release, session, &[n])
        }),
        1 => (1_u32..4).prop_map(|n| Command::Session(session::Command::Open {
            session: SessionId(n),
        })),
        1 => (1_u32..4).prop_map(|n| Command::Session(session::Command::Close {
            session: SessionId(n),
            attendance: Some(20),
        })),
        2 => any_governance(),
        1 => (1_u32..4, 64_u8..69).prop_map(|(n, bucket)| {
            Command::Ingestion(ingestion::Command::Publish {
                session: SessionId(n),
                bucket: Bucket::new(bucket).expect("64 to 68 are buckets"),
                beacon: Sha256([8; 32]),
                hits: Some(9),
                interrupted: false,
            })
        }),
    ]
}

fn any_governance() -> impl Strategy<Value = Command> {
    let id = || (1_u32..6).prop_map(ProposalId);
    let subject = prop_oneof![
        Just(Subject::Act(DIGEST)),
        Just(Subject::Roots(DIGEST)),
        Just(Subject::Parameters(Parameters::default())),
        (1_u64..4).prop_map(|height| Subject::Upgrade(Upgrade {
            app_version: 2,
            height: Height(height),
        })),
        (1_u8..4, 1_u8..4, 0_u64..60).prop_map(|(county, key, days)| Subject::Host(Host {
            region: CountyId(county),
            studio: SigningKey([key; 51]),
            fingerprint: fp(3, key),
            from: Time(after(days)),
            key_until: Time(after(days.saturating_add(90))),
        })),
    ];
    prop_oneof![
        (id(), subject, 1_u64..60).prop_map(|(proposal, subject, days)| {
            governance::Command::Propose {
                proposal,
                subject,
                digest: DIGEST,
                until: Time(after(days)),
            }
        }),
        id().prop_map(|proposal| governance::Command::Approve {
            proposal,
            digest: DIGEST,
        }),
        id().prop_map(|proposal| governance::Command::Decline { proposal }),
        id().prop_map(|proposal| governance::Command::Withdraw { proposal }),
        (1_u8..4, 4_u8..7).prop_map(|(owner, key)| governance::Command::RotateKey {
            county: CountyId(owner),
            key: SigningKey([key; 51]),
            fingerprint: fp(1, key),
            valid_from: Time(START),
            valid_until: Time(after(900)),
            proof: Proof::Holds,
        }),
    ]
    .prop_map(Command::Governance)
}

pub(crate) fn any_history() -> impl Strategy<Value = Vec<Step>> {
    let step = (0_u64..3 * DAY, any_signer(), any::<bool>(), any_command());
    let step = step.prop_map(|(later, signer, is_mandated, command)| Step {
        later,
        signer,
        is_mandated,
        command,
    });
    prop::collection::vec(step, 0..120)
}

/// Plays a history; gives the state and every event.
pub(crate) fn play(history: &[Step]) -> (State, Vec<Event>) {
    let mut state = agreed();
    let mut events = Vec::new();
    let mut now = START;
    for step in history {
        now = now.saturating_add(step.later);
        events.extend(pass(&mut state, now));
        let sent = if step.is_mandated && step.command.takes_mandate() {
            send_mandated(&mut state, now, step.signer, &step.command)
        } else {
            send(&mut state, now, step.signer, &step.command)
        };
        if let Ok(decided) = sent {
            events.extend(decided);
        }
    }
    (state, events)
}

mod properties {
    //! Properties over generated histories.

    use super::*;

    proptest! {
        #[test]
        fn a_fold_of_the_events_is_the_state(history in any_history()) {
            let (state, events) = play(&history);
            let mut folded = agreed();
            for event in &events {
            evolve(&mut folded, event);
        }
            prop_assert_eq!(folded, state);
        }

        #[test]
        fn the_records_restore_the_state(history in any_history()) {
            let (state, _) = play(&history);
            let restored: State = state.records().into_iter().collect();
            prop_assert_eq!(restored, state);
        }

        #[test]
        fn an_event_changes_only_the_records_that_it_names(history in any_history()) {
            let (_, events) = play(&history);
            let mut state = agreed();
            for event in &events {
                let mut expected = state.records();
                evolve(&mut state, event);
                let touched = event.touches();
                expected.retain(|record| !touched.contains(&record.key()));
                let mut left = state.records();
                left.retain(|record| !touched.contains(&record.key()));
                prop_assert_eq!(left, expected);
                prop_assert!(touched.iter().all(|key| state.record(*key).is_some()));
            }
        }

        #[test]
        fn deciding_changes_nothing_and_is_repeatable(history in any_history(), step in any_command(), signer in any_signer()) {
            let (state, _) = play(&history);
            let context = Context { block: block(START + DAY), signer, mandate: None };
            let before = state.clone();
            let first = decide(&state, &context, &step);
            prop_assert_eq!(decide(&state, &context, &step), first);
            prop_assert_eq!(state, before);
        }

        #[test]
        fn one_veto_ends_it_in_every_history(history in any_history()) {
            let (_, events) = play(&history);
            let mut vetoed = Vec::new();
            for event in &events {
                if let Event::Nomination(event) = event {
                    if vetoed.contains(&event.commitment()) {
                        let diverted = matches!(event, nomination::Event::Diverted { .. });
                        prop_assert!(diverted, "something happened after the veto");
                    }
                    if let nomination::Event::Vetoed { commitment, .. } = event {
                        vetoed.push(*commitment);
                    }
                }
                if let Event::Bundle(crate::bundle::Event::Sealed(release)) = event {
                    prop_assert!(release.nominations.iter().all(|n| !vetoed.contains(n)));
                }
            }
        }

        #[test]
        fn a_seat_has_one_voice_however_it_is_signed(history in any_history()) {
            let (_, events) = play(&history);
            let mut voices = BTreeSet::new();
            for event in &events {
                if let Event::Nomination(
                    nomination::Event::Approved { commitment, seat }
                    | nomination::Event::Vetoed { commitment, seat, .. },
                ) = event
                {
                    prop_assert!(voices.insert((*commitment, *seat)), "a seat voted twice");
                }
            }
        }

        #[test]
        fn a_suspended_member_may_only_leave(history in any_history(), command in any_command(), key in 0_u8..2) {
            let (mut state, _) = play(&history);
            let now = START + DAY;
            // A history in which the counties changed their keys says nothing here; too many such fail the test.
            if state.membership.member(&member_id(1)).is_none() {
                prop_assume!(send(&mut state, now, county(1), &admit(1, 1)).is_ok());
            }
            let known = state.membership.member(&member_id(1)).cloned().expect("it is a member");
            if known.standing == Standing::Active {
                let suspend = suspend(1, known.turns.saturating_add(1));
                prop_assume!(send(&mut state, now, county(known.home.0), &suspend).is_ok());
            }
            let signer = if key == 0 { member(1) } else { fp(15, 1) };
            let sent = send(&mut state, now, signer, &command);
            prop_assert!(sent.is_err() || command == leave(1));
        }

        #[test]
        fn what_is_cleared_was_approved_by_every_seat(history in any_history()) {
            let (state, _) = play(&history);
            for nomination in state.nomination.iter() {
                if nomination.status == nomination::Status::Cleared {
                    prop_assert_eq!(nomination.approvals.len(), 3);
                }
            }
        }
    }
}

#[test]
fn what_falls_due_together_comes_in_one_order() {
    // Given a case that lapses, a session and a term that end, all long ago
    let mut state = month();
    send(
        &mut state,
        START,
        member(1),
        &submit(2, Severity::High, START + DAY),
    )
    .expect("a case");
    // When the chain wakes after a year
    let names: Vec<_> = pass(&mut state, START + 365 * DAY)
        .iter()
        .map(Event::name)
        .collect();
    // Then they come in the order of their times
    assert_eq!(
        names,
        [
            "nomination.lapsed.v1",
            "session.ended.v1",
            "session.overdue.v1",
            "session.overdue.v1",
            "session.overdue.v1",
            "session.unwitnessed.v1",
            "session.unwitnessed.v1",
            "session.unwitnessed.v1",
            "board.term_ended.v1",
        ]
    );
    // And time has nothing left to do
    assert!(pass(&mut state, START + 366 * DAY).is_empty());
}

#[test]
fn no_two_rules_share_a_number() {
    let codes: Vec<u32> = Rejection::every().map(Rejection::code).collect();
    assert!(codes.is_sorted_by(|earlier, later| earlier < later));
}

#[test]
fn every_rule_says_who_meets_it_and_what_to_do_next() {
    let silent: Vec<u32> = Rejection::every()
        .filter(|rule| rule.met_by().is_empty() || !rule.remedy().ends_with('.'))
        .map(Rejection::code)
        .collect();
    assert_eq!(silent, Vec::<u32>::new());
}

#[test]
fn lengths_of_time_do_not_overflow() {
    assert_eq!(Time(u64::MAX).plus(Secs(1)), Time(u64::MAX));
    assert_eq!(Time(0).minus(Secs(1)), Time(0));
    assert_eq!(Time(1).since(Time(2)), Secs(0));
}

#[test]
fn a_time_is_shown_as_its_number() {
    assert_eq!(format!("{}", Time(START)), "1900000000");
}

#[test]
fn a_key_lives_from_its_first_second_to_the_one_before_its_end() {
    let key = signing(studio(), Role::Studio);
    let ends = START + 1_000 * DAY;
    for (at, lives) in [
        (START - 1, false),
        (START, true),
        (ends - 1, true),
        (ends, false),
    ] {
        assert_eq!(key.is_live(Time(at)), lives, "{at}");
    }
}

#[test]
fn a_rule_is_told_as_its_subject_tells_it() {
    for rule in session::Rejection::ALL {
        let any = Rejection::Session(*rule);
        assert_eq!(any.name(), rule.name());
        assert_eq!(any.explain(), rule.explain());
        assert_eq!(any.met_by(), rule.met_by());
        assert!(Rejection::every().any(|known| known == any), "{any}");
    }
    let early = Rejection::Session(session::Rejection::TooEarly);
    assert_eq!(early.name(), "TooEarly");
    assert_eq!(format!("{early}"), "1412 TooEarly");
}

#[test]
fn every_subject_has_a_hundred_numbers_and_a_codespace() {
    for rule in Rejection::every() {
        let expected = match rule.code() {
            1000..=1099 => "ktr.membership",
            1100..=1199 => "ktr.board",
            1200..=1299 => "ktr.nomination",
            1300..=1399 => "ktr.bundle",
            1400..=1499 => "ktr.session",
            1500..=1599 => "ktr.ingestion",
            1600..=1699 => "ktr.governance",
            _ => "no subject",
        };
        assert_eq!(rule.codespace(), expected, "{rule}");
    }
}

#[test]
fn what_one_role_decides_alone_takes_no_mandate() {
    let open = session::Command::Open {
        session: SessionId(1),
    };
    for command in [seal(1, 1, &[1]), schedule(1, START), Command::Session(open)] {
        assert!(!command.takes_mandate(), "{command:?}");
    }
}

#[test]
fn an_event_is_named_by_its_subject() {
    let mut state = network();
    let name = |events: Result<Vec<Event>, Rejection>| events.map(|all| all[0].name());
    let admitted = send(&mut state, START, county(1), &admit(1, 1));
    assert_eq!(name(admitted), Ok("membership.admitted.v1"));
    let mut state = month();
    let sealed = send(&mut state, START, releaser(), &seal(1, 1, &[1]));
    assert_eq!(name(sealed), Ok("bundle.sealed.v1"));
    let opens = START + 2 * DAY + 300;
    let open = Command::Session(session::Command::Open {
        session: SessionId(1),
    });
    send(&mut state, opens, studio(), &open).expect("the hour");
    let publish = Command::Ingestion(ingestion::Command::Publish {
        session: SessionId(1),
        bucket: Bucket::ALL[0],
        beacon: Sha256([8; 32]),
        hits: None,
        interrupted: false,
    });
    let published = send(&mut state, opens + DAY, collector(), &publish);
    assert_eq!(name(published), Ok("ingestion.published.v1"));
}
