//! What keeps the pure crates pure beyond their dependencies: no way back to std from `no_std`, and no test that does not run.
//! Clocks, randomness and the environment are banned by `.clippy.toml`, not here.

use super::arrows::PURE;
use super::finding::Finding;
use crate::rust::code_only;
use crate::tree::Tree;

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
