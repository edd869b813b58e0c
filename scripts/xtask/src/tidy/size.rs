//! Head comments, lengths of files and of functions. Whether a head comment says anything useful, a reader must judge.

use super::finding::Finding;
use crate::rust::{code_only, functions};
use crate::tree::{File, Tree, is_test};

/// Lines of a source file, at most.
const FILE_LINES_MAX: usize = 500;
/// Lines of a test file, at most.
const TEST_FILE_LINES_MAX: usize = 800;
/// Lines of code of a function, at most; the same number stands in `.clippy.toml`.
const FUNCTION_LINES_MAX: usize = 70;
/// How far above its `fn` an attribute is looked for.
const ATTRIBUTE_LINES: usize = 8;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        if !file.text.trim_start().starts_with("//!") {
            found.push(Finding::at(
                &file.path,
                1,
                "must open with //! and a sentence on what it is for",
            ));
        }
        let (lines, most) = (file.text.lines().count(), lines_max(file));
        if lines > most {
            found.push(Finding::of(
                &file.path,
                format!("has {lines} lines, {most} are the cap"),
            ));
        }
        for function in functions(&code_only(&file.text)) {
            if function.code_lines > FUNCTION_LINES_MAX && !is_excused(file, function.line) {
                let what = format!(
                    "fn {} has {} lines of code, {FUNCTION_LINES_MAX} are the cap",
                    function.name, function.code_lines
                );
                found.push(Finding::at(&file.path, function.line, what));
            }
        }
    }
    found
}

/// Whether the lint for the same cap is expected, with a reason, right above: bars, not walls.
fn is_excused(file: &File, line: usize) -> bool {
    let above = file
        .text
        .lines()
        .take(line)
        .skip(line.saturating_sub(ATTRIBUTE_LINES));
    above
        .into_iter()
        .any(|line| line.contains("clippy::too_many_lines"))
}

fn lines_max(file: &File) -> usize {
    if is_test(&file.path) {
        TEST_FILE_LINES_MAX
    } else {
        FILE_LINES_MAX
    }
}
