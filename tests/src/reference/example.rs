//! The octets that the specification shows: blocks of hex, with notes after a `#`.
//! Whether they are true is judged against the vectors, which the code makes.

use std::{fs, path::Path};

/// A block of hex on a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// Name of the page's file.
    pub page: String,
    /// The digits, without blanks and notes.
    pub digits: String,
}

/// Every block of hex in the specification's pages, by page.
///
/// # Panics
/// If a page cannot be read.
#[must_use]
#[expect(clippy::expect_used, reason = "a test stops here")]
pub fn examples() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/spec");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the specification has a folder")
        .map(|entry| entry.expect("the folder is readable").path())
        .collect();
    paths.sort();
    let pages = paths.iter().map(|path| {
        let page = path.file_name().unwrap_or_default().display().to_string();
        let text = fs::read_to_string(path).expect("a page is text");
        blocks(&text)
            .map(move |digits| Example {
                page: page.clone(),
                digits,
            })
            .collect::<Vec<_>>()
    });
    pages.flatten().collect()
}

fn blocks(text: &str) -> impl Iterator<Item = String> {
    let fenced = text.split("```hex\n").skip(1);
    fenced.map(|rest| {
        let lines = rest.lines().take_while(|line| *line != "```");
        let digits = lines.filter_map(|line| line.split('#').next());
        digits.flat_map(str::split_whitespace).collect()
    })
}
