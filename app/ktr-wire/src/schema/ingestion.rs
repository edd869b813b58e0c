//! Messages of ingestion.
//! Rules are the core's.

use ktr_core::{
    id::{SessionId, Sha256},
    ingestion::{self, Bucket, Published},
};

use super::{command::Choice, event::Fact};
use crate::{field, limits::BUCKETS_MAX, number, refusal::Wire};

/// The plain hit.
const PLAIN: u32 = 1;
/// RM-1.
pub(crate) const RM1: u32 = 2;
/// The collector was killed in this bucket; 1 and 2 are RM-1's.
const INTERRUPTED: u32 = 4;

/// Command 204. Field 6 is the plain method's, fields 7 to 11 are RM-1's.
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
    #[prost(uint64, tag = "7")]
    pub(crate) reports: u64,
    #[prost(uint64, tag = "8")]
    pub(crate) undisclosed: u64,
    #[prost(uint32, tag = "9")]
    pub(crate) level: u32,
    #[prost(bytes = "vec", tag = "10")]
    pub(crate) public_root: Vec<u8>,
    #[prost(bytes = "vec", tag = "11")]
    pub(crate) full_commitment: Vec<u8>,
}

/// The plain method's part of a publication.
#[derive(Clone, Copy, Debug)]
struct Plain {
    session: SessionId,
    bucket: Bucket,
    beacon: Sha256,
    hits: Option<u64>,
    interrupted: bool,
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
    match command {
        ingestion::Command::Publish {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        } => Choice::Publish(publish(Plain {
            session: *session,
            bucket: *bucket,
            beacon: *beacon,
            hits: *hits,
            interrupted: *interrupted,
        })),
        ingestion::Command::Rm1(command) => super::rm1::message(command),
    }
}

/// The message that command, event and record share.
fn publish(plain: Plain) -> Publish {
    Publish {
        method: PLAIN,
        session: plain.session.0,
        w: u32::from(plain.bucket.number()),
        flags: if plain.interrupted { INTERRUPTED } else { 0 },
        cells: plain.hits.into_iter().collect(),
        beacon: plain.beacon.0.to_vec(),
        ..Publish::default()
    }
}

impl TryFrom<Publish> for ingestion::Command {
    type Error = Wire;

    fn try_from(message: Publish) -> Result<Self, Wire> {
        if message.method == RM1 {
            return super::rm1::published(message).map(Self::Rm1);
        }
        let Plain {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        } = message.try_into()?;
        Ok(Self::Publish {
            session,
            bucket,
            beacon,
            hits,
            interrupted,
        })
    }
}

impl TryFrom<Publish> for Plain {
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
        let is_of_rm1 = message.reports != 0
            || message.undisclosed != 0
            || message.level != 0
            || !message.public_root.is_empty()
            || !message.full_commitment.is_empty();
        if is_of_rm1 || message.flags & !INTERRUPTED != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(Self {
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
            publish: Some(publish(Plain {
                session,
                bucket: published.bucket,
                beacon: published.beacon,
                hits: published.hits,
                interrupted: published.interrupted,
            })),
            at: published.published_at.0,
        }
    }

    /// The session and its bucket.
    pub(crate) fn into_core(self) -> Result<(SessionId, Published), Wire> {
        let Plain {
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
