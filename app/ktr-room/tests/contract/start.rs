//! A start that comes to nothing: what must not outlive T waits for none of what it fails by.
//! No real homeserver is started here.

use std::fs;
use std::future;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::config::Blanks;
use ktr_room::init;
use ktr_room::journal::{Journal, Remnant, Store};
use ktr_room::limits::{KILL_SECS, SHUTDOWN, STOP_SECS};
use ktr_room::plan::Times;
use ktr_room::run::wipe_overdue;
use ktr_room::start::start;
use ktr_room::synapse::free_port;
use tokio::time::Instant;

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

/// Lays down, in a Python's place, a program that never answers and does not hear SIGTERM.
fn deaf(folder: &Path) -> String {
    let program = folder.join("deaf");
    let lines = "#!/bin/sh\ntrap '' TERM\n: > deaf.ready\nwhile :; do sleep 0.2; done\n";
    fs::write(&program, lines).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("its mode");
    program.display().to_string()
}

#[tokio::test]
async fn told_to_stop_while_the_homeserver_boots_it_ends_within_ten_seconds_and_leaves_none() {
    let home = tempfile::tempdir().expect("folder");
    let blanks = Blanks {
        port: free_port().expect("a port"),
        pass_port: free_port().expect("a port"),
        python: deaf(home.path()),
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
    let ended = tokio::time::timeout(
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
