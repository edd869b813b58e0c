//! The engine beside the application: its folder, its keys, its process.
//! The engine is CometBFT, unmodified; what it decides is not this module's affair.
//!
//! | file | what |
//! |---|---|
//! | `answer.rs` | what another engine answers, read |
//! | `config.rs` | `config.toml`: the lines of the design, and no other |
//! | `genesis.rs` | `genesis.json`: what all nodes start from |
//! | `digest.rs` | which genesis the folder was made with |
//! | `key.rs` | the node's and the validator's key files |
//! | `folder.rs` | makes a home folder |
//! | `guard.rs` | one node per folder, no old engine, no key that might sign twice |
//! | `height.rs` | ends a node that gets no block while another county does |
//! | `peers.rs` | whom the engine is connected to |
//! | `port.rs` | the addresses are free |
//! | `rpc.rs` | questions to engines |
//! | `process.rs` | the engine's process and what it says |
//! | `rollback.rs` | one height back |
//! | `server.rs` | the socket, and what the node hears beside the calls |
//! | `supervise.rs` | starts both, watches both, stops the engine first |

mod answer;
mod config;
mod digest;
mod folder;
mod genesis;
mod guard;
mod height;
mod key;
mod peers;
mod port;
mod process;
mod rollback;
pub(crate) mod rpc;
mod server;
mod supervise;

#[cfg(test)]
mod config_tests;
#[cfg(test)]
mod tests;

pub(crate) use config::text as config_text;
pub(crate) use digest::is_kept;
pub use folder::{Init, InitError, Made, init};
pub use genesis::{Document, GenesisError};
pub(crate) use guard::{Asked, guard_blocks, guard_key, guard_signatures};
pub use guard::{GuardError, Lock};
pub use key::{KeyError, Keys};
pub(crate) use peers::missing as peers_missing;
pub use port::PortError;
pub(crate) use port::check_ports;
pub(crate) use process::check_version;
pub use process::{VERSION, VersionError};
pub use rollback::{RollbackError, roll_back};
pub use supervise::{LineSink, Start, StartError, start};
