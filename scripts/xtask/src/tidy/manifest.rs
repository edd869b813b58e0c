//! Every crate's manifest inherits the workspace's lints. Cargo does not do that by itself, and says nothing when it is forgotten.
//! A crate that is a workspace of its own has nothing to inherit.

use super::finding::Finding;
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| {
            file.name() == "Cargo.toml"
                && file.path.contains('/')
                && !is_workspace(&file.text)
                && !inherits(&file.text)
        })
        .map(|file| {
            Finding::of(
                &file.path,
                "must inherit the lints: [lints] workspace = true",
            )
        })
        .collect()
}

fn is_workspace(manifest: &str) -> bool {
    manifest.lines().any(|line| line.trim() == "[workspace]")
}

fn inherits(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim);
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}
