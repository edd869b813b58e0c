//! A county's validator is replaced: a new site joins with a key of its own, the counties put it into the set, and the old one is shut down.
//! The engines have the new set two heights after it was resolved; from there on commits have a place for the new engine and none for the old.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, process::Command};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};

use super::{
    super::{
        Failure, Figures, audit,
        company::free_ports,
        ground,
        stage::{Stage, number, text},
    },
    alliance::Alliance,
};

/// Whose validator is replaced in which year: the place of its site, and its county.
const COUNTIES: [(usize, u64); 3] = [(1, 2), (2, 3), (0, 1)];
/// Heights from a resolution until the engines have the set.
const IN_FORCE: u64 = 2;
/// How the engine marks a vote for the block in a commit.
const SIGNED: u64 = 2;

/// Starts the new site, resolves the set, looks at the commits, stops the old site.
pub(crate) fn play(alliance: &mut Alliance, year: usize) -> Result<Figures, Failure> {
    let (place, county) = COUNTIES.get(year).copied().unwrap_or((1, 2));
    let old = sites(&alliance.stage)?["sites"][place].clone();
    join(&mut alliance.stage, &old)?;
    let new = sites(&alliance.stage)?["sites"][4].clone();
    let set = set(
        &alliance.stage,
        text(&old, "validator")?,
        text(&new, "validator")?,
    )?;
    let resolved = alliance.resolve(&["validators", "--validators", &set])?;
    let force = resolved.height.saturating_add(IN_FORCE);
    let stage = &mut alliance.stage;
    let (gone, come) = (address(stage, &old)?, address(stage, &new)?);
    stage.until("a commit that the new validator signed", 60, |stage| {
        let newest = number(&stage.ktr(&["status"])?["nodes"][0], "height")?;
        let mut commits = (force..newest).map(|height| signers(stage, height));
        commits.try_fold(None, |seen, signers| {
            let signers = signers?;
            if signers.contains(&gone) {
                return Err(Failure::new("the old engine still has a place in a commit"));
            }
            Ok(seen.or_else(|| signers.contains(&come).then_some(())))
        })
    })?;
    let before = validators(stage, force.saturating_sub(1))?;
    if !before.contains(&gone) || before.contains(&come) {
        return Err(Failure::new("the set was in force too early"));
    }
    let after = validators(stage, force)?;
    if after.contains(&gone) || !after.contains(&come) {
        return Err(Failure::new("the set was not in force two heights later"));
    }
    shut_down(stage, place)?;
    let (level, _) = ground::all_level(stage)?;
    let mut figures = Figures::new();
    figures.insert("county".to_owned(), json!(county));
    figures.insert("resolved at".to_owned(), json!(resolved.height));
    figures.insert("in force at".to_owned(), json!(force));
    figures.insert("level at".to_owned(), json!(level));
    Ok(figures)
}

/// What the localnet remembers of its sites.
pub(crate) fn sites(stage: &Stage) -> Result<Value, Failure> {
    let text = fs::read(stage.net.join("sites.json"))?;
    serde_json::from_slice(&text).map_err(|error| Failure::of("sites.json", error))
}

fn remember(stage: &Stage, sites: &Value) -> Result<(), Failure> {
    fs::write(stage.net.join("sites.json"), format!("{sites:#}\n"))?;
    Ok(())
}

/// Makes a site beside the old one, with a key that no genesis names, and waits until it has the chain.
fn join(stage: &mut Stage, old: &Value) -> Result<(), Failure> {
    let mut net = sites(stage)?;
    let name = format!("{}-new", text(old, "name")?);
    let home = stage.net.join("sites").join(&name);
    let key = node(stage, &home, &["key"])?;
    let key: Value =
        serde_json::from_slice(&key).map_err(|error| Failure::of("ktr-node key", error))?;
    let ports = free_ports(2)?;
    let [rpc, p2p] = ports.as_slice() else {
        return Err(Failure::new("two ports were wanted"));
    };
    let known = net["sites"].as_array().into_iter().flatten();
    let peers: Result<Vec<String>, Failure> = known
        .map(|site| {
            Ok(format!(
                "{}@127.0.0.1:{}",
                text(site, "node_id")?,
                number(site, "p2p")?
            ))
        })
        .collect();
    let (genesis, socket) = (
        stage.net.join("genesis.json").display().to_string(),
        format!("{}/{name}.sock", text(&net, "sockets")?),
    );
    let (rpc_at, p2p_at) = (format!("127.0.0.1:{rpc}"), format!("127.0.0.1:{p2p}"));
    let head = [
        "init",
        "--localnet",
        "--genesis",
        &genesis,
        "--rpc",
        &rpc_at,
    ];
    let peers = peers?.join(",");
    let more = ["--p2p", &p2p_at, "--peers", &peers, "--socket", &socket];
    node(stage, &home, &[head.as_slice(), &more].concat())?;
    let site = json!({
        "name": name, "home": home, "rpc": rpc, "p2p": p2p, "pid": null,
        "node_id": text(&key, "node_id")?, "validator": text(&key, "validator")?,
    });
    if let Some(known) = net["sites"].as_array_mut() {
        known.push(site);
    }
    remember(stage, &net)?;
    stage.ktr(&["localnet", "up"])?;
    stage.until("the new site has the chain", 60, |stage| {
        let status = stage.ktr(&["status"])?;
        let height = |place: usize| status["nodes"][place]["height"].as_u64();
        let caught_up = status["nodes"][4]["catching_up"] == false;
        let level = height(4)
            .zip(height(0))
            .is_some_and(|(new, old)| new >= old);
        Ok((caught_up && level).then_some(()))
    })
}

