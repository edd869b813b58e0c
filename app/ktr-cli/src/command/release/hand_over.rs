//! Hands a sealed release to a county: the two files as one archive, encrypted to the county's room sidecar.
//! How the file travels there is the operators' affair.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ktr_artefact::{
    archive,
    envelope::{self, Recipients},
};
use ktr_core::{id::CountyId, key::Role};
use serde_json::json;

use super::folder::{Folder, House, file_name};
use super::verify::{Judged, judge};
use crate::args;
use crate::cli::Shared;
use crate::clock;
use crate::command::receiver::receivers;
use crate::connection::block_on;
use crate::entropy;
use crate::error::CliError;
use crate::file;
use crate::output;

/// What can be done with a sealed release.
#[derive(Debug, Subcommand)]
pub(crate) enum Release {
    /// Encrypt a sealed release to a county's sidecar, after verifying the whole of it.
    #[command(
        after_help = "Examples:\n  ktr --home net release hand-over release --county 1 --to inbox-a"
    )]
    HandOver(HandOver),
}

/// Flags of `release hand-over`.
#[derive(Debug, Args)]
pub(crate) struct HandOver {
    /// Folder that `seal` completed.
    folder: PathBuf,
    /// The county.
    #[arg(long, env = "KTR_COUNTY", value_parser = args::county)]
    county: CountyId,
    /// Folder for RELEASE.pgp.
    #[arg(long, env = "KTR_TO")]
    to: PathBuf,
}

/// Hands over.
pub(crate) fn run(shared: &Shared, release: Release) -> Result<(), CliError> {
    let Release::HandOver(flags) = release;
    block_on(async {
        let folder = Folder(flags.folder.clone());
        let house = House::read(shared, &folder.certificate())?;
        let follower = shared.follower().await?;
        let state = follower.state();
        let Judged { files, release, .. } = judge(folder.read()?, &folder.0, &house, state)?;
        let sidecar = receivers(state, Role::Sidecar(flags.county), clock::now())?;
        let recipients = Recipients::of_bodies(&sidecar, &entropy::draw())?;
        let envelope = envelope::seal(&archive::write(&files)?, &recipients, None)?;
        file::shared_folder(&flags.to)?;
        let path = flags.to.join(file_name(&release.id));
        // Renamed into place: a sidecar that looks meanwhile sees all of it or nothing.
        let partial = flags.to.join(format!("{}.part", release.id));
        file::write(&partial, &envelope)?;
        std::fs::rename(&partial, &path).map_err(file::failed(&path))?;
        let value = json!({
            "release": release.id.to_string(),
            "county": flags.county.0,
            "envelope": path,
            "octets": envelope.len(),
        });
        output::answer(shared.output, &path.display().to_string(), &value);
        Ok(())
    })
}
