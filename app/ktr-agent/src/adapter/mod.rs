//! The technologies behind the ports: the chain, Matrix over HTTP, the plain hit on a bare connection, alarms.
//! Every host comes from the configuration; redirections and proxies are not followed.

pub mod alarm;

mod beacon;
mod chain;
mod matrix;

pub use beacon::BareBeacon;
pub use chain::RelayChain;
pub use matrix::Matrix;
