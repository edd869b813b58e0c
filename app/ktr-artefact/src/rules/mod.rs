//! Sigma and YARA rules: when a text may enter a bundle.
//! Until rules can be parsed and tried here, only third-party texts whose SHA-256 stands in the shipped list are accepted, whole and unchanged;
//! own rules are refused. The list may be empty; it holds no rule text.

mod accepted;
mod list;
#[cfg(test)]
mod tests;

pub use accepted::{AcceptedRule, Origin, RuleKind};
pub use list::{Listed, all};