/// Runs the product's node once.
fn node(stage: &Stage, home: &std::path::Path, words: &[&str]) -> Result<Vec<u8>, Failure> {
    fs::create_dir_all(home)?;
    let output = Command::new(stage.program("ktr-node"))
        .args(["--output", "json", "--home"])
        .arg(home)
        .args(words)
        .output()
        .map_err(|error| Failure::of("ktr-node", error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(Failure::of(
        "ktr-node",
        String::from_utf8_lossy(&output.stderr).trim(),
    ))
}

/// The whole set as a proposal names it, with the new key in the old one's place.
fn set(stage: &Stage, old: &str, new: &str) -> Result<String, Failure> {
    let known = stage.ktr(&["query", "validators"])?;
    let known = known["record"].as_array().into_iter().flatten();
    let one = |site: &Value| {
        let key = text(site, "key")?;
        let key = if key == old { new } else { key };
        let county = site["county"].as_u64();
        let county = county.map_or_else(String::new, |county| format!(":{county}"));
        Ok(format!("{key}:{}{county}", number(site, "power")?))
    };
    let set: Result<Vec<String>, Failure> = known.map(one).collect();
    Ok(set?.join(","))
}

/// A validator's address, as its own engine gives it.
fn address(stage: &Stage, site: &Value) -> Result<String, Failure> {
    let port = u16::try_from(number(site, "rpc")?);
    let port = port.map_err(|error| Failure::of("a port", error))?;
    let status = audit::engine(port, "status")?;
    let own = text(&status["validator_info"], "address")?;
    if own.is_empty() {
        return Err(Failure::new(format!(
            "site {} of {} has no address",
            site["name"],
            stage.out.display()
        )));
    }
    Ok(own.to_owned())
}

fn addresses(list: &Value, named: impl Fn(&Value) -> Option<&str>) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|one| named(one).map(str::to_owned))
        .collect()
}

/// Who signed the commit of a height.
fn signers(stage: &Stage, height: u64) -> Result<Vec<String>, Failure> {
    let answer = audit::engine(stage.port()?, &format!("commit?height={height}"))?;
    let signatures = &answer["signed_header"]["commit"]["signatures"];
    Ok(addresses(signatures, |signature| {
        let signed = signature["block_id_flag"].as_u64() == Some(SIGNED);
        signature["validator_address"].as_str().filter(|_| signed)
    }))
}

/// Whom the engines have as validators of a height.
fn validators(stage: &Stage, height: u64) -> Result<Vec<String>, Failure> {
    let answer = audit::engine(stage.port()?, &format!("validators?height={height}"))?;
    Ok(addresses(&answer["validators"], |validator| {
        validator["address"].as_str()
    }))
}

/// Stops the old site; the new one has its place from now on.
fn shut_down(stage: &mut Stage, place: usize) -> Result<(), Failure> {
    let mut net = sites(stage)?;
    let old = net["sites"][place].clone();
    let pid = number(&old, "pid")?;
    let pid = i32::try_from(pid).map_err(|error| Failure::of("a pid", error))?;
    kill(Pid::from_raw(pid), Signal::SIGTERM).map_err(|error| Failure::of("kill", error))?;
    stage.until("the old site has stopped", 20, |_| {
        Ok((!ground::runs(&old)).then_some(()))
    })?;
    if let Some(known) = net["sites"].as_array_mut() {
        // The last one is the new one.
        known.swap_remove(place);
    }
    remember(stage, &net)?;
    stage.ktr(&["localnet", "up"]).map(|_| ())
}
