//! The OASIS validator passes what we build, and would say no to what is wrong.

use std::{fs, path::PathBuf};

use crate::{
    program::Home,
    world::{bundle, now},
};

/// From `KTR_STIX2_VALIDATOR`, from `KTR_VENV`, or where `scripts/setup` puts it.
fn validator() -> PathBuf {
    let named = std::env::var_os("KTR_STIX2_VALIDATOR").map(PathBuf::from);
    let inside = std::env::var_os("KTR_VENV").map(|venv| PathBuf::from(venv).join(PROGRAM));
    let cached = std::env::var_os("HOME")
        .and_then(|home| fs::read_dir(PathBuf::from(home).join(".cache/ktr")).ok())
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path().join(PROGRAM));
    named
        .into_iter()
        .chain(inside)
        .chain(cached)
        .find(|path| path.exists())
        .expect("stix2_validator 3.3.2 is needed by this test: run scripts/setup")
}

const PROGRAM: &str = "bin/stix2_validator";

#[test]
fn the_oasis_validator_passes_a_built_bundle() {
    let home = Home::new();
    home.file("bundle.json", &bundle(now()).bytes);
    let program = validator();
    let arguments = [
        "--strict",
        "--strict-properties",
        "--enforce-refs",
        "--version",
        "2.1",
        "bundle.json",
    ];
    let output = home.run(program.to_str().unwrap(), &arguments);
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && words.contains("STIX JSON: Valid"),
        "{words}"
    );
}

#[test]
fn the_oasis_validator_would_say_no() {
    let home = Home::new();
    let text = String::from_utf8(bundle(now()).bytes).unwrap();
    home.file(
        "bundle.json",
        text.replacen("\"spec_version\":\"2.1\"", "\"spec_version\":\"2.9\"", 1)
            .as_bytes(),
    );
    let program = validator();
    let output = home.run(
        program.to_str().unwrap(),
        &["--strict", "--version", "2.1", "bundle.json"],
    );
    assert!(!output.status.success());
}
