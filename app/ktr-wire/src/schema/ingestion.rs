//! Messages of ingestion.
//! Rules are the core's.

use ktr_core::{
    id::{SessionId, Sha256},
    ingestion::{self, Bucket, Published},
};

use super::{command::Choice, event::Fact};
use crate::{field, limits::BUCKETS_MAX, number, refusal::Wire};

/// The plain hit; 2 is RM-1 and reserved.
const PLAIN: u32 = 1;
/// The collector was killed in this bucket; 1 and 2 are RM-1's and reserved.
const INTERRUPTED: u32 = 4;

/// Command 204. Fields 7 to 11 are RM-1's and reserved.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Publish {
    #[prost(uint32, tag = "1")]
    pub(crate) method: u32,
    #[prost(uint32, tag = "2")]
    pub(crate) session: u32,
    /// The bucket.
    #[prost(uint32, tag = "3")]
    pub(crate) w: u32,
    #[prost(uint32, tag = "4")]
    pub(crate) flags: u32,
    /// One cell, or none when it is withheld.
    #[prost(uint64, repeated, tag = "5")]
    pub(crate) cells: Vec<u64>,
    #[prost(bytes = "vec", tag = "6")]
    pub(crate) beacon: Vec<u8>,
}

/// Event 204 and one bucket in the record: the command and its time.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PublishedCell {
    #[prost(message, optional, tag = "1")]
    pub(crate) publish: Option<Publish>,
    #[prost(uint64, tag = "2")]
    pub(crate) at: u64,
}

/// The value of a session's ingestion record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Ingestion {
    #[prost(uint32, tag = "1")]
    pub(crate) session: u32,
    /// By rising bucket.
    #[prost(message, repeated, tag = "2")]
    pub(crate) published: Vec<PublishedCell>,
}

/// The message of a command.
pub(crate) fn message(command: &ingestion::Command) -> Choice {
    let ingestion::Command::Publish {
        session,
        bucket,
        beacon,
        hits,
        interrupted,
    } = *command;
    Choice::Publish(publish(session, bucket, beacon, (hits, interrupted)))
}

/// The message that command, event and record share.
fn publish(
    session: SessionId,
    bucket: Bucket,
    beacon: Sha256,
    (hits, interrupted): (Option<u64>, bool),
) -> Publish {
    Publish {
        method: PLAIN,
        session: session.0,
        w: u32::from(bucket.number()),
        flags: if interrupted { INTERRUPTED } else { 0 },
        cells: hits.into_iter().collect(),
        beacon: beacon.0.to_vec(),
    }
}

impl TryFrom<Publish> for ingestion::Command {
    type Error = Wire;

    fn try_from(message: Publish) -> Result<Self, Wire> {
        if message.method != PLAIN {
            return Err(Wire::Unknown);
        }
        let hits = match message.cells.as_slice() {
            [] => None,
            [hits] => Some(*hits),
            _ => return Err(Wire::OutOfRange),
        };
        if message.flags & !INTERRUPTED != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(Self::Publish {
            session: field::read(&message.session)?,
            bucket: number::bucket(message.w)?,
            beacon: field::read(&message.beacon)?,
            hits,
            interrupted: message.flags != 0,
        })
    }
}

impl From<&ingestion::Event> for Fact {
    fn from(event: &ingestion::Event) -> Self {
        match event {
            ingestion::Event::Published { session, published } => {
                Self::Published(PublishedCell::new(*session, published))
            }
        }
    }
}

impl PublishedCell {
    fn new(session: SessionId, published: &Published) -> Self {
        Self {
            publish: Some(publish(
                session,
                published.bucket,
                published.beacon,
                (published.hits, published.interrupted),
            )),
            at: published.published_at.0,
        }
    }

    /// The session and its bucket.
    pub(crate) fn into_core(self) -> Result<(SessionId, Published), Wire> {
        let ingestion::Command::Publish {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        } = field::present(self.publish)?.try_into()?;
        let published_at = field::read(&self.at)?;
        Ok((
            session,
            Published {
                bucket,
                beacon,
                hits,
                interrupted,
                published_at,
            },
        ))
    }
}

impl From<&ingestion::Ingestion> for Ingestion {
    fn from(ingestion: &ingestion::Ingestion) -> Self {
        let cells = ingestion.published.values();
        Self {
            session: ingestion.session.0,
            published: cells
                .map(|cell| PublishedCell::new(ingestion.session, cell))
                .collect(),
        }
    }
}

impl TryFrom<Ingestion> for ingestion::Ingestion {
    type Error = Wire;

    fn try_from(message: Ingestion) -> Result<Self, Wire> {
        let session = field::read(&message.session)?;
        let cells = field::at_most(message.published, BUCKETS_MAX)?;
        let cells = cells.into_iter().map(|cell| {
            let (of, published) = cell.into_core()?;
            if of == session {
                Ok((published.bucket, published))
            } else {
                Err(Wire::OutOfRange)
            }
        });
        let cells = cells.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            session,
            published: field::rising_by_key(cells)?.into_iter().collect(),
        })
    }
}
