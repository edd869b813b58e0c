//! A test that a page of the book names is there. Who reads that a rule is shown by a test wants to open it; whether the test shows the
//! rule is for the reader to judge.

use std::collections::BTreeSet;

use super::finding::Finding;
use crate::tree::Tree;

/// From this many words on, a word in backticks is the sentence of a test, and not a parameter, a field or a table.
const WORDS: usize = 6;

/// Names of figures, which are as long.
const FIGURES: [&str; 2] = ["ktr_", "cometbft_"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let there: BTreeSet<&str> = tree
        .rust()
        .flat_map(|file| file.text.split("fn ").skip(1))
        .filter_map(|rest| rest.split(['(', '<']).next())
        .collect();
    tree.pages("docs/src/")
        .flat_map(|page| {
            page.text
                .lines()
                .zip(1..)
                .flat_map(move |(line, number)| named(line).map(move |name| (page, number, name)))
        })
        .filter(|(_, _, name)| !there.contains(name))
        .map(|(page, number, name)| {
            let what = format!("names the test {name}, which is nowhere");
            Finding::at(&page.path, number, what)
        })
        .collect()
}

/// What stands in backticks and reads like a sentence.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|word| {
        word.split('_').count() >= WORDS
            && word
                .bytes()
                .all(|octet| octet == b'_' || octet.is_ascii_lowercase() || octet.is_ascii_digit())
            && !FIGURES.iter().any(|figure| word.starts_with(figure))
    })
}
