//! The engine's `config.toml`: the lines of the design (ledger, section 1.1), and no other.
//! Whatever is not here keeps the engine's default.

use ktr_wire::limits::TRANSACTION_MAX;

use crate::{home::Home, settings::Settings};

/// The text of the file.
pub(crate) fn text(home: &Home, settings: &Settings) -> String {
    let socket = format!("unix://{}", settings.socket(home).display());
    let peers = settings.persistent_peers.join(",");
    let ids: Vec<&str> = settings
        .persistent_peers
        .iter()
        .filter_map(|peer| peer.split('@').next())
        .collect();
    let ids = ids.join(",");
    let metrics = &settings.metrics_laddr;
    let sections: [(&str, Vec<(&str, String)>); 9] = [
        ("", root(&socket)),
        ("rpc", rpc(&settings.rpc_laddr)),
        ("p2p", p2p(settings, &peers, &ids)),
        ("mempool", mempool()),
        ("consensus", consensus(&settings.heartbeat)),
        ("storage", vec![("discard_abci_responses", "false".into())]),
        ("tx_index", vec![("indexer", quoted("null"))]),
        ("statesync", statesync(settings)),
        (
            "instrumentation",
            vec![
                ("prometheus", (!metrics.is_empty()).to_string()),
                ("prometheus_listen_addr", quoted(metrics)),
            ],
        ),
    ];
    let mut lines = vec![HEAD.to_owned()];
    for (name, values) in sections {
        if !name.is_empty() {
            lines.push(format!("\n[{name}]"));
        }
        lines.extend(values.iter().map(|(key, value)| format!("{key} = {value}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn root(socket: &str) -> Vec<(&'static str, String)> {
    vec![
        ("version", quoted(super::VERSION)),
        ("proxy_app", quoted(socket)),
        ("abci", quoted("socket")),
        ("db_backend", quoted("goleveldb")),
        ("log_format", quoted("json")),
    ]
}

fn rpc(laddr: &str) -> Vec<(&'static str, String)> {
    vec![
        ("laddr", quoted(&format!("tcp://{laddr}"))),
        ("max_body_bytes", "131072".into()),
        ("unsafe", "false".into()),
        ("pprof_laddr", quoted("")),
        ("cors_allowed_origins", "[]".into()),
        ("experimental_close_on_slow_client", "true".into()),
    ]
}

fn p2p(settings: &Settings, peers: &str, ids: &str) -> Vec<(&'static str, String)> {
    vec![
        ("laddr", quoted(&format!("tcp://{}", settings.p2p_laddr))),
        ("persistent_peers", quoted(peers)),
        ("unconditional_peer_ids", quoted(ids)),
        ("private_peer_ids", quoted(ids)),
        ("pex", "false".into()),
        ("addr_book_strict", "false".into()),
        // Read by the exchange of addresses alone, which is off: a peer that was lost for long is dialled when a node starts (`height.rs`).
        ("persistent_peers_max_dial_period", quoted("5s")),
        ("flush_throttle_timeout", quoted("10ms")),
        (
            "allow_duplicate_ip",
            settings.allow_duplicate_ip.to_string(),
        ),
    ]
}

fn mempool() -> Vec<(&'static str, String)> {
    vec![
        ("type", quoted("flood")),
        ("recheck", "true".into()),
        ("size", "2000".into()),
        ("max_txs_bytes", "33554432".into()),
        ("max_tx_bytes", TRANSACTION_MAX.to_string()),
        ("keep-invalid-txs-in-cache", "false".into()),
    ]
}

fn consensus(heartbeat: &str) -> Vec<(&'static str, String)> {
    vec![
        ("timeout_propose", quoted("1s")),
        ("timeout_prevote", quoted("500ms")),
        ("timeout_precommit", quoted("500ms")),
        ("timeout_commit", quoted("1s")),
        ("skip_timeout_commit", "true".into()),
        ("create_empty_blocks", "false".into()),
        ("create_empty_blocks_interval", quoted(heartbeat)),
        ("double_sign_check_height", "0".into()),
    ]
}

/// An engine that has blocks takes no notice of it.
fn statesync(settings: &Settings) -> Vec<(&'static str, String)> {
    if !settings.joins() {
        return vec![("enable", "false".into())];
    }
    vec![
        ("enable", "true".into()),
        ("rpc_servers", quoted(&settings.join_rpc.join(","))),
        ("trust_height", settings.trust_height.to_string()),
        ("trust_hash", quoted(&settings.trust_hash)),
        ("trust_period", quoted("336h0m0s")),
        ("discovery_time", quoted("5s")),
    ]
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

const HEAD: &str = "# Written by ktr-node from node.toml at each start; edit that one.";
