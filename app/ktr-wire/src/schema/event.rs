//! The choice of events inside a leaf of the log.
//! `ledger.nonces.v1` is not an event of the core and stands in `recorded`.

use ktr_core::{Event, board, bundle, ingestion, nomination, session};

use super::{
    board::TermPassed,
    bundle::Release,
    ingestion::PublishedCell,
    membership::{Admitted, KeyAdded, KeyRevoked},
    nomination::{Named as Nominated, Submitted, Voted},
    session::{Close, Dissolved, Joined, Named as Session, Opened, Overdue, Schedule, Seeded},
};
use crate::refusal::Wire;

/// Exactly one event.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Fact {
    #[prost(message, tag = "101")]
    Admitted(Admitted),
    #[prost(message, tag = "102")]
    KeyAdded(KeyAdded),
    #[prost(message, tag = "103")]
    KeyRevoked(KeyRevoked),
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
    #[prost(message, tag = "181")]
    Scheduled(Schedule),
    #[prost(message, tag = "185")]
    Opened(Opened),
    #[prost(message, tag = "186")]
    Closed(Close),
    #[prost(message, tag = "187")]
    Seeded(Seeded),
    #[prost(message, tag = "188")]
    Joined(Joined),
    #[prost(message, tag = "189")]
    Dissolved(Dissolved),
    #[prost(message, tag = "192")]
    Ended(Session),
    #[prost(message, tag = "193")]
    Overdue(Overdue),
    #[prost(message, tag = "204")]
    Published(PublishedCell),
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
            Event::Governance(event) => match *event {},
        }
    }
}

impl TryFrom<Fact> for Event {
    type Error = Wire;

    fn try_from(fact: Fact) -> Result<Self, Wire> {
        Ok(match fact {
            Fact::Admitted(message) => Self::Membership(message.try_into()?),
            Fact::KeyAdded(message) => Self::Membership(message.try_into()?),
            Fact::KeyRevoked(message) => Self::Membership(message.try_into()?),
            Fact::TermBegan(message) => Self::Board(board::Event::TermBegan {
                term: message.term()?,
            }),
            Fact::TermEnded(message) => Self::Board(board::Event::TermEnded {
                term: message.term()?,
            }),
            Fact::Sealed(message) => Self::Bundle(bundle::Event::Sealed(message.try_into()?)),
            Fact::Published(message) => {
                let (session, published) = message.into_core()?;
                Self::Ingestion(ingestion::Event::Published { session, published })
            }
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
            Fact::Opened(message) => Self::Session(message.into_event()?),
            Fact::Closed(message) => Self::Session(message.into_event()?),
            Fact::Seeded(message) => {
                let (session, county, seeded) = message.into_core()?;
                Self::Session(session::Event::Seeded {
                    session,
                    county,
                    seeded,
                })
            }
            Fact::Joined(message) => {
                let (session, county, count) = message.into_core()?;
                Self::Session(session::Event::Joined {
                    session,
                    county,
                    count,
                })
            }
            Fact::Dissolved(message) => {
                let (session, county, dissolved) = message.into_core()?;
                Self::Session(session::Event::Dissolved {
                    session,
                    county,
                    dissolved,
                })
            }
            Fact::Ended(message) => Self::Session(session::Event::Ended {
                session: message.session()?,
            }),
            Fact::Overdue(message) => Self::Session(message.into_core()?),
        })
    }
}
