//! The release desk's work: cleared cases become one bundle, the bundle is sealed and its hash goes on the chain, counties get it.
//! Every step checks what it was given; nothing is handed over that does not verify.

mod build;
mod folder;
mod hand_over;
mod pack;
mod report;
mod seal;
mod shelf;
mod stand;
mod verify;
pub(crate) mod warninglists;

pub(crate) use build::{Bundle, run as run_bundle};
pub(crate) use hand_over::{Release, run as run_release};
pub(crate) use seal::{Seal, run as run_seal};
pub(crate) use verify::{Verify, run as run_verify};
