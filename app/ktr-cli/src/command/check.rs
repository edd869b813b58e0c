//! Says of a form what a nomination and a build would say, before anything is signed, encrypted or sent: no key, no chain.
//! It judges by what `nominate` and `bundle build` judge by.

use std::path::{Path, PathBuf};

use clap::Args;
use ktr_artefact::{
    Day,
    ioc::Warninglists,
    report::{Asked, FormCheck, Verdict},
    stix::Seed,
};
use ktr_core::id::Commitment;
use serde_json::json;

use super::nominate;
use super::release::warninglists;
use super::tried::Tried;
use crate::cli::Shared;
use crate::clock;
use crate::engine::EngineArgs;
use crate::entropy;
use crate::error::{CliError, FOR_THE_BOARD, REFUSED, Verdict as Told};
use crate::output;

/// Flags of `nominate check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr nominate check case.json\n  ktr nominate check case.json --warninglists misp-warninglists\n  ktr -o json nominate check case.json --yarac /usr/bin/yarac\n\nExit codes: 0 fit; 3 fit, but the board would be asked about findings that it may let stand, or no engine has seen the YARA rules; 1 refused, or the file is no form; 64 wrong usage"
)]
pub(crate) struct Check {
    /// The nomination form.
    form: PathBuf,
    /// Folder with lists of well-known benign values, as `bundle build` takes it: an indicator on one is for the board.
    #[arg(long, env = "KTR_WARNINGLISTS", value_name = "DIR")]
    warninglists: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineArgs,
}

/// Checks.
pub(crate) fn run(shared: &Shared, flags: &Check) -> Result<(), CliError> {
    let mut tried = Tried::new(Commitment([0; 32]), nominate::read(&flags.form)?);
    let engine = tried.try_yara(|document, fit| flags.engine.judge_if_there(document, fit))?;
    let lists = look_on_lists(&mut tried, flags.warninglists.as_deref())?;
    let checked = check(&tried, engine.as_deref(), lists.as_ref())?;
    let told = told(&flags.form, &checked);
    if told.exit_code == 0 {
        output::answer(shared.output, &told.text, &told.value);
        return Ok(());
    }
    Err(CliError::Verdict(Box::new(told)))
}

/// Notes what the board is asked about a form, also whether its indicators are on the lists of a folder, if one is named; and gives the lists.
pub(crate) fn look_on_lists(
    tried: &mut Tried,
    folder: Option<&Path>,
) -> Result<Option<Warninglists>, CliError> {
    let lists = folder.map(warninglists::read).transpose()?;
    tried.ask_about(lists.as_ref(), |_finding| true);
    Ok(lists)
}

/// What a build of this form alone comes to.
pub(crate) fn check(
    tried: &Tried,
    engine: Option<&str>,
    warninglists: Option<&Warninglists>,
) -> Result<FormCheck, CliError> {
    let form = tried.form();
    let checked = FormCheck::of(&Asked {
        document: form.document,
        checked: form.checked,
        warnings: form.warnings,
        engine,
        warninglists,
        day: Day::of(clock::now()).map_err(|rule| CliError::Description(rule.to_string()))?,
        seeds: &[Seed(entropy::draw()), Seed(entropy::draw())],
    });
    checked.map_err(|rule| CliError::Description(rule.to_string()))
}

/// The answer, and how the program ends with it.
pub(crate) fn told(form: &Path, checked: &FormCheck) -> Told {
    let mut value = json!(checked);
    if let Some(members) = value.as_object_mut() {
        members.insert("ok".to_owned(), json!(checked.verdict != Verdict::Refused));
        members.insert("form".to_owned(), json!(form));
        members.insert("findings".to_owned(), json!(checked.against()));
    }
    Told {
        text: format!("{}: {}", form.display(), checked.to_text().trim_end()),
        value,
        exit_code: match checked.verdict {
            Verdict::Fit => 0,
            Verdict::ForTheBoard | Verdict::Unjudged => FOR_THE_BOARD,
            Verdict::Refused => REFUSED,
        },
    }
}
