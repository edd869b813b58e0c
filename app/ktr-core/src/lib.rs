//! The rules of the Relay, as four pure functions: [`State::from`], [`decide()`], [`evolve()`] and [`due()`].
//! There is no disk, network, clock, signature or encoding here; this crate does not even link the standard library.
//!
//! ```text
//! State::from(Genesis)
//! decide(&State, &Context, &Command) -> Result<Vec<Event>, Rejection>   may refuse; changes nothing
//! evolve(&mut State, &Event)                                            changes; cannot refuse, cannot fail
//! due(&State, &BlockContext) -> Vec<Event>                              what time alone has brought about
//! ```
//!
//! # Where is the rule?
//! One folder per subject, and in each the same files: `command` (what a sender may ask), `event` (what happened), `state` (what is
//! remembered), `decide` (**every** rule about a command, and no change), `evolve` (every change and no rule), `due` (what time alone does),
//! `rejection` (the rules by number and name), `tests` (sentences).
//!
//! | subject | for example |
//! |---|---|
//! | [`membership`] | who is a member, and with which keys |
//! | [`board`] | three seats and their term |
//! | [`nomination`] | **one veto is enough**: `nomination/decide.rs` |
//! | [`bundle`] | what the chain keeps of a release: [`bundle::Release`] |
//! | [`session`] | **sixteen hundred hours**: `session/due.rs` |
//! | [`ingestion`] | counts without identity |
//! | [`governance`] | role keys, validators and parameters of the network |
//!
//! # Invariants
//! - A module reads any other module's state and emits only its own events.
//! - Every fact from outside arrives in [`Context`], [`BlockContext`] or the command: height, time, signer, the proposal that a command
//!   rests on and the command's digest, and whether a key proof held.
//! - Ordered maps, checked or saturating integers, newtypes; nothing depends on iteration order other than key order.
//! - **The state equals the fold of the events**, and equals what its [`Record`]s restore.
#![no_std]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

extern crate alloc;

pub mod board;
pub mod bundle;
pub mod governance;
pub mod id;
pub mod ingestion;
pub mod key;
pub mod limits;
pub mod membership;
pub mod nomination;
pub mod session;
pub mod time;

mod command;
mod context;
mod decide;
mod due;
mod event;
mod evolve;
mod genesis;
mod lasting;
mod record;
mod rejection;
mod state;

#[cfg(test)]
mod lasting_tests;
#[cfg(test)]
mod tests;

pub use command::Command;
pub use context::{BlockContext, Context, Mandate};
pub use decide::decide;
pub use due::due;
pub use event::Event;
pub use evolve::evolve;
pub use genesis::Genesis;
pub use record::{Record, RecordKey};
pub use rejection::Rejection;
pub use state::State;
