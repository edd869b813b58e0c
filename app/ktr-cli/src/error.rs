//! Why a command did not do what it was asked, as one enumeration, and the exit code of each.
//! Messages name files, ids and numbers; never content.

use std::fmt;
use std::path::{Path, PathBuf};

use ktr_artefact::{
    finding::{Finding, Rule},
    openpgp::ProfileError,
    report::Report,
};
use ktr_client::{ClientError, NotConsistent, TrustError};
use ktr_wire::{
    Refusal,
    genesis::{Incomplete, JsonError},
};
use serde_json::Value;

/// The exit code of wrong usage: 2, which parsers like to give, means something else to a verifier (design: ledger, section 11).
pub(crate) const USAGE: u8 = 64;

/// The exit code of a no.
pub(crate) const REFUSED: u8 = 1;

/// The exit code of a yes with a condition: the board is asked, or no engine has seen the YARA rules. A verifier of receipts ends so too where a yes is not countersigned.
pub(crate) const FOR_THE_BOARD: u8 = 3;

/// An answer that is no plain yes: it is printed as answers are, and decides how the program ends.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// For people.
    pub(crate) text: String,
    /// The same for programs.
    pub(crate) value: Value,
    /// How the program ends.
    pub(crate) exit_code: u8,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The chain, or the way to it.
    #[error("{0}")]
    Client(#[from] ClientError),
    /// The genesis file cannot be trusted.
    #[error("{path}: {cause}")]
    Trust {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: TrustError,
    },
    /// One log is not the beginning of another.
    #[error("consistency of the log: {0}")]
    Inconsistent(#[from] NotConsistent),
    /// A file cannot be read or written, or is a secret that others can read.
    #[error("{0}")]
    File(#[from] ktr_os::FileError),
    /// A key, envelope or form is not as it must be.
    #[error("{path}: {finding}")]
    Artefact {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        finding: Finding,
    },
    /// Something could not be made.
    #[error("{0}")]
    Making(#[from] Finding),
    /// The form has findings.
    #[error("the form has {} findings; the first is {}", .0.len(), first(.0))]
    Form(Vec<Finding>),
    /// A build that forms or finished bytes stopped.
    #[error("the build has {} findings against it; the first is {}", .0.against().len(), .0.against().first().map(String::as_str).unwrap_or_default())]
    Build(Box<Report>),
    /// What was asked is answered, and the answer is not the best one.
    #[error("{}", .0.text)]
    Verdict(Box<Verdict>),
    /// A signature that the frozen profile does not allow.
    #[error("signature: {0}")]
    Profile(#[from] ProfileError),
    /// A transaction that the chain could not read.
    #[error("transaction: {0}")]
    Refusal(#[from] Refusal),
    /// A program beside this one cannot be run or failed.
    #[error("{program}: {text}")]
    Program {
        /// Which.
        program: String,
        /// What it says.
        text: String,
    },
    /// A description or genesis is not as it must be.
    #[error("{0}")]
    Description(String),
    /// A genesis in JSON is not as it must be.
    #[error("{0}")]
    AppState(JsonError),
    /// A genesis lacks something.
    #[error("{0}")]
    Incomplete(#[from] Incomplete),
    /// What is asked makes no sense on this chain as it stands.
    #[error("{0}")]
    NotThere(String),
    /// The command line is right for the parser and still wrong.
    #[error("{0}")]
    Usage(String),
    /// Something did not happen in time.
    #[error("{0}")]
    NotSeen(String),
}

fn first(findings: &[Finding]) -> String {
    let first = findings.first();
    first.map(ToString::to_string).unwrap_or_default()
}

/// A genesis file that is no basis for trust.
pub(crate) fn untrusted(path: &Path) -> impl Fn(TrustError) -> CliError {
    |cause| CliError::Trust {
        path: path.to_owned(),
        cause,
    }
}

/// A finding in a file.
pub(crate) fn at(path: &Path) -> impl Fn(Finding) -> CliError {
    |finding| CliError::Artefact {
        path: path.to_owned(),
        finding,
    }
}

impl CliError {
    /// A file that is not as it must be, and why.
    pub(crate) fn of_file(path: &Path, why: impl fmt::Display) -> Self {
        Self::Description(format!("{}: {why}", path.display()))
    }

    /// 1 refused, 3 fit if the board agrees, 4 no node, 5 not seen, 64 usage (design: ledger, section 14).
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Client(ClientError::NoNode { .. } | ClientError::NoUrl) => 4,
            Self::Client(ClientError::NotSeen(_)) | Self::NotSeen(_) => 5,
            Self::Usage(_) | Self::Client(ClientError::Url(_)) => USAGE,
            Self::Verdict(verdict) => verdict.exit_code,
            Self::Client(
                ClientError::Node { .. }
                | ClientError::Refused { .. }
                | ClientError::QueryRefused { .. }
                | ClientError::Behind { .. }
                | ClientError::Unproven { .. },
            )
            | Self::Trust { .. }
            | Self::Inconsistent(_)
            | Self::File(_)
            | Self::Artefact { .. }
            | Self::Making(_)
            | Self::Form(_)
            | Self::Build(_)
            | Self::Profile(_)
            | Self::Refusal(_)
            | Self::Program { .. }
            | Self::Description(_)
            | Self::AppState(_)
            | Self::Incomplete(_)
            | Self::NotThere(_) => REFUSED,
        }
    }

    /// The result code of the chain, if it said no.
    pub(crate) const fn code(&self) -> Option<u32> {
        match self {
            Self::Client(error) => error.code(),
            Self::Refusal(refusal) => Some(refusal.code()),
            Self::Trust { .. }
            | Self::Inconsistent(_)
            | Self::File(_)
            | Self::Artefact { .. }
            | Self::Making(_)
            | Self::Form(_)
            | Self::Build(_)
            | Self::Verdict(_)
            | Self::Profile(_)
            | Self::Program { .. }
            | Self::Description(_)
            | Self::AppState(_)
            | Self::Incomplete(_)
            | Self::NotThere(_)
            | Self::Usage(_)
            | Self::NotSeen(_) => None,
        }
    }

    /// The rule that an artefact breaks.
    pub(crate) fn rule(&self) -> Option<Rule> {
        self.finding().map(|finding| finding.rule)
    }

    fn finding(&self) -> Option<&Finding> {
        if let Self::Artefact { finding, .. } | Self::Making(finding) = self {
            return Some(finding);
        }
        None
    }

    /// The report of a build that was stopped.
    pub(crate) fn report(&self) -> Option<&Report> {
        if let Self::Build(report) = self {
            return Some(report);
        }
        None
    }

    /// Findings of a form, a build or a file, each as one line.
    pub(crate) fn findings(&self) -> Vec<String> {
        if let Self::Build(report) = self {
            return report.against();
        }
        if let Self::Form(findings) = self {
            return findings.iter().map(ToString::to_string).collect();
        }
        self.finding().iter().map(ToString::to_string).collect()
    }
}
