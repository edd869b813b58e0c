//! Why a task failed. It carries no exit codes: every failure is exit code 1.

use std::path::PathBuf;

/// A failure of a task; its message is the last line printed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// A program could not be started at all.
    #[error("{program} does not start ({cause}): scripts/setup --dev installs what is missing")]
    Start {
        program: String,
        cause: std::io::Error,
    },
    /// A program could not be started that only nights need.
    #[error("{program} does not start ({cause}): scripts/setup --night installs it")]
    Missing {
        program: String,
        cause: std::io::Error,
    },
    /// A program ran and said no.
    #[error("{0} failed")]
    Failed(String),
    /// A file or folder of the checkout cannot be read.
    #[error("{} cannot be read: {cause}", path.display())]
    Read {
        path: PathBuf,
        cause: std::io::Error,
    },
    /// A file or folder outside the checkout cannot be written.
    #[error("{} cannot be written: {cause}", path.display())]
    Write {
        path: PathBuf,
        cause: std::io::Error,
    },
    /// The output of `cargo metadata` is not what this program knows.
    #[error("cargo metadata answers without {0}")]
    Metadata(&'static str),
    /// The output of `cargo metadata` is no JSON.
    #[error("cargo metadata answers no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Checks of our own found something.
    #[error("{0} findings")]
    Findings(usize),
    /// Parts of a night failed; it ran to its end.
    #[error("failed: {0}; the seed is above")]
    Night(String),
    /// None of a night's jobs was wanted.
    #[error("--only has none of a night's jobs: `cargo xtask ci --night` names them as it runs")]
    NoJob,
    /// A test was skipped by its own attribute.
    #[error("{0} tests are ignored: a test runs or goes")]
    Ignored(u64),
}

impl TaskError {
    /// What a program that only nights need could not be started for is another command's to mend.
    pub(crate) fn of_night(self) -> Self {
        let Self::Start { program, cause } = self else {
            return self;
        };
        Self::Missing { program, cause }
    }
}
