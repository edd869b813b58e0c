//! The stage for tests: a cast of role holders with real keys, an in-process chain on the real ledger, seeded choices, octets that a seed
//! spoils, waiting by looking, a judge of command lines, one of published counts, a reader of pages, the table of the benches, keys of hosts, a
//! validator's key and what a copy of it signs, the documented year, one sample of every message, and what compares with recorded files.
//! No engine, no file of its own and no network; what those do is shown by the net tests.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "a test that is told something impossible should stop at once"
)]

mod actor;
pub mod bad_input;
mod cast;
mod chain;
pub mod command_line;
pub mod counts;
mod dice;
mod in_bulk;
pub mod memory;
mod night;
pub mod page;
pub mod pinned;
pub mod sample;
mod sample_change;
mod sample_governance;
mod sample_rm1;
mod sample_session;
pub mod second_judge;
pub mod signer;
pub mod spoiled;
pub mod table;
#[cfg(feature = "tokio")]
pub mod tls;
pub mod vector;
pub mod wait;
#[cfg(feature = "tokio")]
pub mod wait_async;
pub mod year;

pub use actor::Actor;
pub use cast::Cast;
pub use chain::{Chain, Judged};
pub use dice::Dice;
pub use night::{all, cases, number};
