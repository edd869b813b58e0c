//! Cleared cases become `bundle.json`: each form must open the commitment of a nomination that is cleared and in no release.
//! The bytes follow from cases, seed and date alone.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ktr_artefact::{
    Day,
    envelope::{self, Expected},
    form::{self, CaseFile, Document},
    openpgp::SecretCertificate,
    stix::{self, Plan, PublicSectors, Seed},
};
use ktr_core::{State, id::SessionId, limits::PROFILE, nomination::Status};
use serde::Serialize;
use serde_json::json;

use super::folder::{Folder, Note, alliance, at};
use super::stand::Stands;
use super::warninglists;
use crate::args;
use crate::cli::Shared;
use crate::clock;
use crate::connection::block_on;
use crate::entropy;
use crate::error::CliError;
use crate::file;
use crate::output;
use crate::signer;
use crate::yarac::YaracArgs;

/// What can be done with bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    /// Build bundle.json from the cases that seats forwarded.
    #[command(
        after_help = "Examples:\n  ktr --home net bundle build --session 1 --cases desk --key desk.asc --seed seed --out release"
    )]
    Build(Build),
}

/// Flags of `bundle build`.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The session it is for.
    #[arg(long, env = "KTR_SESSION", value_parser = args::session)]
    session: SessionId,
    /// Folder with COMMITMENT.pgp, encrypted to the release desk.
    #[arg(long, env = "KTR_CASES")]
    cases: PathBuf,
    /// The release desk's secret key file.
    #[arg(long, env = "KTR_KEY")]
    key: PathBuf,
    /// 32 secret octets from which every id is drawn; made if it is not there.
    #[arg(long, env = "KTR_SEED")]
    seed: PathBuf,
    /// D0, such as 2026-11-26; without it, today in UTC.
    #[arg(long, env = "KTR_DATE", value_parser = day)]
    date: Option<Day>,
    /// Day of the previous session; without it, D0.
    #[arg(long, env = "KTR_PREVIOUS", value_parser = day)]
    previous: Option<Day>,
    /// A finding that the board lets stand, as the build named it; may be given again.
    #[arg(long, env = "KTR_STAND", value_name = "FINDING", value_delimiter = ',')]
    stand: Vec<String>,
    /// Folder with lists of well-known benign values, lists/NAME/list.json as MISP publishes them: an indicator on one is a finding.
    #[arg(long, env = "KTR_WARNINGLISTS", value_name = "DIR")]
    warninglists: Option<PathBuf>,
    /// Folder of the release.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
    #[command(flatten)]
    engine: YaracArgs,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|rule| rule.to_string())
}

/// Builds.
pub(crate) fn run(shared: &Shared, bundle: Bundle) -> Result<(), CliError> {
    let Bundle::Build(flags) = bundle;
    block_on(build(shared, &flags))
}

