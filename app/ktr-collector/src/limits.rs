//! Every bound and pause of this program that nobody may set, in one place.
//! What an operator may set is in the configuration; bounds of the buckets are genesis parameters.

use std::time::Duration;

/// Octets of a request's line and headers.
pub const HEADER_MAX: usize = 4 * 1024;
/// Octets of what is read at once; the library takes no less.
pub const READ_BUFFER: usize = 8 * 1024;
/// Octets of a request's body; they are read and dropped.
pub const BODY_MAX: usize = 1024;
/// A header or body that is not whole after this long ends the connection.
pub const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// Connections at one time; further ones wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 1024;
/// Pause after the kernel could not hand over a connection.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How often ended buckets are looked for.
pub const KEEP_EVERY: Duration = Duration::from_secs(1);
/// How long a publication is waited for before the next is looked at.
pub const PUBLISH_WITHIN: Duration = Duration::from_secs(20);
/// A publication counts no more this long after it was signed, in seconds.
pub const EXPIRES_AFTER_SECS: u64 = 600;
/// Open connections may end in this time after SIGTERM.
pub const STOP_WITHIN: Duration = Duration::from_secs(3);
