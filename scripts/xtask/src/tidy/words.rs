//! Things that do not belong into text: work left undone without an issue, code in comments, registries' hosts, paths of one machine.
//! It reads every text file except the lock file, which is cargo's.

use super::finding::Finding;
use crate::tree::{File, Tree};

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let undone = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
    ];
    let mut found = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != "Cargo.lock") {
        for (index, line) in file.text.lines().enumerate() {
            let mut complain =
                |what: String| found.push(Finding::at(&file.path, index.saturating_add(1), what));
            for word in undone {
                if line.contains(word) && !line.contains(&format!("{word}(#")) {
                    complain(format!("{word} without the number of an issue"));
                }
            }
            for place in places()
                .into_iter()
                .filter(|place| line.contains(place.as_str()))
            {
                complain(format!("names {place}, which is true on one machine only"));
            }
            if is_code_in_comment(file, line) {
                complain("code in a comment: delete it, history keeps it".to_owned());
            }
        }
    }
    found
}

/// Folders of a single machine, and hosts of package registries; put together here so that this file does not name them.
fn places() -> Vec<String> {
    let folders = ["root", "work"].map(|name| format!("/{name}/"));
    let hosts = [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("proxy.golang", "org"),
        ("sum.golang", "org"),
        ("index.crates", "io"),
        ("static.crates", "io"),
        ("registry.npmjs", "org"),
        ("deb.debian", "org"),
    ];
    folders
        .into_iter()
        .chain(hosts.map(|(name, top)| format!("{name}.{top}")))
        .collect()
}

/// A plain comment that ends as a statement does. Documentation may show code.
fn is_code_in_comment(file: &File, line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("//") else {
        return false;
    };
    let is_documentation = comment.starts_with(['/', '!']);
    let is_statement = comment.ends_with(';') && comment.contains(['=', '(', ':']);
    file.is_rust() && !is_documentation && is_statement
}
