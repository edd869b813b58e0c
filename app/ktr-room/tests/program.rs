//! The program itself, run as an operator runs it: what `status` and `dissolve` say, and what they leave on disk.
//! No homeserver and no chain: only the small files of the state folder.
#![expect(
    clippy::expect_used,
    reason = "test code: a broken expectation is a red test"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use ktr_os::file;
use ktr_room::config::{Blanks, Config};
use ktr_room::init;
use ktr_room::journal::{Remnant, Store};
use ktr_room::timing::Timing;
use rusqlite::Connection;
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

/// What an auditor who has a data folder and a receipt is told, run from that folder.
fn audited(data: &str, receipt: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ktr-room"))
        .args(["-o", "json", "scan", "--data", data])
        .args(["--receipt", receipt, "--server-name", "county-a.test"])
        .current_dir(data)
        .output()
        .expect("the program runs")
}

/// A session that is done, with these hits in the receipt of its second report.
fn finished(store: &Store, residue: [u32; 8]) {
    ended(store, residue, false);
}

/// The same, and whether the chain refused that report.
fn ended(store: &Store, residue: [u32; 8], refused: bool) {
    let receipt = json!({
        "v": 1, "session": 4, "attempt": 2, "room": "!RoomOfTheSession", "salt": "01".repeat(32),
        "dissolution": {"residue": residue},
    });
    let path = store.receipt(4, 2);
    file::put(&path, receipt.to_string().as_bytes()).expect("receipt");
    fs::write(store.path("journal.json"), "{}").expect("a journal to put away");
    let remnant = Remnant {
        session: 4,
        attempt: 2,
        receipt: String::new(),
        refused,
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
fn a_session_with_residue_one_with_a_refused_report_and_one_not_done_are_dissolved_when_ordered() {
    for (residue, refused, session) in [
        ([0, 0, 1, 0, 0, 0, 0, 0], false, "4"),
        ([0; 8], true, "4"),
        ([0; 8], false, "5"),
    ] {
        let (home, store) = installed(Timing::default());
        ended(&store, residue, refused);
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
    assert!(text.contains("create_before_secs=20 tick_secs=1"), "{text}");
    let shown = value(&run(short.path(), &["-o", "json", "status"]));
    assert_eq!(shown["timing"][7], json!("grace_secs=1"));
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

/// A homeserver's data as it lies when the homeserver was killed: what a page held before is in the write-ahead log alone.
fn killed_homeserver(folder: &Path, text: &str) {
    let running = tempfile::tempdir().expect("folder");
    let database = running.path().join("homeserver.db");
    let connection = Connection::open(&database).expect("database");
    connection
        .execute_batch(include_str!("world/homeserver.sql"))
        .expect("tables");
    connection
        .execute("INSERT INTO users VALUES (?1)", [text])
        .expect("a row");
    connection
        .execute("UPDATE users SET name = 'nobody'", [])
        .expect("changed");
    for name in ["homeserver.db", "homeserver.db-wal"] {
        fs::copy(running.path().join(name), folder.join(name)).expect("copied");
    }
}

#[test]
fn an_auditor_scans_a_data_folder_by_itself_and_changes_nothing_in_it() {
    let (home, store) = installed(Timing::default());
    finished(&store, [0; 8]);
    let receipt = store.receipt(4, 2).display().to_string();
    for (left, is_left) in [("nothing", false), ("#ktr-4:county-a.test", true)] {
        let data = tempfile::tempdir().expect("folder");
        killed_homeserver(data.path(), left);
        let before = octets(data.path());
        let place = data.path().display().to_string();
        let scanned = audited(&place, &receipt);
        assert_eq!(
            scanned.status.code(),
            Some(i32::from(is_left)),
            "{scanned:?}"
        );
        let found = &value(&scanned)["residue"];
        let hits = found["wal"].as_u64().expect("a count");
        assert_eq!(hits > 0, is_left, "{found}");
        let wanted = json!({"live": 0, "db": 0, "wal": hits, "media": 0, "log": 0, "pending": 0});
        assert_eq!(*found, wanted, "spool and passes were not looked at");
        let mut after = octets(data.path());
        after.remove("homeserver.db-shm");
        assert!(after == before, "something was changed: {:?}", after.keys());
    }
    let data = home.path().display().to_string();
    let unnamed = run(home.path(), &["scan", "--data", &data]);
    assert_eq!(unnamed.status.code(), Some(64), "{unnamed:?}");
}

#[test]
fn an_auditor_finds_what_was_uploaded_and_what_the_receipt_says_was_there() {
    let (_home, store) = installed(Timing::default());
    finished(&store, [0; 8]);
    let path = store.receipt(4, 2);
    let mut receipt: Value =
        serde_json::from_slice(&fs::read(&path).expect("a receipt")).expect("JSON");
    receipt["sought"] =
        json!({"words": ["TheEventOfThePost"], "pieces": [hex::encode(b"from the middle")]});
    file::put(&path, receipt.to_string().as_bytes()).expect("receipt");
    let receipt = path.display().to_string();
    let data = tempfile::tempdir().expect("folder");
    killed_homeserver(data.path(), "nothing");
    let media = data.path().join("media_store/local_content/xx");
    fs::create_dir_all(&media).expect("a folder");
    let place = data.path().display().to_string();
    let counted = || {
        let scanned = audited(&place, &receipt);
        value(&scanned)["residue"].clone()
    };
    assert_eq!(counted()["media"], json!(0), "empty folders stay");
    fs::write(media.join("yy"), "anything").expect("a file");
    assert_eq!(counted()["media"], json!(1), "a file of whatever content");
    fs::write(
        data.path().join("homeserver.log"),
        "TheEventOfThePost, from the middle",
    )
    .expect("a log");
    assert_eq!(counted()["log"], json!(2), "what the receipt names");
}

#[test]
fn a_scan_with_nothing_to_look_for_is_void_and_no_zero() {
    let (home, _) = installed(Timing::default());
    let scanned = run(home.path(), &["-o", "json", "scan"]);
    assert_eq!(scanned.status.code(), Some(1), "{scanned:?}");
    assert_eq!(said(&scanned), "");
    let why = String::from_utf8_lossy(&scanned.stderr);
    assert!(why.contains("the scan is void"), "{why}");
}

#[test]
fn a_scan_without_a_journal_looks_for_what_the_newest_receipt_names_and_says_how_much() {
    let (home, store) = installed(Timing::default());
    finished(&store, [0; 8]);
    let config = Config::load(&home.path().join("room.toml")).expect("a configuration");
    killed_homeserver(&config.homeserver.data, "RoomOfTheSession");
    let scanned = run(home.path(), &["-o", "json", "scan"]);
    assert_eq!(scanned.status.code(), Some(1), "{scanned:?}");
    let answer = value(&scanned);
    let hits = answer["residue"]["wal"].as_u64();
    assert!(hits.is_some_and(|hits| hits > 0), "{answer}");
    let wanted = json!({"rooms": 1, "words": 2, "people": 0, "events": 0, "aliases": 1});
    assert_eq!(answer["sought"], wanted);
    let text = said(&run(home.path(), &["scan"]));
    assert!(
        text.starts_with("sought: rooms 1, words 2, people 0, events 0, aliases 1\n"),
        "{text}"
    );
}

#[test]
fn doctor_names_the_worst_first_and_fails_while_anything_must_be_mended() {
    let (home, _) = installed(Timing::localnet());
    let before = octets(home.path());
    let text = run(home.path(), &["doctor"]);
    assert_eq!(text.status.code(), Some(1), "{text:?}");
    let lines: Vec<String> = said(&text).lines().map(str::to_owned).collect();
    let verdict = |line: &String| line.split(' ').next().unwrap_or("").to_owned();
    let mut verdicts: Vec<String> = lines.iter().map(verdict).collect();
    verdicts.dedup();
    assert_eq!(verdicts, ["wrong", "weak", "unverified", "good"]);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("there is no such file")),
        "no genesis lies there: {lines:#?}"
    );
    let json = run(home.path(), &["-o", "json", "doctor"]);
    assert_eq!(json.status.code(), Some(1));
    let findings = value(&json);
    let count = findings["findings"].as_array().map(Vec::len);
    assert_eq!(count, Some(lines.len()));
    assert!(octets(home.path()) == before, "something was changed");
}

/// Lets alarms write their codes into a file, and says which.
fn called_at(home: &Path) -> PathBuf {
    let calls = home.join("calls");
    let path = home.join("room.toml");
    let text = fs::read_to_string(&path).expect("a configuration");
    let command = format!(
        "on_alarm = [\"sh\", \"-c\", \"echo $0 >> {}\"]",
        calls.display()
    );
    let text = text.replace("on_alarm = []", &command);
    assert!(text.contains(&command), "{text}");
    fs::write(&path, text).expect("written");
    calls
}

#[test]
fn a_sidecar_that_cannot_begin_calls_the_operator_before_it_ends() {
    let (home, _) = installed(Timing::default());
    let calls = called_at(home.path());
    // No genesis lies there.
    let ended = run(home.path(), &["start"]);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let called = fs::read_to_string(calls).expect("somebody was called");
    assert_eq!(called, "room.ended\n");
}

#[test]
fn a_homeserver_for_one_session_is_not_started_without_the_unit_that_ends_it() {
    let (home, _) = installed(Timing::default());
    let path = home.path().join("room.toml");
    let text = fs::read_to_string(&path).expect("a configuration");
    for (profile, flags) in [
        ("per-session", &["start"][..]),
        ("standing", &["start", "--one-session"][..]),
    ] {
        let text = text.replacen("\"standing\"", &format!("\"{profile}\""), 1);
        fs::write(&path, text).expect("written");
        let refused = run(home.path(), flags);
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        let why = String::from_utf8_lossy(&refused.stderr);
        assert!(why.contains("--one-session"), "{profile}: {why}");
    }
}

#[test]
fn a_doctor_that_rings_calls_the_operator_if_something_must_be_mended_and_else_nobody() {
    let (home, _) = installed(Timing::default());
    let calls = called_at(home.path());
    let made = Command::new("mkfifo").arg(&calls).status();
    assert!(made.expect("mkfifo").success());
    let quiet = run(home.path(), &["doctor"]);
    assert_eq!(quiet.status.code(), Some(1));
    // Whoever is called waits at the pipe for a reader, and the doctor for whoever is called: a unit that ends takes both along.
    let reader = thread::spawn(move || fs::read_to_string(&calls).expect("the pipe"));
    let loud = run(home.path(), &["doctor", "--ring"]);
    assert_eq!(loud.status.code(), Some(1));
    assert_eq!(reader.join().expect("a reader"), "room.unfit\n");
}

#[test]
fn doctor_names_a_line_of_the_configuration_that_nobody_knows() {
    let (home, _) = installed(Timing::default());
    let path = home.path().join("room.toml");
    let text = fs::read_to_string(&path).expect("a configuration");
    fs::write(&path, format!("colour = 1\n{text}")).expect("written");
    let found = run(home.path(), &["-o", "json", "doctor"]);
    assert_eq!(found.status.code(), Some(1));
    let found = value(&found);
    let findings = found["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["check"], json!("settings"));
    assert!(
        findings[0]["says"].to_string().contains("colour"),
        "{found}"
    );
}

#[test]
fn the_words_of_a_configuration_command_no_terminal() {
    let (home, _) = installed(Timing::default());
    let path = home.path().join("room.toml");
    let text = fs::read_to_string(&path).expect("a configuration");
    let strange = format!("\"\\u001b[2Jall is well\" = 1\n{text}");
    fs::write(&path, strange).expect("written");
    let failed = run(home.path(), &["status"]);
    let found = run(home.path(), &["doctor"]);
    for octets in [failed.stderr, found.stdout] {
        let said = String::from_utf8(octets).expect("text");
        let commands = |c: char| c.is_control() && c != '\n';
        assert!(!said.contains(commands), "{said:?}");
        assert!(
            said.contains("unknown field `\\u001b[2Jall is well`"),
            "{said}"
        );
    }
}
