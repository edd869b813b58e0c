//! Sigma and YARA rules: when a text may enter a bundle.
//! Sigma is judged here; of YARA only third-party texts whose SHA-256 stands in the shipped list are accepted, whole and unchanged. The
//! list may be empty; it holds no rule text.

mod accepted;
mod licence;
mod list;
mod sigma;
#[cfg(test)]
mod tests;

pub(crate) use accepted::Offer;
pub use accepted::{AcceptedRule, Origin, RuleKind};
pub use list::{Listed, all};
