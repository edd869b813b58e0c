//! The only file of this program that prints: answers and the engine's log on stdout, one line of error on stderr.
//! Ids, counts and times only.

use std::io::{self, Write};

use ktr_core::id::Sha256;
use ktr_node::{
    diff::{Difference, Side, Source},
    engine::Keys,
    replay::Summary,
};
use ktr_os::{Finding, harmless, pages::Written};
use ktr_wire::record::KINDS;
use serde_json::json;

use crate::cli::{Format, Which};

/// Prints what `init` made.
pub(crate) fn made(keys: &Keys, format: Format) {
    match format {
        Format::Text => line(&keys.node_id),
        Format::Json => line(&pair(keys)),
    }
}

/// Prints one public key, for scripts.
pub(crate) fn key(keys: &Keys, which: Which, format: Format) {
    match (format, which) {
        (Format::Json, _) => line(&pair(keys)),
        (Format::Text, Which::Validator) => line(&hex::encode(keys.validator)),
        (Format::Text, Which::Node) => line(&keys.node_id),
    }
}

/// Prints where a node stands.
pub(crate) fn status(answer: &[u8], format: Format) {
    let text = String::from_utf8_lossy(answer);
    let read: Option<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(answer).ok();
    match (format, read) {
        (Format::Text, Some(fields)) => {
            for (name, value) in fields {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), ToOwned::to_owned);
                line(&format!("{name} {value}"));
            }
        }
        (Format::Text, None) | (Format::Json, _) => line(&text),
    }
}

/// Prints what the doctor found, what must be mended first.
pub(crate) fn found(findings: &mut [Finding], format: Format) {
    Finding::worst_first(findings);
    match format {
        Format::Text => findings.iter().for_each(|found| line(&found.to_string())),
        Format::Json => line(&json!({ "findings": findings }).to_string()),
    }
}

/// Prints where engine and store stand after a rollback.
pub(crate) fn rolled_back(height: u64, app_hash: &Sha256, format: Format) {
    let app_hash = app_hash.to_string();
    match format {
        Format::Text => line(&format!(
            "engine and store are at height {height}, app hash {app_hash}"
        )),
        Format::Json => line(&json!({"height": height, "app_hash": app_hash}).to_string()),
    }
}

/// Prints where two nodes differ first.
pub(crate) fn differs(found: &Difference, sources: [&Source; 2], format: Format) {
    let record = found.first_record.as_deref().map(named);
    match format {
        Format::Json => {
            let sides: Vec<_> = sources.iter().zip(&found.sides).map(of_side).collect();
            line(
                &json!({
                    "height": found.height,
                    "same": found.is_none(),
                    "first_event": found.first_event,
                    "first_record": record.map(|(kind, id)| json!({"kind": kind, "id": id})),
                    "sides": sides,
                })
                .to_string(),
            );
        }
        Format::Text if found.is_none() => {
            line(&format!("height {}: nothing differs", found.height));
        }
        Format::Text => {
            for (source, side) in sources.iter().zip(&found.sides) {
                let (name, hash) = (source.name(), hex::encode(&side.app_hash));
                line(&format!(
                    "{name}: app hash {hash}, {} events",
                    side.log_size
                ));
            }
            let event = found.first_event.map(|index| {
                let [one, other] = found.sides.each_ref().map(|side| side.event.as_deref());
                let (one, other) = (one.unwrap_or("no event"), other.unwrap_or("no event"));
                format!("first event that differs: index {index}, {one} and {other}")
            });
            line(&event.unwrap_or_else(|| "the logs are the same".to_owned()));
            let record = record.map(|(kind, id)| format!("first record that differs: {kind} {id}"));
            line(&record.unwrap_or_else(|| "the records are the same".to_owned()));
            let asked: u64 = sources.iter().map(|source| source.asked()).sum();
            line(&format!("height {}, {asked} questions", found.height));
        }
    }
}

fn of_side((source, side): (&&Source, &Side)) -> serde_json::Value {
    json!({
        "name": source.name(),
        "app_hash": hex::encode(&side.app_hash),
        "log_size": side.log_size,
        "event": side.event,
        "asked": source.asked(),
    })
}

/// The kind and the id of a record's key.
fn named(key: &[u8]) -> (&'static str, String) {
    let (tag, id) = key.split_first().unwrap_or((&0, &[]));
    let kind = KINDS.iter().find(|(_, of_kind)| of_kind == tag);
    (kind.map_or("unknown", |(name, _)| *name), hex::encode(id))
}

/// Prints how far a replay came.
pub(crate) fn replayed(summary: &Summary, format: Format) {
    let app_hash = summary.app_hash.map(|hash| hash.to_string());
    match format {
        Format::Text => {
            let last = if summary.outcome_judged {
                "and so does this node's store for the last block"
            } else {
                "no store here says what the last block led to"
            };
            line(&format!(
                "{} blocks, {} transactions, every header agrees, {last}; app hash now {}",
                summary.blocks,
                summary.txs,
                app_hash.unwrap_or_else(|| "none".to_owned())
            ));
        }
        Format::Json => line(
            &json!({
                "blocks": summary.blocks,
                "txs": summary.txs,
                "app_hash": app_hash,
                "outcome_judged": summary.outcome_judged,
            })
            .to_string(),
        ),
    }
}

/// Prints a shell's completions, or how many man pages there are now.
pub(crate) fn pages(written: &Written, format: Format) {
    match format {
        Format::Text => line(&written.text),
        Format::Json => line(&written.value.to_string()),
    }
}

/// Prints a document or a line of the engine's log.
pub(crate) fn line(text: &str) {
    let mut stdout = io::stdout().lock();
    // Nobody may be there to read it, which is no reason to stop a node.
    if writeln!(stdout, "{}", harmless(text)).is_err() {
        tracing::trace!("standard output is closed");
    }
}

/// Prints why the program ends.
pub(crate) fn failure(why: &str) {
    complaint(why);
}

/// Prints what somebody should know of a thing that was done.
pub(crate) fn warning(what: &str) {
    complaint(what);
}

fn complaint(what: &str) {
    let mut stderr = io::stderr().lock();
    if writeln!(stderr, "ktr-node: {}", harmless(what)).is_err() {
        tracing::trace!("standard error is closed");
    }
}

fn pair(keys: &Keys) -> String {
    json!({"node_id": keys.node_id, "validator": hex::encode(keys.validator)}).to_string()
}
