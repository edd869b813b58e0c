//! Which crate may depend on which. The table is the plan of the house; whether a dependency is wise, an ADR must say.

use super::finding::Finding;
use crate::graph::{Graph, Member};

/// No disk, no network, no clock: they depend on no shell crate, not even over other crates.
pub(super) const PURE: [&str; 5] = [
    "ktr-core",
    "ktr-wire",
    "ktr-proof",
    "ktr-ledger",
    "ktr-artefact",
];

/// What opens files and sockets, keeps time or runs threads.
const SHELL: [&str; 9] = [
    "tokio",
    "mio",
    "hyper",
    "reqwest",
    "axum",
    "rocksdb",
    "librocksdb-sys",
    "rusqlite",
    "tendermint-rpc",
];

/// A crate of ours and those of ours it may use. A crate that is not listed may use anything of ours: the tests.
const OURS: [(&str, &[&str]); 14] = [
    ("ktr-core", &[]),
    ("ktr-wire", &["ktr-core"]),
    ("ktr-proof", &["ktr-core", "ktr-wire"]),
    ("ktr-ledger", &["ktr-core", "ktr-wire", "ktr-proof"]),
    ("ktr-artefact", &["ktr-core", "ktr-wire", "ktr-proof"]),
    ("ktr-abci", &[]),
    ("ktr-os", &["ktr-core"]),
    (
        "ktr-node",
        &[
            "ktr-core",
            "ktr-wire",
            "ktr-proof",
            "ktr-ledger",
            "ktr-abci",
            "ktr-os",
        ],
    ),
    ("ktr-client", &["ktr-core", "ktr-wire", "ktr-proof"]),
    ("ktr-room", &SIDECAR),
    ("ktr-agent", &SIDECAR),
    ("ktr-collector", &SIDECAR),
    ("ktr-cli", &SIDECAR),
    ("ktr-testkit", &["ktr-core", "ktr-wire", "ktr-ledger"]),
];

/// Programs at the edge know the chain through the client and files through the artefact; never each other, never the node.
const SIDECAR: [&str; 6] = [
    "ktr-core",
    "ktr-wire",
    "ktr-proof",
    "ktr-client",
    "ktr-artefact",
    "ktr-os",
];

/// A crate of others and those of ours that may name it. The tests may name all: their peers do.
const THEIRS: [(&str, &[&str]); 4] = [
    ("tendermint-rpc", &["ktr-client"]),
    ("tendermint-abci", &["ktr-abci", "ktr-node"]),
    ("rocksdb", &["ktr-node"]),
    ("sequoia-openpgp", &["ktr-artefact", "ktr-cli"]),
];

pub(super) fn check(graph: &Graph) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, member) in &graph.members {
        found.extend(among_ours(name, member, graph));
        found.extend(to_theirs(name, member));
        if PURE.contains(&name.as_str()) {
            let shell = SHELL
                .iter()
                .filter(|shell| member.reached.contains(**shell));
            found.extend(
                shell.map(|shell| Finding::of(name, format!("is pure and reaches {shell}"))),
            );
        }
        if name == "ktr-core" {
            let any = member.direct.iter();
            found.extend(
                any.map(|other| Finding::of(name, format!("has no dependency, and names {other}"))),
            );
        }
    }
    found
}

fn among_ours(name: &str, member: &Member, graph: &Graph) -> Vec<Finding> {
    let Some((_, allowed)) = OURS.iter().find(|(ours, _)| *ours == name) else {
        return Vec::new();
    };
    let ours = member
        .direct
        .iter()
        .filter(|other| graph.members.contains_key(*other));
    ours.filter(|other| !allowed.contains(&other.as_str()))
        .map(|other| Finding::of(name, format!("may not depend on {other}")))
        .collect()
}

fn to_theirs(name: &str, member: &Member) -> Vec<Finding> {
    let is_product = OURS.iter().any(|(ours, _)| *ours == name);
    let named = THEIRS.iter().filter(|(theirs, allowed)| {
        is_product && member.direct.contains(*theirs) && !allowed.contains(&name)
    });
    named
        .map(|(theirs, _)| Finding::of(name, format!("may not depend on {theirs}")))
        .collect()
}
