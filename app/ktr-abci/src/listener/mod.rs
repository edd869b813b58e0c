//! The listening socket of a server, and its file where it has one.
//! Connections are served elsewhere.

mod file;
mod socket;
#[cfg(test)]
mod tests;

pub(crate) use socket::Listener;
