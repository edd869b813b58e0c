//! What may lie at the top of the checkout: seven names and what tools need. It does not look into folders.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::tree::Tree;

const ALLOWED: [&str; 12] = [
    "Cargo.toml",
    "app",
    "node-config",
    "genesis",
    "scripts",
    "tests",
    "docs",
    "README.md",
    "LICENSE",
    "SECURITY.md",
    "CHANGELOG.md",
    "rust-toolchain.toml",
];

/// `Cargo.lock` and names that begin with a dot are allowed beside the list.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let tops: BTreeSet<&str> = tree
        .files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .collect();
    tops.into_iter()
        .filter(|top| !ALLOWED.contains(top) && !top.starts_with('.') && *top != "Cargo.lock")
        .map(|top| {
            Finding::of(
                top,
                "is not in the plan of the top folder (docs/src/internals/architecture.md)",
            )
        })
        .collect()
}
