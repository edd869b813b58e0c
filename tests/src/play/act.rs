//! The acts by number and name, and what an act has to show.
//! What happens in them stands in one file each.

use serde_json::{Map, Value};

/// What an act measured, by name.
pub type Figures = Map<String, Value>;

/// One of the ten acts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Act(u8);

/// Names of the acts in their order.
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
    /// The act of this number; `None` outside 1 to 10.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=10).contains(&number).then_some(Self(number))
    }

    /// All ten, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=10).map(Self)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .get(usize::from(self.0).saturating_sub(1))
            .copied()
            .unwrap_or("")
    }
}
