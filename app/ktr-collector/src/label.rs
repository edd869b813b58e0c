//! The sentence that stands beside every number this program lets out.
//! It is not shortened, translated or left away anywhere; the core holds it, because every program shows it.

pub use ktr_core::ingestion::LABEL;
