//! Hands the facts to strict verification.
//! A release that was retracted is refused as one that was never sealed.

use ktr_artefact::{
    archive::Release,
    finding::Finding,
    seal::{Facts, Verified, verify},
};

use super::{Proven, Trusted};

/// Judges the two files of a release.
///
/// # Errors
/// The first rule that is broken, in the order of the steps.
pub fn judge(trusted: &Trusted, proven: &Proven, files: &Release) -> Result<Verified, Finding> {
    let facts = Facts {
        chain: &trusted.chain,
        alliance: &trusted.alliance,
        pinned: trusted.pinned,
        release: &proven.release,
        key: &proven.key,
    };
    verify(&facts, &files.bundle, &files.seal, &trusted.certificate)
}
