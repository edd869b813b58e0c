//! A start that comes to nothing: what must not outlive T waits for none of what it fails by.
//! No real homeserver is started here.

use std::fs;
use std::future;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::config::Blanks;
use ktr_room::init;
use ktr_room::journal::{Fact, Journal, Remnant, Store};
use ktr_room::limits::{BOOT_SECS, KILL_SECS, SHUTDOWN, STOP_SECS};
use ktr_room::matrix_id::RoomId;
use ktr_room::plan::Times;
use ktr_room::run::wipe_overdue;
use ktr_room::start::start;
use ktr_room::synapse::free_port;
use nix::sys::signal::Signal;
use tokio::net::TcpListener;
use tokio::time::{self, Instant};

use super::chain::Ledger;
use super::cipher::{Veil, archive};
use super::poll::until;

#[tokio::test]
async fn a_start_after_t_that_fails_leaves_no_hand_over_no_ciphertext_and_no_pass() {
    let home = tempfile::tempdir().expect("folder");
    let blanks = Blanks {
        python: "/nowhere/python".to_owned(),
        ..Blanks::default()
    };
    let config = init::run(home.path(), &blanks).expect("init");
    let store = Store::open(&config.state).expect("store");
    let over = Times {
        seeds_at: 1,
        opens_at: 2,
        dissolves_at: 3,
    };
    let journal = Journal::begin(SessionId(4), over, [1; 32]);
    store.save(&journal).expect("a journal");
    let folders = [
        config.inbox.clone(),
        config.passes.folder.clone(),
        store.spool(),
    ];
    for folder in &folders {
        ktr_os::file::folder(folder).expect("a folder");
        fs::write(folder.join("left"), "left").expect("a file");
    }
    let ledger = Ledger::with(2, [1, 2, 3], &archive());
    let failed = start(&config, ledger, Veil, future::pending()).await;
    let error = failed.expect_err("no homeserver");
    assert!(matches!(error, RoomError::ServerDead(_)), "{error}");
    for folder in &folders {
        let left = fs::read_dir(folder).expect("a folder").count();
        assert_eq!(left, 0, "{}", folder.display());
    }
}

/// Never answers, and does not hear SIGTERM.
const DEAF: &str = "trap '' TERM\n: > deaf.ready\nwhile :; do sleep 0.2; done\n";

/// Never answers, and ends with its folder at the latest.
const MUTE: &str = ": > mute.ready\nwhile [ -e mute.ready ]; do sleep 0.2; done\n";

/// Lays down such a program in a Python's place.
fn program(folder: &Path, lines: &str) -> String {
    let program = folder.join("program");
    fs::write(&program, format!("#!/bin/sh\n{lines}")).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("its mode");
    program.display().to_string()
}

#[tokio::test]
async fn told_to_stop_while_the_homeserver_boots_it_ends_within_ten_seconds_and_leaves_none() {
    let home = tempfile::tempdir().expect("folder");
    let blanks = Blanks {
        port: free_port().expect("a port"),
        pass_port: free_port().expect("a port"),
        python: program(home.path(), DEAF),
        ..Blanks::default()
    };
    let config = init::run(home.path(), &blanks).expect("init");
    let data = &config.homeserver.data;
    let ledger = Ledger::with(2, [60, 120, 600], &archive());
    let mut told = None;
    let booting = async {
        until("the homeserver begins", 30, || async {
            data.join("deaf.ready").exists().then_some(())
        })
        .await;
        let pid = fs::read_to_string(data.join("homeserver.pid")).expect("a pid file");
        let line = format!("/proc/{}/cmdline", pid.trim());
        assert!(!fs::read(&line).expect("it runs").is_empty());
        told = Some((line, Instant::now()));
    };
    let ended = time::timeout(
        Duration::from_secs(30 + STOP_SECS + KILL_SECS),
        start(&config, ledger, Veil, booting),
    );
    ended.await.expect("in time").expect("in order");
    let (line, at) = told.expect("it was told");
    let longest = Duration::from_secs(10).checked_sub(SHUTDOWN);
    assert!(longest.is_some_and(|longest| at.elapsed() < longest));
    let left = fs::read(&line).unwrap_or_else(|_gone| Vec::new());
    assert!(left.is_empty(), "it is gone");
    assert!(!data.join("homeserver.pid").exists());
}

