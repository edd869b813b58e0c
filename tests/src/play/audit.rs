//! Act 10, audit: every event with its proof, one absence, and the whole chain executed again from its blocks.
//! The auditor trusts the pinned genesis and nothing else.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::process::Command;

use ktr_proof::commit;
use serde_json::{Value, json};
use tendermint::{block::signed_header::SignedHeader, chain, validator};

use crate::second_judge;

use super::{
    Failure, Figures, passes,
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
    let commits = commits(stage)?;
    let mut figures = Figures::new();
    figures.insert("commits with two judges".to_owned(), json!(commits));
    figures.insert("events proven".to_owned(), json!(number(&audit, "proven")?));
    figures.insert(
        "absence".to_owned(),
        json!(format!("of member {} proven", text(&audit, "absent")?)),
    );
    figures.insert("blocks re-executed".to_owned(), replay["blocks"].clone());
    Ok(figures)
}

/// Has every commit of the chain judged by our own check and by the light-client verifier; gives their number.
fn commits(stage: &Stage) -> Result<u64, Failure> {
    let status = stage.ktr(&["status"])?;
    let chain: chain::Id = text(&status, "chain")?
        .parse()
        .map_err(|error| Failure::of("the chain's id", error))?;
    // The newest commit is still being collected.
    let last = number(&status["nodes"][0], "height")?.saturating_sub(1);
    for height in 1..=last {
        let signed: SignedHeader = asked(stage, "commit", height, "signed_header")?;
        let infos: Vec<validator::Info> = asked(stage, "validators", height, "validators")?;
        let set = validator::Set::without_proposer(infos);
        commit::verify(chain.as_str(), &set, &signed.header, &signed.commit)
            .map_err(|error| Failure::of(format!("the commit of height {height}"), error))?;
        if !second_judge::accepts(&chain, &set, &signed) {
            return Err(Failure::new(format!(
                "the light-client verifier refuses the commit of height {height}"
            )));
        }
    }
    Ok(last)
}

/// A field of what the first engine answers about a height.
fn asked<T: serde::de::DeserializeOwned>(
    stage: &Stage,
    what: &str,
    height: u64,
    field: &str,
) -> Result<T, Failure> {
    let rpc = stage.rpc()?;
    let port = rpc.split(',').next().and_then(|url| url.rsplit(':').next());
    let port = port.and_then(|port| port.parse().ok());
    let port = port.ok_or_else(|| Failure::new("rpc.txt names no port"))?;
    let wrong = |error| Failure::of(format!("{what} of height {height}"), error);
    let (_, body) = passes::get(port, &format!("/{what}?height={height}"), None)?;
    let answer: Value = serde_json::from_slice(&body).map_err(wrong)?;
    serde_json::from_value(answer["result"][field].clone()).map_err(wrong)
}
