//! Act 7, ingestion: eight agents fire the plain hit, one has it off; the first bucket is published.
//! The collector's files hold no address.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::process::Command;

use serde_json::json;

use super::{
    Failure, Figures,
    scan::Canaries,
    stage::{Stage, text},
};

/// Marks the ingestions and waits for the published bucket.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    let release = stage.ktr(&["verify", &stage.out.join("release").display().to_string()])?;
    let release = text(&release, "release")?.to_owned();
    for n in 1..=stage.members.len() {
        let output = Command::new(stage.program("ktr-agent"))
            .arg("--home")
            .arg(stage.out.join("agents").join(n.to_string()))
            .args(["mark", "ingested", &release])
            .output()?;
        if !output.status.success() {
            return Err(Failure::of(
                "ktr-agent",
                String::from_utf8_lossy(&output.stderr).trim(),
            ));
        }
    }
    let record = stage.until("the published bucket", 90, |stage| {
        let record = stage.ktr(&["query", "ingestion", "1"])?;
        Ok((record["present"] == json!(true)).then_some(record))
    })?;
    let hits = record["record"]["published"][0]["hits"].clone();
    if hits != json!(8) {
        return Err(Failure::new(format!(
            "the first bucket holds {hits} instead of 8"
        )));
    }
    let kept = stage.out.join("collector/state");
    let mut canaries = Canaries::default();
    canaries.add("address", "127.0.0.1");
    if !canaries.found_below(&kept)?.is_empty() {
        return Err(Failure::new("the collector's files hold an address"));
    }
    let mut figures = Figures::new();
    figures.insert("hits".to_owned(), hits);
    figures.insert(
        "label".to_owned(),
        record["record"]["published"][0]["label"].clone(),
    );
    figures.insert("addresses kept".to_owned(), json!(0));
    Ok(figures)
}
