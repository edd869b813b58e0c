//! Act 10, audit: every event with its proof, one absence, and the whole chain executed again from its blocks.
//! The auditor trusts the pinned genesis and nothing else.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{path::Path, process::Command};

use ktr_proof::commit;
use ktr_testkit::second_judge;
use serde_json::{Value, json};
use tendermint::{Time, block::signed_header::SignedHeader, chain, validator};

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
    let times = commits(stage)?;
    let mut figures = Figures::new();
    figures.insert("commits with two judges".to_owned(), json!(times.len()));
    if let Some(p95) = p95_ms(&times) {
        figures.insert(P95.to_owned(), json!(p95));
    }
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

/// Has every commit of the chain judged by our own check and by the light-client verifier; gives the header times.
fn commits(stage: &Stage) -> Result<Vec<Time>, Failure> {
    let status = stage.ktr(&["status"])?;
    let chain: chain::Id = text(&status, "chain")?
        .parse()
        .map_err(|error| Failure::of("the chain's id", error))?;
    // The newest commit is still being collected.
    let last = number(&status["nodes"][0], "height")?.saturating_sub(1);
    let mut times = Vec::new();
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
        times.push(signed.header.time);
    }
    Ok(times)
}

/// What 95 of 100 blocks needed at most after the one before, in milliseconds, by their headers; an idle chain waits a second for each.
fn p95_ms(times: &[Time]) -> Option<u64> {
    let next = times.iter().skip(1);
    let between = times.iter().zip(next).map(|(before, after)| {
        let between = after.duration_since(*before);
        between.map_or(u64::MAX, |between| {
            u64::try_from(between.as_millis()).unwrap_or(u64::MAX)
        })
    });
    let mut between: Vec<u64> = between.collect();
    between.sort_unstable();
    let place = between.len().saturating_mul(95) / 100;
    between.get(place).copied()
}

/// The bar for a network without one of its sites (design: ledger, section 16).
const P95_MAX_MS: u64 = 5_000;
/// The figure's name.
const P95: &str = "p95 between blocks ms";

/// Whether blocks came as soon as they must without one site.
pub(crate) fn was_quick(figures: &Figures) -> Result<(), Failure> {
    match figures.get(P95).and_then(Value::as_u64) {
        Some(p95) if p95 < P95_MAX_MS => Ok(()),
        Some(p95) => Err(Failure::new(format!("95 of 100 blocks needed {p95} ms"))),
        None => Err(Failure::new("too few blocks to say how soon they came")),
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tendermint::Time;

    use super::{Figures, P95, p95_ms, was_quick};

    fn at(secs: i64) -> Time {
        Time::from_unix_timestamp(secs, 0).expect("a time")
    }

    #[test]
    fn two_late_blocks_in_a_hundred_are_not_seen_and_twelve_are() {
        let of = |late| {
            let times = (0..=100).scan(1_900_000_000, |now: &mut i64, n| {
                *now = now.saturating_add(if n < late { 9 } else { 1 });
                Some(at(*now))
            });
            p95_ms(&times.collect::<Vec<_>>())
        };
        assert_eq!((of(2), of(12)), (Some(1_000), Some(9_000)));
        assert_eq!(p95_ms(&[at(0)]), None);
    }

    #[test]
    fn blocks_that_come_late_are_a_failure_of_a_month_without_a_county() {
        let figures = |ms| Figures::from_iter([(P95.to_owned(), json!(ms))]);
        assert!(was_quick(&figures(4_999)).is_ok());
        assert!(was_quick(&figures(5_000)).is_err());
        assert!(was_quick(&Figures::new()).is_err());
    }
}
