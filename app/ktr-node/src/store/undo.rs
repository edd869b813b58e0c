//! One Commit taken back: what its rows were before it, written in the same batch, and put back on request.
//! One height is kept; deeper is a matter of replay. The engine's own state is taken back by the engine.

use ktr_core::id::Height;
use prost::Message;

use super::{Family, Meta, Store, StoreError, disk::Change};

/// The rows that a Commit changed, as they were.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Undo {
    #[prost(message, repeated, tag = "1")]
    rows: Vec<Before>,
}

/// A change of a row whose value before it was read already.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) change: Change,
    /// Absent if there was no such row.
    pub(super) before: Option<Vec<u8>>,
}

impl Known {
    /// A row that goes.
    pub(super) const fn gone(family: Family, key: Vec<u8>, value: Vec<u8>) -> Self {
        Self {
            change: Change::Delete(family, key),
            before: Some(value),
        }
    }
}

/// One row before the Commit.
#[derive(Clone, PartialEq, Message)]
struct Before {
    /// The family's place in [`Family::ALL`].
    #[prost(uint32, tag = "1")]
    family: u32,
    #[prost(bytes = "vec", tag = "2")]
    key: Vec<u8>,
    /// Absent if there was no such row.
    #[prost(bytes = "vec", optional, tag = "3")]
    value: Option<Vec<u8>>,
}

impl Undo {
    /// Reads what the rows are before they are changed.
    pub(super) fn read(store: &Store, changes: &[Change]) -> Result<Self, StoreError> {
        let view = store.view();
        let rows = changes.iter().map(|change| {
            let (family, key) = change.place();
            // Most rows are new by their keys and need not be asked for.
            let value = if family.is_written_once() {
                None
            } else {
                view.get(family, key)?
            };
            Ok(Before::of(family, key, value))
        });
        let rows: Result<Vec<Before>, StoreError> = rows.collect();
        Ok(Self { rows: rows? })
    }

    /// The same with a row whose value is known already.
    pub(super) fn add(&mut self, family: Family, key: &[u8], value: Option<Vec<u8>>) {
        self.rows.push(Before::of(family, key, value));
    }
}

impl Before {
    fn of(family: Family, key: &[u8], value: Option<Vec<u8>>) -> Self {
        let mut places = (0_u32..).zip(Family::ALL);
        let place = places.find(|(_, other)| *other == family);
        Self {
            family: place.map_or(u32::MAX, |(place, _)| place),
            key: key.to_vec(),
            value,
        }
    }
}

impl Store {
    /// Takes the last Commit back, if `wanted` is what that leads to; gives what is then committed last.
    ///
    /// # Errors
    /// [`StoreError::NoUndo`] if it is not kept or would lead elsewhere; then nothing is changed.
    pub fn roll_back(&self, wanted: impl Fn(&Meta) -> bool) -> Result<Meta, StoreError> {
        let view = self.view();
        let height = view.meta()?.ok_or(StoreError::Missing)?.height;
        let before = view.height(height.saturating_sub(1))?.filter(wanted);
        let key = height.to_be_bytes();
        let (Some(before), Some(row)) = (before, view.get(Family::Undo, &key)?) else {
            return Err(StoreError::NoUndo(height));
        };
        let bad = || StoreError::Row(Family::Undo.name());
        let undo = Undo::decode(row.as_slice()).map_err(|_malformed| bad())?;
        let mut changes = Vec::new();
        for row in undo.rows {
            let mut families = (0_u32..).zip(Family::ALL);
            let family = families.find(|(place, _)| *place == row.family);
            let (_, family) = family.ok_or_else(bad)?;
            changes.push(match row.value {
                Some(value) => Change::Put(family, row.key, value),
                None => Change::Delete(family, row.key),
            });
        }
        changes.push(Change::Delete(Family::Undo, key.to_vec()));
        let written = self.disk.write(changes);
        written.map_err(|error| error.while_writing(Height(height)))?;
        Ok(before)
    }
}
