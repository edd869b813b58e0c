//! Act 1, ground: a genesis with three counties and the witness, four engines and nodes, and later the end of all of them.
//! What the network is used for is the other acts' affair.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, io::ErrorKind, path::Path, process::Command};

use serde_json::{Value, json};

use super::{Failure, Figures, company::sweep, rooms, stage::Stage};

/// Brings four sites up and waits until their heights rise and their app hashes are equal.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    let pace = stage.pace.percent().to_string();
    let up = stage.ktr(&["localnet", "up", "--pace-percent", &pace])?;
    show(stage)?;
    rooms::open(stage)?;
    let (level, status) = all_level(stage)?;
    fs::write(stage.out.join("audit/ground.json"), format!("{status:#}\n"))?;
    let sites = up["pids"].as_object().map_or(0, serde_json::Map::len);
    let mut figures = Figures::new();
    figures.insert("sites".to_owned(), json!(sites));
    figures.insert("height".to_owned(), up["height"].clone());
    figures.insert("level at".to_owned(), json!(level));
    figures.insert("homeservers".to_owned(), json!(stage.places.len()));
    figures.insert("tolerates".to_owned(), up["tolerates"].clone());
    Ok(figures)
}

/// Lays out what names the chain, for whoever looks at the play.
pub(crate) fn show(stage: &Stage) -> Result<(), Failure> {
    for name in ["genesis.json", "alliance.json", "rpc.txt"] {
        fs::copy(stage.net.join(name), stage.out.join("chain").join(name))
            .map_err(|error| Failure::of(name, error))?;
    }
    Ok(())
}

/// Waits until all four nodes are level; gives the height, and what `ktr status` said.
pub(crate) fn all_level(stage: &mut Stage) -> Result<(u64, Value), Failure> {
    stage.until("four nodes at one height with one app hash", 60, |stage| {
        let status = stage.ktr(&["status"])?;
        Ok(level(&status).map(|height| (height, status)))
    })
}

/// The height at which all four nodes stand with one app hash, if they do.
fn level(status: &Value) -> Option<u64> {
    let nodes = status["nodes"].as_array()?;
    let first = nodes.first()?;
    let same = |node: &Value| {
        node["up"] == json!(true)
            && node["height"] == first["height"]
            && node["app_hash"] == first["app_hash"]
    };
    (nodes.len() == 4 && nodes.iter().all(same))
        .then(|| first["height"].as_u64())
        .flatten()
}

/// Whether a site's node still runs.
#[must_use]
pub fn runs(site: &Value) -> bool {
    let line = fs::read(format!("/proc/{}/cmdline", site["pid"]));
    line.is_ok_and(|line| {
        let line = String::from_utf8_lossy(&line);
        let home = site["home"].as_str();
        home.is_some_and(|home| line.contains(home))
    })
}

/// Stops what the play started; the four sites may stay. Every step is tried, and the first failure is told last.
pub(crate) fn leave(stage: &mut Stage, stays: bool) -> Result<(), Failure> {
    let company = stage.company.end().map_err(Failure::from);
    let agents = if stage.gnupg().exists() {
        stage.peer("gpgconf", &["--kill", "all"]).map(|_| ())
    } else {
        Ok(())
    };
    let logs = keep_logs(stage).and(if stays {
        Ok(())
    } else {
        forget_urls(&stage.out)
    });
    let sites = if stage.net.exists() && !stays {
        stage.ktr(&["localnet", "down"]).map(|_| ())
    } else {
        Ok(())
    };
    let order = keeps_order(&stage.out.join("logs"));
    company.and(agents).and(logs).and(sites).and(order)
}

