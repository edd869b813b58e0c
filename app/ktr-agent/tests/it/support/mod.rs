//! Support: a sealed release with all its keys, a county on loopback, an agent on a folder.
//! Nothing is asserted here.

pub(crate) mod agent;
pub(crate) mod county;
pub(crate) mod world;
