//! What the tests share: a booted Synapse, a chain in memory, a cipher, members over plain HTTP.
//! No judgement here.

mod chain;
mod cipher;
mod cluster;
mod county;
pub(crate) mod log;
mod member;
mod place;
mod poll;
mod server;

pub(crate) use chain::{Ledger, seeded_post};
pub(crate) use cipher::{Veil, archive};
pub(crate) use cluster::Cluster;
pub(crate) use county::{County, account};
pub(crate) use member::Guest;
pub(crate) use poll::{clock_ms, until};
pub(crate) use server::{Synapse, python, scratch};
