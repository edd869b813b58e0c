//! What keeps the pure crates pure beyond their dependencies: no way back to std from `no_std`, no test that does not run, and a leak
//! verifier that shares nothing with what it judges.
//! Clocks, randomness and the environment are banned by `.clippy.toml`, not here.

use super::arrows::PURE;
use super::finding::Finding;
use crate::rust::code_only;
use crate::tree::Tree;

/// Where the leak verifier lives.
const LEAK: &str = "app/ktr-artefact/src/leak/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        let pure = PURE
            .iter()
            .any(|name| file.path.starts_with(&format!("app/{name}/src/")));
        for (index, line) in code_only(&file.text).lines().enumerate() {
            let number = index.saturating_add(1);
            let words: Vec<&str> = line.split_whitespace().collect();
            let asks_for_std = words
                .windows(3)
                .any(|three| matches!(three, ["extern", "crate", name] if name.starts_with("std")));
            if pure && asks_for_std {
                found.push(Finding::at(
                    &file.path,
                    number,
                    "extern crate std opens the door that no_std closes",
                ));
            }
            if file.path.starts_with(LEAK) && reaches_beyond(line) {
                found.push(Finding::at(
                    &file.path,
                    number,
                    "the leak verifier shares nothing with what it judges",
                ));
            }
            if line.contains("#[ignore") {
                found.push(Finding::at(
                    &file.path,
                    number,
                    "a test runs or goes: no ignore",
                ));
            }
        }
    }
    found
}

/// Whether a line names a module that judges or builds bundles: in a path, or alone in a list of imports.
fn reaches_beyond(line: &str) -> bool {
    MODULES.iter().any(|module| {
        let path = format!("{module}::");
        let in_path = line.match_indices(&path).any(|(at, _)| {
            let before = line.get(..at).and_then(|front| front.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        });
        in_path || line.contains(&format!("crate::{module}")) || line.trim() == format!("{module},")
    })
}

/// The modules that build and judge bundles; a new one there is added here.
const MODULES: [&str; 13] = [
    "alliance",
    "archive",
    "canonical",
    "envelope",
    "form",
    "ioc",
    "matrix",
    "openpgp",
    "pattern",
    "rules",
    "seal",
    "stix",
    "text",
];
