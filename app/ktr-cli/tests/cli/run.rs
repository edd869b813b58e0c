//! Runs the program and other programs, with nothing of the caller's environment that could change them.
//! Judges nothing.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The program under test, in a folder.
pub(crate) fn ktr(folder: &Path, words: &[&str]) -> Output {
    ktr_where(folder, &[], words)
}

/// The program under test, in a folder and with these variables.
pub(crate) fn ktr_where(folder: &Path, variables: &[(&str, &str)], words: &[&str]) -> Output {
    let mut ktr = Command::new(env!("CARGO_BIN_EXE_ktr"));
    for twin in [
        "KTR_HOME",
        "KTR_RPC",
        "KTR_GENESIS",
        "KTR_KEY",
        "KTR_GPG",
        "KTR_SQ",
        "KTR_OUT",
        "KTR_OUTPUT",
    ] {
        ktr.env_remove(twin);
    }
    // A home of GnuPG beside the test's other files.
    ktr.env("GNUPGHOME", folder);
    ktr.envs(variables.iter().copied())
        .current_dir(folder)
        .args(words)
        .output()
        .expect("the program runs")
}

/// Its answer as JSON; it must succeed.
pub(crate) fn answer(folder: &Path, words: &[&str]) -> Value {
    let words = [&["-o", "json"], words].concat();
    let ran = ktr(folder, &words);
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{words:?}: {told}");
    serde_json::from_slice(&ran.stdout).expect("the answer is JSON")
}

/// Another program, which must succeed.
pub(crate) fn other(folder: &Path, program: &str, words: &[&str]) -> Vec<u8> {
    let mut command = Command::new(program);
    let ran = command
        .env("GNUPGHOME", folder)
        .current_dir(folder)
        .args(words)
        .output();
    let ran = ran.expect("the program is installed");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{program} {words:?}: {told}");
    ran.stdout
}
