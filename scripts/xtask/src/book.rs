//! Builds the book and follows its internal links. Addresses on the web are not asked for: the check runs without a network.

use std::path::Path;

use crate::error::TaskError;
use crate::graph::Graph;
use crate::program::Program;
use crate::tree::Tree;
use crate::{links, output};

/// Builds into the target folder; returns how much was checked.
///
/// # Errors
/// When mdbook fails or a link leads nowhere.
pub(crate) fn run(root: &Path) -> Result<String, TaskError> {
    let built = format!("{}/book", Graph::read(root)?.target);
    Program::new(root, "mdbook", &["build", "docs", "--dest-dir", &built]).pass()?;
    let tree = Tree::read(root)?;
    let broken = links::broken(&tree);
    for finding in &broken {
        output::line(finding);
    }
    if broken.is_empty() {
        Ok(format!(
            "{} pages, no broken link",
            tree.pages("docs/src/").count()
        ))
    } else {
        Err(TaskError::Findings(broken.len()))
    }
}
