//! The auditor's reading: every event with its inclusion proof, the log's root, and the proof that something is not there.
//! Re-execution is `ktr node replay`'s, from what `export-blocks` wrote.

use std::path::{Path, PathBuf};

use clap::Args;
use ktr_client::{Client, Head, Proven, ProvenEvent};
use ktr_core::{RecordKey, id::MemberId};
use serde_json::{Value, json};

use super::log::{Kept, kept, line};
use crate::cli::Shared;
use crate::connection::block_on;
use crate::entropy;
use crate::error::CliError;
use crate::file;
use crate::output;
use crate::render;

/// Flags of `audit`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ktr --home net audit --out audit\n  ktr --home net audit --since 120:SHA256\n  ktr --home net audit --since audit/log.txt"
)]
pub(crate) struct Audit {
    /// Folder for events.json, absence.json and header.json, with all that is needed to check them elsewhere, and log.txt.
    #[arg(long, env = "KTR_OUT")]
    out: Option<PathBuf>,
    /// The log as an earlier audit printed it, or its log.txt: it must be this one's beginning, and only what is new is read.
    #[arg(long, env = "KTR_SINCE", value_name = "HEAD", value_parser = kept)]
    since: Option<Kept>,
}

/// Audits.
pub(crate) fn run(shared: &Shared, audit: &Audit) -> Result<(), CliError> {
    block_on(async {
        let known = audit.since.as_ref().map(Kept::head).transpose()?;
        let known = known.unwrap_or_else(Head::empty);
        let client = shared.client()?;
        let (opening, _) = client.consistency_proven(&known).await?;
        let head = opening.log();
        let bar = output::counting("events", head.size);
        bar.set_position(known.size);
        let mut events = Vec::new();
        for index in known.size..head.size {
            events.push(shown(&client.event_proven(index).await?));
            bar.inc(1);
        }
        bar.finish_and_clear();
        let (absent, nothing) = absence(&client).await?;
        if nothing.record.is_some() {
            return Err(CliError::NotThere(
                "a random member id is registered".to_owned(),
            ));
        }
        if let Some(folder) = &audit.out {
            write(folder, &events, absent, &nothing)?;
            file::write(
                &folder.join("log.txt"),
                format!("{}\n", line(&head)).as_bytes(),
            )?;
        }
        let header = &nothing.header;
        let log = line(&head);
        let value = json!({
            "ok": true,
            "events": head.size,
            "proven": events.len(),
            "since": known.size,
            "log": log,
            "absent": absent.to_string(),
            "header": render::header(header),
            "opening": render::opening(&nothing.opening),
        });
        let text = format!(
            "{} events, {} of them read and proven; member {absent} proven absent; header {} signed by {} of {}\n\
             that it only grew is proven next time by ktr audit --since {log}",
            head.size,
            events.len(),
            header.height,
            header.committed.signed,
            header.committed.total
        );
        output::answer(shared.output, &text, &value);
        Ok(())
    })
}

/// A random id names no member.
async fn absence(client: &Client) -> Result<(MemberId, Proven), CliError> {
    let id = MemberId(entropy::draw());
    let proven = client.query_proven(RecordKey::Member(id)).await?;
    Ok((id, proven))
}

fn shown(event: &ProvenEvent) -> Value {
    let path: Vec<String> = event.path.iter().map(ToString::to_string).collect();
    json!({
        "index": event.recorded.index,
        "event": render::recorded(&event.recorded),
        "octets": hex::encode(&event.octets),
        "path": path,
        "opening": render::opening(&event.opening),
        "header": render::header(&event.header),
    })
}

fn write(
    folder: &Path,
    events: &[Value],
    absent: MemberId,
    nothing: &Proven,
) -> Result<(), CliError> {
    file::shared_folder(folder)?;
    let absence = json!({
        "kind": "member",
        "id": absent.to_string(),
        "ics23": hex::encode(&nothing.proof),
        "opening": render::opening(&nothing.opening),
        "header": render::header(&nothing.header),
    });
    let files = [
        ("events.json", json!(events)),
        ("absence.json", absence),
        ("header.json", render::header(&nothing.header)),
    ];
    for (name, value) in files {
        file::write(&folder.join(name), format!("{value:#}\n").as_bytes())?;
    }
    Ok(())
}
