//! The log as a whole: whether one that an auditor knows is the beginning of another one, asked of nodes or read from a file.
//! Both heads are the auditor's own; without the later one it is the head of now, under a header that was verified.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use ktr_client::{Head, NotConsistent, ProvenHeader, verify_consistency};
use ktr_core::id::Sha256;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::args;
use crate::cli::Shared;
use crate::connection::block_on;
use crate::error::CliError;
use crate::file;
use crate::output;
use crate::render;
use crate::when;

/// What can be asked of the log as a whole.
#[derive(Debug, Subcommand)]
pub(crate) enum Log {
    /// Prove that one log is the beginning of another: nothing in it was changed or taken away.
    #[command(
        after_help = "Examples:\n  ktr --home net log consistency --from 120:SHA256\n  \
                      ktr --home net log consistency --from 120:SHA256 --to audit/log.txt --out proof.json\n  \
                      ktr log consistency --from 120:SHA256 --to audit/log.txt --proof proof.json"
    )]
    Consistency(Consistency),
}

/// Flags of `log consistency`.
#[derive(Debug, Args)]
pub(crate) struct Consistency {
    /// The earlier log: SIZE:ROOT as an audit prints it, or a file with that, as the log.txt of an audit.
    #[arg(long, env = "KTR_FROM", value_name = "HEAD", value_parser = kept)]
    from: Kept,
    /// The later log, likewise; without it the log as it is now.
    #[arg(long, env = "KTR_TO", value_name = "HEAD", value_parser = kept)]
    to: Option<Kept>,
    /// Where the proof is written, for whoever has both heads.
    #[arg(long, env = "KTR_OUT")]
    out: Option<PathBuf>,
    /// A proof that was written before: no node is asked, and the later log must be named.
    #[arg(long, env = "KTR_PROOF", requires = "to")]
    proof: Option<PathBuf>,
}

/// Size and root of a log that somebody kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    /// On the command line.
    Here(Head),
    /// In a file.
    In(PathBuf),
}

/// What begins with a number and a colon is a head; everything else is the file that holds one.
pub(crate) fn kept(text: &str) -> Result<Kept, String> {
    let size = text.split_once(':').map(|(size, _)| size.parse::<u64>());
    if matches!(size, Some(Ok(_))) {
        args::head(text).map(Kept::Here)
    } else {
        Ok(Kept::In(PathBuf::from(text)))
    }
}

impl Kept {
    /// Size and root; a file is read now.
    pub(crate) fn head(&self) -> Result<Head, CliError> {
        match self {
            Self::Here(known) => Ok(*known),
            Self::In(path) => {
                let octets = file::read(path)?;
                let text = String::from_utf8_lossy(&octets);
                args::head(text.trim()).map_err(|why| CliError::of_file(path, why))
            }
        }
    }
}

/// A head as audits print it and [`kept`] reads it.
pub(crate) fn line(head: &Head) -> String {
    format!("{}:{}", head.size, head.root)
}

/// One log, and that it begins with another.
struct Grown {
    from: Head,
    to: Head,
    steps: Vec<Sha256>,
    /// Over the later one, where that is the log of now.
    header: Option<ProvenHeader>,
}

/// A proof on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: String,
    to: String,
    proof: Vec<String>,
}

/// Proves it and says so.
pub(crate) fn run(shared: &Shared, log: &Log) -> Result<(), CliError> {
    let Log::Consistency(asked) = log;
    let from = asked.from.head()?;
    let to = asked.to.as_ref().map(Kept::head).transpose()?;
    let grown = match (&asked.proof, to) {
        (Some(path), Some(to)) => read(path, from, to)?,
        // The parser wants the later head beside a proof.
        (Some(_) | None, to) => block_on(ask(shared, from, to))?,
    };
    if let Some(path) = &asked.out {
        write(path, &grown)?;
    }
    let value = json!({
        "ok": true,
        "from": line(&grown.from),
        "to": line(&grown.to),
        "hashes": grown.steps.len(),
        "header": grown.header.as_ref().map(render::header),
    });
    output::answer(shared.output, &grown.text(), &value);
    Ok(())
}

/// From the nodes: each may fail to prove it, one that does is enough.
async fn ask(shared: &Shared, from: Head, to: Option<Head>) -> Result<Grown, CliError> {
    let client = shared.client()?;
    let (to, header) = if let Some(to) = to {
        (to, None)
    } else {
        let (opening, header) = client.consistency_proven(&from).await?;
        (opening.log(), Some(header))
    };
    if from.size > to.size {
        return Err(NotConsistent::Shrunk.into());
    }
    let steps = client.consistency_between(&from, &to).await?;
    Ok(Grown {
        from,
        to,
        steps,
        header,
    })
}

/// From a file, which is believed in nothing.
fn read(path: &Path, from: Head, to: Head) -> Result<Grown, CliError> {
    let octets = file::read(path)?;
    let written: Written =
        serde_json::from_slice(&octets).map_err(|error| CliError::of_file(path, error))?;
    if (&written.from, &written.to) != (&line(&from), &line(&to)) {
        let why = format!("a proof from {} to {}", written.from, written.to);
        return Err(CliError::of_file(path, why));
    }
    let steps = written.proof.iter().map(|step| args::sha256(step));
    let steps = steps.collect::<Result<Vec<Sha256>, String>>();
    let steps = steps.map_err(|why| CliError::of_file(path, why))?;
    verify_consistency(&from, &to, &steps)?;
    Ok(Grown {
        from,
        to,
        steps,
        header: None,
    })
}

fn write(path: &Path, grown: &Grown) -> Result<(), CliError> {
    let written = Written {
        from: line(&grown.from),
        to: line(&grown.to),
        proof: grown.steps.iter().map(ToString::to_string).collect(),
    };
    file::write(path, format!("{:#}\n", json!(written)).as_bytes())?;
    Ok(())
}

impl Grown {
    fn text(&self) -> String {
        let mut text = format!(
            "the log of {} events begins with the log of {}; hashes of the proof: {}",
            self.to.size,
            self.from.size,
            self.steps.len()
        );
        if let Some(header) = &self.header {
            let under = format!(
                "\nproven by header {} of {}, signed by {} of {}\n{}",
                header.height,
                when::show(header.time),
                header.committed.signed,
                header.committed.total,
                line(&self.to)
            );
            text.push_str(&under);
        }
        text
    }
}
