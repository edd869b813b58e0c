//! The shipped files as they stand, promtool, and the names that may be asked for.
//! It judges nothing; the sentences do.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ktr_node::metrics::NAMES;

#[path = "../support/figures.rs"]
pub(crate) mod figures;

/// What `node_exporter` 1.5 shows with its usual collectors: disk and clock are the machine's, and the node does not show them again.
const MACHINE: [&str; 4] = [
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_time_seconds",
    "node_timex_sync_status",
];

/// What Prometheus makes itself.
const PROMETHEUS: [&str; 2] = ["up", "ALERTS"];

/// The folder of a checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of `node-config/`.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(root().join("node-config").join(name)).unwrap()
}

/// Every name that a query may hold: what the programs show, what the unit writes when a node ends and the book's commands after a backup, and
/// what a room's sidecar lays down.
pub(crate) fn known() -> BTreeSet<String> {
    let mut known: BTreeSet<String> = PROMETHEUS
        .iter()
        .chain(&MACHINE)
        .chain(&figures::ENGINE)
        .map(|name| (*name).to_owned())
        .collect();
    for (name, kind, _) in NAMES {
        known.insert(name.to_owned());
        if kind == "histogram" {
            known.extend(["bucket", "sum", "count"].map(|part| format!("{name}_{part}")));
        }
    }
    let unit = text("ktr-node.service");
    let book = fs::read_to_string(root().join("docs/src/operating/restore.md")).unwrap();
    let ends = unit
        .lines()
        .filter(|line| line.starts_with("ExecStopPost="));
    let written = ends.chain(book.lines());
    let written = written.filter_map(|line| line.split_once("echo \"")?.1.split(' ').next());
    known.extend(written.map(str::to_owned));
    let room = fs::read_to_string(root().join("app/ktr-room/src/figures.rs")).unwrap();
    let laid = room.split('"').filter(|text| {
        let name = text.strip_prefix("ktr_room_");
        name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    });
    known.extend(laid.map(str::to_owned));
    known
}

/// What promtool says, with the rules and their hours beside each other in `folder`.
///
/// # Panics
/// Without promtool: `scripts/setup --dev` installs it.
pub(crate) fn promtool(arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new("promtool")
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = output.expect("promtool is installed by scripts/setup --dev");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}
