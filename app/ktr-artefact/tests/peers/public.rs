//! Public rules, events and lists of others, as archives that may lie beside the checkout.
//! They are read in place and never become part of the project; one that is missing is skipped, and counted.

use std::path::{Path, PathBuf};

use crate::program::Home;

/// An archive of the data folder, unpacked; nothing if it is not beside the checkout.
pub(crate) fn unpacked(home: &Home, name: &str) -> bool {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    if !archive.exists() {
        println!("SKIPPED 1: {name} is not beside the checkout");
        return false;
    }
    let archive = archive.display().to_string();
    assert!(home.run("tar", &["xzf", &archive]).status.success());
    true
}

/// Every readable text of a folder with one of these endings, sorted by path.
pub(crate) fn texts(folder: &Path, endings: &[&str], texts: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            self::texts(&path, endings, texts);
        } else if ending.is_some_and(|ending| endings.contains(&ending))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            texts.push((path, text));
        }
    }
}
