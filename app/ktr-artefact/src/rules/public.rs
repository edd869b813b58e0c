//! Public rules and lists of others, as archives that may lie beside the checkout.
//! They are read in place and never become part of the project.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::finding::Rule;

/// The unpacked archive; nothing if it is not beside the checkout.
pub(crate) fn archive(name: &str) -> Option<tempfile::TempDir> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let archive = data.join(name);
    if !archive.exists() {
        println!("SKIPPED 1: {name} is not beside the checkout");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut tar = Command::new("tar");
    tar.arg("xzf").arg(archive).current_dir(folder.path());
    assert!(tar.status().unwrap().success());
    Some(folder)
}

/// Every file of `folder` with this ending, sorted.
pub(super) fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
}

/// Findings by their names, as a test counts them.
pub(super) fn counts(findings: &[(Rule, usize)]) -> BTreeMap<String, usize> {
    let findings = findings.iter();
    findings
        .map(|(rule, count)| (rule.to_string(), *count))
        .collect()
}
