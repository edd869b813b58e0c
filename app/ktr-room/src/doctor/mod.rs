//! `ktr-room doctor`: looks at a county's place a day and 40 minutes before the hour, and names what is wrong. It changes nothing.
//! What cannot be seen from here is said to be unverified, never guessed.
//!
//! | file | what |
//! |---|---|
//! | `examine.rs` | all checks, in their order |
//! | `folder.rs` | what lies on disk: the homeserver's lines, modes, where the folders lie, space, the alarm's command |
//! | `machine.rs` | what the operating system would keep: swap, core dumps |
//! | `database.rs` | its database: freed pages, or what a cluster keeps besides |
//! | `homeserver.rs` | the homeserver: version, port, what it can do |
//! | `ledger.rs` | the chain: a proven answer, this clock against it |

mod database;
mod examine;
mod folder;
mod homeserver;
mod ledger;
mod machine;

pub use examine::examine;
pub use machine::Machine;
