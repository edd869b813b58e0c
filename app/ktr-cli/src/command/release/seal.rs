//! Seals a built bundle with the Alliance's key, puts its hash on the chain, and verifies the whole as a member will.
//! If anything fails before `Seal`, nothing was sent.

use std::path::PathBuf;

use clap::Args;
use ktr_artefact::{
    openpgp::SecretCertificate,
    seal::{self, Facts, Names},
    stix,
};
use ktr_core::{Command, bundle, key::Key};
use serde_json::json;

use super::folder::{Folder, House, at, bundle_id, releaser};
use super::verify::verified;
use crate::cli::Shared;
use crate::clock;
use crate::connection::block_on;
use crate::engine::EngineArgs;
use crate::error::CliError;
use crate::file;
use crate::sender;
use crate::signer::{self, SignerArgs};

/// Flags of `seal`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ktr --home net seal release --key alliance.asc")]
pub(crate) struct Seal {
    /// Folder that `bundle build` made.
    folder: PathBuf,
    /// The Alliance's secret key file: it seals, and it signs `Seal` as the releaser.
    #[arg(long, env = "KTR_KEY")]
    key: PathBuf,
    #[command(flatten)]
    engine: EngineArgs,
}

/// Seals.
pub(crate) fn run(shared: &Shared, flags: &Seal) -> Result<(), CliError> {
    block_on(seal(shared, flags))
}

async fn seal(shared: &Shared, flags: &Seal) -> Result<(), CliError> {
    let folder = Folder(flags.folder.clone());
    let secret = signer::secret(&flags.key)?;
    file::write(&folder.certificate(), &secret.certificate().to_binary()?)?;
    let house = House::read(shared, &folder.certificate())?;
    let mut follower = shared.follower().await?;
    let intended = folder.intended(releaser(follower.state())?.fingerprint)?;
    let octets = file::read(&folder.bundle())?;
    let contents = stix::read(&octets).map_err(at(&folder.bundle()))?;
    let engine = flags.engine.compile(&contents)?;
    let made = make(
        &folder,
        &house,
        &secret,
        (&intended, releaser(follower.state())?),
    )?;
    file::write(&folder.seal(), &made)?;
    let signer = SignerArgs::Key(flags.key.clone());
    let asked = command(&intended).into();
    let landed = sender::send(shared, follower.client(), &signer, &asked).await?;
    follower.advance().await?;
    verified(&folder, &house, follower.state())?;
    let more = json!({
        "release": intended.id.to_string(),
        "session": intended.session.0,
        "sha256": intended.sha256.to_string(),
        "bundle": folder.bundle(),
        "seal": folder.seal(),
        "certificate": folder.certificate(),
        "verified": true,
        "yara_engine": engine,
    });
    sender::tell(shared, &landed, more);
    Ok(())
}

/// The command that puts a release on the chain.
fn command(release: &bundle::Release) -> Command {
    Command::Bundle(bundle::Command::Seal {
        release: release.id,
        session: release.session,
        sha256: release.sha256,
        size: release.size,
        profile: release.profile,
        beacon: release.beacon,
        nominations: release.nominations.clone(),
    })
}

/// Makes the seal and runs all of the strict verification that needs no chain.
fn make(
    folder: &Folder,
    house: &House,
    secret: &SecretCertificate,
    (intended, key): (&bundle::Release, &Key),
) -> Result<Vec<u8>, CliError> {
    let octets = file::read(&folder.bundle())?;
    let is_of_the_note = bundle_id(&octets, &folder.bundle())?.beacon() == intended.beacon
        && ktr_wire::digest::sha256(&[&octets]) == intended.sha256;
    if !is_of_the_note {
        return Err(CliError::NotThere(
            "release.json is not of this bundle.json: build again".to_owned(),
        ));
    }
    let names = Names {
        chain: &house.chain,
        release: intended.id,
        domain: &house.alliance.domain,
    };
    let made = seal::make(secret, &names, clock::now(), &octets)?;
    let facts = Facts {
        chain: &house.chain,
        alliance: &house.alliance,
        pinned: house.certificate.primary(),
        release: intended,
        key,
    };
    seal::verify_intended(&facts, &octets, &made, &house.certificate)
        .map_err(at(&folder.seal()))?;
    Ok(made)
}
