//! The board for its seats: what is open, what a case says, the vote, and the way of a cleared case to the release desk.
//! One veto is enough, and a vote is final: both are the chain's rules, and said before one votes.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ktr_artefact::{
    envelope::{self, Expected},
    form::{self, CaseFile},
    matrix,
};
use ktr_core::{
    Command, Record,
    id::Commitment,
    key::Role,
    nomination::{self, Status, Verdict, VetoCategory},
};
use serde_json::{Value, json};

use super::nominate::seal_to;
use super::receiver::receivers;
use crate::args::{self, VETOES};
use crate::cli::Shared;
use crate::clock;
use crate::connection::block_on;
use crate::error::{CliError, at};
use crate::file;
use crate::output;
use crate::render;
use crate::sender::send_and_tell;
use crate::signer::{self, SignerArgs};
use crate::when;

/// What a seat can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Board {
    /// List open nominations, the most urgent first.
    #[command(
        after_help = "Examples:\n  ktr --home net board list\n  ktr --home net -o json board list --all"
    )]
    List {
        /// Those that are decided, too.
        #[arg(long, env = "KTR_ALL")]
        all: bool,
    },
    /// Decrypt a case and show what would leave the house.
    #[command(after_help = "Examples:\n  ktr board show cases/COMMITMENT.pgp --key seat-1.asc")]
    Show(CaseArgs),
    /// Vote. A vote is final; one veto ends the nomination whatever came before.
    #[command(
        after_help = "Examples:\n  ktr --home net board vote COMMITMENT approve --key seat-1.asc\n  ktr --home net board vote COMMITMENT veto --category victim-identifiable --yes --key seat-2.asc"
    )]
    Vote(VoteArgs),
    /// Encrypt a cleared case to the release desk.
    #[command(
        after_help = "Examples:\n  ktr --home net board forward cases/COMMITMENT.pgp --key seat-1.asc --out desk"
    )]
    Forward {
        #[command(flatten)]
        case: CaseArgs,
        /// Folder for the new envelope.
        #[arg(long, env = "KTR_OUT")]
        out: PathBuf,
    },
}

/// A case and the key that opens it.
#[derive(Debug, Args)]
pub(crate) struct CaseArgs {
    /// The envelope, COMMITMENT.pgp.
    case: PathBuf,
    /// The seat's or deputy's secret key file.
    #[arg(long, env = "KTR_KEY")]
    key: PathBuf,
}

/// A vote.
#[derive(Debug, Args)]
pub(crate) struct VoteArgs {
    /// On which nomination.
    #[arg(value_parser = args::commitment)]
    commitment: Commitment,
    #[command(subcommand)]
    verdict: VerdictArgs,
}

/// What the seat says.
#[derive(Debug, Subcommand)]
pub(crate) enum VerdictArgs {
    /// It may be shared.
    #[command(
        after_help = "Examples:\n  ktr --home net board vote COMMITMENT approve --key seat-1.asc"
    )]
    Approve {
        #[command(flatten)]
        given: Given,
    },
    /// It may not; nothing outweighs that.
    #[command(
        after_help = "Examples:\n  ktr --home net board vote COMMITMENT veto --category victim-identifiable --yes --key seat-2.asc"
    )]
    Veto {
        /// The ground: victim-identifiable, law-enforcement, legal-constraint, undisclosed, quality, other.
        #[arg(long, env = "KTR_CATEGORY", value_parser = args::veto)]
        category: VetoCategory,
        #[command(flatten)]
        given: Given,
    },
}

/// Who votes, and that they mean it.
#[derive(Debug, Args)]
pub(crate) struct Given {
    /// Do not ask again.
    #[arg(long, env = "KTR_YES")]
    yes: bool,
    #[command(flatten)]
    signer: SignerArgs,
}

/// Runs one of them.
pub(crate) fn run(shared: &Shared, board: Board) -> Result<(), CliError> {
    match board {
        Board::List { all } => block_on(list(shared, all)),
        Board::Show(case) => show(shared, &case),
        Board::Vote(vote) => cast(shared, &vote),
        Board::Forward { case, out } => block_on(forward(shared, &case, &out)),
    }
}

