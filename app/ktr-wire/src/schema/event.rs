//! The choice of events inside a leaf of the log.
//! `ledger.nonces.v1` is not an event of the core and stands in `recorded`.

use ktr_core::{Event, board, governance, ingestion, nomination};

use super::{
    board::{Appointed, Recused, SeatKeyRotated, TermPassed, Vacate},
    bundle::{Release, Retract},
    governance::{Parameters, Validators},
    ingestion::PublishedCell,
    membership::{Admitted, KeyAdded, KeyExpired, KeyRevoked, KeyRotated, Stood},
    nomination::{Named as Nominated, Submitted, Voted},
    proposal::{Named as Proposed, Proposal, Voice},
    resolved::{
        Federation, HostChanged, HostSet, KeyRotated as CountyKeyRotated, KeysChanged, Misbehaved,
        RootsChanged, Upgrade,
    },
    session::{
        Close, Confirmed, Dissolved, FileRoll, Joined, Named as Session, OfCounty, Reschedule,
        Schedule, Seeded, Timed, Witness,
    },
};
use crate::{field, refusal::Wire};

/// Exactly one event.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Fact {
    #[prost(message, tag = "101")]
    Admitted(Admitted),
    #[prost(message, tag = "102")]
    KeyAdded(KeyAdded),
    #[prost(message, tag = "103")]
    KeyRevoked(KeyRevoked),
    #[prost(message, tag = "104")]
    KeyRotated(KeyRotated),
    #[prost(message, tag = "105")]
    Suspended(Stood),
    #[prost(message, tag = "106")]
    Reinstated(Stood),
    #[prost(message, tag = "107")]
    Left(Stood),
    #[prost(message, tag = "108")]
    KeyExpired(KeyExpired),
    #[prost(message, tag = "121")]
    Appointed(Appointed),
    #[prost(message, tag = "122")]
    Recused(Recused),
    #[prost(message, tag = "123")]
    Vacated(Vacate),
    #[prost(message, tag = "124")]
    SeatKeyRotated(SeatKeyRotated),
    #[prost(message, tag = "126")]
    TermBegan(TermPassed),
    #[prost(message, tag = "127")]
    TermEnded(TermPassed),
    #[prost(message, tag = "141")]
    Submitted(Submitted),
    #[prost(message, tag = "142")]
    Approved(Voted),
    #[prost(message, tag = "143")]
    Cleared(Nominated),
    #[prost(message, tag = "144")]
    Vetoed(Voted),
    #[prost(message, tag = "145")]
    Diverted(Nominated),
    #[prost(message, tag = "146")]
    Withdrawn(Nominated),
    #[prost(message, tag = "147")]
    Lapsed(Nominated),
    #[prost(message, tag = "161")]
    Sealed(Release),
    #[prost(message, tag = "162")]
    Retracted(Retract),
    #[prost(message, tag = "181")]
    Scheduled(Schedule),
    #[prost(message, tag = "182")]
    Rescheduled(Reschedule),
    #[prost(message, tag = "183")]
    RollFiled(FileRoll),
    #[prost(message, tag = "184")]
    Cancelled(Timed),
    #[prost(message, tag = "185")]
    Opened(Timed),
    #[prost(message, tag = "186")]
    Closed(Close),
    #[prost(message, tag = "187")]
    Seeded(Seeded),
    #[prost(message, tag = "188")]
    Joined(Joined),
    #[prost(message, tag = "189")]
    Dissolved(Dissolved),
    #[prost(message, tag = "190")]
    Witnessed(Witness),
    #[prost(message, tag = "191")]
    DissolutionConfirmed(Confirmed),
    #[prost(message, tag = "192")]
    Ended(Session),
    #[prost(message, tag = "193")]
    Overdue(OfCounty),
    #[prost(message, tag = "194")]
    Unwitnessed(OfCounty),
    #[prost(message, tag = "204")]
    Published(PublishedCell),
    #[prost(message, tag = "241")]
    Proposed(Proposal),
    #[prost(message, tag = "242")]
    ProposalApproved(Voice),
    #[prost(message, tag = "243")]
    Enacted(Proposed),
    #[prost(message, tag = "244")]
    Declined(Voice),
    #[prost(message, tag = "245")]
    Rejected(Proposed),
    #[prost(message, tag = "246")]
    ProposalWithdrawn(Proposed),
    #[prost(message, tag = "247")]
    CountyKeyRotated(CountyKeyRotated),
    #[prost(message, tag = "248")]
    ProposalExpired(Proposed),
    #[prost(message, tag = "249")]
    HostChanged(HostChanged),
    #[prost(message, tag = "250")]
    Misbehaved(Misbehaved),
    #[prost(message, tag = "251")]
    HaltReached(Upgrade),
    #[prost(message, tag = "252")]
    HostSet(HostSet),
    #[prost(message, tag = "253")]
    ValidatorsChanged(Validators),
    #[prost(message, tag = "254")]
    ParametersChanged(Parameters),
    #[prost(message, tag = "255")]
    KeysChanged(KeysChanged),
    #[prost(message, tag = "256")]
    RootsChanged(RootsChanged),
    #[prost(message, tag = "257")]
    FederationSet(Federation),
    #[prost(message, tag = "258")]
    UpgradePlanned(Upgrade),
}

impl From<&Event> for Fact {
    fn from(event: &Event) -> Self {
        match event {
            Event::Membership(event) => event.into(),
            Event::Board(event) => event.into(),
            Event::Nomination(event) => event.into(),
            Event::Bundle(event) => event.into(),
            Event::Session(event) => event.into(),
            Event::Ingestion(event) => event.into(),
            Event::Governance(event) => event.into(),
        }
    }
}

