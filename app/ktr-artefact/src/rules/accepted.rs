//! A rule that may enter a bundle.
//! Its text is written anew from what was read: none of the writer's own is left.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{list, provenance, sigma, yara};
use crate::{
    finding::{Rule, rule},
    limits,
};

/// The language of a rule.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Sigma, specification 2.1.0.
    Sigma,
    /// YARA, as 4.2.3 compiles it.
    Yara,
}

impl RuleKind {
    /// The constant version that an indicator of this kind carries.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::Sigma => "2.1.0",
            Self::Yara => "4.2.3",
        }
    }
}

/// Who wrote a rule.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The nominator.
    Own,
    /// Somebody else, under an open licence.
    ThirdParty,
}

/// A rule as a form offers it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer<'a> {
    /// Sigma or YARA.
    pub(crate) kind: RuleKind,
    /// Who wrote it.
    pub(crate) origin: Origin,
    /// The whole text.
    pub(crate) text: &'a str,
    /// SPDX id of its licence.
    pub(crate) licence: &'a str,
    /// An event on which it fires, or a sample in base64.
    pub(crate) positive: &'a str,
}

/// A rule with the whole text that leaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptedRule {
    pub(super) kind: RuleKind,
    pub(super) text: String,
    pub(super) name: String,
    pub(super) licence: String,
    pub(super) author: Option<String>,
}

impl AcceptedRule {
    /// Accepts what a form offers: cleaned, and Sigma tried on its event too.
    ///
    /// # Errors
    /// A rule of range 700 or 800, [`rule::PATTERN_TOO_LONG`], [`rule::TEXT`]; for own Sigma rules what a title may break.
    pub(crate) fn accept(offer: &Offer<'_>) -> Result<Self, Rule> {
        let (text, origin, licence) = (offer.text, offer.origin, offer.licence);
        match offer.kind {
            RuleKind::Sigma => {
                provenance::check(offer, rule::SIGMA_AUTHOR, rule::SIGMA_LICENCE)?;
                sigma::accept(text, origin, licence, offer.positive)
            }
            RuleKind::Yara => {
                provenance::check(offer, rule::YARA_AUTHOR, rule::YARA_LICENCE)?;
                yara::accept(text, origin, licence, offer.positive)
            }
        }
    }

    /// Reads a rule that stands in a bundle, as cleaning leaves it.
    ///
    /// # Errors
    /// As for a form; [`rule::SIGMA_CHANGED`] or [`rule::YARA_CHANGED`] for a text that cleaning would change.
    pub fn parse(kind: RuleKind, text: &str) -> Result<Self, Rule> {
        if text.len() > limits::PATTERN_MAX {
            return Err(rule::PATTERN_TOO_LONG);
        }
        match kind {
            RuleKind::Sigma => sigma::reread(text),
            RuleKind::Yara => yara::reread(text),
        }
    }

    /// Whether the board is asked about what this rule leaves out: it is somebody else's by the form's word alone, for the shipped list does not
    /// hold `written`, and a negated selection of it could name the victim. One's own is refused with that.
    pub(crate) fn is_asked_about(&self, written: &str) -> bool {
        self.kind == RuleKind::Sigma
            && list::find(self.kind, written).is_none()
            && sigma::leaves_out_somebody(&self.text)
    }

    /// Sigma or YARA.
    #[must_use]
    pub const fn kind(&self) -> RuleKind {
        self.kind
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SPDX id of its licence.
    #[must_use]
    pub fn licence(&self) -> &str {
        &self.licence
    }

    /// Its author, to be named in every message about a match (DRL 1.1); nobody if it is a nominator's own.
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }
}