#[tokio::test]
async fn a_homeserver_left_behind_that_answers_nobody_for_two_minutes_is_ended_and_another_started()
{
    let home = tempfile::tempdir().expect("folder");
    let blanks = Blanks {
        port: free_port().expect("a port"),
        pass_port: free_port().expect("a port"),
        python: program(home.path(), MUTE),
        ..Blanks::default()
    };
    let config = init::run(home.path(), &blanks).expect("init");
    let data = &config.homeserver.data;
    let mut left = Command::new("sh")
        .arg(&config.homeserver.python)
        .arg(data.join("homeserver.yaml"))
        .current_dir(data)
        .spawn()
        .expect("a process");
    // Its command line is not to be seen before it runs.
    until("it runs", 30, || async {
        data.join("mute.ready").exists().then_some(())
    })
    .await;
    let first = left.id().to_string();
    fs::write(data.join("homeserver.pid"), &first).expect("a pid file");
    // Whoever asks there gets no answer, and shows that the two minutes have begun.
    let ear = TcpListener::bind(("127.0.0.1", config.homeserver.port));
    let ear = ear.await.expect("its port");
    let ledger = Ledger::with(2, [600, 1_200, 6_000], &archive());
    let mut other = None;
    let waited = async {
        drop(ear.accept().await.expect("it is asked"));
        drop(ear);
        time::pause();
        time::advance(Duration::from_secs(BOOT_SECS)).await;
        time::resume();
        let named = || fs::read_to_string(data.join("homeserver.pid")).ok();
        let begun = until("another one", 30, || async {
            named().filter(|pid| *pid != first)
        });
        other = Some(begun.await);
    };
    start(&config, ledger, Veil, waited)
        .await
        .expect("in order");
    let ended = left.wait().expect("it ended").signal();
    assert_eq!(ended.map(Signal::try_from), Some(Ok(Signal::SIGTERM)));
    let line = format!("/proc/{}/cmdline", other.expect("another one").trim());
    let alive = fs::read(line).unwrap_or_else(|_gone| Vec::new());
    assert!(alive.is_empty(), "the other one is stopped in the end");
}

#[tokio::test]
async fn figures_go_with_a_sidecar_that_is_told_to_stop_unless_a_session_is_under_way() {
    for is_under_way in [false, true] {
        let home = tempfile::tempdir().expect("folder");
        let blanks = Blanks {
            port: free_port().expect("a port"),
            pass_port: free_port().expect("a port"),
            ..Blanks::default()
        };
        let mut config = init::run(home.path(), &blanks).expect("init");
        config.homeserver.supervised = false;
        let path = home.path().join("room.prom");
        fs::write(&path, "ktr_room_alarms 1\n").expect("figures");
        config.figures = Some(path.clone());
        let ledger = Ledger::with(2, [600, 1_200, 6_000], &archive());
        if is_under_way {
            let mut journal = Journal::begin(SessionId(4), ledger.times(), [1; 32]);
            journal.note(Fact::Room(RoomId("!room".to_owned())));
            let store = Store::open(&config.state).expect("store");
            store.save(&journal).expect("a journal");
        }
        let stopped = start(&config, ledger, Veil, async {}).await;
        stopped.expect("in order");
        assert_eq!(path.exists(), is_under_way);
    }
}

#[test]
fn a_start_leaves_the_next_hand_over_where_a_session_is_dissolved_again() {
    for is_again in [false, true] {
        let home = tempfile::tempdir().expect("a folder");
        let store = Store::open(&home.path().join("state")).expect("store");
        let inbox = home.path().join("inbox");
        ktr_os::file::folder(&inbox).expect("a folder");
        fs::write(inbox.join("next.pgp"), "next").expect("a file");
        if is_again {
            let done = Remnant {
                session: 4,
                attempt: 1,
                receipt: String::new(),
                refused: false,
            };
            store.remember(&done).expect("remembered");
        }
        let over = Times {
            seeds_at: 1,
            opens_at: 2,
            dissolves_at: 3,
        };
        let journal = Journal::begin(SessionId(4), over, [1; 32]);
        store.save(&journal).expect("a journal");
        wipe_overdue(&store, &[&inbox], 4_000).expect("read");
        assert_eq!(inbox.join("next.pgp").exists(), is_again);
    }
}
