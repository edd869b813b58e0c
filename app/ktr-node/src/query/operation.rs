//! The names of proof operations.
//! What is in one is made in `proof` and judged by `ktr-proof`.

/// An ics23 proof over the state tree.
pub const ICS23: &str = "ics23:jmt";
/// A path through the log (RFC 6962, section 2.1.1).
pub const RFC6962: &str = "ktr:rfc6962:1";
/// A proof that the log only grew (RFC 6962, section 2.1.2).
pub const CONSISTENCY: &str = "ktr:rfc6962-consistency:1";
/// What the app hash is made of.
pub const APP_HASH: &str = "ktr:app-hash:1";
