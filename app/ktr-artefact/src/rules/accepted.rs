//! A rule that may enter a bundle.
//! Its text is taken whole or not at all.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list;
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

/// A listed third-party rule with its whole text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcceptedRule {
    kind: RuleKind,
    text: String,
    name: &'static str,
    licence: &'static str,
    author: &'static str,
}

impl AcceptedRule {
    /// Accepts `text` if it stands in the list under `kind` and is clean.
    ///
    /// # Errors
    /// [`rule::PATTERN_TOO_LONG`], [`rule::SIGMA_NOT_LISTED`], [`rule::YARA_NOT_LISTED`], [`rule::TEXT`].
    pub fn parse(kind: RuleKind, text: &str) -> Result<Self, Rule> {
        if text.len() > limits::PATTERN_MAX {
            return Err(rule::PATTERN_TOO_LONG);
        }
        let listed = list::find(kind, text).ok_or(match kind {
            RuleKind::Sigma => rule::SIGMA_NOT_LISTED,
            RuleKind::Yara => rule::YARA_NOT_LISTED,
        })?;
        if !is_clean(text) {
            return Err(rule::TEXT);
        }
        Ok(Self {
            kind,
            text: String::from(text),
            name: &listed.name,
            licence: &listed.licence,
            author: &listed.author,
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
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// SPDX id of its licence.
    #[must_use]
    pub const fn licence(&self) -> &'static str {
        self.licence
    }

    /// Its author, to be named in every message about a match (DRL 1.1).
    #[must_use]
    pub const fn author(&self) -> &'static str {
        self.author
    }
}
