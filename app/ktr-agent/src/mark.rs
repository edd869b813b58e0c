//! `ktr-agent mark ingested`: says that a product has taken a verified release in.
//! The running agent sees the mark; nothing is sent from here.

use ktr_core::id::ReleaseId;

use crate::{
    config::Config,
    error::AgentError,
    filing,
    measure::{self, Mark},
};

/// Marks a filed release as ingested, under the choice that is in force now.
///
/// # Errors
/// [`AgentError::NotFiled`], [`AgentError::File`].
pub fn ingested(config: &Config, release: ReleaseId) -> Result<(), AgentError> {
    if !filing::has(&config.signed, release) {
        return Err(AgentError::NotFiled(release));
    }
    let mark = Mark {
        measure: config.measure,
    };
    measure::write_mark(&config.state, release, mark)
}
