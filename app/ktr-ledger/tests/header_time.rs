//! Sentences about header times that are up to an hour off, as they are while too many clocks are: the same octets have the same outcome, what is
//! due comes in the first block whose header has reached it, and while headers are held back it is late and never early.
//! What header the engine makes of its validators' clocks is its own affair; here it never goes backwards, as the engine's does not.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code with small numbers; it stops at what cannot be"
)]

use std::collections::BTreeMap;

use ktr_core::{
    Command, Event,
    governance::{self, Parameters, Subject},
    id::{Commitment, CountyId, MemberId, Nonce, ProposalId, SessionId},
    membership::{self, Proof},
    nomination::{self, Severity, Status, Verdict, VetoCategory},
    session::{self, Hours, LanguageTag},
    time::{Secs, Time},
};
use ktr_ledger::TxResult;
use ktr_testkit::{Actor, Cast, Chain, Judged, number};
use ktr_wire::{digest, recorded::Entry, refusal::Signature, transaction::Draft};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestRng, TestRunner};

/// How far off a header may be.
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;
/// The first act, in seconds since the chain began: before it no header could be held back by an hour.
const FIRST: u64 = 10_000;
/// When all that was planned is long over.
const END: u64 = 300_000;
/// How many things fall due in every history: the session ends, three counties are overdue and unwitnessed, a key ends.
const DUE_ALWAYS: usize = 8;

const MEMBER: MemberId = MemberId([9; 16]);
const GUEST: MemberId = MemberId([8; 16]);
const PROPOSAL: ProposalId = ProposalId(1);
const SESSION: SessionId = SessionId(1);

/// What happens when by a right clock, and how far off each header is.
#[derive(Clone, Debug)]
struct History {
    cases: Vec<Case>,
    /// How long a proposal stands, and when somebody approves it.
    proposal: (u64, u64),
    /// When the guest's key ends.
    key_ends: u64,
    /// How long after the least time the session's rooms may be seeded.
    seeds_after: u64,
    /// Blocks without a transaction.
    idle: Vec<u64>,
    /// Seconds that the headers are off, one after the other and then from the first again.
    off: Vec<i64>,
}

/// A case, how long the board has, and what is done about it how long after its submission.
#[derive(Clone, Debug)]
struct Case {
    submitted: u64,
    life: u64,
    acts: Vec<(u8, u64)>,
}

fn history() -> impl Strategy<Value = History> {
    let act = (0_u8..6, 1_u64..70_000);
    let acts = prop::collection::vec(act, 0..6);
    let case = (0_u64..100_000, 2 * HOUR + 1..40_000, acts);
    let case = case.prop_map(|(submitted, life, acts)| Case {
        submitted,
        life,
        acts,
    });
    let off = prop_oneof![Just(-3_600_i64), Just(3_600_i64), -3_600_i64..=3_600];
    (
        prop::collection::vec(case, 1..5),
        (10_000_u64..100_000, 1_u64..150_000),
        (20_000_u64..200_000, 0_u64..50_000),
        prop::collection::vec(FIRST..END, 0..40),
        prop::collection::vec(off, 1..60),
    )
        .prop_map(
            |(cases, proposal, (key_ends, seeds_after), idle, off)| History {
                cases,
                proposal,
                key_ends,
                seeds_after,
                idle,
                off,
            },
        )
}

/// The same moment, or the nearest one at which no header that is an hour off could be on the other side of the deadline.
const fn clear_of(deadline: u64, at: u64) -> u64 {
    if at.abs_diff(deadline) > HOUR {
        at
    } else if at < deadline {
        deadline - HOUR - 1
    } else {
        deadline + HOUR
    }
}

/// Blocks with their times by a right clock, and when what is due.
struct Plan {
    cast: Cast,
    chain_id: &'static str,
    blocks: Vec<(Time, Vec<Vec<u8>>)>,
    decide_by: BTreeMap<Commitment, Time>,
    hours: Hours,
    until: Time,
    key_ends: Time,
    sent: u64,
}

impl Plan {
    fn of(history: &History) -> Self {
        let chain = Chain::unborn();
        let cast = chain.cast.clone();
        let after = |secs| cast.start.plus(Secs(secs));
        let seeds = FIRST + HOUR + DAY + history.seeds_after;
        let mut plan = Self {
            chain_id: chain.id(),
            blocks: Vec::new(),
            decide_by: BTreeMap::new(),
            hours: Hours {
                seeds_at: after(seeds),
                opens_at: after(seeds + 600),
                dissolves_at: after(seeds + 600 + HOUR),
            },
            until: after(FIRST + history.proposal.0),
            key_ends: after(history.key_ends),
            sent: 0,
            cast,
        };
        plan.session();
        plan.proposal(history.proposal);
        for (number, case) in (1_u8..).zip(&history.cases) {
            plan.case(Commitment([number; 32]), case);
        }
        for at in history.idle.iter().copied().chain([END, END + 60]) {
            let at = plan.at(at);
            plan.blocks.push((at, Vec::new()));
        }
        plan.blocks.sort_by_key(|(at, _)| *at);
        plan
    }

