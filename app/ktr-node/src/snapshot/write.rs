//! Writes the ledger of one height as a stream: genesis digest, events, records, used nonces.
//! It goes over a view, so that blocks may be committed meanwhile; how the stream is cut is the caller's affair.

use std::io;

use ktr_core::id::{Height, Sha256};
use ktr_wire::{
    record,
    recorded::{Entry, Recorded},
};

use super::{HEAD, window::Window};
use crate::{
    limits::SNAPSHOT_RECORDS_MAX,
    store::{Family, StoreError, View},
};

/// Why there is no snapshot of a height. The chain goes on without it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Untaken {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder of the snapshots refuses.
    #[error("the folder of the snapshots refuses: {}", .0.kind())]
    Folder(#[from] io::Error),
    /// A row is not what it should be.
    #[error("event {0} cannot be read")]
    Event(u64),
    /// A record is not what it should be.
    #[error("a record cannot be read")]
    Record,
    /// The store began to keep its nonces only later, or has lost some.
    #[error("the nonces of block {0} are not all kept")]
    Nonces(Height),
    /// It would be larger than anybody takes.
    #[error("the ledger is larger than a snapshot may be")]
    TooLarge,
}

/// Hands the stream out piece by piece, of so many events at most.
///
/// # Errors
/// See [`Untaken`], and whatever `out` refuses with.
pub(super) fn write(
    view: &View<'_>,
    genesis: &Sha256,
    events_max: u64,
    out: &mut impl FnMut(&[u8]) -> Result<(), Untaken>,
) -> Result<(), Untaken> {
    out(HEAD)?;
    out(&genesis.0)?;
    let mut window = Window::default();
    for (row, index) in view.rows(Family::Events, &[])?.zip(0_u64..) {
        let (_, octets) = row?;
        if index >= events_max {
            return Err(Untaken::TooLarge);
        }
        let recorded = Recorded::decode(&octets).or(Err(Untaken::Event(index)))?;
        window.leaf(&recorded);
        item(out, &octets)?;
    }
    item(out, &[])?;
    for (row, number) in view.rows(Family::Records, &[])?.zip(0_usize..) {
        let (key, value) = row?;
        if number >= SNAPSHOT_RECORDS_MAX {
            return Err(Untaken::TooLarge);
        }
        let read = record::decode_key(&key).and_then(|key| record::decode(key, &value));
        read.or(Err(Untaken::Record))?;
        item(out, &key)?;
        item(out, &value)?;
    }
    item(out, &[])?;
    for list in window.lists() {
        let used = view.nonces(list.height)?;
        if !list.is(&Entry::nonces(&used)) {
            return Err(Untaken::Nonces(list.height));
        }
        for used in &used {
            out(&used.line())?;
        }
    }
    Ok(())
}

/// Length and octets. An empty item ends a list: whatever stands in one was decoded before, and no decoder takes an empty event, key or
/// value.
fn item(out: &mut impl FnMut(&[u8]) -> Result<(), Untaken>, octets: &[u8]) -> Result<(), Untaken> {
    let length = u32::try_from(octets.len()).or(Err(Untaken::TooLarge))?;
    out(&length.to_be_bytes())?;
    out(octets)
}
