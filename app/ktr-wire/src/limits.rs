//! Every bound on bytes, in one place.
//! Bounds that a network may choose are genesis parameters.

/// Octets of one transaction.
pub const TRANSACTION_MAX: usize = 16_384;
/// Octets of one signature packet or key proof.
pub const SIGNATURE_MAX: usize = 1_024;
/// Octets of a chain id (CometBFT's own bound).
pub const CHAIN_ID_MAX: usize = 50;
/// Octets of one `Recorded`: the largest event is a sealed release with 64 nominations.
pub const RECORDED_MAX: usize = 4_096;
/// Octets of the JSON text of `app_state`.
pub const GENESIS_MAX: usize = 1_048_576;
