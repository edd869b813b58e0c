//! A rule that may enter a bundle.
//! Sigma is written anew from what was read; the text of a YARA rule is taken whole or not at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{list, sigma};
use crate::{
    finding::{Rule, rule},
    limits,
    text::is_clean,
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
    /// An event or sample on which it fires.
    pub(crate) positive: &'a str,
}

/// A rule with the whole text that leaves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptedRule {
    kind: RuleKind,
    text: String,
    name: String,
    licence: String,
    author: Option<String>,
}

impl AcceptedRule {
    /// Accepts what a form offers: Sigma cleaned and tried, YARA if it is listed.
    ///
    /// # Errors
    /// A rule of range 700 or 800, [`rule::PATTERN_TOO_LONG`], [`rule::TEXT`]; for own Sigma rules what a title may break.
    pub(crate) fn accept(offer: &Offer<'_>) -> Result<Self, Rule> {
        match offer.kind {
            RuleKind::Sigma => {
                check_provenance(offer)?;
                sigma::accept(offer.text, offer.origin, offer.licence, offer.positive)
                    .map(Self::of_sigma)
            }
            RuleKind::Yara if offer.origin == Origin::Own => Err(rule::YARA_OWN),
            RuleKind::Yara => {
                let accepted = Self::listed(offer.text)?;
                if accepted.licence == offer.licence {
                    Ok(accepted)
                } else {
                    Err(rule::YARA_LICENCE)
                }
            }
        }
    }

    /// Reads a rule that stands in a bundle: Sigma as cleaning leaves it, YARA whole and listed.
    ///
    /// # Errors
    /// As for a form; [`rule::SIGMA_CHANGED`] for Sigma that cleaning would change.
    pub fn parse(kind: RuleKind, text: &str) -> Result<Self, Rule> {
        if text.len() > limits::PATTERN_MAX {
            return Err(rule::PATTERN_TOO_LONG);
        }
        match kind {
            RuleKind::Sigma => sigma::reread(text).map(Self::of_sigma),
            RuleKind::Yara => Self::listed(text),
        }
    }

    fn of_sigma(sigma: sigma::Sigma) -> Self {
        Self {
            kind: RuleKind::Sigma,
            text: sigma.text,
            name: sigma.title,
            licence: sigma.licence,
            author: sigma.author,
        }
    }

    fn listed(text: &str) -> Result<Self, Rule> {
        if text.len() > limits::PATTERN_MAX {
            return Err(rule::PATTERN_TOO_LONG);
        }
        let listed = list::find(RuleKind::Yara, text).ok_or(rule::YARA_NOT_LISTED)?;
        if !is_clean(text) {
            return Err(rule::TEXT);
        }
        Ok(Self {
            kind: RuleKind::Yara,
            text: String::from(text),
            name: listed.name.clone(),
            licence: listed.licence.clone(),
            author: Some(listed.author.clone()),
        })
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

/// A listed text has the author and the licence of the list, whatever a form says.
fn check_provenance(offer: &Offer<'_>) -> Result<(), Rule> {
    match list::find(RuleKind::Sigma, offer.text) {
        Some(_) if offer.origin == Origin::Own => Err(rule::SIGMA_AUTHOR),
        Some(listed) if listed.licence != offer.licence => Err(rule::SIGMA_LICENCE),
        Some(_) | None => Ok(()),
    }
}
