//! What the net tests stand on: real nodes with real engines.
//! It judges nothing.

mod figures;
mod site;

pub(crate) use figures::ENGINE;
pub(crate) use site::{Answered, CHAIN_ID, Site, now};
