//! TLP 2.0 as STIX carries it: four marking objects of OASIS that travel inside the bundle.
//! TLP:RED does not exist here: such a case goes the closed lane.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far something may travel, from the least strict to the strictest.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
pub enum Tlp {
    /// TLP:CLEAR.
    #[serde(rename = "clear")]
    Clear,
    /// TLP:GREEN.
    #[serde(rename = "green")]
    Green,
    /// TLP:AMBER.
    #[serde(rename = "amber")]
    Amber,
    /// TLP:AMBER+STRICT.
    #[serde(rename = "amber+strict")]
    AmberStrict,
}

impl Tlp {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict];

    /// The UUID that OASIS gave its marking object.
    #[must_use]
    pub const fn uuid(self) -> &'static str {
        match self {
            Self::Clear => "94868c89-83c2-464b-929b-a1a8aa3c8487",
            Self::Green => "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
            Self::Amber => "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
            Self::AmberStrict => "939a9414-2ddd-4d32-a0cd-375ea402b003",
        }
    }

    /// The name of its marking object.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
        }
    }
}
