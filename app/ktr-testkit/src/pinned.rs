//! Files that the code makes and the tree keeps: what is made now is compared with what stands there.
//! With `KTR_BLESS=1` (set by `cargo xtask vectors --bless` and `cargo xtask reference --bless` alone) they are written anew instead.

use std::{fs, path::Path};

/// Compares `made` with the file at `path`; `bless` is the command that writes it anew.
///
/// # Panics
/// If they differ, or the file is missing.
#[expect(clippy::expect_used, clippy::panic, reason = "a test stops here")]
#[expect(
    clippy::disallowed_methods,
    reason = "xtask hands the wish to bless over like this"
)]
pub fn compare(path: &Path, made: &str, bless: &str) {
    let name = path.file_name().unwrap_or_default().display();
    if std::env::var("KTR_BLESS").is_ok_and(|wish| wish == "1") {
        fs::write(path, made).expect("the folder of pinned files is writable");
        return;
    }
    let recorded = fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("no {name}: {error}; run cargo xtask {bless} --bless"));
    assert!(
        recorded == made,
        "{name} is not what the code makes; if that is meant, run cargo xtask {bless} --bless"
    );
}
