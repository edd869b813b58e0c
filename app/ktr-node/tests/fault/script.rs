//! What follows when a transaction is in a block: a member nominates a case, every seat votes on it, and one of them may veto. The first
//! case that is cleared goes into a session (`hour.rs`).
//! Sending and asking are the load's; what became of the cases is judged in `votes.rs`.

use std::collections::{BTreeMap, VecDeque};

use ktr_core::{
    Command,
    id::{Commitment, MemberId},
    nomination::{self, Severity, Verdict, VetoCategory},
    time::{Secs, Time},
};
use ktr_testkit::{Actor, Cast, Dice};
use ktr_wire::digest;

use super::hour::Hour;
use crate::support::{CHAIN_ID, now};

/// What a block says that accepted a transaction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// This organisation is a member.
    Admitted(MemberId),
    /// This case is open for votes.
    Submitted(Commitment),
    /// A seat approved this case.
    Approved(Commitment),
    /// A seat vetoed this case.
    Vetoed(Commitment),
    /// The session is as far as this act of it.
    Held(usize),
}

/// What somebody is to sign next.
#[derive(Clone, Copy, Debug)]
enum Act {
    Submit(MemberId),
    Vote(Commitment, usize, Verdict),
}

/// Who acts, and what is due.
pub(super) struct Script {
    pub(super) cast: Cast,
    due: VecDeque<Act>,
    approvals: BTreeMap<Commitment, usize>,
    hour: Hour,
    signed: u64,
}

impl Script {
    pub(super) const fn new(cast: Cast) -> Self {
        Self {
            cast,
            due: VecDeque::new(),
            approvals: BTreeMap::new(),
            hour: Hour::new(),
            signed: 0,
        }
    }

    /// Takes note of what a block says.
    ///
    /// All seats vote at once, so that a veto comes before, between and after approvals, also in one block. When it has ended the case, the
    /// seats approve once more: nobody may hear them.
    pub(super) fn follow(&mut self, step: Step, dice: &mut Dice) {
        match step {
            Step::Admitted(member) => {
                if dice.below(NOMINATORS) == 0 {
                    self.due.push_back(Act::Submit(member));
                }
            }
            Step::Submitted(case) => {
                let vetoes = dice.below(2 * SEATS);
                self.vote(case, |seat| {
                    if seat == vetoes {
                        Verdict::Veto(VetoCategory::Quality)
                    } else {
                        Verdict::Approve
                    }
                });
            }
            Step::Vetoed(case) => self.vote(case, |_| Verdict::Approve),
            Step::Approved(case) => {
                let approvals = self.approvals.entry(case).or_default();
                *approvals += 1;
                if *approvals == SEATS {
                    self.hour.begin(case, now());
                }
            }
            Step::Held(act) => self.hour.follow(act),
        }
    }

    /// The next transaction that is due, and what a block says that accepts it.
    pub(super) fn signed(&mut self) -> Option<(Vec<u8>, Step)> {
        let at = now();
        let held = self.hour.due(&self.cast, at);
        let (actor, command, step) = match held {
            Some((actor, command, act)) => (actor, command, Step::Held(act)),
            None => self.of_case(at)?,
        };
        self.signed += 1;
        Some((actor.transact(CHAIN_ID, self.signed, at, command), step))
    }

    fn of_case(&mut self, at: Time) -> Option<(Actor, Command, Step)> {
        let (actor, command, step) = match self.due.pop_front()? {
            Act::Submit(member) => {
                let commitment = Commitment(digest::sha256(&[b"case", &member.0]).0);
                let submit = nomination::Command::Submit {
                    commitment,
                    severity: Severity::High,
                    matrix_version: 1,
                    decide_by: at.plus(Secs(DECIDED_WITHIN_SECS)),
                };
                let nominator = self.cast.stranger(&format!("member-{member}"));
                (nominator, submit, Step::Submitted(commitment))
            }
            Act::Vote(commitment, seat, verdict) => {
                let vote = nomination::Command::Vote {
                    commitment,
                    verdict,
                };
                let step = match verdict {
                    Verdict::Approve => Step::Approved(commitment),
                    Verdict::Veto(_) => Step::Vetoed(commitment),
                };
                (self.cast.seats[seat].clone(), vote, step)
            }
        };
        Some((actor, Command::Nomination(command), step))
    }

    fn vote(&mut self, case: Commitment, verdict: impl Fn(usize) -> Verdict) {
        let votes = (0..SEATS).map(|seat| Act::Vote(case, seat, verdict(seat)));
        self.due.extend(votes);
    }
}

/// One in so many organisations nominates a case.
const NOMINATORS: usize = 3;

/// Seats of the cast.
const SEATS: usize = 3;

/// Longer than any run: no case lapses.
const DECIDED_WITHIN_SECS: u64 = 30 * 86_400;
