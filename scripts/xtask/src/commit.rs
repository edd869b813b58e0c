//! Which commit a run was of, for whoever reads its end later. It asks git; a folder that is no checkout (an unpacked archive) has none, and that stops nothing.

use std::path::Path;

use crate::program::Program;

/// The commit, and whether files are other than in it; `None` if git knows nothing of this folder.
pub(crate) fn of(root: &Path) -> Option<String> {
    // A folder above may be a checkout, of something else.
    if !root.join(".git").exists() {
        return None;
    }
    let commit = asked(root, &["rev-parse", "--short", "HEAD"])?;
    let changes = asked(root, &["status", "--porcelain"])?;
    Some(named(&commit, &changes))
}

fn asked(root: &Path, arguments: &[&str]) -> Option<String> {
    let octets = Program::new(root, "git", arguments).read().ok()?;
    Some(String::from_utf8_lossy(&octets).trim().to_owned())
}

fn named(commit: &str, changes: &str) -> String {
    if changes.is_empty() {
        format!("commit {commit}")
    } else {
        format!("commit {commit}, with changes")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{named, of};

    #[test]
    fn a_commit_is_named_with_its_changes_and_a_folder_without_git_has_none() {
        assert_eq!(named("1a2b3c4", ""), "commit 1a2b3c4");
        assert_eq!(
            named("1a2b3c4", "?? new.rs"),
            "commit 1a2b3c4, with changes"
        );
        // below a checkout, and not its top
        assert_eq!(of(Path::new(env!("CARGO_MANIFEST_DIR"))), None);
    }
}
