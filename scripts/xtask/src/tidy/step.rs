//! Runs every rule over the checkout and prints what they find. It stops at no finding: all are shown at once.

use std::path::Path;

use super::finding::Finding;
use super::{arrows, manifest, modules, named, names, pages, purity, root, secrets, size, words};
use crate::error::TaskError;
use crate::graph::Graph;
use crate::output;
use crate::tree::Tree;

/// The rules that read files.
pub(super) const RULES: [fn(&Tree) -> Vec<Finding>; 10] = [
    root::check,
    size::check,
    names::check,
    modules::check,
    manifest::check,
    purity::check,
    words::check,
    secrets::check,
    pages::check,
    named::check,
];

/// Checks the checkout; returns how much was looked at.
///
/// # Errors
/// When there are findings, or the tree or cargo's metadata cannot be read.
pub(crate) fn run(checkout: &Path) -> Result<String, TaskError> {
    let tree = Tree::read(checkout)?;
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    findings.extend(arrows::check(&Graph::read(checkout)?));
    for finding in &findings {
        output::line(&finding.to_string());
    }
    if findings.is_empty() {
        Ok(format!("{} files, nothing to say", tree.files.len()))
    } else {
        Err(TaskError::Findings(findings.len()))
    }
}
