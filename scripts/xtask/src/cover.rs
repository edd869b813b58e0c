//! Which lines of the crates that make and judge the ledger are run by their own tests, counted by cargo-tarpaulin.
//! A line that runs is not yet a line that is tested: that is what `mutate` is for.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::TaskError;
use crate::graph::Graph;
use crate::output;
use crate::program::Program;
use crate::tree::is_test;

/// The crates whose lines are counted, and whose tests run.
const CRATES: [&str; 4] = ["ktr-core", "ktr-wire", "ktr-ledger", "ktr-proof"];
/// Lines of each crate that must be covered, in per cent (design: assurance, section 3.3).
const COVERED_MIN: u64 = 90;
/// Files that are named, those with the most uncovered lines first.
const FILES_NAMED: usize = 10;

/// Lines that could be run, and those that were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Lines {
    covered: u64,
    coverable: u64,
}

/// Runs the tests of all crates and prints what they cover, by crate.
///
/// # Errors
/// When a test fails, or a crate is below the bar.
pub(crate) fn run(root: &Path) -> Result<String, TaskError> {
    // Other flags of the compiler than the usual build's, so another folder.
    let folder = Path::new(&Graph::read(root)?.target).join("cover");
    fs::create_dir_all(&folder).map_err(|cause| TaskError::Write {
        path: folder.clone(),
        cause,
    })?;
    let place = folder.display().to_string();
    let fixed = "tarpaulin --engine llvm --locked --skip-clean --timeout 1800 --out Json";
    let mut arguments: Vec<&str> = fixed.split(' ').collect();
    arguments.extend(["--target-dir", &place, "--output-dir", &place]);
    arguments.extend(CRATES.iter().flat_map(|name| ["--packages", name]));
    let ended = Program::new(root, "cargo-tarpaulin", &arguments)
        .pass()
        .map_err(TaskError::of_night);
    clear(root)?;
    ended?;
    let report = folder.join("tarpaulin-report.json");
    let octets = fs::read(&report).map_err(|cause| TaskError::Read {
        path: report,
        cause,
    })?;
    judge(&files(root, &serde_json::from_slice(&octets)?))
}

/// Takes away what build scripts counted: tarpaulin has them write it to the top of the checkout, and nobody reads it.
fn clear(root: &Path) -> Result<(), TaskError> {
    let path = root.join("build_rs_cov.profraw");
    match fs::remove_file(&path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(TaskError::Write { path, cause }),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints the table; returns its last line.
fn judge(files: &BTreeMap<String, Lines>) -> Result<String, TaskError> {
    let mut worst: Vec<_> = files.iter().collect();
    worst.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.uncovered()));
    for (path, lines) in worst.into_iter().take(FILES_NAMED) {
        output::line(&format!("{:>6} uncovered  {path}", lines.uncovered()));
    }
    let mut rows = Vec::new();
    let mut below = Vec::new();
    for name in CRATES {
        let lines = of_crate(files, name);
        let row = format!("{name} {} of {}", lines.covered, lines.coverable);
        if !lines.suffice() {
            below.push(row.clone());
        }
        rows.push(row);
    }
    if below.is_empty() {
        Ok(format!("lines covered: {}", rows.join(", ")))
    } else {
        let below = below.join(", ");
        Err(TaskError::Failed(format!(
            "lines covered: {}; {COVERED_MIN} % of {below}",
            rows.join(", ")
        )))
    }
}

/// The lines of each source file of the crates, by its path in the checkout. Lines of tests are no lines of theirs.
fn files(root: &Path, report: &Value) -> BTreeMap<String, Lines> {
    let files = report.get("files").and_then(Value::as_array);
    let mut found = BTreeMap::new();
    for file in files.into_iter().flatten() {
        let parts = file.get("path").and_then(Value::as_array);
        let path: PathBuf = parts
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let Ok(inside) = path.strip_prefix(root) else {
            continue;
        };
        let inside = inside.display().to_string();
        let is_source = CRATES
            .iter()
            .any(|name| inside.starts_with(&format!("app/{name}/src/")));
        if is_source && !is_test(&inside) {
            let count = |name| file.get(name).and_then(Value::as_u64).unwrap_or(0);
            let lines = Lines {
                covered: count("covered"),
                coverable: count("coverable"),
            };
            found.insert(inside, lines);
        }
    }
    found
}

fn of_crate(files: &BTreeMap<String, Lines>, name: &str) -> Lines {
    let folder = format!("app/{name}/");
    let mut sum = Lines::default();
    for (_, lines) in files.iter().filter(|(path, _)| path.starts_with(&folder)) {
        sum.covered = sum.covered.saturating_add(lines.covered);
        sum.coverable = sum.coverable.saturating_add(lines.coverable);
    }
    sum
}

impl Lines {
    const fn uncovered(&self) -> u64 {
        self.coverable.saturating_sub(self.covered)
    }

    /// A crate of which nothing was counted has not been looked at.
    const fn suffice(&self) -> bool {
        let bar = self.coverable.saturating_mul(COVERED_MIN);
        self.coverable > 0 && self.covered.saturating_mul(100) >= bar
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::{CRATES, Lines, files, judge, of_crate};

    fn file(path: &[&str], covered: u64, coverable: u64) -> serde_json::Value {
        json!({ "path": path, "covered": covered, "coverable": coverable, "traces": [] })
    }

    #[test]
    fn lines_of_tests_and_of_other_crates_are_not_counted() {
        let report = json!({ "files": [
            file(&["/", "top", "app", "ktr-core", "src", "time.rs"], 9, 10),
            file(&["/", "top", "app", "ktr-core", "src", "id.rs"], 1, 2),
            file(&["/", "top", "app", "ktr-core", "src", "board", "tests.rs"], 5, 5),
            file(&["/", "top", "app", "ktr-core", "src", "board", "seat_tests.rs"], 3, 3),
            file(&["/", "top", "app", "ktr-node", "src", "main.rs"], 0, 7),
            file(&["/", "elsewhere", "app", "ktr-core", "src", "time.rs"], 0, 7),
        ]});
        let counted = files(Path::new("/top"), &report);
        let core = Lines {
            covered: 10,
            coverable: 12,
        };
        assert_eq!(of_crate(&counted, "ktr-core"), core);
        assert_eq!(of_crate(&counted, "ktr-wire"), Lines::default());
    }

    #[test]
    fn every_crate_must_reach_the_bar_by_itself_and_none_may_be_missing() {
        let report = |covered| {
            let rows = CRATES.map(|name| file(&["/", "app", name, "src", "lib.rs"], 100, 100));
            let mut rows = rows.to_vec();
            rows.push(file(
                &["/", "app", CRATES[0], "src", "one.rs"],
                covered,
                900,
            ));
            json!({ "files": rows })
        };
        let judged = |report| judge(&files(Path::new("/"), &report));
        assert!(judged(report(800)).is_ok());
        let refused = judged(report(799)).unwrap_err().to_string();
        assert!(
            refused.contains("90 % of ktr-core 899 of 1000"),
            "{refused}"
        );
        assert!(judged(json!({ "files": [] })).is_err());
    }
}
