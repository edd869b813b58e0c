//! Reads a stream that somebody sent: nothing in it is believed before both roots lead to the app hash that is trusted.
//! It keeps everything in memory and touches no store.

use core::fmt;

use ktr_core::{
    RecordKey,
    id::{Height, Sha256},
    time::Time,
};
use ktr_ledger::{
    Unreadable,
    tree::{self, Memory},
};
use ktr_proof::log::{Frontier, Subtree, leaf};
use ktr_wire::{
    record,
    recorded::{Entry, Recorded, UsedNonce},
};

use super::{
    HEAD,
    window::{List, Window},
};
use crate::{
    limits::{SNAPSHOT_EVENTS_MAX, SNAPSHOT_RECORDS_MAX},
    store::Whole,
};

/// Why a snapshot is not what it says: a lie, or damage on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// It does not begin as a stream of this format does.
    Head,
    /// It begins from another genesis.
    Genesis,
    /// It ends too early.
    Cut,
    /// It does not end where it should.
    Longer,
    /// A leaf of the log is none, or not in its place, or one more than there may be.
    Event(u64),
    /// The record with this number is none, or not in the order of the keys.
    Record(usize),
    /// The list of used nonces of this block is another than the log says.
    Nonces(Height),
    /// The state tree cannot be made of it.
    Tree,
    /// The roots lead to another app hash than the trusted one.
    AppHash(Sha256),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Head => f.write_str("it is no snapshot of format 1"),
            Self::Genesis => f.write_str("it begins from another genesis"),
            Self::Cut => f.write_str("it ends too early"),
            Self::Longer => f.write_str("it goes on after its end"),
            Self::Event(index) => write!(f, "event {index} is none, or not in its place"),
            Self::Record(number) => write!(f, "record {number} is none, or not in its place"),
            Self::Nonces(height) => write!(f, "the nonces of block {height} are others"),
            Self::Tree => f.write_str("no state tree can be made of its records"),
            Self::AppHash(found) => write!(f, "its roots lead to app hash {found}"),
        }
    }
}

impl core::error::Error for Refused {}

impl From<Unreadable> for Refused {
    fn from(_: Unreadable) -> Self {
        Self::Tree
    }
}

/// Reads a stream to its end; gives the rows of a store only if genesis and app hash are those that are trusted.
///
/// # Errors
/// See [`Refused`].
pub(crate) fn read<'a>(
    octets: &'a [u8],
    genesis: &Sha256,
    trusted: &Sha256,
) -> Result<Whole<'a>, Refused> {
    read_within(octets, genesis, trusted, SNAPSHOT_EVENTS_MAX)
}

/// The same with so many events at most.
pub(super) fn read_within<'a>(
    octets: &'a [u8],
    genesis: &Sha256,
    trusted: &Sha256,
    events_max: u64,
) -> Result<Whole<'a>, Refused> {
    let mut rest = Rest(octets);
    if rest.take(HEAD.len()) != Ok(HEAD) {
        return Err(Refused::Head);
    }
    if rest.take(Sha256::LEN)? != genesis.0 {
        return Err(Refused::Genesis);
    }
    let mut window = Window::default();
    let log = Log::read(&mut rest, &mut window, events_max)?;
    let (rows, records) = records(&mut rest)?;
    let mut used = Vec::new();
    for list in window.lists() {
        used.push((list.height, nonces(&mut rest, &list)?));
    }
    if !rest.0.is_empty() {
        return Err(Refused::Longer);
    }
    let (state_root, tree) = tree::update(&Memory::default(), 0, &records)?;
    let whole = Whole {
        events: log.events,
        log_nodes: log.nodes,
        log: log.edge,
        time: log.time,
        records: rows,
        tree,
        state_root,
        nonces: used,
    };
    let found = whole.app_hash();
    if found == *trusted {
        Ok(whole)
    } else {
        Err(Refused::AppHash(found))
    }
}

/// What is read of the log.
struct Log<'a> {
    events: Vec<&'a [u8]>,
    nodes: Vec<Subtree>,
    edge: Frontier,
    time: Time,
}

impl<'a> Log<'a> {
    fn read(rest: &mut Rest<'a>, window: &mut Window, events_max: u64) -> Result<Self, Refused> {
        let mut log = Self {
            events: Vec::new(),
            nodes: Vec::new(),
            edge: Frontier::default(),
            time: Time(0),
        };
        while let Some(octets) = rest.item()? {
            let index = log.edge.size();
            if index >= events_max {
                return Err(Refused::Event(index));
            }
            let recorded = Recorded::decode(octets).or(Err(Refused::Event(index)))?;
            if recorded.index != index || recorded.time < log.time {
                return Err(Refused::Event(index));
            }
            log.time = recorded.time;
            window.leaf(&recorded);
            log.nodes.extend(log.edge.append(leaf(octets)));
            log.events.push(octets);
        }
        Ok(log)
    }
}

/// Octets of keys and values, as a store wants them.
type Rows<'a> = Vec<(&'a [u8], &'a [u8])>;
/// The same as the tree wants them.
type Leaves = Vec<(RecordKey, Vec<u8>)>;

fn records<'a>(rest: &mut Rest<'a>) -> Result<(Rows<'a>, Leaves), Refused> {
    let mut rows: Rows<'a> = Vec::new();
    let mut records = Leaves::new();
    while let Some(octets) = rest.item()? {
        let bad = Refused::Record(rows.len());
        if rows.len() >= SNAPSHOT_RECORDS_MAX {
            return Err(bad);
        }
        let is_next = rows.last().is_none_or(|(last, _)| *last < octets);
        let value = rest.item()?.filter(|_| is_next);
        let read = value.zip(record::decode_key(octets).ok());
        let read = read.and_then(|(value, key)| Some((value, record::decode(key, value).ok()?)));
        let Some((value, record)) = read else {
            return Err(bad);
        };
        records.push((record.key(), value.to_vec()));
        rows.push((octets, value));
    }
    Ok((rows, records))
}

fn nonces(rest: &mut Rest<'_>, list: &List) -> Result<Vec<UsedNonce>, Refused> {
    let mut used = Vec::new();
    for _ in 0..list.count {
        let octets = rest.take(UsedNonce::LEN)?;
        used.push(UsedNonce::from_line(octets).ok_or(Refused::Nonces(list.height))?);
    }
    if list.is(&Entry::nonces(&used)) {
        Ok(used)
    } else {
        Err(Refused::Nonces(list.height))
    }
}

/// What was not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Refused::Cut)?;
        self.0 = rest;
        Ok(taken)
    }

    /// `None` at the end of a list.
    fn item(&mut self) -> Result<Option<&'a [u8]>, Refused> {
        let (length, rest) = self.0.split_first_chunk().ok_or(Refused::Cut)?;
        self.0 = rest;
        let length = usize::try_from(u32::from_be_bytes(*length)).or(Err(Refused::Cut))?;
        let octets = self.take(length)?;
        Ok((!octets.is_empty()).then_some(octets))
    }
}
