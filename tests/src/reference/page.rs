//! One printed page: its head, its tables, and where it stands in the book.
//! What is in the tables comes from elsewhere.

use std::path::PathBuf;

use ktr_testkit::pinned;

/// Compares a page with the file `name`.md of the book's reference.
///
/// # Panics
/// If they differ.
pub fn compare(name: &str, made: &str) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../docs/src/reference", name]
        .iter()
        .collect();
    pinned::compare(&path.with_extension("md"), made, "reference");
}

/// Title, the notice that nobody edits the page by hand, and a first paragraph.
#[must_use]
pub fn head(title: &str, opening: &str) -> String {
    format!(
        "# {title}\n\n*Printed from the code: `cargo xtask reference --bless` writes this page, and the checks compare it.*\n\n\
         {opening}\n"
    )
}

/// A section with one table; an empty `prose` is left out.
#[must_use]
pub fn section(title: &str, prose: &str, columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("\n## {title}\n\n");
    if !prose.is_empty() {
        text.push_str(prose);
        text.push_str("\n\n");
    }
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let names: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    text.push_str(&line(&names));
    text.push_str(&line(&vec!["---".to_owned(); columns.len()]).replace(' ', ""));
    for row in rows {
        text.push_str(&line(row));
    }
    text
}
