//! What happened in governance: nothing yet.
//! The numbers of its events are reserved.

use alloc::vec::Vec;

use crate::RecordKey;

/// No governance event exists yet: this type has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {}

impl Event {
    /// The name on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match *self {}
    }

    /// The records that change.
    #[must_use]
    pub fn touches(&self) -> Vec<RecordKey> {
        match *self {}
    }
}
