//! When a bucket is published, as a pure function of book, chain and time.
//! Nothing here waits, sends or remembers: what the chain has already is read off the chain.

mod publish;
#[cfg(test)]
mod tests;

pub use publish::due;
