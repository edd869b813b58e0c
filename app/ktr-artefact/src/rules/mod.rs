//! Sigma and YARA rules: when a text may enter a bundle.
//! Nothing of a text is copied: it is read, cleaned and written anew. The shipped list knows authors and licences of some; it holds no text.

mod accepted;
mod licence;
mod list;
mod provenance;
#[cfg(test)]
pub(crate) mod public;
mod sigma;
#[cfg(test)]
mod tests;
mod yara;

pub(crate) use accepted::Offer;
pub use accepted::{AcceptedRule, Origin, RuleKind};
pub use list::{Listed, all};
pub(crate) use yara::SOME_NAME;
#[cfg(feature = "yara")]
pub use yara::engine as yara_x;
pub use yara::sample;