async fn list(shared: &Shared, all: bool) -> Result<(), CliError> {
    let follower = shared.follower().await?;
    let state = &follower.state().nomination;
    let shown: Vec<_> = if all {
        state.iter().collect()
    } else {
        state.open().collect()
    };
    let line = |nomination: &&nomination::Nomination| {
        format!(
            "{} {} {} approvals {}, decide by {}",
            nomination.commitment,
            render::severity(nomination.severity),
            render::nomination_status(nomination.status),
            nomination.approvals.len(),
            when::show(nomination.decide_by)
        )
    };
    let lines: Vec<String> = shown.iter().map(line).collect();
    let values = shown
        .iter()
        .map(|nomination| Record::Nomination((*nomination).clone()));
    let values: Vec<Value> = values.map(|record| render::record(&record)).collect();
    output::answer(shared.output, &lines.join("\n"), &json!(values));
    Ok(())
}

/// Opens an envelope; a case that was committed to differently is refused.
fn open(case: &CaseArgs) -> Result<CaseFile, CliError> {
    let secret = signer::secret(&case.key)?;
    let sealed = file::read(&case.case)?;
    let opened = envelope::open(&sealed, &secret, clock::now(), Expected::Unsigned)
        .map_err(at(&case.case))?;
    let opened = CaseFile::from_bytes(&opened.content).map_err(at(&case.case))?;
    if let Some(named) = named(&case.case) {
        opened.opens(&named).map_err(at(&case.case))?;
    }
    Ok(opened)
}

/// The commitment in a file's name.
fn named(path: &Path) -> Option<Commitment> {
    args::commitment(path.file_stem()?.to_str()?).ok()
}

fn show(shared: &Shared, case: &CaseArgs) -> Result<(), CliError> {
    let opened = open(case)?;
    let commitment = opened.commitment()?;
    let verdict = matrix::classify(&opened.document.classification);
    let findings = form::check(&opened.document).err().into_iter().flatten();
    let findings: Vec<String> = findings.map(|finding| finding.to_string()).collect();
    let document = &opened.document;
    let mut lines = vec![
        format!("nomination {commitment}"),
        format!(
            "severity {} ({})",
            render::severity(verdict.level),
            matrix::NOTICE
        ),
        "would leave the house:".to_owned(),
        format!("  title      {}", document.case.title),
        format!("  narrative  {}", document.case.narrative),
    ];
    lines.extend(
        document
            .iocs
            .iter()
            .map(|ioc| format!("  indicator  {}", ioc.value)),
    );
    lines.push(format!("  rules      {}", document.rules.len()));
    lines.push("stays in the house: everything under victim".to_owned());
    lines.extend(
        findings
            .iter()
            .map(|finding| format!("finding    {finding}")),
    );
    lines.push("grounds of a veto:".to_owned());
    lines.extend(
        VETOES
            .iter()
            .map(|(category, meaning)| format!("  {}: {meaning}", render::veto(*category))),
    );
    let value = json!({
        "commitment": commitment.to_string(),
        "severity": render::severity(verdict.level),
        "findings": findings,
        "form": document,
    });
    output::answer(shared.output, &lines.join("\n"), &value);
    Ok(())
}

fn cast(shared: &Shared, vote: &VoteArgs) -> Result<(), CliError> {
    let (verdict, given, word) = match &vote.verdict {
        VerdictArgs::Approve { given } => (Verdict::Approve, given, "approve"),
        VerdictArgs::Veto { category, given } => (Verdict::Veto(*category), given, "veto"),
    };
    if !given.yes {
        output::confirm(&format!("{word} {}, for good", vote.commitment))?;
    }
    let command = Command::Nomination(nomination::Command::Vote {
        commitment: vote.commitment,
        verdict,
    });
    let more = json!({"commitment": vote.commitment.to_string(), "verdict": word});
    block_on(send_and_tell(shared, &given.signer, &command.into(), more))
}

async fn forward(shared: &Shared, case: &CaseArgs, out: &Path) -> Result<(), CliError> {
    let opened = open(case)?;
    let commitment = opened.commitment()?;
    let follower = shared.follower().await?;
    let state = follower.state();
    let status = state
        .nomination
        .get(&commitment)
        .map(|nomination| nomination.status);
    if status != Some(Status::Cleared) {
        return Err(CliError::NotThere(format!(
            "nomination {commitment} is not cleared: the release desk never sees it"
        )));
    }
    let desk = receivers(state, Role::Releaser, clock::now())?;
    let path = seal_to(&desk, &opened, out)?;
    let value = json!({"commitment": commitment.to_string(), "envelope": path});
    output::answer(shared.output, &path.display().to_string(), &value);
    Ok(())
}
