//! Starts a form from what a member has: indicators are taken, everything that only a person knows is left empty.
//! Nothing is sent; what was not taken is listed by kind, what was refused by place.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ktr_artefact::draft::{self, FILL_IN, LOOK_AT, Wanted};
use serde_json::json;

use crate::cli::Shared;
use crate::error::{CliError, at};
use crate::file;
use crate::output;

/// Flags of `nominate draft`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr nominate draft --from event.json --out case.json\n  ktr nominate draft --from indicators.csv --format csv --out case.json"
)]
pub(crate) struct Draft {
    /// A MISP event, a STIX 2.1 bundle, or a table of values.
    #[arg(long, env = "KTR_FROM", value_name = "FILE")]
    from: PathBuf,
    /// What it is written in; without it, what it looks like.
    #[arg(long, env = "KTR_FORMAT", value_enum)]
    format: Option<Format>,
    /// Take attributes of a MISP event too that are not meant for detection: to-ids is not set.
    #[arg(long, env = "KTR_UNFLAGGED")]
    unflagged: bool,
    /// The form to write; never over an older one.
    #[arg(
        long,
        env = "KTR_OUT",
        value_name = "FILE",
        default_value = "nomination.json"
    )]
    out: PathBuf,
}

/// What a source is written in.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A MISP event, or an answer of a MISP with several.
    Misp,
    /// A STIX 2.1 bundle.
    Stix,
    /// A header `type,value`, or one value a line.
    Csv,
}

impl From<Format> for draft::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Misp => Self::Misp,
            Format::Stix => Self::Stix,
            Format::Csv => Self::Csv,
        }
    }
}

/// Drafts.
pub(crate) fn run(shared: &Shared, flags: &Draft) -> Result<(), CliError> {
    let octets = file::read(&flags.from)?;
    let looks = || draft::Format::of(&octets);
    let format = flags.format.map_or_else(looks, draft::Format::from);
    let wanted = if flags.unflagged {
        Wanted::Unflagged
    } else {
        Wanted::ForDetection
    };
    let drafted = draft::read(&octets, format, wanted).map_err(at(&flags.from))?;
    let form = drafted
        .to_form()
        .map_err(|rule| CliError::of_file(&flags.out, rule))?;
    file::put_new(&flags.out, &form)?;
    answer(shared, flags, &drafted);
    Ok(())
}

fn answer(shared: &Shared, flags: &Draft, drafted: &draft::Draft) {
    let refused: Vec<String> = drafted.refused.iter().map(ToString::to_string).collect();
    let value = json!({
        "form": flags.out,
        "iocs": drafted.iocs.len(),
        "taken": drafted.taken(),
        "refused": refused,
        "listed": drafted.listed,
        "fill_in": FILL_IN,
        "look_at": LOOK_AT,
    });
    let mut lines = vec![format!(
        "{}: {} indicators",
        flags.out.display(),
        drafted.iocs.len()
    )];
    let listed: Vec<String> = drafted
        .listed
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    section("Refused, by place", &refused, &mut lines);
    section("Not taken, by kind", &listed, &mut lines);
    section("You fill in", &FILL_IN, &mut lines);
    section("You look at", &LOOK_AT, &mut lines);
    output::answer(shared.output, &lines.join("\n"), &value);
}

fn section(title: &str, entries: &[impl AsRef<str>], lines: &mut Vec<String>) {
    if !entries.is_empty() {
        lines.push(format!("\n{title}"));
    }
    lines.extend(entries.iter().map(|entry| format!("  {}", entry.as_ref())));
}
