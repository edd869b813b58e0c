//! What lies in the folder, judged without asking anybody.
//! Each function is one check; none writes.

use std::{
    fs,
    net::IpAddr,
    os::unix::fs::{FileTypeExt, PermissionsExt},
};

use ktr_abci::SOCKET_PATH_MAX_BYTES;
use ktr_core::{Genesis, State, time::Time};
use ktr_ledger::Stopped;
use ktr_os::{Finding, Verdict, disk};
use toml::{Table, Value};

use crate::{
    engine::{self, Document, Keys, VERSION},
    expiry,
    home::Home,
    limits::KEY_LEFT_MIN,
    query,
    settings::Settings,
    store::{Store, StoreError},
};

/// Each line of the engine's configuration against the one that a start would write.
pub(super) fn config(home: &Home, settings: &Settings) -> Vec<Finding> {
    let read = fs::read_to_string(home.engine_config());
    let found = read.ok().and_then(|text| text.parse::<Table>().ok());
    let Some(found) = found else {
        let says = "config.toml of the engine is missing or no TOML; the next start writes it";
        return vec![Finding::new("config", Verdict::Wrong, says)];
    };
    let wanted = engine::config_text(home, settings).parse::<Table>();
    let wanted = lines(&wanted.unwrap_or_else(|_| Table::new()));
    let found = lines(&found);
    let get = |lines: &[(String, String)], key: &str| {
        let line = lines.iter().find(|(name, _)| name == key);
        line.map(|(_, value)| value.clone())
    };
    let mut findings = Vec::new();
    for (key, value) in &wanted {
        let says = match get(&found, key) {
            Some(there) if there == *value => continue,
            Some(there) => format!("{key} is {there}, must be {value}"),
            None => format!("{key} is missing, must be {value}"),
        };
        findings.push(Finding::new(
            "config",
            Verdict::Wrong,
            format!("{says}; {REWRITTEN}"),
        ));
    }
    for (key, _) in found.iter().filter(|(key, _)| get(&wanted, key).is_none()) {
        let says = format!("{key} is none of the node's lines; {REWRITTEN}");
        findings.push(Finding::new("config", Verdict::Weak, says));
    }
    if findings.is_empty() {
        let says = format!(
            "all {} lines of config.toml are as they must be",
            wanted.len()
        );
        findings.push(Finding::new("config", Verdict::Good, says));
    }
    findings
}

/// `section.key` and the value's text.
fn lines(table: &Table) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(section) => lines.extend(
                section
                    .iter()
                    .map(|(key, value)| (format!("{name}.{key}"), value.to_string())),
            ),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => lines.push((name.clone(), value.to_string())),
        }
    }
    lines
}

/// Addresses that answer whoever asks. Which one is a tunnel's own cannot be seen from here.
pub(super) fn exposed(settings: &Settings) -> Vec<Finding> {
    const CHECK: &str = "exposed";
    let addresses = [
        ("rpc_laddr", settings.rpc_laddr.as_str()),
        ("metrics_laddr", settings.metrics_laddr.as_str()),
        ("node_metrics_laddr", settings.node_metrics_laddr.as_str()),
    ];
    let exposed = addresses
        .into_iter()
        .filter(|(_, address)| !address.is_empty() && !is_own(address));
    let mut findings: Vec<Finding> = exposed
        .map(|(key, _)| Finding::new(CHECK, Verdict::Weak, format!("{key} {EXPOSED}")))
        .collect();
    if findings.is_empty() {
        let says = "the engine's RPC and all figures answer this machine alone";
        findings.push(Finding::new(CHECK, Verdict::Good, says));
    }
    findings
}

