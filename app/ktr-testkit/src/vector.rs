//! Recorded vectors: what the code makes is compared with what stands in `tests/vectors/`.
//! A byte that is signed, hashed or stored changes only with a version and a reason.

use std::path::PathBuf;

use serde_json::Value;

use crate::pinned;

/// Compares `made` with the file `name`.json.
///
/// # Panics
/// If they differ.
pub fn compare(name: &str, made: &Value) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/vectors", name]
        .iter()
        .collect();
    pinned::compare(
        &path.with_extension("json"),
        &format!("{made:#}\n"),
        "vectors",
    );
}
