//! What the net tests stand on: real nodes with real engines.
//! It judges nothing.

mod act;
mod batch;
mod figures;
mod machine;
mod rpc;
mod site;

pub(crate) use act::admitting;
pub(crate) use batch::{Batch, Said};
pub(crate) use figures::ENGINE;
pub(crate) use rpc::{Answered, Rpc};
pub(crate) use site::{CHAIN_ID, Place, Site, now, parameters};
