//! What a request asks, read from its method and path alone.
//! Headers, body and address say nothing here.

mod read;
#[cfg(test)]
mod tests;

pub use read::{Asked, Hit, Kind, read};
