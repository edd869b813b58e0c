//! The program itself, run as an operator runs it: what `status` and `dissolve` say, and what they leave on disk.
//! No homeserver and no chain: only the small files of the state folder.
#![expect(
    clippy::expect_used,
    reason = "test code: a broken expectation is a red test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use ktr_os::file;
use ktr_room::config::Blanks;
use ktr_room::init;
use ktr_room::journal::{Remnant, Store};
use ktr_room::timing::Timing;
use serde_json::{Value, json};

/// A county's folder, as `init` makes it.
fn installed(timing: Timing) -> (tempfile::TempDir, Store) {
    let home = tempfile::tempdir().expect("folder");
    let blanks = Blanks {
        timing,
        ..Blanks::default()
    };
    let config = init::run(home.path(), &blanks).expect("init");
    let store = Store::open(&config.state).expect("store");
    (home, store)
}

fn run(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ktr-room"))
        .arg("--home")
        .arg(home)
        .args(words)
        .output()
        .expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn value(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A session that is done, with these hits in the receipt of its second report.
fn finished(store: &Store, residue: [u32; 8]) {
    let receipt = json!({
        "v": 1, "session": 4, "attempt": 2, "room": "!r", "salt": "01".repeat(32),
        "dissolution": {"residue": residue},
    });
    let path = store.receipt(4, 2);
    file::put(&path, receipt.to_string().as_bytes()).expect("receipt");
    fs::write(store.path("journal.json"), "{}").expect("a journal to put away");
    let remnant = Remnant {
        session: 4,
        attempt: 2,
        receipt: String::new(),
    };
    store.close(&remnant).expect("done");
}

/// Every file of a folder with its octets.
fn octets(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for name in file::names(folder).expect("a folder") {
        let path = folder.join(&name);
        if path.is_dir() {
            let inner = octets(&path).into_iter();
            all.extend(inner.map(|(deep, octets)| (format!("{name}/{deep}"), octets)));
        } else {
            all.insert(name, fs::read(path).expect("a file"));
        }
    }
    all
}

#[test]
fn dissolving_a_finished_session_says_so_and_changes_nothing() {
    let (home, store) = installed(Timing::default());
    finished(&store, [0; 8]);
    let before = octets(home.path());
    let text = run(home.path(), &["dissolve", "--session", "4"]);
    let json = run(home.path(), &["-o", "json", "dissolve", "--session", "4"]);
    assert!(text.status.success() && json.status.success());
    assert!(said(&text).contains("dissolved already"), "{text:?}");
    assert_eq!(
        value(&json),
        json!({"session": 4, "ordered": false, "attempt": 2})
    );
    assert!(octets(home.path()) == before, "something was changed");
}

#[test]
fn a_session_whose_scan_found_something_and_one_that_is_not_done_are_dissolved_when_ordered() {
    for (residue, session) in [([0, 0, 1, 0, 0, 0, 0, 0], "4"), ([0; 8], "5")] {
        let (home, store) = installed(Timing::default());
        finished(&store, residue);
        let given = run(
            home.path(),
            &["-o", "json", "dissolve", "--session", session],
        );
        assert!(given.status.success(), "{given:?}");
        assert_eq!(value(&given)["ordered"], json!(true));
        let order = fs::read_to_string(store.path("order.json")).expect("an order");
        assert_eq!(order, format!("{{\"session\":{session}}}"));
    }
}

#[test]
fn a_finished_session_without_its_receipt_gets_no_order_that_no_sidecar_could_follow() {
    let (home, store) = installed(Timing::default());
    finished(&store, [0; 8]);
    fs::remove_file(store.receipt(4, 2)).expect("lost");
    let refused = run(home.path(), &["dissolve", "--session", "4"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(!store.path("order.json").exists());
}

#[test]
fn status_says_which_times_are_not_the_usual_ones() {
    let (usual, _) = installed(Timing::default());
    assert_eq!(said(&run(usual.path(), &["status"])), "no session at hand");
    let shown = value(&run(usual.path(), &["-o", "json", "status"]));
    assert_eq!(shown, json!({"timing": []}));

    let (short, _) = installed(Timing::localnet());
    let text = said(&run(short.path(), &["status"]));
    assert!(
        text.contains("not the usual times: create_before_secs=20 tick_secs=1"),
        "{text}"
    );
    let shown = value(&run(short.path(), &["-o", "json", "status"]));
    assert_eq!(shown["timing"][5], json!("grace_secs=1"));
}

#[test]
fn wrong_usage_is_64_so_that_no_supervisor_repeats_it_and_help_is_an_answer() {
    let home = tempfile::tempdir().expect("folder");
    for words in [&["--unknown"][..], &["dissolve"], &[]] {
        assert_eq!(run(home.path(), words).status.code(), Some(64), "{words:?}");
    }
    let help = run(home.path(), &["help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(said(&help).contains("Examples:"));
}
