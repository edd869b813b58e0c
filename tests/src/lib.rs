//! What the Relay's tests share: one sample of every message, and the recorded vectors.
//! Nothing here is shipped.

pub mod sample;
pub mod vector;
