//! One file per group of commands: its flags, and what it does with them.
//! Shared steps (connection, signer, sender) are beside this folder.

pub(crate) mod audit;
pub(crate) mod blocks;
pub(crate) mod board;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod draft;
pub(crate) mod events;
pub(crate) mod genesis;
pub(crate) mod governance;
pub(crate) mod hold;
pub(crate) mod keys;
pub(crate) mod localnet;
pub(crate) mod log;
pub(crate) mod member;
pub(crate) mod nominate;
pub(crate) mod parts;
pub(crate) mod query;
pub(crate) mod receiver;
pub(crate) mod release;
pub(crate) mod revision;
pub(crate) mod seat;
pub(crate) mod session;
pub(crate) mod sibling;
pub(crate) mod standing;
pub(crate) mod status;
pub(crate) mod tried;
pub(crate) mod tx;

mod run;

pub(crate) use run::run;