async fn build(shared: &Shared, flags: &Build) -> Result<(), CliError> {
    let (alliance, chain) = alliance(shared)?;
    let secret = signer::secret(&flags.key)?;
    let follower = shared.follower().await?;
    let opened = opened(follower.state(), &flags.cases, &secret)?;
    let engine = judged(&flags.engine, &opened)?;
    let cases: Vec<stix::Case> = opened.into_iter().map(|(_, case)| case).collect();
    let today = Day::of(clock::now())
        .map_err(|rule| CliError::Usage(format!("--date is needed: {rule}")))?;
    let date = flags.date.unwrap_or(today);
    let plan = Plan {
        alliance: &alliance,
        chain: &chain,
        session: flags.session,
        seed: seed(&flags.seed)?,
        day: date,
        previous: flags.previous.unwrap_or(date),
        public_sectors: &PublicSectors::default(),
        cases: &cases,
    };
    let stands = Stands::new(&flags.stand);
    let lists = flags.warninglists.as_deref().map(warninglists::read);
    let lists = lists.transpose()?;
    if let Some(lists) = &lists {
        warninglists::check(lists, &cases, &stands)?;
    }
    let built = stix::build_despite(&plan, &|finding| stands.covers(finding))?;
    stands.all_met()?;
    let folder = Folder(flags.out.clone());
    file::shared_folder(&folder.0)?;
    file::write(&folder.bundle(), &built.bytes)?;
    let note = Note {
        release: built.release.to_string(),
        session: flags.session.0,
        sha256: built.sha256.to_string(),
        size: u64::try_from(built.bytes.len()).unwrap_or(u64::MAX),
        profile: PROFILE,
        beacon: built.beacon.to_string(),
        bundle_id: built.id.as_str().to_owned(),
        nominations: built.nominations.iter().map(ToString::to_string).collect(),
    };
    folder.write_note(&note)?;
    let mut text = format!(
        "{}: release {}, {} cases, {} octets, sha-256 {}",
        folder.bundle().display(),
        note.release,
        note.nominations.len(),
        note.size,
        note.sha256
    );
    let warninglists = lists.map(|lists| Lists {
        lists: lists.count(),
        sha256: lists.sha256().to_string(),
    });
    if let Some(Lists { lists, sha256 }) = &warninglists {
        text = format!("{text}; {lists} warninglists, sha-256 {sha256}");
    }
    if let Some(engine) = &engine {
        text = format!("{text}; YARA rules judged by {engine}");
    }
    let answer = Answer {
        note,
        yara_engine: engine,
        warninglists,
    };
    output::answer(shared.output, &text, &json!(answer));
    Ok(())
}

/// What `bundle build` answers: the note, and who judged beside this program.
#[derive(Debug, Serialize)]
struct Answer {
    #[serde(flatten)]
    note: Note,
    /// The engine of YARA rules; nothing without such rules.
    yara_engine: Option<String>,
    /// The warninglists that were asked; nothing if none were named.
    warninglists: Option<Lists>,
}

/// A set of warninglists.
#[derive(Debug, Serialize)]
struct Lists {
    /// How many.
    lists: usize,
    /// SHA-256 over all of them, hex.
    sha256: String,
}

/// Lets the engine judge the YARA rules of every case, and names it; nothing if there are none.
fn judged(
    engine: &YaracArgs,
    opened: &[(Document, stix::Case)],
) -> Result<Option<String>, CliError> {
    let mut named = None;
    for (document, case) in opened {
        named = engine.judge(document, &case.nomination)?.or(named);
    }
    Ok(named)
}

/// Opens every case of a folder.
fn opened(
    state: &State,
    folder: &Path,
    secret: &SecretCertificate,
) -> Result<Vec<(Document, stix::Case)>, CliError> {
    let entries = std::fs::read_dir(folder).map_err(file::failed(folder))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let is_case = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "pgp");
    paths
        .iter()
        .filter(is_case)
        .map(|path| case(state, path, secret))
        .collect()
}

fn case(
    state: &State,
    path: &Path,
    secret: &SecretCertificate,
) -> Result<(Document, stix::Case), CliError> {
    let sealed = file::read(path)?;
    let opened =
        envelope::open(&sealed, secret, clock::now(), Expected::Unsigned).map_err(at(path))?;
    let opened = CaseFile::from_bytes(&opened.content).map_err(at(path))?;
    let commitment = opened.commitment()?;
    let status = state.nomination.get(&commitment).map(|found| found.status);
    if status != Some(Status::Cleared) || state.bundle.sealed_in(&commitment).is_some() {
        return Err(CliError::NotThere(format!(
            "nomination {commitment} is not one that is cleared and in no release"
        )));
    }
    let nomination = form::check(&opened.document).map_err(CliError::Form)?;
    let case = stix::Case {
        commitment,
        nomination,
    };
    Ok((opened.document, case))
}

fn seed(path: &Path) -> Result<Seed, CliError> {
    if !path.exists() {
        file::put_new(path, &entropy::draw::<32>())?;
    }
    let octets = file::read_secret(path)?;
    <[u8; 32]>::try_from(octets.as_slice())
        .map(Seed)
        .map_err(|_length| {
            CliError::Description(format!("{}: a seed has 32 octets", path.display()))
        })
}