impl TryFrom<Fact> for Event {
    type Error = Wire;

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for every message of the schema"
    )]
    fn try_from(fact: Fact) -> Result<Self, Wire> {
        Ok(match fact {
            Fact::Admitted(message) => Self::Membership(message.try_into()?),
            Fact::KeyAdded(message) => Self::Membership(message.try_into()?),
            Fact::KeyRevoked(message) => Self::Membership(message.try_into()?),
            Fact::KeyRotated(message) => Self::Membership(message.try_into()?),
            Fact::Suspended(message) => Self::Membership(message.suspended()?),
            Fact::Reinstated(message) => Self::Membership(message.reinstated()?),
            Fact::Left(message) => Self::Membership(message.left()?),
            Fact::KeyExpired(message) => Self::Membership(message.into_event()?),
            Fact::Appointed(message) => Self::Board(message.try_into()?),
            Fact::Recused(message) => Self::Board(message.into_event()?),
            Fact::Vacated(message) => Self::Board(message.into_event()?),
            Fact::SeatKeyRotated(message) => Self::Board(message.into_event()?),
            Fact::TermBegan(message) => Self::Board(board::Event::TermBegan {
                term: message.term()?,
            }),
            Fact::TermEnded(message) => Self::Board(board::Event::TermEnded {
                term: message.term()?,
            }),
            Fact::Sealed(message) => Self::Bundle(message.into_event()?),
            Fact::Retracted(message) => Self::Bundle(message.into_event()?),
            Fact::Published(message) => {
                let (session, published) = message.into_core()?;
                Self::Ingestion(ingestion::Event::Published { session, published })
            }
            Fact::Proposed(message) => {
                Self::Governance(governance::Event::Proposed(Box::new(message.try_into()?)))
            }
            Fact::ProposalApproved(message) => {
                let (proposal, county) = message.into_core()?;
                Self::Governance(governance::Event::Approved { proposal, county })
            }
            Fact::Declined(message) => {
                let (proposal, county) = message.into_core()?;
                Self::Governance(governance::Event::Declined { proposal, county })
            }
            Fact::Enacted(message) => Self::Governance(governance::Event::Enacted {
                proposal: message.proposal()?,
            }),
            Fact::Rejected(message) => Self::Governance(governance::Event::Rejected {
                proposal: message.proposal()?,
            }),
            Fact::ProposalWithdrawn(message) => Self::Governance(governance::Event::Withdrawn {
                proposal: message.proposal()?,
            }),
            Fact::ProposalExpired(message) => Self::Governance(governance::Event::Expired {
                proposal: message.proposal()?,
            }),
            Fact::CountyKeyRotated(message) => Self::Governance(message.try_into()?),
            Fact::HostSet(message) => Self::Governance(message.try_into()?),
            Fact::KeysChanged(message) => Self::Governance(message.try_into()?),
            Fact::Misbehaved(message) => Self::Governance(message.try_into()?),
            Fact::ValidatorsChanged(message) => Self::Governance(message.try_into()?),
            Fact::HostChanged(message) => Self::Governance(governance::Event::HostChanged {
                host: field::read(&message.host)?,
            }),
            Fact::ParametersChanged(message) => {
                Self::Governance(governance::Event::ParametersChanged {
                    parameters: message.try_into()?,
                })
            }
            Fact::RootsChanged(message) => Self::Governance(governance::Event::RootsChanged {
                sha256: field::read(&message.sha256)?,
            }),
            Fact::FederationSet(message) => Self::Governance(governance::Event::FederationSet {
                federation: message.try_into()?,
            }),
            Fact::UpgradePlanned(message) => Self::Governance(governance::Event::UpgradePlanned {
                upgrade: message.try_into()?,
            }),
            Fact::HaltReached(message) => Self::Governance(governance::Event::HaltReached {
                upgrade: message.try_into()?,
            }),
            Fact::Submitted(message) => Self::Nomination(message.try_into()?),
            Fact::Approved(message) => Self::Nomination(message.approved()?),
            Fact::Vetoed(message) => Self::Nomination(message.vetoed()?),
            Fact::Cleared(message) => {
                let commitment = message.commitment()?;
                Self::Nomination(nomination::Event::Cleared { commitment })
            }
            Fact::Diverted(message) => {
                let commitment = message.commitment()?;
                Self::Nomination(nomination::Event::Diverted { commitment })
            }
            Fact::Withdrawn(message) => {
                let commitment = message.commitment()?;
                Self::Nomination(nomination::Event::Withdrawn { commitment })
            }
            Fact::Lapsed(message) => {
                let commitment = message.commitment()?;
                Self::Nomination(nomination::Event::Lapsed { commitment })
            }
            Fact::Scheduled(message) => Self::Session(message.into_event()?),
            Fact::Rescheduled(message) => Self::Session(message.into_event()?),
            Fact::RollFiled(message) => Self::Session(message.into_event()?),
            Fact::Cancelled(message) => Self::Session(message.cancelled()?),
            Fact::Opened(message) => Self::Session(message.opened()?),
            Fact::Witnessed(message) => Self::Session(message.into_event()?),
            Fact::DissolutionConfirmed(message) => Self::Session(message.into_event()?),
            Fact::Closed(message) => Self::Session(message.into_event()?),
            Fact::Seeded(message) => Self::Session(message.into_event()?),
            Fact::Joined(message) => Self::Session(message.into_event()?),
            Fact::Dissolved(message) => Self::Session(message.into_event()?),
            Fact::Ended(message) => Self::Session(message.ended()?),
            Fact::Overdue(message) => Self::Session(message.overdue()?),
            Fact::Unwitnessed(message) => Self::Session(message.unwitnessed()?),
        })
    }
}
