//! Strict verification of a release, as the agent does it: against the chain, the pinned Alliance and nothing else.
//! `gpgv` and `sqv` are second and third judges whom anybody can ask.

use std::path::PathBuf;

use clap::Args;
use ktr_artefact::seal::{self, Facts, Standing, Verified};
use ktr_core::{State, id::Fingerprint};
use serde_json::json;

use super::folder::{Folder, House, at, sealed};
use crate::args;
use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::output;

/// Flags of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ktr --home net verify release --pin FINGERPRINT")]
pub(crate) struct Verify {
    /// Folder with bundle.json, bundle.json.asc and alliance.pgp.
    folder: PathBuf,
    /// The Alliance's certificate; without it, alliance.pgp of the folder.
    #[arg(long, env = "KTR_CERTIFICATE")]
    certificate: Option<PathBuf>,
    /// Fingerprint that the Alliance's primary key must have; without it, the chain's releaser key alone vouches for the certificate.
    #[arg(long, env = "KTR_PIN", value_parser = args::fingerprint)]
    pin: Option<Fingerprint>,
}

/// Verifies.
pub(crate) fn run(shared: &Shared, flags: &Verify) -> Result<(), CliError> {
    block_on(async {
        let folder = Folder(flags.folder.clone());
        let path = flags
            .certificate
            .clone()
            .unwrap_or_else(|| folder.certificate());
        let house = House::read(shared, &path)?;
        let primary = house.certificate.primary();
        if flags.pin.is_some_and(|pin| pin != primary) {
            return Err(CliError::NotThere(format!(
                "the certificate has primary key {primary}, another is pinned"
            )));
        }
        let follower = shared.follower().await?;
        let verified = verified(&folder, &house, follower.state())?;
        let (release, _) = sealed(follower.state(), &folder.read()?.bundle)?;
        let value = json!({
            "ok": true,
            "release": release.id.to_string(),
            "session": release.session.0,
            "sha256": release.sha256.to_string(),
            "objects": verified.contents.objects.len(),
            "cases": verified.checked.cases,
            "signed_at": verified.signed_at.0,
            "sealed_at": release.sealed_at.0,
            "primary": primary.to_string(),
        });
        let text = format!(
            "VALID: release {}, session {}, {} objects of {} cases, sealed on the chain at {}",
            release.id,
            release.session,
            verified.contents.objects.len(),
            verified.checked.cases,
            crate::when::show(release.sealed_at)
        );
        output::answer(shared.output, &text, &value);
        Ok(())
    })
}

/// The whole of strict verification against the chain's state.
pub(super) fn verified(
    folder: &Folder,
    house: &House,
    state: &State,
) -> Result<Verified, CliError> {
    let files = folder.read()?;
    let (release, key) = sealed(state, &files.bundle)?;
    let facts = Facts {
        chain: &house.chain,
        alliance: &house.alliance,
        pinned: house.certificate.primary(),
        release,
        standing: Standing::Sealed,
        key,
    };
    seal::verify(&facts, &files.bundle, &files.seal, &house.certificate).map_err(at(&folder.0))
}