/// Whether nobody but this machine reaches an address. A name but `localhost` may be any machine's.
fn is_own(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let ip = host.parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// The genesis document, and whether it is the configured chain's. A rule that came after the chain's first block binds new chains
/// alone, and a node that joins with a snapshot begins none.
pub(super) fn genesis(home: &Home, settings: &Settings) -> Finding {
    let (document, broken) = match (document(home), begun(home)) {
        (Ok(document), _) => (document, None),
        (Err(rule), Some((document, genesis))) if settings.joins() || has_blocks(home) => {
            if !engine::is_kept(home, &genesis) {
                let says = "genesis.json is another than this folder was made with; put the network's file back";
                return Finding::new("genesis", Verdict::Wrong, says);
            }
            (document, Some(rule))
        }
        (Err(says), _) => return Finding::new("genesis", Verdict::Wrong, says),
    };
    if document.chain_id() != settings.chain_id {
        let says = format!(
            "genesis.json is of chain {}, chain_id in node.toml is {}; correct chain_id, or run init with the network's genesis",
            document.chain_id(),
            settings.chain_id
        );
        return Finding::new("genesis", Verdict::Wrong, says);
    }
    match broken {
        None => Finding::new(
            "genesis",
            Verdict::Good,
            "genesis.json is the configured chain's",
        ),
        Some(rule) => Finding::new(
            "genesis",
            Verdict::Weak,
            format!("{rule}; no new chain could begin with it, and this one goes on"),
        ),
    }
}

/// The document as a start reads it whose chain has blocks.
pub(super) fn begun(home: &Home) -> Option<(Document, Genesis)> {
    let text = fs::read(home.genesis()).ok()?;
    Document::begun(&text).ok()
}

fn has_blocks(home: &Home) -> bool {
    let stored = Store::read_only(&home.store()).ok();
    stored.is_some_and(|store| matches!(store.view().meta(), Ok(Some(_))))
}

fn document(home: &Home) -> Result<Document, String> {
    let text = fs::read(home.genesis()).map_err(|error| format!("genesis.json: {error}"))?;
    Document::parse(&text).map_err(|error| format!("genesis.json: {error}"))
}

/// Program and engine.
pub(super) fn version(settings: &Settings) -> Finding {
    let checked = engine::check_version(&settings.engine_binary);
    let says = format!("ktr-node {}, engine {VERSION}", env!("CARGO_PKG_VERSION"));
    Finding::of("version", checked.map(|()| says))
}

/// Key files: there, of this node alone, readable by nobody else, and the validator's memory beside them.
pub(super) fn key(home: &Home) -> Finding {
    let keys = Keys::read(home);
    let keys = match keys {
        Ok(keys) => keys,
        Err(error) => return Finding::of("key", Err(error)),
    };
    let guarded = engine::guard_key(home);
    Finding::of("key", guarded.map(|()| format!("node {}", keys.node_id)))
}

/// The store, as a start would judge it.
pub(super) fn store(home: &Home, settings: &Settings) -> Finding {
    match judge_store(home, settings) {
        Ok((verdict, says)) => Finding::new("store", verdict, says),
        Err(StoreError::Missing) => Finding::new("store", Verdict::Good, "no block yet"),
        Err(error) => Finding::new("store", Verdict::Wrong, error.to_string()),
    }
}

fn judge_store(home: &Home, settings: &Settings) -> Result<(Verdict, String), StoreError> {
    let store = Store::read_only(&home.store())?;
    let ledger = store.restore(&settings.chain_id)?;
    let Some(ledger) = ledger else {
        return Ok((Verdict::Good, "no block yet".to_owned()));
    };
    if !home.block_store().exists() {
        return Err(StoreError::EngineWiped(ledger.height().0));
    }
    if let Some(upgrade) = ledger.halted() {
        // Nothing is wrong with the store, but a start of this program would end at once.
        let says = format!("{}; start the next program", Stopped::Halted(upgrade));
        return Ok((Verdict::Wrong, says));
    }
    let says = format!("height {}, app hash {}", ledger.height(), ledger.app_hash());
    Ok((Verdict::Good, says))
}

/// What was found of the genesis, unless it is good in itself and not the one that the folder was made with: a start refuses that before the
/// first block, and warns of it afterwards.
pub(super) fn kept(home: &Home, found: Finding) -> Finding {
    if found.verdict != Verdict::Good {
        return found;
    }
    let Ok(document) = document(home) else {
        return found;
    };
    match document.check_kept(home) {
        Ok(()) => found,
        Err(error) => Finding::new("genesis", Verdict::Wrong, error.to_string()),
    }
}

/// How many sites may be down: by the store, before block 1 by genesis.
pub(super) fn faults(home: &Home) -> Finding {
    let stored = Store::read_only(&home.store()).ok();
    let sites = stored.and_then(|store| query::stored_validators(&store.view()));
    let sites = sites.or_else(|| Some(begun(home)?.1.validators));
    let Some(sites) = sites else {
        let says = "neither store nor genesis says who the validators are";
        return Finding::new("faults", Verdict::Unverified, says);
    };
    match query::tolerated(&sites) {
        0 => {
            let says = format!(
                "{} validators, tolerates 0: halts when one site is down",
                sites.len()
            );
            Finding::new("faults", Verdict::Weak, says)
        }
        faults => {
            let says = format!("{} validators, tolerates {faults}", sites.len());
            Finding::new("faults", Verdict::Good, says)
        }
    }
}

/// How long the network's own keys last: by the store, before block 1 by genesis.
pub(super) fn role_keys(home: &Home, settings: &Settings, now: Time) -> Finding {
    let stored = Store::read_only(&home.store()).ok();
    let ledger = stored.and_then(|store| store.restore(&settings.chain_id).ok().flatten());
    let left = match ledger {
        Some(ledger) => expiry::left(ledger.state(), now),
        None => match begun(home) {
            Some((_, genesis)) => expiry::left(&State::from(genesis), now),
            None => Vec::new(),
        },
    };
    let Some((role, left)) = left.into_iter().min_by_key(|(_, left)| *left) else {
        let says = "neither store nor genesis says which keys the roles have";
        return Finding::new("role-keys", Verdict::Unverified, says);
    };
    let days = left.0.div_euclid(86_400);
    let verdict = if left < KEY_LEFT_MIN {
        Verdict::Weak
    } else {
        Verdict::Good
    };
    Finding::new(
        "role-keys",
        verdict,
        format!("the first key of the network to end is a {role}'s, in {days} days"),
    )
}

/// Space for the next blocks.
pub(super) fn disk(home: &Home) -> Finding {
    disk::judge("the folder's disk", disk::free_percent(home.path()))
}

/// The socket between engine and application.
pub(super) fn socket(home: &Home, settings: &Settings, is_running: bool) -> Finding {
    let path = settings.socket(home);
    let length = path.as_os_str().len();
    if length > SOCKET_PATH_MAX_BYTES {
        let says = format!(
            "the path has {length} octets, {SOCKET_PATH_MAX_BYTES} are possible: choose a shorter home or abci_socket"
        );
        return Finding::new("socket", Verdict::Wrong, says);
    }
    let there = fs::symlink_metadata(&path);
    match there {
        Ok(there) if !there.file_type().is_socket() => {
            let says = "abci_socket names a file that is no socket; move it away";
            Finding::new("socket", Verdict::Wrong, says)
        }
        Ok(there) if there.permissions().mode() & 0o777 != 0o600 => {
            let says = format!(
                "the socket's mode is {:o}, must be 600: others could stop this node; start it again",
                there.permissions().mode() & 0o777
            );
            Finding::new("socket", Verdict::Wrong, says)
        }
        Ok(_) => Finding::new("socket", Verdict::Good, "mode 600"),
        Err(_) if is_running => {
            let says = "a node runs here and its socket is gone; start it again";
            Finding::new("socket", Verdict::Wrong, says)
        }
        Err(_) => Finding::new("socket", Verdict::Good, "not there, as no node runs"),
    }
}

const EXPOSED: &str =
    "in node.toml listens beyond this machine; set 127.0.0.1, or a tunnel's own address";
const REWRITTEN: &str = "change node.toml, a start writes config.toml anew";
