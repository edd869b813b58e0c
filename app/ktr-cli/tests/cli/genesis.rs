//! A network from a description in TOML: complete or refused, and honest about what it tolerates.
//! Whether an engine starts from it is shown by the net tests.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::run::{answer, ktr};

const ROLES: [&str; 15] = [
    "studio",
    "desk",
    "collector",
    "county-1",
    "county-2",
    "county-3",
    "sidecar-1",
    "sidecar-2",
    "sidecar-3",
    "seat-1",
    "seat-2",
    "seat-3",
    "deputy-1",
    "deputy-2",
    "deputy-3",
];
pub(crate) const DEFAULT: [(u64, u8); 4] = [(100, 1), (100, 2), (100, 3), (1, 0)];

/// Keys of every role.
pub(crate) fn keys(folder: &Path) {
    for role in ROLES {
        let out = format!("{role}.asc");
        answer(
            folder,
            &[
                "keys",
                "new",
                "--role-text",
                role,
                "--out",
                &out,
                "--encrypt-too",
            ],
        );
    }
    let alliance = [
        "keys",
        "new",
        "--role-text",
        "Alliance",
        "--out",
        "releaser.asc",
        "--alliance",
        "--days",
        "390",
    ];
    answer(folder, &alliance);
}

/// A description with these powers and counties; county 0 is the witness.
pub(crate) fn describe(folder: &Path, sites: &[(u64, u8)]) {
    let mut text = String::from("chain_id = \"ktr-first-1\"\ncounties = 3\nhost = 1\n");
    text.push_str("[alliance]\nname = \"Alliance\"\ndomain = \"relay.example\"\n[keys]\n");
    for role in ROLES.into_iter().chain(["releaser"]) {
        writeln!(text, "{role} = \"{role}.asc.pub\"").expect("written");
    }
    for (number, (power, county)) in (1_u8..).zip(sites) {
        let key = format!("{number:02x}").repeat(32);
        writeln!(
            text,
            "[[validators]]\nname = \"{number}\"\nkey = \"{key}\"\npower = {power}"
        )
        .expect("written");
        if *county > 0 {
            writeln!(text, "county = {county}").expect("written");
        }
    }
    std::fs::write(folder.join("net.toml"), text).expect("written");
}

fn faults(folder: &Path, sites: &[(u64, u8)]) -> (u64, String) {
    describe(folder, sites);
    let new = ["genesis", "new", "net.toml", "--out", "net"];
    answer(folder, &[&new[..], &["--accepts-halt"]].concat());
    let checked = answer(
        folder,
        &["genesis", "check", "net/genesis.json", "--accepts-halt"],
    );
    let text = checked.get("tolerates_text").and_then(Value::as_str);
    let faults = checked.get("tolerates").and_then(Value::as_u64);
    (faults.expect("a number"), text.expect("a text").to_owned())
}

#[test]
fn a_description_becomes_a_genesis_that_says_what_it_tolerates() {
    let folder = tempfile::tempdir().expect("a folder");
    keys(folder.path());
    let (default, _) = faults(folder.path(), &DEFAULT);
    assert_eq!(default, 1);
    let (strict, text) = faults(folder.path(), &[(100, 1), (100, 2), (100, 3)]);
    assert_eq!(strict, 0);
    assert!(text.contains("halts when one site is down"), "{text}");
    let refused = ktr(folder.path(), &["genesis", "check", "net/genesis.json"]);
    assert_eq!(refused.status.code(), Some(1), "nobody said that it may");
    let halting = ["genesis", "new", "net.toml", "--out", "halting"];
    let refused = ktr(folder.path(), &halting);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "nor for the making of it");
    assert!(told.contains("or say --accepts-halt"), "{told}");
    assert!(!folder.path().join("halting").exists());
    for powers in [[2, 1, 1], [3, 3, 4], [500, 100, 100]] {
        let sites: Vec<(u64, u8)> = powers.into_iter().zip(1_u8..).collect();
        describe(folder.path(), &sites);
        let refused = ktr(
            folder.path(),
            &["genesis", "new", "net.toml", "--out", "alone"],
        );
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{powers:?}");
        assert!(told.contains("one lying site alone"), "{powers:?}: {told}");
    }
}

#[test]
fn a_role_without_key_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    describe(folder.path(), &DEFAULT);
    let text = std::fs::read_to_string(folder.path().join("net.toml")).expect("read");
    std::fs::write(
        folder.path().join("net.toml"),
        text.replace("studio = ", "studios = "),
    )
    .expect("written");
    let refused = ktr(
        folder.path(),
        &["genesis", "new", "net.toml", "--out", "net"],
    );
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("keys.studio"));
}

#[test]
fn an_alliance_file_that_the_genesis_does_not_pin_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    keys(folder.path());
    describe(folder.path(), &DEFAULT);
    answer(
        folder.path(),
        &["genesis", "new", "net.toml", "--out", "one"],
    );
    answer(
        folder.path(),
        &["genesis", "new", "net.toml", "--out", "two"],
    );
    std::fs::copy(
        folder.path().join("two/alliance.json"),
        folder.path().join("one/alliance.json"),
    )
    .expect("copied");
    let refused = ktr(folder.path(), &["genesis", "check", "one/genesis.json"]);
    assert_eq!(refused.status.code(), Some(1));
}

#[test]
fn the_alliance_of_the_chain_before_is_kept_if_it_is_the_same_one() {
    let folder = tempfile::tempdir().expect("a folder");
    keys(folder.path());
    describe(folder.path(), &DEFAULT);
    let first = ["genesis", "new", "net.toml", "--out", "one"];
    answer(folder.path(), &first);
    let kept = ["--alliance-file", "one/alliance.json", "--out", "two"];
    let next = [&first[..3], &kept].concat();
    answer(folder.path(), &next);
    let read = |path: &str| std::fs::read(folder.path().join(path)).expect("read");
    assert_eq!(read("one/alliance.json"), read("two/alliance.json"));
    answer(folder.path(), &["genesis", "check", "two/genesis.json"]);
    // and not for another Alliance
    let text = String::from_utf8(read("net.toml")).expect("text");
    let other = text.replace("relay.example", "other.example");
    std::fs::write(folder.path().join("net.toml"), other).expect("written");
    let refused = ktr(folder.path(), &next);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(told.contains("another name or domain"), "{told}");
}