/// Nobody answers there any more.
fn forget_urls(out: &Path) -> Result<(), Failure> {
    match fs::remove_file(out.join("chain/rpc.txt")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The sites' logs, beside everybody else's.
fn keep_logs(stage: &Stage) -> Result<(), Failure> {
    let logs = stage.net.join("logs");
    if !logs.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(&logs)? {
        let entry = entry?;
        fs::copy(entry.path(), stage.out.join("logs").join(entry.file_name()))?;
    }
    Ok(())
}

/// Refuses a play in which an engine called its node out of order, that of a killed node too: each such call is a line of its node's log.
fn keeps_order(logs: &Path) -> Result<(), Failure> {
    if !logs.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(logs)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".node.log") {
            continue;
        }
        let log = fs::read(entry.path())?;
        if String::from_utf8_lossy(&log).contains(OUT_OF_ORDER) {
            return Err(Failure::new(format!(
                "an engine called its node out of order: {name}"
            )));
        }
    }
    Ok(())
}

/// Stops a network that an earlier play left up.
///
/// # Errors
/// [`Failure`] if it cannot be stopped.
pub fn down(out: &Path, programs: &Path) -> Result<(), Failure> {
    sweep(out)?;
    if !out.join("net/sites.json").exists() {
        return Ok(());
    }
    let output = Command::new(programs.join("ktr"))
        .arg("--home")
        .arg(out.join("net"))
        .args(["localnet", "down"])
        .output()
        .map_err(|error| Failure::of("ktr", error))?;
    if output.status.success() {
        return forget_urls(out);
    }
    Err(Failure::new(String::from_utf8_lossy(&output.stderr).trim()))
}

/// What somebody can do with the files that a play leaves.
#[must_use]
pub fn what_next(out: &Path, programs: &Path) -> String {
    let (out, replay) = (
        out.display(),
        programs.join("ktr-node").display().to_string(),
    );
    format!(
        "try next\n  \
         gpgv --keyring {out}/release/alliance.pgp {out}/release/bundle.json.asc {out}/release/bundle.json\n  \
         sha256sum {out}/release/bundle.json\n  \
         less {out}/audit/session.json\n  \
         {replay} replay --genesis {out}/chain/genesis.json --blocks {out}/audit/blocks.jsonl\n  \
         scripts/quickstart --keep    leaves the network running and says how to talk to it"
    )
}

/// What somebody can do with a network that was left up.
#[must_use]
pub fn how_to_talk(out: &Path, programs: &Path) -> String {
    let ktr = programs.join("ktr").display().to_string();
    let net = out.join("net").display().to_string();
    let url = fs::read_to_string(out.join("net/rpc.txt")).unwrap_or_else(|_| String::new());
    let url = url
        .lines()
        .next()
        .unwrap_or("http://127.0.0.1:PORT")
        .to_owned();
    format!(
        "the network is up; try\n  \
         {ktr} --home {net} status\n  \
         {ktr} --home {net} events follow\n  \
         {ktr} --home {net} board list --all\n  \
         curl '{url}/block_results?height=1'\n  \
         curl '{url}/abci_query?path=\"/parameters\"'\n  \
         {ktr} --home {net} audit\n\
         stop it with scripts/quickstart --down"
    )
}

/// What a node's server says of a call out of order.
const OUT_OF_ORDER: &str = "call out of order";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{OUT_OF_ORDER, keeps_order};

    #[test]
    fn an_engine_that_called_its_node_out_of_order_fails_the_play() {
        let folder = tempfile::tempdir().expect("a folder");
        let say = |name: &str, line: &str| {
            fs::write(folder.path().join(name), line).expect("a log");
        };
        keeps_order(&folder.path().join("nowhere")).expect("no network, no order");
        say("alder.node.log", "{\"message\":\"block executed\"}\n");
        keeps_order(folder.path()).expect("in order");
        // the words are those of the server
        let server = include_str!("../../../app/ktr-abci/src/shared.rs");
        let warns = format!("tracing::warn!(%breach, \"{OUT_OF_ORDER}\")");
        assert!(server.contains(&warns));
        let line = format!("{{\"message\":\"{OUT_OF_ORDER}\"}}\n");
        say("birch.node.log", &line);
        let refused = keeps_order(folder.path()).expect_err("out of order");
        assert!(refused.to_string().ends_with("birch.node.log"), "{refused}");
    }
}
