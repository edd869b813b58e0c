//! The Python of the peers that `scripts/setup` installs, and scripts that it runs.
//! What a script judges stands in `python/`.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use crate::program::Home;

/// A program of the peers' virtual environment: from `KTR_VENV`, or where `scripts/setup` puts it.
pub(crate) fn program(name: &str, holds: &str) -> PathBuf {
    let inside = std::env::var_os("KTR_VENV").map(PathBuf::from);
    let cached = std::env::var_os("HOME")
        .and_then(|home| fs::read_dir(PathBuf::from(home).join(".cache/ktr")).ok())
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    let has = |venv: &PathBuf| {
        let Ok(versions) = fs::read_dir(venv.join("lib")) else {
            return false;
        };
        versions
            .filter_map(Result::ok)
            .any(|version| version.path().join("site-packages").join(holds).exists())
    };
    inside.into_iter().chain(cached).find(has).map_or_else(
        || panic!("{holds} is needed by this test: run scripts/setup"),
        |venv| venv.join("bin").join(name),
    )
}

/// What a script prints when it reads `input`; it must end well.
pub(crate) fn run(script: &str, holds: &str, input: &[u8]) -> String {
    let mut child = Command::new(program("python", holds))
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(input).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    String::from_utf8(output.stdout).unwrap()
}

/// What stix2-validator says of `bundle.json` in a home, with the flags of the profile. It is the one of `KTR_STIX2_VALIDATOR`, or of the
/// peers' environment.
pub(crate) fn validate(home: &Home) -> Output {
    let validator = std::env::var_os("KTR_STIX2_VALIDATOR").map_or_else(
        || program("stix2_validator", "stix2validator"),
        PathBuf::from,
    );
    let arguments = [
        "--strict",
        "--strict-properties",
        "--enforce-refs",
        "--version",
        "2.1",
        "bundle.json",
    ];
    home.run(validator.to_str().unwrap(), &arguments)
}
