//! Every bound and interval of this crate, in one place.
//! What a network chooses for itself is in its genesis.

use std::time::Duration;

/// A node that has not answered after this long counts as down.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How often the node is asked whether a transaction or the proof block has come.
pub const POLL_EVERY: Duration = Duration::from_millis(150);
/// How long the proof block may take: a heartbeat of 60 s and one block.
pub const PROOF_BLOCK_WITHIN: Duration = Duration::from_secs(75);
/// Events of one page; the node refuses more.
pub const PAGE: u32 = 256;
/// Nodes that a transaction is sent to.
pub const BROADCAST_NODES: usize = 2;
/// A transaction that is in no block after this long is offered to the mempools again, as it is.
pub const OFFER_AGAIN_EVERY: Duration = Duration::from_secs(3);
/// Pause before a transaction that came too early is made anew.
pub const RENEW_AFTER: Duration = Duration::from_millis(700);
/// Octets of the engine's `genesis.json`.
pub const GENESIS_FILE_MAX: usize = 2 * 1024 * 1024;
/// Validators in one answer of a node, the engine's own most; the application allows [`ktr_core::limits::VALIDATORS_MAX`].
pub const VALIDATORS_ASKED: u8 = 100;
/// Pinned keys of one host: the one that is served and the next one.
pub const PINS_MAX: usize = 2;

/// How long one address of a host may take to answer before the next one is tried.
pub(crate) const DIAL_WITHIN: Duration = Duration::from_secs(3);
