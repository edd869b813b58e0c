//! Words that may not name a file, a module or a type of ours: those that say nothing, and those the glossary gives to other things.
//! Names of functions and variables are left to the reader.

use super::finding::Finding;
use crate::rust::{code_only, declared};
use crate::tree::Tree;

/// Say nothing about what the thing is.
const EMPTY: [&str; 12] = [
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "handler",
    "service",
    "processor",
    "data",
    "info",
];
/// Have another word here; see the glossary.
const TAKEN: [(&str, &str); 5] = [
    ("user", "member, seat or person"),
    ("customer", "member"),
    ("channel", "room"),
    ("stamp", "seal"),
    ("ticket", "nomination"),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        for part in file.path.split('/') {
            let words = part
                .trim_end_matches(".rs")
                .split(['_', '-'])
                .map(str::to_owned);
            found.extend(
                words
                    .filter_map(|word| complaint(&word))
                    .map(|what| Finding::of(&file.path, what)),
            );
        }
        for (line, name) in declared(&code_only(&file.text)) {
            let complaints = words(&name).into_iter().filter_map(|word| complaint(&word));
            found.extend(
                complaints.map(|what| Finding::at(&file.path, line, format!("{name}: {what}"))),
            );
        }
    }
    found
}

fn complaint(word: &str) -> Option<String> {
    if EMPTY.contains(&word) {
        return Some(format!("\"{word}\" in a name says nothing"));
    }
    let (_, instead) = TAKEN.iter().find(|(taken, _)| *taken == word)?;
    Some(format!("\"{word}\" in a name: the glossary says {instead}"))
}

/// `RoomPolicy` and `room_policy` are both room, policy.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        if c == '_' {
            words.push(String::new());
            continue;
        }
        if c.is_uppercase() || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}
