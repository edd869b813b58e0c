//! A member nominates a case: checks the form, classifies it, commits to it, encrypts it to the board, tells the chain.
//! The form's text leaves this machine only inside the envelope.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, FromArgMatches, Subcommand};
use ktr_artefact::{
    envelope::{self, Recipients},
    form::{self, CaseFile, Document, Salt},
    matrix,
    report::Verdict as FormVerdict,
};
use ktr_core::{
    Command, State,
    id::{Commitment, EncryptionKey},
    key::KeyBody,
    nomination::{self, Severity},
    time::Time,
};
use serde_json::json;

use super::check::{self, Check};
use super::draft::{self, Draft};
use super::hold::{Wall, hold};
use super::tried::Tried;
use crate::cli::Shared;
use crate::clock;
use crate::connection::block_on;
use crate::engine::EngineArgs;
use crate::entropy;
use crate::error::{CliError, at};
use crate::file;
use crate::render;
use crate::sender;
use crate::signer::SignerArgs;
use crate::when;

/// What `nominate` does: it sends a form, drafts one, or checks one.
#[derive(Debug)]
pub(crate) enum Nominate {
    /// A form is sent.
    Submit(Box<Submit>),
    /// A form is begun.
    Draft(Draft),
    /// A form is checked.
    Check(Check),
}

/// What `nominate` does beside sending a form.
#[derive(Debug, Subcommand)]
enum Beside {
    /// Begin a form with indicators from MISP, STIX or a table.
    Draft(Draft),
    /// Say what the board, the build and the leak verifier would say of a form; nothing is signed or sent.
    Check(Check),
}

