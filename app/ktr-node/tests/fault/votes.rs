//! What became of the cases on which seats voted, by the log of a whole run (I5 of the design: assurance, section 3.2): one veto ends a
//! case, whoever approved before, and nothing brings it back. The rule itself is the core's; here it is looked for in what sites agreed on.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{
    Event, State,
    id::{Commitment, SeatId},
    limits::SEATS,
    nomination::{self, Status},
};
use ktr_wire::recorded::{Entry, Recorded};

use super::invariant::leaves;
use crate::support::Site;

/// Where a case stands.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Case {
    status: Status,
    approvals: BTreeSet<SeatId>,
    is_diverted: bool,
}

/// Every case of a log.
#[derive(PartialEq, Eq, Debug, Default)]
pub(super) struct Cases(BTreeMap<Commitment, Case>);

impl Cases {
    /// Follows a log from its beginning.
    ///
    /// # Errors
    /// The first event that cannot be.
    pub(super) fn of(log: &[Recorded]) -> Result<Self, String> {
        let mut cases = Self::default();
        for leaf in log {
            if let Entry::Event(Event::Nomination(event)) = &leaf.entry {
                let followed = cases.follow(event);
                followed.map_err(|why| format!("I5: event {}: {why}", leaf.index))?;
            }
        }
        let is_left =
            |case: &Case| matches!(case.status, Status::Vetoed { .. }) && !case.is_diverted;
        let left = cases.0.iter().find(|(_, case)| is_left(case));
        match left.map(|(commitment, _)| *commitment) {
            Some(commitment) => Err(format!("I5: {commitment} is vetoed and not diverted")),
            None => Ok(cases),
        }
    }

    /// How many have every seat's voice.
    pub(super) fn cleared(&self) -> usize {
        self.count(|status| *status == Status::Cleared)
    }

    /// How many were vetoed.
    pub(super) fn vetoed(&self) -> usize {
        self.count(|status| matches!(status, Status::Vetoed { .. }))
    }

    /// That a state remembers these cases and no others, each as the log left it.
    ///
    /// # Errors
    /// What each of them says.
    pub(super) fn are_those_of(&self, state: &State) -> Result<(), String> {
        let of_state = state
            .nomination
            .iter()
            .map(|one| (one.commitment, (one.status, one.approvals.clone())));
        let of_state: BTreeMap<_, _> = of_state.collect();
        let of_log = self
            .0
            .iter()
            .map(|(commitment, case)| (*commitment, (case.status, case.approvals.clone())));
        let of_log: BTreeMap<_, _> = of_log.collect();
        if of_log == of_state {
            return Ok(());
        }
        Err(format!(
            "I5: the log says {of_log:?}, the state {of_state:?}"
        ))
    }

    fn count(&self, is: impl Fn(&Status) -> bool) -> usize {
        self.0.values().filter(|case| is(&case.status)).count()
    }

    fn follow(&mut self, event: &nomination::Event) -> Result<(), String> {
        match event {
            nomination::Event::Submitted { commitment, .. } => self.submit(*commitment),
            nomination::Event::Approved { commitment, seat } => {
                let is_first = self.open(commitment)?.approvals.insert(*seat);
                said(is_first, "a seat approves twice")
            }
            nomination::Event::Cleared { commitment } => {
                let case = self.open(commitment)?;
                case.status = Status::Cleared;
                let approvals = case.approvals.len();
                said(approvals == usize::from(SEATS), "cleared without a seat")
            }
            nomination::Event::Vetoed {
                commitment,
                seat,
                category,
            } => {
                let case = self.open(commitment)?;
                case.status = Status::Vetoed {
                    seat: *seat,
                    category: *category,
                };
                said(
                    !case.approvals.contains(seat),
                    "a seat vetoes what it approved",
                )
            }
            nomination::Event::Diverted { commitment } => {
                let case = self.0.get_mut(commitment);
                let case = case.filter(|case| matches!(case.status, Status::Vetoed { .. }));
                let case = case.ok_or("diverted without a veto")?;
                let was = std::mem::replace(&mut case.is_diverted, true);
                said(!was, "diverted twice")
            }
            nomination::Event::Withdrawn { commitment } => {
                self.open(commitment)?.status = Status::Withdrawn;
                Ok(())
            }
            nomination::Event::Lapsed { commitment } => {
                self.open(commitment)?.status = Status::Lapsed;
                Ok(())
            }
        }
    }

