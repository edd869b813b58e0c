//! Which version of a judge it is that judges.
//! A judge that is missing fails the test that asks.

use std::{fs, path::Path};

use crate::{program::Home, python};

/// The number that a program gives of itself.
pub(crate) fn of_program(name: &str) -> String {
    let output = Home::new().run(name, &["--version"]);
    let words = String::from_utf8_lossy(&output.stdout);
    let mut words = words.lines().next().unwrap_or_default().split(' ');
    let number = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    number.unwrap_or("of no number").to_owned()
}

/// Of a Python package of the peers' environment.
pub(crate) fn of_package(name: &str, holds: &str) -> String {
    let script =
        "import sys, importlib.metadata as all; print(all.version(sys.stdin.read()), end='')";
    python::run(script, holds, name.as_bytes())
}

/// Of a crate, as the lock file pins it.
pub(crate) fn of_crate(name: &str) -> String {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    let line = format!("name = \"{name}\"\nversion = \"");
    let (_, rest) = lock.split_once(&line).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
