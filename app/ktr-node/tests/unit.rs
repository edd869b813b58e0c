//! The shipped systemd unit, judged by systemd itself: it is valid, and as closed as the design wants it.
//! Nothing is started; a machine without systemd counts a skip.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::{
    fs,
    process::{Command, Output},
};

use tempfile::TempDir;

const UNIT: &str = include_str!("../../../node-config/ktr-node.service");

/// The verdict on the unit with this build's program in it; `None` without systemd.
fn judged(unit: &str, arguments: &[&str]) -> Option<Output> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ktr-node.service");
    let built = unit.replace("/usr/bin/ktr-node", env!("CARGO_BIN_EXE_ktr-node"));
    assert_ne!(built, unit);
    fs::write(&path, built).unwrap();
    let output = Command::new("systemd-analyze")
        .args(arguments)
        .arg(path)
        .output();
    if output.is_err() {
        eprintln!("SKIPPED 1: no systemd-analyze here");
    }
    output.ok()
}

const VERIFY: [&str; 2] = ["--man=no", "verify"];
const SECURITY: [&str; 3] = ["security", "--offline=true", "--threshold=20"];

#[test]
fn systemd_accepts_the_unit_without_a_word() {
    let Some(verdict) = judged(UNIT, &VERIFY) else {
        return;
    };
    let said = String::from_utf8_lossy(&verdict.stderr);
    assert!(verdict.status.success() && said.is_empty(), "{said}");
    // and a misspelt line would have been said
    let misspelt = UNIT.replace("ProtectHome=", "ProtectHouse=");
    let verdict = judged(&misspelt, &VERIFY).unwrap();
    assert!(String::from_utf8_lossy(&verdict.stderr).contains("ProtectHouse"));
}

#[test]
fn systemd_finds_the_unit_closed() {
    let Some(verdict) = judged(UNIT, &SECURITY) else {
        return;
    };
    let said = String::from_utf8_lossy(&verdict.stdout);
    assert!(verdict.status.success(), "{said}");
    // and a unit without its capability line would not have passed
    let open = UNIT.replace("CapabilityBoundingSet=\n", "");
    let verdict = judged(&open, &SECURITY).unwrap();
    assert!(!verdict.status.success());
}

#[test]
fn the_codes_that_no_restart_mends_are_those_of_the_program() {
    use ktr_node::exit::Exit;
    let codes = [Exit::Halted, Exit::Store, Exit::KeyGuard, Exit::AppHash];
    let codes = codes.map(|exit| exit.code().to_string()).join(" ");
    assert!(UNIT.contains(&format!("\nRestartPreventExitStatus={codes}\n")));
}
