//! Messages of nominations.
//! Rules are the core's.

use ktr_core::{
    id::{Commitment, SeatId},
    nomination::{self, Severity, Status, Verdict, VetoCategory},
};

use super::{command::Choice, event::Fact};
use crate::{field, limits::SEATS_MAX, number::Numbered, refusal::Wire};

const APPROVE: u32 = 1;
const VETO: u32 = 2;

const OPEN: u32 = 1;
const CLEARED: u32 = 2;
const VETOED: u32 = 3;
const WITHDRAWN: u32 = 4;
const LAPSED: u32 = 5;

/// Command 141.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Submit {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
    /// 1 low, 2 medium, 3 high, 4 critical.
    #[prost(uint32, tag = "2")]
    pub(crate) severity: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) matrix_version: u32,
    #[prost(uint64, tag = "4")]
    pub(crate) decide_by: u64,
}

/// Command 142. Field 4 is reserved for the FIDO2 assertion.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Vote {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
    /// 1 approve, 2 veto.
    #[prost(uint32, tag = "2")]
    pub(crate) verdict: u32,
    /// The ground of a veto; 0 with an approval.
    #[prost(uint32, tag = "3")]
    pub(crate) category: u32,
}

/// Command 143 and events 143, 145, 146, 147: a nomination and nothing else.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Named {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
}

/// Event 141.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Submitted {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) nominator: Vec<u8>,
    #[prost(uint32, tag = "3")]
    pub(crate) severity: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) matrix_version: u32,
    #[prost(uint32, tag = "5")]
    pub(crate) term: u32,
    #[prost(uint64, tag = "6")]
    pub(crate) at: u64,
    #[prost(uint64, tag = "7")]
    pub(crate) decide_by: u64,
}

/// Event 142, and with a category event 144.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Voted {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) commitment: Vec<u8>,
    #[prost(uint32, tag = "2")]
    pub(crate) seat: u32,
    #[prost(uint32, tag = "3")]
    pub(crate) category: u32,
}

/// The value of a nomination's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Nomination {
    #[prost(message, optional, tag = "1")]
    pub(crate) submitted: Option<Submitted>,
    /// Seats that approved, rising.
    #[prost(uint32, repeated, tag = "2")]
    pub(crate) approvals: Vec<u32>,
    /// 1 open, 2 cleared, 3 vetoed, 4 withdrawn, 5 lapsed.
    #[prost(uint32, tag = "3")]
    pub(crate) status: u32,
    /// The seat that vetoed, or 0.
    #[prost(uint32, tag = "4")]
    pub(crate) veto_seat: u32,
    /// The ground of the veto, or 0.
    #[prost(uint32, tag = "5")]
    pub(crate) veto_category: u32,
}

/// The message of a command.
pub(crate) fn message(command: &nomination::Command) -> Choice {
    match command {
        nomination::Command::Submit {
            commitment,
            severity,
            matrix_version,
            decide_by,
        } => Choice::Submit(Submit {
            commitment: commitment.0.to_vec(),
            severity: severity.number(),
            matrix_version: *matrix_version,
            decide_by: decide_by.0,
        }),
        nomination::Command::Vote {
            commitment,
            verdict,
        } => {
            let (verdict, category) = match verdict {
                Verdict::Approve => (APPROVE, 0),
                Verdict::Veto(category) => (VETO, category.number()),
            };
            Choice::Vote(Vote {
                commitment: commitment.0.to_vec(),
                verdict,
                category,
            })
        }
        nomination::Command::Withdraw { commitment } => Choice::Withdraw((*commitment).into()),
    }
}

impl From<Commitment> for Named {
    fn from(commitment: Commitment) -> Self {
        Self {
            commitment: commitment.0.to_vec(),
        }
    }
}

impl Named {
    pub(crate) fn commitment(&self) -> Result<Commitment, Wire> {
        field::read(&self.commitment)
    }
}

impl TryFrom<Submit> for nomination::Command {
    type Error = Wire;

    fn try_from(message: Submit) -> Result<Self, Wire> {
        Ok(Self::Submit {
            commitment: field::read(&message.commitment)?,
            severity: Severity::from_number(message.severity)?,
            matrix_version: message.matrix_version,
            decide_by: field::read(&message.decide_by)?,
        })
    }
}

impl TryFrom<Vote> for nomination::Command {
    type Error = Wire;

    fn try_from(message: Vote) -> Result<Self, Wire> {
        let verdict = match (message.verdict, message.category) {
            (APPROVE, 0) => Verdict::Approve,
            (APPROVE, _) => return Err(Wire::OutOfRange),
            (VETO, category) => Verdict::Veto(VetoCategory::from_number(category)?),
            _ => return Err(Wire::Unknown),
        };
        Ok(Self::Vote {
            commitment: field::read(&message.commitment)?,
            verdict,
        })
    }
}

