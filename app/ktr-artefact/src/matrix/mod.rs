//! Alliance matrix v1, after public EU sources: how grave a case is, as a table in a file and one pure function.
//! No official EU CSIRT matrix exists; the tables are the Alliance's own, and every output says so ([`NOTICE`]).
//!
//! ```text
//! D = folded danger of the type; apt -> CRITICAL; then, if position <= engage, at most MEDIUM
//! I = fold of the highest impact line met; VERY HIGH -> HIGH, but CRITICAL when two or more member states
//! F = floors that law or an APT inside sets
//! level = max( min(D, I + 1), I, F )        eligible if level >= HIGH
//! ```

mod classify;
mod inputs;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use classify::level_name;
pub use classify::{Decider, Verdict, classify};
pub use inputs::{Flag, IncidentType, Inputs, Nccs, NisSeverity, Position};
pub use table::{IncidentClass, NOTICE, SHA256, VERSION, class_of};
