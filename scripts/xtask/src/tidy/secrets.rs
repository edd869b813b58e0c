//! Files that look like private keys. Tests make their keys while they run; a key in the tree is a mistake even when it is worthless.

use std::path::Path;

use super::finding::Finding;
use crate::tree::Tree;

/// Endings of files that hold keys and nothing else.
const ENDINGS: [&str; 8] = ["key", "pem", "p12", "pfx", "jks", "kbx", "gpg", "keystore"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let armour = ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "PGP "]
        .map(|kind| format!("BEGIN {kind}PRIVATE KEY"));
    let engine = format!("\"{}\":", "priv_key");
    let mut found = Vec::new();
    for file in &tree.files {
        let ending = Path::new(&file.path)
            .extension()
            .and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            found.push(Finding::of(&file.path, "has the ending of a key file"));
        }
        if armour.iter().any(|mark| file.text.contains(mark)) || file.text.contains(&engine) {
            found.push(Finding::of(&file.path, "holds a private key"));
        }
    }
    found
}
