//! Act 10, audit: every event with its proof, one absence, and the whole chain executed again from its blocks.
//! The auditor trusts the pinned genesis and nothing else.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::process::Command;

use serde_json::{Value, json};

use super::{
    Failure, Figures,
    stage::{Stage, number, text},
};

/// Audits the chain.
pub(crate) fn play(stage: &Stage) -> Result<Figures, Failure> {
    let folder = stage.out.join("audit").display().to_string();
    let audit = stage.ktr(&["audit", "--out", &folder])?;
    let blocks = stage.out.join("audit/blocks.jsonl");
    stage.ktr(&["export-blocks", "--out", &blocks.display().to_string()])?;
    let replayed = Command::new(stage.program("ktr-node"))
        .args(["--output", "json", "replay", "--genesis"])
        .arg(stage.net.join("genesis.json"))
        .arg("--blocks")
        .arg(&blocks)
        .output()
        .map_err(|error| Failure::of("ktr-node", error))?;
    if !replayed.status.success() {
        let said = String::from_utf8_lossy(&replayed.stderr);
        return Err(Failure::of("ktr-node replay", said.trim()));
    }
    let replay: Value = serde_json::from_slice(&replayed.stdout)
        .map_err(|error| Failure::of("ktr-node replay", error))?;
    let mut figures = Figures::new();
    figures.insert("events proven".to_owned(), json!(number(&audit, "proven")?));
    figures.insert(
        "absence".to_owned(),
        json!(format!("of member {} proven", text(&audit, "absent")?)),
    );
    figures.insert("blocks re-executed".to_owned(), replay["blocks"].clone());
    Ok(figures)
}
