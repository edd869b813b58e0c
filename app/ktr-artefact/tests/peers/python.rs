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
    let packages = package(holds);
    let venv = packages.ancestors().nth(4).unwrap();
    venv.join("bin").join(name)
}

/// The folder of a package in that environment.
pub(crate) fn package(holds: &str) -> PathBuf {
    let inside = std::env::var_os("KTR_VENV").map(PathBuf::from);
    let cached = std::env::var_os("HOME")
        .and_then(|home| fs::read_dir(PathBuf::from(home).join(".cache/ktr")).ok())
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    let packages = |venv: PathBuf| {
        let versions = fs::read_dir(venv.join("lib")).ok()?;
        let mut packages = versions
            .filter_map(Result::ok)
            .map(|version| version.path().join("site-packages").join(holds));
        packages.find(|package| package.exists())
    };
    let found = inside.into_iter().chain(cached).find_map(packages);
    found.unwrap_or_else(|| panic!("{holds} is needed by this test: run scripts/setup"))
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

/// What python-stix2 makes of a bundle.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Objects that it has.
    pub(crate) objects: usize,
    /// Objects that were read.
    pub(crate) read: usize,
    /// Observables among them, and how many of their ids come out equal.
    pub(crate) observables: usize,
    pub(crate) equal_ids: usize,
}

/// What python-stix2 makes of each bundle, in one run.
pub(crate) fn read_bundles(bundles: &[&[u8]]) -> Vec<Parsed> {
    let read = numbers(include_str!("python/bundle.py"), "stix2", bundles);
    let read = read.into_iter();
    read.map(|[objects, read, observables, equal_ids]| Parsed {
        objects,
        read,
        observables,
        equal_ids,
    })
    .collect()
}

/// What misp-stix makes of each bundle, in one run: indicators of its reports, those that an event has, attributes for detection.
pub(crate) fn import_bundles(bundles: &[&[u8]]) -> Vec<[usize; 3]> {
    numbers(
        include_str!("python/misp.py"),
        "misp_stix_converter",
        bundles,
    )
}

/// SHA-256 of what the library `rfc8785` writes of each bundle, in hexadecimal.
pub(crate) fn canonical(bundles: &[&[u8]]) -> Vec<String> {
    let printed = run(
        include_str!("python/canonical.py"),
        "rfc8785",
        &list(bundles),
    );
    let digests: Vec<String> = printed.lines().map(str::to_owned).collect();
    assert_eq!(digests.len(), bundles.len(), "{printed}");
    digests
}

/// What pySigma has against each Sigma rule, in one run; nothing against one that it takes.
pub(crate) fn check_sigma(rules: &[&str]) -> Vec<Option<String>> {
    let asked = serde_json::to_vec(rules).unwrap();
    let printed = run(include_str!("python/pysigma.py"), "sigma", &asked);
    let lines = printed
        .lines()
        .map(|line| Some(line.to_owned()).filter(|line| !line.is_empty()));
    let all: Vec<Option<String>> = lines.collect();
    assert_eq!(all.len(), rules.len(), "{printed}");
    all
}

/// The numbers that a script prints for each bundle of a list, in one run.
fn numbers<const N: usize>(script: &str, holds: &str, bundles: &[&[u8]]) -> Vec<[usize; N]> {
    let printed = run(script, holds, &list(bundles));
    let line = |line: &str| -> [usize; N] {
        let numbers: Vec<usize> = line
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        numbers.try_into().unwrap()
    };
    let all: Vec<[usize; N]> = printed.lines().map(line).collect();
    assert_eq!(all.len(), bundles.len(), "{printed}");
    all
}

fn list(bundles: &[&[u8]]) -> Vec<u8> {
    [b"[", &*bundles.join(&b','), b"]"].concat()
}

/// What stix2-validator says of files in a home, with the flags of the profile. It is the one of `KTR_STIX2_VALIDATOR`, or of the peers'
/// environment.
pub(crate) fn validate(home: &Home, files: &[&str]) -> Output {
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
    ];
    home.run(validator.to_str().unwrap(), &[&arguments, files].concat())
}
