//! The checkout as a value: every text file with its path. It knows nothing of git; what is not source is left out by name.

use std::path::{Path, PathBuf};

use crate::error::TaskError;

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 4] = [".git", "target", "__pycache__", "node_modules"];

/// A file of the checkout.
#[derive(Debug, Clone)]
pub(crate) struct File {
    /// Relative to the checkout, with `/`.
    pub(crate) path: String,
    /// Empty for a file that is not UTF-8.
    pub(crate) text: String,
}

impl File {
    /// The name without its folders.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether this is Rust source.
    pub(crate) fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }
}

/// Whether a file holds tests: it lies in a folder of them, or its name says so.
pub(crate) fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lies_with_tests = path.starts_with("tests/") || path.contains("/tests/");
    lies_with_tests || name == "tests.rs" || name.ends_with("_tests.rs")
}

/// All files, in the order of their paths.
#[derive(Debug)]
pub(crate) struct Tree {
    /// The files.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the checkout.
    ///
    /// # Errors
    /// When a folder or a file cannot be read.
    pub(crate) fn read(root: &Path) -> Result<Self, TaskError> {
        let mut files = Vec::new();
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder)? {
                let name = path
                    .file_name()
                    .and_then(|name| name.to_str())
                    .unwrap_or_default();
                if path.is_symlink() || SKIPPED.contains(&name) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(read_file(root, path)?);
                }
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// The file at a path.
    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether a file or a folder is there.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    /// The Markdown pages below `folder`.
    pub(crate) fn pages(&self, folder: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| {
            file.path.starts_with(folder)
                && Path::new(&file.path)
                    .extension()
                    .is_some_and(|extension| extension == "md")
        })
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let error = |cause| TaskError::Read {
        path: folder.to_path_buf(),
        cause,
    };
    std::fs::read_dir(folder)
        .map_err(error)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(error))
        .collect()
}

fn read_file(root: &Path, path: PathBuf) -> Result<File, TaskError> {
    let relative = path
        .strip_prefix(root)
        .unwrap_or(&path)
        .to_string_lossy()
        .replace('\\', "/");
    match std::fs::read(&path) {
        Ok(bytes) => Ok(File {
            path: relative,
            text: String::from_utf8(bytes).unwrap_or_else(|_| String::new()),
        }),
        Err(cause) => Err(TaskError::Read { path, cause }),
    }
}
