//! A homeserver in memory, for as many of Synapse's endpoints as the sidecar and a member's client use.
//! What it answers is held to the real one by the cases beside it; it keeps no log and no files.

mod admin;
mod delayed;
mod door;
mod media;
mod room;
mod server;
mod state;

use server::{Answer, Request, SERVER, decoded};
pub(crate) use server::{Mock, SECRET};
pub(crate) use state::Fault;