    fn submit(&mut self, commitment: Commitment) -> Result<(), String> {
        let case = Case {
            status: Status::Open,
            approvals: BTreeSet::new(),
            is_diverted: false,
        };
        let before = self.0.insert(commitment, case);
        said(before.is_none(), "submitted twice")
    }

    /// A case that may still change.
    fn open(&mut self, commitment: &Commitment) -> Result<&mut Case, String> {
        let case = self.0.get_mut(commitment);
        let case = case.filter(|case| case.status == Status::Open);
        case.ok_or_else(|| format!("{commitment} is not open"))
    }
}

fn said(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

/// Waits until this run has seen a case cleared and another one vetoed: whoever comes afterwards judges both.
pub(super) fn both_ends_were_seen(site: &Site) {
    site.until("a case that is cleared and one that is vetoed", || {
        let cases = Cases::of(&leaves(site)).unwrap();
        (cases.cleared() > 0 && cases.vetoed() > 0).then_some(())
    });
}

#[test]
fn a_case_that_goes_on_after_a_veto_or_is_cleared_without_a_seat_is_found() {
    use ktr_core::{
        id::{Height, MemberId, TermId},
        nomination::{Event as Is, Severity, VetoCategory},
        time::Time,
    };
    let commitment = Commitment([1; 32]);
    let submitted = Is::Submitted {
        commitment,
        nominator: MemberId([1; 16]),
        severity: Severity::High,
        matrix_version: 1,
        term: TermId(1),
        at: Time(1_900_000_000),
        decide_by: Time(1_900_086_400),
    };
    let approved = |seat: u8| Is::Approved {
        commitment,
        seat: SeatId(seat),
    };
    let vetoed = |seat: u8| Is::Vetoed {
        commitment,
        seat: SeatId(seat),
        category: VetoCategory::Quality,
    };
    let (cleared, diverted) = (Is::Cleared { commitment }, Is::Diverted { commitment });
    let log = |events: &[Is]| -> Vec<Recorded> {
        let leaves = (0..).zip(events).map(|(index, event)| Recorded {
            index,
            height: Height(3),
            time: Time(1_900_000_000),
            tx_hash: None,
            entry: Entry::Event(Event::Nomination(event.clone())),
        });
        leaves.collect()
    };
    let all = [approved(1), approved(2), approved(3)];
    // given what may be
    let whole = [
        std::slice::from_ref(&submitted),
        &all[..],
        std::slice::from_ref(&cleared),
    ]
    .concat();
    let cases = Cases::of(&log(&whole)).unwrap();
    assert_eq!((cases.cleared(), cases.vetoed()), (1, 0));
    let ended = [submitted.clone(), approved(1), vetoed(2), diverted.clone()];
    let cases = Cases::of(&log(&ended)).unwrap();
    assert_eq!((cases.cleared(), cases.vetoed()), (0, 1));
    cases.are_those_of(&State::default()).unwrap_err();
    // then each of these is found
    let after = |event: &Is| [&ended[..], std::slice::from_ref(event)].concat();
    let bad = [
        after(&approved(3)),
        after(&cleared),
        after(&vetoed(3)),
        after(&diverted),
        after(&submitted),
        vec![submitted.clone(), approved(1), approved(2), cleared.clone()],
        vec![submitted.clone(), approved(1), approved(1)],
        vec![submitted.clone(), approved(1), vetoed(1), diverted.clone()],
        vec![submitted.clone(), vetoed(1)],
        vec![submitted, diverted],
        [&whole[..], &[vetoed(1)]].concat(),
        vec![cleared],
    ];
    for events in bad {
        assert!(Cases::of(&log(&events)).is_err(), "{events:?}");
    }
}
