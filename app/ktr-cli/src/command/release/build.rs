//! Cleared cases become `bundle.json`: each form must open the commitment of a nomination that is cleared and in no release.
//! The bytes follow from cases, seed and date alone.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ktr_artefact::{
    Day,
    envelope::{self, Expected},
    form::CaseFile,
    ioc::Warninglists,
    openpgp::SecretCertificate,
    report::{Form, Inputs, Outcome, Report},
    stix::{self, Plan, PublicSectors, Seed},
};
use ktr_core::{State, id::SessionId, nomination::Status};
use serde_json::json;

use super::folder::{Folder, Note, alliance};
use super::report::{self, ReportFile};
use super::stand::Stands;
use super::warninglists;
use crate::args;
use crate::cli::Shared;
use crate::clock;
use crate::command::tried::Tried;
use crate::connection::block_on;
use crate::engine::EngineArgs;
use crate::entropy;
use crate::error::{CliError, at};
use crate::file;
use crate::output;
use crate::signer;

/// What can be done with bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum Bundle {
    /// Build bundle.json from the cases that seats forwarded.
    #[command(
        after_help = "Examples:\n  ktr --home net bundle build --session 1 --cases desk --key desk.asc --seed seed --warninglists misp-warninglists --report report.html --out release"
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
    /// Ask no such list, and say so in the report; one of the two flags is needed.
    #[arg(long, env = "KTR_NO_WARNINGLISTS")]
    no_warninglists: bool,
    /// How many entities a country counts of a sector: a JSON list of {"country": "DE", "sector": "energy", "entities": 812}. A case's sector is named
    /// where there are five; without the file, nowhere.
    #[arg(long, env = "KTR_SECTORS", value_name = "FILE")]
    sectors: Option<PathBuf>,
    /// Write what was dropped, masked, refused and let stand, whether it is built or refused by findings: .html, .json or .txt; may be given again.
    #[arg(long, env = "KTR_REPORT", value_name = "FILE", value_parser = report::parse, value_delimiter = ',')]
    report: Vec<ReportFile>,
    /// Folder of the release.
    #[arg(long, env = "KTR_OUT")]
    out: PathBuf,
    #[command(flatten)]
    engine: EngineArgs,
}

impl Build {
    /// The lists on which indicators are looked for; nothing if the desk says that it has none.
    ///
    /// # Errors
    /// [`CliError::Usage`] if it says neither or both: a release without lists is never an oversight.
    fn lists(&self) -> Result<Option<Warninglists>, CliError> {
        match (&self.warninglists, self.no_warninglists) {
            (Some(folder), false) => warninglists::read(folder).map(Some),
            (None, true) => Ok(None),
            (None, false) | (Some(_), true) => Err(CliError::Usage(String::from(
                "give --warninglists DIR or --no-warninglists, one of the two; the report says which",
            ))),
        }
    }

    /// Where a sector may be named.
    fn public_sectors(&self) -> Result<PublicSectors, CliError> {
        let Some(path) = &self.sectors else {
            return Ok(PublicSectors::default());
        };
        PublicSectors::read(&file::read(path)?).map_err(at(path))
    }
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
    let lists = flags.lists()?;
    let (alliance, chain) = alliance(shared)?;
    let secret = signer::secret(&flags.key)?;
    let follower = shared.follower().await?;
    let mut opened = opened(follower.state(), &flags.cases, &secret)?;
    let engine = judged(&flags.engine, &mut opened)?;
    let today = Day::of(clock::now())
        .map_err(|rule| CliError::Usage(format!("--date is needed: {rule}")))?;
    let date = flags.date.unwrap_or(today);
    let cases: Option<Vec<stix::Case>> = opened.iter().map(Tried::fit).collect();
    let plan = Plan {
        alliance: &alliance,
        chain: &chain,
        session: flags.session,
        seed: seed(&flags.seed)?,
        day: date,
        previous: flags.previous.unwrap_or(date),
        public_sectors: &flags.public_sectors()?,
        cases: cases.as_deref().unwrap_or_default(),
    };
    let stands = Stands::new(&flags.stand);
    for case in &mut opened {
        case.ask_about(lists.as_ref(), |finding| stands.covers(finding));
    }
    let attempt = cases
        .as_ref()
        .map(|_all_are_fit| stix::attempt(&plan, &|finding| stands.covers(finding)));
    let forms: Vec<Form<'_>> = opened.iter().map(Tried::form).collect();
    let report = Report::of(&Inputs {
        session: plan.session,
        release: plan.seed.release_id(),
        chain: plan.chain,
        day: plan.day,
        public_sectors: plan.public_sectors,
        forms: &forms,
        engine: engine.as_deref(),
        warninglists: lists.as_ref(),
        attempt: attempt.as_ref(),
    });
    let built = attempt.and_then(|attempt| attempt.bundle.ok());
    let built = built.filter(|_bundle| report.outcome == Outcome::Built);
    for file in &flags.report {
        file.write(&report)?;
    }
    if built.is_some() {
        stands.all_met()?;
    }
    let Some(built) = built else {
        return Err(CliError::Build(Box::new(report)));
    };
    let note = Note::of(&built, flags.session);
    let folder = Folder(flags.out.clone());
    file::shared_folder(&folder.0)?;
    file::write(&folder.bundle(), &built.bytes)?;
    folder.write_note(&note)?;
    answer(shared, &folder, &note, &report);
    Ok(())
}

/// Says what was built.
fn answer(shared: &Shared, folder: &Folder, note: &Note, report: &Report) {
    let text = format!(
        "{}: release {}, {} cases, {} octets, sha-256 {}\n\n{}",
        folder.bundle().display(),
        note.release,
        note.nominations.len(),
        note.size,
        note.sha256,
        report.to_text().trim_end()
    );
    let mut value = json!(note);
    if let Some(members) = value.as_object_mut() {
        members.insert("report".to_owned(), json!(report));
    }
    output::answer(shared.output, &text, &value);
}

/// Lets the engine judge the YARA rules of every case that is fit, and names it; nothing if there are none.
///
/// # Errors
/// [`CliError::Program`] without an engine that can be asked.
fn judged(engine: &EngineArgs, opened: &mut [Tried]) -> Result<Option<String>, CliError> {
    let mut named = None;
    for case in opened {
        let asked = case.try_yara(|document, fit| engine.judge(document, fit))?;
        named = asked.or(named);
    }
    Ok(named)
}

/// Opens every case of a folder.
fn opened(
    state: &State,
    folder: &Path,
    secret: &SecretCertificate,
) -> Result<Vec<Tried>, CliError> {
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

fn case(state: &State, path: &Path, secret: &SecretCertificate) -> Result<Tried, CliError> {
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
    Ok(Tried::new(commitment, opened.document))
}

fn seed(path: &Path) -> Result<Seed, CliError> {
    if !path.exists() {
        file::put_new(path, &entropy::draw::<32>())?;
    }
    let octets = file::read_secret(path)?;
    <[u8; 32]>::try_from(octets.as_slice())
        .map(Seed)
        .map_err(|_length| CliError::of_file(path, "a seed has 32 octets"))
}
