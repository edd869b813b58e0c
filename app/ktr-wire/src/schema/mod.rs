//! The protobuf schema, hand-written for prost, and its passage to and from the types of the core.
//! One file per subject holds its commands, events and records; field numbers are never reused.
//!
//! Commands and events of a subject share a base (membership 100, board 120, nomination 140, bundle 160, session 180, ingestion 200,
//! governance 240) plus their position in the design's table. Numbers not listed here are reserved and answer as unknown.

pub(crate) mod board;
pub(crate) mod bundle;
pub(crate) mod command;
pub(crate) mod event;
pub(crate) mod governance;
pub(crate) mod ingestion;
pub(crate) mod key;
pub(crate) mod membership;
pub(crate) mod nomination;
pub(crate) mod proposal;
pub(crate) mod resolved;
pub(crate) mod rm1;
#[cfg(test)]
mod rm1_tests;
pub(crate) mod session;
