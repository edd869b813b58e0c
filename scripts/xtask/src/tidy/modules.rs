//! The shape of modules: every subject of the core has the same files, and `mod.rs` and `lib.rs` hold no logic.
//! What stands in each file is described in docs/src/internals/module-anatomy.md; this looks at names and at `fn` only.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use crate::rust::{code_only, functions};
use crate::tree::{Tree, is_test};

const CORE: &str = "app/ktr-core/src/";
const CORE_FILES: [&str; 9] = [
    "mod.rs",
    "command.rs",
    "event.rs",
    "state.rs",
    "decide.rs",
    "evolve.rs",
    "due.rs",
    "rejection.rs",
    "tests.rs",
];

/// Files that a module has beside those, because its rules would not fit into one `decide.rs`: split by concept. Sentences that would not
/// fit into one `tests.rs` are split alike, and need no leave.
const BESIDE: &[(&str, &str)] = &[
    ("session", "report.rs"),
    ("governance", "effect.rs"),
    ("governance", "mandate.rs"),
    ("governance", "misbehaviour.rs"),
    ("governance", "proposal.rs"),
    ("governance", "resolved.rs"),
    ("governance", "tolerance.rs"),
    ("ingestion", "rm1.rs"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = core_modules(tree);
    for file in tree
        .rust()
        .filter(|file| matches!(file.name(), "mod.rs" | "lib.rs"))
    {
        for function in functions(&code_only(&file.text)) {
            let what = format!(
                "fn {}: mod.rs and lib.rs hold documentation, declarations and re-exports only",
                function.name
            );
            found.push(Finding::at(&file.path, function.line, what));
        }
    }
    found
}

fn core_modules(tree: &Tree) -> Vec<Finding> {
    let mut modules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in tree.rust().filter_map(|file| file.path.strip_prefix(CORE)) {
        if let Some((module, file)) = path.split_once('/') {
            modules.entry(module).or_default().insert(file);
        }
    }
    let mut found = Vec::new();
    for (module, files) in modules {
        let place = format!("{CORE}{module}");
        for missing in CORE_FILES.iter().filter(|file| !files.contains(*file)) {
            found.push(Finding::of(
                &place,
                format!("has no {missing}: the modules of the core are built alike"),
            ));
        }
        let has_leave = |file: &str| {
            CORE_FILES.contains(&file) || BESIDE.contains(&(module, file)) || is_test(file)
        };
        for other in files.iter().filter(|file| !has_leave(file)) {
            found.push(Finding::of(
                &place,
                format!("has {other}, which no other module of the core has"),
            ));
        }
    }
    found
}
