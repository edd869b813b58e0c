//! Recorded vectors: what the code makes is compared with what stands in `tests/vectors/`.
//! With `KTR_BLESS=1` (set by `cargo xtask vectors --bless` alone) the files are written anew instead.

use std::{fs, path::PathBuf};

use serde_json::Value;

/// Compares `made` with the file `name`.json.
///
/// # Panics
/// If they differ: a byte that is signed, hashed or stored has changed, which needs a version and a reason.
#[expect(clippy::expect_used, clippy::panic, reason = "a test stops here")]
#[expect(
    clippy::disallowed_methods,
    reason = "xtask hands the wish to bless over like this"
)]
pub fn compare(name: &str, made: &Value) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "vectors", name]
        .iter()
        .collect();
    let path = path.with_extension("json");
    let text = format!("{made:#}\n");
    if std::env::var("KTR_BLESS").is_ok_and(|wish| wish == "1") {
        fs::write(&path, text).expect("the vectors' folder is writable");
        return;
    }
    let recorded = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("no vector {name}: {error}; run cargo xtask vectors --bless")
    });
    assert!(
        recorded == text,
        "vector {name} has changed; if that is meant, bump a version and bless it"
    );
}