    /// So many seconds after the chain began.
    const fn at(&self, secs: u64) -> Time {
        self.cast.start.plus(Secs(secs))
    }

    /// A transaction in a block of its own. It is dated so that no header finds it dated ahead, and expires so that none finds it expired.
    fn send(&mut self, secs: u64, who: &Actor, command: Command) {
        self.sent += 1;
        let at = self.at(secs);
        let draft = Draft {
            chain_id: self.chain_id.to_owned(),
            nonce: Nonce(u128::from(self.sent).to_be_bytes()),
            expires_at: at.plus(Secs(2 * HOUR)),
            command,
            proposal: None,
            key_proof: Vec::new(),
        };
        let tx = who.sign(&draft, at.minus(Secs(HOUR)));
        self.blocks.push((at, vec![tx]));
    }

    /// The studio announces an hour, and nobody reports of it.
    fn session(&mut self) {
        let studio = self.cast.studio.clone();
        let schedule = session::Command::Schedule {
            session: SESSION,
            hours: self.hours,
            languages: vec![LanguageTag::parse("de").expect("a tag")],
        };
        self.send(FIRST, &studio, Command::Session(schedule));
    }

    /// A county proposes, and another approves in time or too late.
    fn proposal(&mut self, (life, approved): (u64, u64)) {
        let [one, two, _] = self.cast.counties.clone();
        let subject = Subject::Roots(digest::sha256(&[b"roots"]));
        let digest = digest::proposal(self.chain_id, &subject);
        let propose = governance::Command::Propose {
            proposal: PROPOSAL,
            subject,
            digest,
            until: self.until,
        };
        self.send(FIRST, &one, Command::Governance(propose));
        let approve = governance::Command::Approve {
            proposal: PROPOSAL,
            digest,
        };
        let approved = FIRST + clear_of(life, approved);
        self.send(approved, &two, Command::Governance(approve));
    }

    /// A member nominates; seats approve or veto, and it may take its case back, in time or too late.
    fn case(&mut self, commitment: Commitment, case: &Case) {
        let member = self.cast.stranger("member");
        let submitted = FIRST + case.submitted;
        let decide_by = self.at(submitted + case.life);
        self.decide_by.insert(commitment, decide_by);
        let submit = nomination::Command::Submit {
            commitment,
            severity: Severity::High,
            matrix_version: 1,
            decide_by,
        };
        self.send(submitted, &member, Command::Nomination(submit));
        let seats = self.cast.seats.clone();
        for (kind, after) in case.acts.iter().copied() {
            let seat = &seats[usize::from(kind % 3)];
            let vote = |verdict| nomination::Command::Vote {
                commitment,
                verdict,
            };
            let (who, command) = match kind {
                0..=2 => (seat, vote(Verdict::Approve)),
                3..=4 => (seat, vote(Verdict::Veto(VetoCategory::Quality))),
                _ => (&member, nomination::Command::Withdraw { commitment }),
            };
            let at = submitted + clear_of(case.life, after);
            self.send(at, who, Command::Nomination(command));
        }
    }

    /// When an event that time alone brings about is due; `None` for others.
    fn deadline(&self, event: &Event) -> Option<Time> {
        let (ends_at, parameters) = (self.hours.dissolves_at, Parameters::default());
        match (event.name(), event) {
            ("nomination.lapsed.v1", Event::Nomination(lapsed)) => {
                self.decide_by.get(&lapsed.commitment()).copied()
            }
            ("session.ended.v1", _) => Some(ends_at),
            ("session.overdue.v1", _) => Some(ends_at.plus(parameters.overdue_secs)),
            ("session.unwitnessed.v1", _) => Some(ends_at.plus(parameters.unwitnessed_secs)),
            ("governance.expired.v1", _) => Some(self.until),
            ("membership.key_expired.v1", _) => Some(self.key_ends),
            _ => None,
        }
    }

    /// Lives through the blocks, whose headers are off by these seconds in turn.
    fn live(&self, off: &[i64]) -> Lived {
        let mut chain = founded(self.key_ends);
        let mut lived = Lived::default();
        let mut before = [self.cast.start; 2];
        for (place, (clock, txs)) in self.blocks.iter().enumerate() {
            let header = shifted(*clock, off[place % off.len()]);
            // Never backwards: what lies behind the last header waits no time at all.
            chain.wait(header.since(chain.now()).0);
            let now = [chain.now(), *clock];
            let batch = chain.block(txs);
            let codes = batch.results.iter().map(TxResult::code);
            lived.outcome.codes.extend(codes);
            for leaf in &batch.leaves {
                let Entry::Event(event) = &leaf.recorded.entry else {
                    continue;
                };
                *lived.outcome.events.entry(event.name()).or_insert(0) += 1;
                lived.due.extend(self.deadline(event).map(|deadline| Due {
                    event: event.name(),
                    deadline,
                    before,
                    now,
                }));
            }
            before = now;
        }
        let cases = chain.state().nomination.iter();
        lived.outcome.cases = cases.map(|case| (case.commitment, case.status)).collect();
        lived
    }
}

