//! What can go wrong in the collector, one enumeration.
//! Messages name files, ports and codes; no request and no number reaches them.

use std::{io, path::PathBuf};

/// Why the program stops or a step failed.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
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
    /// The key cannot sign.
    #[error("key file {path}: {reason}")]
    Key {
        /// The file.
        path: PathBuf,
        /// The rule that it breaks.
        reason: String,
    },
    /// The counts on disk are not ours.
    #[error("{0} is damaged: move it away, the running buckets will be flagged as interrupted")]
    Counts(PathBuf),
    /// The genesis is no basis for trust.
    #[error("{path}: {cause}")]
    Trust {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: ktr_client::TrustError,
    },
    /// The address is taken or cannot be used.
    #[error("cannot listen on {address}: {cause}; set another one in collector.toml")]
    Listen {
        /// The configured address.
        address: std::net::SocketAddr,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
    /// Another collector runs on this state folder.
    #[error("another ktr-collector holds {0}")]
    Held(PathBuf),
    /// The chain did not do what was asked.
    #[error("{0}")]
    Chain(#[from] ChainError),
    /// A signal could not be waited for.
    #[error("signals: {0}")]
    Signal(#[source] io::Error),
}

/// Why the chain did not do what was asked.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChainError {
    /// No node answers, or none with a proof.
    #[error("no proven answer from the chain")]
    Silent,
    /// The publication could not be signed.
    #[error("the publication could not be signed: {0}")]
    Unsigned(String),
    /// The chain refuses for good.
    #[error("the chain refuses with code {0}")]
    Refused(u32),
}

impl ChainError {
    /// The stable code of log line and alarm.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Silent => "chain-silent",
            Self::Unsigned(_) => "publication-unsigned",
            Self::Refused(_) => "publication-refused",
        }
    }
}
