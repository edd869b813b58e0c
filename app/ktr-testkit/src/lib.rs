//! The stage for tests: a cast of role holders with real keys, an in-process chain on the real ledger, seeded choices, a judge of
//! command lines, and the table of the benches.
//! No engine, no file of its own and no network; what those do is shown by the net tests.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "a test that is told something impossible should stop at once"
)]

mod actor;
mod cast;
mod chain;
pub mod command_line;
mod dice;
pub mod memory;
mod night;
pub mod table;

pub use actor::Actor;
pub use cast::Cast;
pub use chain::{Chain, Judged};
pub use dice::Dice;
pub use night::{all, number};
