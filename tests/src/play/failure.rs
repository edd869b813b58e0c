//! Why an act failed: what was asked, and what was answered.
//! Ids and codes only; the play's own files hold the rest.

use std::{fmt, io};

/// An act could not be played to its end.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure in words.
    pub fn new(what: impl fmt::Display) -> Self {
        Self(what.to_string())
    }

    /// A failure to do something, with its cause.
    pub fn of(what: impl fmt::Display, cause: impl fmt::Display) -> Self {
        Self(format!("{what}: {cause}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}
