//! A server for [`tendermint_abci::Application`]: a drop-in for that crate's own `ServerBuilder`,
//! for CometBFT v0.38 (ABCI 2.0). It does not run the engine, keep state, or know what an
//! application does.
//!
//! # Why not the stock server
//!
//! | `tendermint_abci` 0.41 | here |
//! |---|---|
//! | TCP only, Nagle on, each answer written apart | Unix socket or TCP with no delay; answers leave in one write at Flush or at 64 KiB |
//! | copies its whole buffer at every attempt to decode | the length is read in place, room is reserved once |
//! | believes any length | a limit, given to [`ServerBuilder::new`] |
//! | an empty or unknown request panics | `ResponseException`, connection closed, counted |
//! | a panic in one thread stops the engine | caught in Query, `CheckTx` and the snapshot calls; fatal, by a hook, in the others |
//! | an `accept` error ends `listen`, nothing else does | back-off and on; a [`StopHandle`] |
//! | anyone may connect | mode 0600 and the peer's user id, by the kernel's word |
//! | whole requests in the debug log | method, height, sizes, time |
//! | codec and dispatcher private, its client lacks two calls | an own dispatcher, and peers for tests (feature `contract`) |
//!
//! Beyond that the order of calls is watched ([`Grammar`]): a breach is counted and logged. And an application may look at
//! transactions that already wait before it is asked about the first of them ([`ServerBuilder::on_ahead`]).
//!
//! # Use
//!
//! ```no_run
//! # #[derive(Clone)] struct Counter;
//! # impl tendermint_abci::Application for Counter {}
//! # fn main() -> Result<(), ktr_abci::ServeError> {
//! let server = ktr_abci::ServerBuilder::default().bind_unix("/run/app/abci.sock", Counter)?;
//! let stop = server.stop_handle(); // give it to whatever hears SIGTERM
//! server.listen() // returns when `stop.stop()` was called and every connection has ended
//! # }
//! ```
//!
//! Panics can only be caught where the program is built with `panic = "unwind"`, Cargo's default.
//!
//! **Invariant:** on one connection answers leave in the order of the requests, and a Flush is
//! answered after everything before it.
//!
//! **Invariant:** no byte of a request or an answer reaches a log line, a counter or an error.

mod ahead;
mod answer;
mod builder;
mod clock;
mod connection;
#[cfg(feature = "contract")]
pub mod contract;
mod counts;
mod dispatch;
mod error;
mod frame;
mod grammar;
mod limits;
mod listener;
mod method;
mod registry;
mod server;
mod shared;
mod stop;
mod stream;

pub use builder::{OnBreach, ServerBuilder, StaleSocket};
pub use counts::{CountsHandle, CountsSnapshot};
pub use dispatch::{CAUGHT_PANIC_CODE, CAUGHT_PANIC_CODESPACE};
pub use error::ServeError;
pub use grammar::{Breach, Grammar, Rule};
pub use limits::{CONNECTIONS_MAX, FRAME_MAX_BYTES, SOCKET_PATH_MAX_BYTES};
pub use method::Method;
pub use server::Server;
pub use shared::Call;
pub use stop::StopHandle;
