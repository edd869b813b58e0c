//! Every page of the book is in its summary. The other direction, that links lead somewhere, is checked where the book is built.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::links;
use crate::tree::Tree;

const SUMMARY: &str = "docs/src/SUMMARY.md";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let summary = tree
        .get(SUMMARY)
        .map(|file| links::targets(&file.text))
        .unwrap_or_default();
    let listed: BTreeSet<String> = summary
        .iter()
        .map(|target| links::resolve(SUMMARY, target))
        .collect();
    tree.pages("docs/src/")
        .filter(|page| page.path != SUMMARY && !listed.contains(&page.path))
        .map(|page| Finding::of(&page.path, "is not in docs/src/SUMMARY.md"))
        .collect()
}
