//! What can go wrong in the agent, one enumeration.
//! Messages name files, ids and codes; no content, token or indicator reaches them.

use std::{io, path::PathBuf};

use ktr_artefact::finding::Finding;
use ktr_core::id::{CountyId, ReleaseId};

/// Why the program stops or a step failed.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// A file could not be read or written, or is a secret that others can read.
    #[error(transparent)]
    File(#[from] ktr_os::FileError),
    /// The configuration is wrong.
    #[error("configuration {path}: {reason}")]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A key or network file breaks a rule.
    #[error("{path}: {finding}")]
    Broken {
        /// The file.
        path: PathBuf,
        /// The rule.
        finding: Finding,
    },
    /// A key cannot be made.
    #[error("the room key: {0}")]
    KeyMaking(Finding),
    /// The genesis is no basis for trust.
    #[error("{path}: {cause}")]
    Trust {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: ktr_client::TrustError,
    },
    /// `alliance.json` is not the one of the genesis.
    #[error("{0} is not the alliance.json that the genesis pins")]
    OtherAlliance(PathBuf),
    /// A release is not in `signed/`.
    #[error("release {0} is not in signed/: only a verified release can be marked")]
    NotFiled(ReleaseId),
    /// A state file is not ours.
    #[error("{0} is damaged")]
    Damaged(PathBuf),
    /// A signal could not be waited for.
    #[error("signals: {0}")]
    Signal(#[source] io::Error),
}

/// Why a step of the hour failed; it is tried again at the next tick.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StepError {
    /// No node answers, or none with a proof.
    #[error("no proven answer from the chain")]
    ChainSilent,
    /// What is known of the chain is too old to act on.
    #[error("the newest proven header is too old")]
    ChainStale,
    /// There is no pass, or not yet.
    #[error("no pass yet")]
    NoPass,
    /// The room is not there, or the member is not invited, or not yet.
    #[error("not invited yet")]
    NotInvited,
    /// The pass breaks a rule.
    #[error("the pass breaks rule {0}")]
    PassRefused(u16),
    /// The county's servers do not answer.
    #[error("the county does not answer")]
    Silent,
    /// Who answers does not prove to hold a key that the configuration pins; nothing was asked.
    #[error(
        "county {0} does not prove to hold a key pinned in its [[county]] of agent.toml: ask that county for its pin, over a way of its own"
    )]
    OtherKey(CountyId),
    /// The homeserver answered with a status.
    #[error("the homeserver answered {0}")]
    Status(u16),
    /// The homeserver's answer could not be read.
    #[error("an answer of the homeserver could not be read")]
    Garbled,
    /// The homeserver's answer is larger than its limit.
    #[error("an answer of the homeserver is larger than its limit")]
    TooLarge,
}

impl StepError {
    /// The stable code of log line and alarm.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChainSilent => "chain-silent",
            Self::ChainStale => "chain-stale",
            Self::NoPass => "no-pass",
            Self::NotInvited => "not-invited",
            Self::PassRefused(_) => "pass-refused",
            Self::Silent => "county-silent",
            Self::OtherKey(_) => "county-other-key",
            Self::Status(_) => "county-status",
            Self::Garbled => "county-garbled",
            Self::TooLarge => "county-too-large",
        }
    }
}
