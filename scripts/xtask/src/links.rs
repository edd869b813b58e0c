//! Links between pages, and paths of the tree that pages name. It reads Markdown just far enough for that, and fetches nothing.

use std::collections::BTreeSet;

use crate::tree::{File, Tree};

/// Folders whose paths, where a page names them in code type, must be there.
const NAMED: [&str; 6] = [
    "app/",
    "docs/",
    "genesis/",
    "node-config/",
    "scripts/",
    "tests/",
];

/// One line for each link or named path that leads nowhere.
pub(crate) fn broken(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let root_pages = ["README.md", "SECURITY.md", "CHANGELOG.md"];
    let pages = tree
        .pages("docs/src/")
        .chain(root_pages.iter().filter_map(|path| tree.get(path)));
    for page in pages {
        let text = without_fences(&page.text);
        for target in targets(&text) {
            if !leads_somewhere(tree, page, &target) {
                found.push(format!("{}: link to {target} leads nowhere", page.path));
            }
        }
        for span in code_spans(&text).into_iter().filter(|span| is_path(span)) {
            let path = span.split(':').next().unwrap_or(&span);
            if !tree.holds(path) {
                found.push(format!(
                    "{}: names {path}, which is not in the tree",
                    page.path
                ));
            }
        }
    }
    found
}

/// The targets of all links of a page.
pub(crate) fn targets(text: &str) -> Vec<String> {
    let spans = code_spans(text);
    let plain = spans.iter().fold(text.to_owned(), |text, span| {
        text.replace(&format!("`{span}`"), "code")
    });
    let mut found = Vec::new();
    for (at, _) in plain.match_indices("](") {
        let (_, tail) = plain.split_at(at);
        if let Some((target, _)) = tail.trim_start_matches("](").split_once(')') {
            found.push(target.to_owned());
        }
    }
    found
}

fn leads_somewhere(tree: &Tree, page: &File, target: &str) -> bool {
    if target.starts_with("https://") || target.starts_with("mailto:") {
        return true;
    }
    let (path, anchor) = target
        .split_once('#')
        .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let other = if path.is_empty() {
        Some(page)
    } else {
        tree.get(&resolve(&page.path, path))
    };
    let inside_book = !page.path.starts_with("docs/src/")
        || other.is_some_and(|to| to.path.starts_with("docs/src/"));
    let anchored = |to: &File| anchor.is_none_or(|anchor| anchors(&to.text).contains(anchor));
    let folder = anchor.is_none() && !page.path.starts_with("docs/") && tree.holds(path);
    folder || (inside_book && other.is_some_and(anchored))
}

/// The path that `target` means on the page at `from`.
pub(crate) fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The anchors that mdBook gives to a page's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in without_fences(text)
        .lines()
        .filter(|line| line.starts_with('#'))
    {
        let title = line.trim_start_matches('#').trim();
        let slug: String = title
            .to_lowercase()
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                '-' | '_' => Some(c),
                _ if c.is_alphanumeric() => Some(c),
                _ => None,
            })
            .collect();
        let again = (1..).map(|n: u32| format!("{slug}-{n}"));
        let free = std::iter::once(slug.clone())
            .chain(again)
            .find(|name| !found.contains(name));
        found.extend(free);
    }
    found
}

fn without_fences(text: &str) -> String {
    let mut inside = false;
    let mut kept = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            kept.push(line);
        }
    }
    kept.join("\n")
}

/// What stands between single backticks on one line.
fn code_spans(text: &str) -> Vec<String> {
    text.lines()
        .flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_owned))
        .collect()
}

/// Whether a span is meant as one path of this tree, not as a pattern for many or as a command.
fn is_path(span: &str) -> bool {
    NAMED.iter().any(|folder| span.starts_with(folder)) && !span.contains(['<', '{', '*', ' ', '…'])
}
