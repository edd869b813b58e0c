//! Every limit of this crate, in one place.
//! What an application accepts inside a frame is its own affair.

use std::time::Duration;

/// Default for the longest request frame, in bytes: 16 MiB, sixteen times the block size of the
/// Relay's genesis.
pub const FRAME_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Longest path of a Unix socket, in bytes: `sun_path` holds 108 with its closing zero (unix(7)).
pub const SOCKET_PATH_MAX_BYTES: usize = 107;

/// Connections open at once. An engine opens four; the rest is room for its restart and for an
/// operator's tool.
pub const CONNECTIONS_MAX: usize = 64;

/// A length prefix is an unsigned varint of at most ten bytes, seven bits each.
pub(crate) const VARINT_MAX_BITS: u32 = 70;

/// The read buffer of a connection, in bytes. A frame that fits costs one copy; a longer one is
/// read straight into its own room.
pub(crate) const READ_BUFFER_BYTES: usize = 64 * 1024;

/// Answers wait for a Flush until this many bytes are held.
pub(crate) const ANSWER_BUFFER_BYTES: usize = 64 * 1024;

/// Connections the kernel may hold before they are accepted.
pub(crate) const BACKLOG: i32 = 64;

/// First pause after a failed `accept`; it doubles up to [`ACCEPT_PAUSE_MAX_MILLIS`].
pub(crate) const ACCEPT_PAUSE_MIN_MILLIS: u16 = 5;

/// Longest pause between two attempts to accept.
pub(crate) const ACCEPT_PAUSE_MAX_MILLIS: u16 = 1_000;

/// How long a stopping server waits for peers to take their last answers before it cuts their
/// connections.
pub(crate) const STOP_GRACE: Duration = Duration::from_secs(3);
