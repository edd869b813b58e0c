//! The next version: the counties name the last height of the present one, every node ends there with 10, and the next version goes on.
//! One county goes a height back first and executes it again with the old version, as an operator whose last block went wrong.
//! There is no second version yet: the next one is `ktr-node-next`, the same node whose application version is an argument.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, fs::File, process::Stdio};

use serde_json::{Value, json};

use super::{
    super::{
        Failure, Figures, audit, ground, members,
        stage::{Stage, number, text},
    },
    alliance::Alliance,
    validator::sites,
};

/// Heights from the proposal to the last one of the version, at pace 1: two transactions need about half of them.
const AHEAD: u64 = 12;
/// The exit code of a node whose version has come to its end.
const HALTED: u64 = 10;
/// Who is admitted by the next version first, by year.
const MEMBERS: [u8; 3] = [2, 5, 3];
/// The place of the site that goes a height back.
const BACK: usize = 2;

/// Resolves the height, waits for four halts, rolls one site back, and starts the next version.
pub(crate) fn play(alliance: &mut Alliance, year: usize) -> Result<Figures, Failure> {
    let next = alliance.version.saturating_add(1);
    let status = alliance.stage.ktr(&["status"])?;
    let ahead = alliance.stage.secs(AHEAD);
    let last = number(&status["nodes"][0], "height")?.saturating_add(ahead);
    let (version, height) = (next.to_string(), last.to_string());
    alliance.resolve(&["upgrade", "--app-version", &version, "--height", &height])?;
    let halted = halted(&mut alliance.stage)?;
    let back = roll_back(alliance, &halted)?;
    if back.saturating_add(1) != last {
        let why = format!("the rollback led to height {back}, the last one was {last}");
        return Err(Failure::new(why));
    }
    alliance.version = next;
    let stage = &mut alliance.stage;
    let program = stage.program("ktr-node-next").display().to_string();
    stage.environment.insert("KTR_NODE", program);
    stage.environment.insert("KTR_NODE_APP_VERSION", version);
    stage.ktr(&["localnet", "up"])?;
    let member = MEMBERS.get(year).copied().unwrap_or(2);
    members::admitted(stage, &[member])?;
    let (level, _) = ground::all_level(stage)?;
    let first = header_version(stage, last.saturating_add(1))?;
    if (header_version(stage, last)?, first) != (next.saturating_sub(1), next) {
        return Err(Failure::new("the headers do not carry the two versions"));
    }
    let mut figures = Figures::new();
    figures.insert("version".to_owned(), json!(next));
    figures.insert("last height of the one before".to_owned(), json!(last));
    let exits = halted.len().saturating_add(1);
    figures.insert("exits with 10".to_owned(), json!(exits));
    figures.insert("rolled back to".to_owned(), json!(back));
    figures.insert("level at".to_owned(), json!(level));
    Ok(figures)
}

/// Waits until no node runs any more, and reads that each ended with 10.
fn halted(stage: &mut Stage) -> Result<Vec<Value>, Failure> {
    let net = sites(stage)?;
    let sites: Vec<Value> = net["sites"].as_array().cloned().unwrap_or_default();
    stage.until("the end of the version at every site", 60, |_| {
        Ok((!sites.iter().any(ground::runs)).then_some(()))
    })?;
    for site in &sites {
        let name = text(site, "name")?;
        let log = fs::read_to_string(stage.net.join(format!("logs/{name}.node.log")))?;
        let lines = log.lines().rev();
        let mut ends = lines.filter_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            line["fields"]["exit"].as_u64()
        });
        let exit = ends.next();
        if exit != Some(HALTED) {
            return Err(Failure::new(format!("site {name} ended with {exit:?}")));
        }
    }
    Ok(sites)
}

/// Takes a site's last height back, and lets the old version execute it again: it must end with 10 once more. Gives the height between.
fn roll_back(alliance: &mut Alliance, sites: &[Value]) -> Result<u64, Failure> {
    let site = sites.get(BACK);
    let site = site.ok_or_else(|| Failure::new("there is no such site"))?;
    let home = text(site, "home")?;
    let stage = &alliance.stage;
    let output = std::process::Command::new(stage.program("ktr-node"))
        .args(["--output", "json", "--home", home, "rollback"])
        .output()
        .map_err(|error| Failure::of("ktr-node", error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::of("ktr-node rollback", said.trim()));
    }
    let back: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Failure::of("ktr-node rollback", error))?;
    let log = File::create(stage.out.join("logs/rollback.log"))?;
    let mut old = alliance
        .node()
        .args(["--home", home, "start"])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .map_err(|error| Failure::of("the old version", error))?;
    let ended = alliance
        .stage
        .until("the old version ends again", 30, |_| Ok(old.try_wait()?));
    if ended.is_err() {
        old.kill()?;
        old.wait()?;
    }
    let code = ended?.code().and_then(|code| u64::try_from(code).ok());
    if code == Some(HALTED) {
        return number(&back, "height");
    }
    Err(Failure::new(format!("the old version ended with {code:?}")))
}

/// The application version in the header of a height.
fn header_version(stage: &Stage, height: u64) -> Result<u64, Failure> {
    let answer = audit::engine(stage.port()?, &format!("block?height={height}"))?;
    let version = text(&answer["block"]["header"]["version"], "app")?;
    version
        .parse()
        .map_err(|error| Failure::of("the version of a header", error))
}
