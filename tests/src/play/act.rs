//! An act by number and name, and what it has to show; the ten of the month stand here.
//! What happens in them stands in one file each.

use serde_json::{Map, Value};

/// What an act measured, by name.
pub type Figures = Map<String, Value>;

/// One act of a play.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Act {
    number: u8,
    name: &'static str,
}

/// Names of the month's acts in their order.
const NAMES: [&str; 10] = [
    "ground",
    "members",
    "nominations",
    "sitting",
    "release",
    "session",
    "ingestion",
    "a county falls",
    "sixteen hundred",
    "audit",
];

impl Act {
    /// An act of another play.
    pub(crate) const fn named(number: u8, name: &'static str) -> Self {
        Self { number, name }
    }

    /// The month's act of this number; `None` outside 1 to 10.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        Self::all().find(|act| act.number == number)
    }

    /// All ten of the month, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..).zip(NAMES).map(|(number, name)| Self { number, name })
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.number
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}