impl From<&nomination::Event> for Fact {
    fn from(event: &nomination::Event) -> Self {
        match event {
            nomination::Event::Submitted {
                commitment,
                nominator,
                severity,
                matrix_version,
                term,
                at,
                decide_by,
            } => Self::Submitted(Submitted {
                commitment: commitment.0.to_vec(),
                nominator: nominator.0.to_vec(),
                severity: severity.number(),
                matrix_version: *matrix_version,
                term: term.0,
                at: at.0,
                decide_by: decide_by.0,
            }),
            nomination::Event::Approved { commitment, seat } => Self::Approved(Voted {
                commitment: commitment.0.to_vec(),
                seat: u32::from(seat.0),
                category: 0,
            }),
            nomination::Event::Vetoed {
                commitment,
                seat,
                category,
            } => Self::Vetoed(Voted {
                commitment: commitment.0.to_vec(),
                seat: u32::from(seat.0),
                category: category.number(),
            }),
            nomination::Event::Cleared { commitment } => Self::Cleared((*commitment).into()),
            nomination::Event::Diverted { commitment } => Self::Diverted((*commitment).into()),
            nomination::Event::Withdrawn { commitment } => Self::Withdrawn((*commitment).into()),
            nomination::Event::Lapsed { commitment } => Self::Lapsed((*commitment).into()),
        }
    }
}

impl TryFrom<Submitted> for nomination::Event {
    type Error = Wire;

    fn try_from(message: Submitted) -> Result<Self, Wire> {
        Ok(Self::Submitted {
            commitment: field::read(&message.commitment)?,
            nominator: field::read(&message.nominator)?,
            severity: Severity::from_number(message.severity)?,
            matrix_version: message.matrix_version,
            term: field::read(&message.term)?,
            at: field::read(&message.at)?,
            decide_by: field::read(&message.decide_by)?,
        })
    }
}

impl Voted {
    pub(crate) fn approved(&self) -> Result<nomination::Event, Wire> {
        if self.category != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(nomination::Event::Approved {
            commitment: field::read(&self.commitment)?,
            seat: field::read(&self.seat)?,
        })
    }

    pub(crate) fn vetoed(&self) -> Result<nomination::Event, Wire> {
        Ok(nomination::Event::Vetoed {
            commitment: field::read(&self.commitment)?,
            seat: field::read(&self.seat)?,
            category: VetoCategory::from_number(self.category)?,
        })
    }
}

impl From<&nomination::Nomination> for Nomination {
    fn from(nomination: &nomination::Nomination) -> Self {
        let (status, veto_seat, veto_category) = match nomination.status {
            Status::Open => (OPEN, 0, 0),
            Status::Cleared => (CLEARED, 0, 0),
            Status::Vetoed { seat, category } => (VETOED, u32::from(seat.0), category.number()),
            Status::Withdrawn => (WITHDRAWN, 0, 0),
            Status::Lapsed => (LAPSED, 0, 0),
        };
        Self {
            submitted: Some(Submitted {
                commitment: nomination.commitment.0.to_vec(),
                nominator: nomination.nominator.0.to_vec(),
                severity: nomination.severity.number(),
                matrix_version: nomination.matrix_version,
                term: nomination.term.0,
                at: nomination.submitted_at.0,
                decide_by: nomination.decide_by.0,
            }),
            approvals: nomination
                .approvals
                .iter()
                .map(|seat| u32::from(seat.0))
                .collect(),
            status,
            veto_seat,
            veto_category,
        }
    }
}

impl TryFrom<Nomination> for nomination::Nomination {
    type Error = Wire;

    fn try_from(message: Nomination) -> Result<Self, Wire> {
        let submitted = field::present(message.submitted)?;
        let status = match (message.status, message.veto_seat, message.veto_category) {
            (OPEN, 0, 0) => Status::Open,
            (CLEARED, 0, 0) => Status::Cleared,
            (VETOED, seat, category) => Status::Vetoed {
                seat: field::read(&seat)?,
                category: VetoCategory::from_number(category)?,
            },
            (WITHDRAWN, 0, 0) => Status::Withdrawn,
            (LAPSED, 0, 0) => Status::Lapsed,
            _ => return Err(Wire::OutOfRange),
        };
        let approvals = field::at_most(message.approvals, SEATS_MAX)?;
        let approvals = approvals.iter().map(field::read::<SeatId>);
        let approvals = field::rising(approvals.collect::<Result<Vec<_>, _>>()?)?;
        Ok(Self {
            commitment: field::read(&submitted.commitment)?,
            nominator: field::read(&submitted.nominator)?,
            severity: Severity::from_number(submitted.severity)?,
            matrix_version: submitted.matrix_version,
            term: field::read(&submitted.term)?,
            submitted_at: field::read(&submitted.at)?,
            decide_by: field::read(&submitted.decide_by)?,
            approvals: approvals.into_iter().collect(),
            status,
        })
    }
}
