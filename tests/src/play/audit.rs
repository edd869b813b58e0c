//! Act 10, audit: every event with its proof, one absence, and the whole chain executed again from its blocks.
//! The auditor trusts the pinned genesis and nothing else.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{path::Path, process::Command};

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
    let mut node = Command::new(stage.program("ktr-node"));
    node.args(["--output", "json"]);
    judge(stage, node)
}

/// Proves every event, has two judges look at every commit, and has `node` execute every block again.
pub(crate) fn judge(stage: &Stage, node: Command) -> Result<Figures, Failure> {
    let folder = stage.out.join("audit").display().to_string();
    let audit = stage.ktr(&["audit", "--out", &folder])?;
    let blocks = stage.out.join("audit/blocks.jsonl");
    stage.ktr(&["export-blocks", "--out", &blocks.display().to_string()])?;
    let replay = replay(node, &stage.net.join("genesis.json"), &blocks)?;
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

/// What `node` says after it executed these blocks again.
pub(crate) fn replay(mut node: Command, genesis: &Path, blocks: &Path) -> Result<Value, Failure> {
    let replayed = node
        .args(["replay", "--genesis"])
        .arg(genesis)
        .arg("--blocks")
        .arg(blocks)
        .output()
        .map_err(|error| Failure::of("a node", error))?;
    if !replayed.status.success() {
        let said = String::from_utf8_lossy(&replayed.stderr);
        return Err(Failure::of("replay", said.trim()));
    }
    serde_json::from_slice(&replayed.stdout).map_err(|error| Failure::of("replay", error))
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
    let port = stage.port()?;
    let answer = engine(port, &format!("{what}?height={height}"))?;
    serde_json::from_value(answer[field].clone())
        .map_err(|error| Failure::of(format!("{what} of height {height}"), error))
}

/// What the engine behind a port answers to a plain GET.
pub(crate) fn engine(port: u16, path: &str) -> Result<Value, Failure> {
    let (_, body) = passes::get(port, &format!("/{path}"), None)?;
    let answer: Value = serde_json::from_slice(&body).map_err(|error| Failure::of(path, error))?;
    Ok(answer["result"].clone())
}
