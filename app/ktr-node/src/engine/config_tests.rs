//! Sentences about the engine's `config.toml`: each line of the design stands in it, and no other.
//! What the engine says to it is shown by the net tests; what a doctor says, beside the doctor.

use toml::Table;

use super::config_text;
use crate::{home::Home, settings::Settings};

/// The whole file of a node that begins with block 1 and knows nobody yet. What is not here keeps the engine's default, as `log_level` does.
const DESIGN: &str = r#"
version = "0.38.25"
proxy_app = "unix:///var/lib/ktr-node/abci.sock"
abci = "socket"
db_backend = "goleveldb"
log_format = "json"

[rpc]
laddr = "tcp://127.0.0.1:26657"
max_body_bytes = 131072
unsafe = false
pprof_laddr = ""
cors_allowed_origins = []
experimental_close_on_slow_client = true

[p2p]
laddr = "tcp://0.0.0.0:26656"
persistent_peers = ""
unconditional_peer_ids = ""
private_peer_ids = ""
pex = false
addr_book_strict = false
persistent_peers_max_dial_period = "5s"
flush_throttle_timeout = "10ms"
allow_duplicate_ip = false

[mempool]
type = "flood"
recheck = true
size = 2000
max_txs_bytes = 33554432
max_tx_bytes = 16384
keep-invalid-txs-in-cache = false

[consensus]
timeout_propose = "1s"
timeout_prevote = "500ms"
timeout_precommit = "500ms"
timeout_commit = "1s"
skip_timeout_commit = true
create_empty_blocks = false
create_empty_blocks_interval = "60s"
double_sign_check_height = 0

[storage]
discard_abci_responses = false

[tx_index]
indexer = "null"

[statesync]
enable = false

[instrumentation]
prometheus = true
prometheus_listen_addr = "127.0.0.1:26660"
"#;

/// What a start writes.
fn written(settings: &Settings) -> Table {
    let home = Home::new("/var/lib/ktr-node".into());
    config_text(&home, settings).parse().unwrap()
}

/// The lines of the design, some of them with another value.
fn design(changes: &[(&str, &str)]) -> Table {
    let design = changes
        .iter()
        .fold(DESIGN.to_owned(), |text, (line, other)| {
            let (from, to) = (format!("\n{line}\n"), format!("\n{other}\n"));
            assert_eq!(text.matches(&from).count(), 1, "{line}");
            text.replacen(&from, &to, 1)
        });
    design.parse().unwrap()
}

#[test]
fn the_configuration_has_every_line_of_the_design() {
    assert_eq!(written(&Settings::new("ktr-test-1")), design(&[]));
}

#[test]
fn the_other_sites_are_dialled_for_ever_let_in_always_and_told_to_nobody() {
    let (one, other) = ("ab".repeat(20), "cd".repeat(20));
    let settings = Settings {
        persistent_peers: vec![
            format!("{one}@192.0.2.20:26656"),
            format!("{other}@192.0.2.30:26656"),
        ],
        ..Settings::new("ktr-test-1")
    };
    let peers = format!("persistent_peers = \"{one}@192.0.2.20:26656,{other}@192.0.2.30:26656\"");
    let always = format!("unconditional_peer_ids = \"{one},{other}\"");
    let private = format!("private_peer_ids = \"{one},{other}\"");
    let wanted = design(&[
        ("persistent_peers = \"\"", peers.as_str()),
        ("unconditional_peer_ids = \"\"", always.as_str()),
        ("private_peer_ids = \"\"", private.as_str()),
    ]);
    assert_eq!(written(&settings), wanted);
}

#[test]
fn a_node_that_joins_asks_two_counties_and_trusts_their_header_for_a_fortnight() {
    let hash = "0a".repeat(32);
    let settings = Settings {
        join_rpc: vec!["192.0.2.20:26657".to_owned(), "192.0.2.30:26657".to_owned()],
        trust_height: 184_220,
        trust_hash: hash.clone(),
        ..Settings::new("ktr-test-1")
    };
    let trusted = format!("trust_hash = \"{hash}\"");
    let joins = [
        "enable = true",
        "rpc_servers = \"192.0.2.20:26657,192.0.2.30:26657\"",
        "trust_height = 184220",
        trusted.as_str(),
        "trust_period = \"336h0m0s\"",
        "discovery_time = \"5s\"",
    ]
    .join("\n");
    let wanted = design(&[("enable = false", joins.as_str())]);
    assert_eq!(written(&settings), wanted);
}

#[test]
fn a_network_on_one_machine_changes_the_lines_that_node_toml_chooses_and_no_other() {
    let settings = Settings {
        metrics_laddr: String::new(),
        heartbeat: "1s".to_owned(),
        allow_duplicate_ip: true,
        ..Settings::new("ktr-test-1")
    };
    let wanted = design(&[
        ("allow_duplicate_ip = false", "allow_duplicate_ip = true"),
        (
            "create_empty_blocks_interval = \"60s\"",
            "create_empty_blocks_interval = \"1s\"",
        ),
        ("prometheus = true", "prometheus = false"),
        (
            "prometheus_listen_addr = \"127.0.0.1:26660\"",
            "prometheus_listen_addr = \"\"",
        ),
    ]);
    assert_eq!(written(&settings), wanted);
}
