//! The contract suite: the same calls through the stock server and through this one must give the
//! same answers. The caller brings an application and a sequence of calls that is legal for it;
//! [`legal_order`] makes up in which order.
//!
//! ```no_run
//! # #[derive(Clone)] struct Counter;
//! # impl tendermint_abci::Application for Counter {}
//! # fn main() -> Result<(), ktr_abci::contract::Failure> {
//! # let calls = Vec::new();
//! let folder = std::path::Path::new("/tmp/contract"); // short, and ours alone
//! let answers = ktr_abci::contract::same_answers(folder, || Counter, &calls)?;
//! # Ok(())
//! # }
//! ```

mod frames;
mod lane;
mod order;
mod peer;
mod suite;

pub use frames::requests_in;
pub use lane::Lane;
pub use order::{Range, Step, legal_order};
pub use peer::{Peer, PeerError, RawPeer, StockPeer};
pub use suite::{Failure, same_answers};
