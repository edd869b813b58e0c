//! Hosts beside the chain: passes, homeservers, the collector. Dialled over TLS with pinned keys, or plainly on loopback.
//! It knows nothing of what is asked for; who may be asked stands in a configuration, address and pins in one text.

mod base;
mod dial;
mod http;
mod pin;
#[cfg(test)]
mod tests;
mod tls;

pub use base::Base;
pub use dial::{Duplex, HostError, Stream};
pub use http::{Ask, Heard};
