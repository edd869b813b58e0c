//! A page of the book, as somebody reads it who types what it shows.
//! What comes of a command is for the sentences.

/// The commands that a section shows, each on a line of its own.
pub(super) fn commands(page: &str, section: &str) -> Vec<String> {
    let (_, below) = page.split_once(&format!("\n## {section}\n")).unwrap();
    let section = below.split("\n## ").next().unwrap();
    let shown: String = section.split("```").skip(1).step_by(2).collect();
    let shown = shown.replace("\\\n", "").replace("&&\n", "&& ");
    let lines = shown.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}