impl Args for Nominate {
    fn augment_args(command: clap::Command) -> clap::Command {
        let command = Beside::augment_subcommands(Submit::augment_args(command));
        command
            .subcommand_required(false)
            .arg_required_else_help(false)
            .subcommand_negates_reqs(true)
            .args_conflicts_with_subcommands(true)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Nominate {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        if matches.subcommand().is_none() {
            return Submit::from_arg_matches(matches)
                .map(Box::new)
                .map(Self::Submit);
        }
        Ok(match Beside::from_arg_matches(matches)? {
            Beside::Draft(draft) => Self::Draft(draft),
            Beside::Check(check) => Self::Check(check),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Flags of `nominate FORM`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr nominate draft --from event.json --out case.json\n  ktr nominate check case.json\n  ktr --home net nominate case.json --key member.asc --decide-by +2h --out cases\n  ktr --home net nominate case.json --key member.asc --warninglists misp-warninglists\n  ktr --home net nominate case.json --key member.asc --at 2026-12-02T09:00:00Z --decide-by 2026-12-09T09:00:00Z"
)]
pub(crate) struct Submit {
    /// The nomination form.
    form: PathBuf,
    /// Until when the board may decide; its silence is no approval.
    #[arg(long, env = "KTR_DECIDE_BY", value_parser = when::parse, default_value = "+7d")]
    decide_by: Time,
    /// Hold it until then, such as 2026-12-02T09:00:00Z: sent in the weekly batch, its minute tells nothing. Keep this program running.
    #[arg(long, env = "KTR_AT", value_parser = when::parse)]
    at: Option<Time>,
    /// Folder for COMMITMENT.pgp, the case encrypted to seats and deputies.
    #[arg(long, env = "KTR_OUT", default_value = ".")]
    out: PathBuf,
    /// Send it even if this program's own check would refuse it: the chain judges.
    #[arg(long, env = "KTR_SKIP_CHECK")]
    skip_check: bool,
    /// Folder with lists of well-known benign values, as `nominate check` takes it: an indicator on one is named, and sent all the same.
    #[arg(long, env = "KTR_WARNINGLISTS", value_name = "DIR")]
    warninglists: Option<PathBuf>,
    #[command(flatten)]
    signer: SignerArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

/// Nominates, drafts, or checks.
pub(crate) fn run(shared: &Shared, nominate: &Nominate) -> Result<(), CliError> {
    match nominate {
        Nominate::Submit(nominate) => send_form(shared, nominate),
        Nominate::Draft(draft) => draft::run(shared, draft),
        Nominate::Check(flags) => check::run(shared, flags),
    }
}

fn send_form(shared: &Shared, nominate: &Submit) -> Result<(), CliError> {
    if let Some(at) = nominate.at {
        refuse_unfit(at, clock::now(), nominate.decide_by)?;
    }
    let judged = judged(nominate)?;
    if let Some(at) = nominate.at {
        // A key that cannot be read is found now, and not when nobody looks any more.
        nominate.signer.signer()?;
        hold(&Wall::until(at), at);
    }
    block_on(send(shared, nominate, judged))
}

/// Reads a form.
pub(crate) fn read(path: &Path) -> Result<Document, CliError> {
    let octets = file::read(path)?;
    form::read(&octets).map_err(at(path))
}

/// A form that may be sent, and what was said of it.
struct Judged {
    document: Document,
    severity: Severity,
    /// What judged its YARA rules.
    engine: Option<String>,
    /// What the board will be asked, a line each.
    for_the_board: Vec<String>,
}

/// Judges a form as `nominate check` does.
fn judged(nominate: &Submit) -> Result<Judged, CliError> {
    let document = read(&nominate.form)?;
    if nominate.skip_check {
        return Ok(Judged {
            severity: matrix::classify(&document.classification).level,
            document,
            engine: None,
            for_the_board: Vec::new(),
        });
    }
    let mut tried = Tried::new(Commitment([0; 32]), document);
    let engine = tried.try_yara(|document, fit| nominate.engine.judge_if_there(document, fit))?;
    let severity = match tried.checked() {
        Ok(nomination) => nomination.verdict.level,
        Err(findings) => return Err(CliError::Form(findings.clone())),
    };
    let lists = check::look_on_lists(&mut tried, nominate.warninglists.as_deref())?;
    // A form that is fit may come to a release that is not: the verifier of the octets finds a word in every form, base64 too.
    let checked = check::check(&tried, engine.as_deref(), lists.as_ref())?;
    if checked.verdict == FormVerdict::Refused {
        let told = check::told(&nominate.form, &checked);
        return Err(CliError::Verdict(Box::new(told)));
    }
    Ok(Judged {
        document: tried.into_document(),
        severity,
        engine,
        for_the_board: checked.asked_of_the_board(),
    })
}

/// A time that has passed cannot be waited for; one after the board's last word sends what nobody may decide any more.
pub(crate) fn refuse_unfit(at: Time, now: Time, decide_by: Time) -> Result<(), CliError> {
    if at < now {
        return Err(CliError::Usage(format!(
            "--at {}: that time has passed",
            when::show(at)
        )));
    }
    if at >= decide_by {
        return Err(CliError::Usage(format!(
            "--at {}: the board decides by {}, it must be sent before",
            when::show(at),
            when::show(decide_by)
        )));
    }
    Ok(())
}

async fn send(shared: &Shared, nominate: &Submit, judged: Judged) -> Result<(), CliError> {
    let follower = shared.follower().await?;
    let case = CaseFile {
        salt: Salt(entropy::draw()),
        document: judged.document,
    };
    let commitment = case.commitment()?;
    let path = seal_to(&board_keys(follower.state())?, &case, &nominate.out)?;
    let command = Command::Nomination(nomination::Command::Submit {
        commitment,
        severity: judged.severity,
        matrix_version: matrix::VERSION,
        decide_by: nominate.decide_by,
    });
    let sent = sender::send(shared, follower.client(), &nominate.signer, &command.into()).await;
    let landed = match sent {
        Ok(landed) => landed,
        Err(error) => {
            // Nobody can use the envelope of a nomination that is not there; unless its block was only not seen yet.
            if error.code().is_some() {
                std::fs::remove_file(&path).map_err(file::failed(&path))?;
            }
            return Err(error);
        }
    };
    let more = json!({
        "commitment": commitment.to_string(),
        "severity": render::severity(judged.severity),
        "matrix": matrix::NOTICE,
        "yara_engine": judged.engine,
        "for_the_board": judged.for_the_board,
        "envelope": path,
        "decide_by": nominate.decide_by.0,
    });
    sender::tell(shared, &landed, more);
    Ok(())
}

/// The encryption keys of the seats in force and their deputies: whoever may have to vote can read.
fn board_keys(state: &State) -> Result<Vec<EncryptionKey>, CliError> {
    let term = state
        .board
        .in_force()
        .ok_or_else(|| CliError::NotThere("no term of the board is in force".to_owned()))?;
    let holders = term
        .seats
        .iter()
        .flat_map(|seat| [seat.holder, seat.deputy]);
    let keys = holders.filter_map(|holder| match state.board.key(&holder.encrypt)?.body {
        KeyBody::Encrypt(key) => Some(key),
        KeyBody::Sign(_) | KeyBody::Room(_) => None,
    });
    Ok(keys.collect())
}

/// Encrypts a case file and writes it as COMMITMENT.pgp.
pub(crate) fn seal_to(
    keys: &[EncryptionKey],
    case: &CaseFile,
    folder: &Path,
) -> Result<PathBuf, CliError> {
    let recipients = Recipients::of_bodies(keys, &entropy::draw())?;
    let sealed = envelope::seal(&case.to_bytes()?, &recipients, None)?;
    file::shared_folder(folder)?;
    let path = folder.join(name_of(&case.commitment()?));
    file::write(&path, &sealed)?;
    Ok(path)
}

fn name_of(commitment: &Commitment) -> String {
    format!("{commitment}.pgp")
}
