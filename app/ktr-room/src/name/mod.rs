//! Names that follow from facts; see `derive.rs`.
//! Nothing here is random and nothing is kept.

mod derive;
#[cfg(test)]
mod tests;

pub(crate) use derive::PROBE;
pub use derive::{
    BOT, account, alias, key_digest, pass, probe, probe_pass, registration_mac, room_commit,
    sha256, transaction,
};
