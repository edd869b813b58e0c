//! Four sites on this machine: three counties of power 100 and the witness of power 1, all on 127.0.0.1.
//! The nodes are the product's own; only the genesis has seconds instead of days.

mod process;
mod ring;
mod run;
mod site;

pub(crate) use run::{Localnet, run};