/// What a history came to, whenever each of it came.
#[derive(PartialEq, Eq, Debug, Default)]
struct Outcome {
    codes: Vec<u32>,
    events: BTreeMap<&'static str, u64>,
    cases: Vec<(Commitment, Status)>,
}

#[derive(Debug, Default)]
struct Lived {
    outcome: Outcome,
    due: Vec<Due>,
}

/// An event that time alone brought about: header time and right time of the block before it and of its own.
#[derive(Debug)]
struct Due {
    event: &'static str,
    deadline: Time,
    before: [Time; 2],
    now: [Time; 2],
}

const fn shifted(clock: Time, off: i64) -> Time {
    let secs = Secs(off.unsigned_abs());
    if off < 0 {
        clock.minus(secs)
    } else {
        clock.plus(secs)
    }
}

/// A chain with a member whose key lasts and a guest whose key ends.
fn founded(key_ends: Time) -> Chain {
    let mut chain = Chain::begun();
    let county = chain.cast.counties[0].clone();
    let lasting = chain.cast.start.plus(Secs(300 * DAY));
    for (name, member, valid_until) in [("member", MEMBER, lasting), ("guest", GUEST, key_ends)] {
        let key = chain.cast.stranger(name);
        let admit = Command::Membership(membership::Command::Admit {
            member,
            home: CountyId(1),
            key: key.body,
            fingerprint: key.fingerprint,
            valid_from: chain.cast.start,
            valid_until,
            proof: Proof::Holds,
        });
        let tx = chain.registering(&county, &key, &member, admit);
        assert_eq!(chain.judge(tx), Ok(vec!["membership.admitted.v1"]));
    }
    chain
}

fn judge(history: &History) -> TestCaseResult {
    let plan = Plan::of(history);
    let right = plan.live(&[0]);
    prop_assert!(right.due.len() >= DUE_ALWAYS, "{:?}", right.due);
    let held_back = history.off.iter().map(|secs| -secs.abs());
    let held_back: Vec<i64> = held_back.collect();
    for (off, ahead_max) in [(&history.off, HOUR), (&held_back, 0)] {
        let lived = plan.live(off);
        prop_assert_eq!(&lived.outcome, &right.outcome);
        for due in &lived.due {
            let (what, deadline) = (due.event, due.deadline);
            let ([header_before, clock_before], [header, clock]) = (due.before, due.now);
            // In the first block whose header has reached it,
            prop_assert!(
                header_before < deadline && deadline <= header,
                "{what}: {due:?}"
            );
            // which by a right clock is early by no more than headers are ahead, and late by an hour and a block at most.
            prop_assert!(deadline.minus(Secs(ahead_max)) <= clock, "{what}: {due:?}");
            prop_assert!(clock_before < deadline.plus(Secs(HOUR)), "{what}: {due:?}");
        }
    }
    Ok(())
}

mod properties {
    //! Drawn histories.

    use super::*;

    #[test]
    fn headers_that_are_an_hour_off_change_no_outcome_and_held_back_make_nothing_early() {
        let seed = number("KTR_HEADER_SEED", 4);
        println!("KTR_HEADER_SEED={seed}");
        let cases = number("KTR_HEADER_HISTORIES", 24);
        let config = ProptestConfig {
            cases: u32::try_from(cases).expect("so many"),
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let mut octets = [0; 32];
        octets[..8].copy_from_slice(&seed.to_be_bytes());
        let dice = TestRng::from_seed(RngAlgorithm::ChaCha, &octets);
        let mut runner = TestRunner::new_with_rng(config, dice);
        let outcome = runner.run(&history(), |history| judge(&history));
        if let Err(error) = outcome {
            panic!("KTR_HEADER_SEED={seed}: {error}");
        }
    }
}

#[test]
fn what_a_right_clock_dated_waits_while_headers_are_held_back_by_more_than_the_skew() {
    // given headers that are held back by an hour, and a transaction that a right clock dates and lets expire
    let mut chain = founded(Time(1_900_500_000));
    chain.wait(FIRST);
    let clock = chain.now().plus(Secs(HOUR));
    let member = chain.cast.stranger("member");
    let submit = nomination::Command::Submit {
        commitment: Commitment([1; 32]),
        severity: Severity::High,
        matrix_version: 1,
        decide_by: clock.plus(Secs(DAY)),
    };
    let tx = member.transact(chain.id(), 1, clock, Command::Nomination(submit));
    // then it is refused by its date, uses no nonce, and is good when a header comes within the skew
    let refused: Judged = Err(Signature::Time.into());
    assert_eq!(chain.judge(tx.clone()), refused);
    let skew = Parameters::default().skew_secs.0;
    chain.wait(HOUR - skew - 1);
    assert_eq!(chain.judge(tx.clone()), refused);
    chain.wait(1);
    assert_eq!(chain.judge(tx), Ok(vec!["nomination.submitted.v1"]));
}
