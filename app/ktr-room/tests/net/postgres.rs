//! A real cluster without a homeserver: what the sweep takes out of it, what the scan sees of it, what the doctor says of it.
//! The whole destruction on it is in `destruction.rs`.

use std::path::Path;
use std::process::Child;

use ktr_os::{Finding, Verdict};
use ktr_room::RoomError;
use ktr_room::adapter::residue::{CLASSES, Canaries, Residue, Site};
use ktr_room::config::Blanks;
use ktr_room::doctor::{Machine, examine};
use ktr_room::init;
use ktr_room::matrix_id::RoomId;

use crate::support::{Cluster, Ledger, python, until};

/// The tables that sweep and scanner know by name, as PostgreSQL spells them.
fn tables() -> String {
    let tables = include_str!("../world/homeserver.sql");
    let tables = tables
        .replace("PRAGMA journal_mode = WAL;", "")
        .replace("BLOB", "BYTEA");
    format!(
        "SET ROLE synapse; {tables}; CREATE TABLE cache_invalidation_stream_by_instance (keys TEXT[])"
    )
}

fn site(folder: &Path, cluster: &Cluster) -> Site {
    for part in ["spool", "passes"] {
        ktr_os::file::folder(&folder.join(part)).expect("a folder");
    }
    cluster.execute("synapse", &tables());
    Site::of(folder, folder.join("spool"), folder.join("passes")).with_cluster(Some(&cluster.place))
}

fn canaries() -> Canaries {
    Canaries {
        rooms: vec![RoomId("!theroom-of-the-session".to_owned())],
        words: vec![b"theroom".to_vec()],
        people: vec![b"@m-1:county".to_vec()],
        ..Canaries::default()
    }
}

fn class(residue: Residue, name: &str) -> u32 {
    let at = CLASSES.iter().position(|class| *class == name);
    residue.0[at.expect("a class")]
}

/// Rows of the room among rows of another, so that no page is ever empty.
const ROWS: &str = "INSERT INTO current_state_delta_stream \
    SELECT CASE WHEN n % 3 = 0 THEN '!other' ELSE '!theroom-of-the-session' END, CASE WHEN n % 3 = 0 THEN '@m-2:county' ELSE '@m-1:county' END \
    FROM generate_series(1, 3000) n; \
    INSERT INTO cache_invalidation_stream_by_instance VALUES (ARRAY['!theroom-of-the-session']); ANALYZE current_state_delta_stream";

#[test]
fn what_is_swept_is_in_no_row_page_sample_or_log_of_the_cluster() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a folder"));
    let site = site(folder.path(), &cluster);
    let clean = site.scan(&canaries()).expect("a scan");
    assert!(clean.clean(), "{clean:?}");
    cluster.execute("synapse", ROWS);
    let before = site.scan(&canaries()).expect("a scan");
    for name in ["live", "wal"] {
        assert!(class(before, name) > 0, "{name}: {before:?}");
    }
    let is_past = || {
        let past = site.past_rooms().expect("rooms");
        past.contains(&RoomId("!theroom-of-the-session".to_owned()))
    };
    assert!(is_past(), "no table of rooms has it");
    let samples = site.explain(&canaries()).expect("tables");
    assert!(
        samples.contains_key("pg_statistic"),
        "the planner's samples are seen"
    );
    let sweep = site.sweep(&canaries(), [1, 163, 2], 7).expect("a sweep");
    assert!(sweep.swept && sweep.wal_truncated && sweep.secure_delete && sweep.version_known);
    let after = site.scan(&canaries()).expect("a scan");
    assert!(after.clean(), "{after:?}");
    assert!(!is_past());
}

#[test]
fn segments_that_are_used_again_are_written_over() {
    let cluster = Cluster::with("wal_recycle = on");
    let folder = tempfile::tempdir().expect("a folder");
    let site = site(folder.path(), &cluster);
    cluster.execute("synapse", ROWS);
    let sweep = site.sweep(&canaries(), [1, 163, 2], 7).expect("a sweep");
    assert!(sweep.wal_truncated);
    let after = site.scan(&canaries()).expect("a scan");
    assert!(after.clean(), "{after:?}");
}

/// Somebody who looked before the sweep, at no table of it, and has not ended.
fn onlooker(cluster: &Cluster) -> Child {
    let look = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; SELECT pg_sleep(60)";
    cluster.psql("synapse", look).spawn().expect("psql")
}

#[tokio::test]
async fn rows_that_an_older_transaction_still_sees_are_told_as_not_wiped() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a folder"));
    let site = site(folder.path(), &cluster);
    let mut onlooker = onlooker(&cluster);
    let is_there = "DO $$ BEGIN ASSERT (SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep') = 1; END $$";
    until("somebody looks", 20, || async {
        let seen = cluster.psql("synapse", is_there).output().expect("psql");
        seen.status.success().then_some(())
    })
    .await;
    let sweep = site.sweep(&canaries(), [1, 163, 2], 7).expect("a sweep");
    assert!(sweep.swept && !sweep.secure_delete);
    onlooker.kill().expect("an end");
    onlooker.wait().expect("an end");
}

#[test]
fn a_scan_of_another_folder_than_the_clusters_is_void() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a folder"));
    site(folder.path(), &cluster);
    let mut elsewhere = cluster.place.clone();
    elsewhere.data = folder.path().join("elsewhere");
    std::fs::create_dir_all(elsewhere.data.join("base")).expect("a folder");
    let site = Site::of(
        folder.path(),
        folder.path().join("spool"),
        folder.path().join("passes"),
    );
    let scan = site.with_cluster(Some(&elsewhere)).scan(&canaries());
    assert!(matches!(scan, Err(RoomError::ScanVoid("db"))), "{scan:?}");
}

async fn said_of(cluster: &Cluster) -> Vec<Finding> {
    let folder = tempfile::tempdir().expect("a folder");
    let blanks = Blanks {
        python: python().display().to_string(),
        postgres: Some(cluster.place.clone()),
        ..Blanks::default()
    };
    let config = init::run(folder.path(), &blanks).expect("init");
    let chain = Err::<Ledger, _>(RoomError::Overdue("a chain"));
    let mut found = examine(&config, chain, &Machine::default()).await;
    found.retain(|finding| finding.check == "postgres");
    found
}

#[tokio::test]
async fn the_doctor_is_content_with_the_shipped_settings_and_names_each_that_keeps_a_copy() {
    let cluster = Cluster::start();
    let found = said_of(&cluster).await;
    assert!(
        matches!(found.as_slice(), [one] if one.verdict == Verdict::Good),
        "{found:?}"
    );
    drop(cluster);
    let wrecked = "archive_mode = on\narchive_command = 'true'\nwal_level = logical\nmax_wal_senders = 3\n\
                   wal_keep_size = 64MB\nlog_min_messages = warning\nwal_recycle = on\n";
    let cluster = Cluster::with(wrecked);
    cluster.execute(
        "postgres",
        "SELECT pg_create_physical_replication_slot('copy')",
    );
    cluster.execute("postgres", "CREATE DATABASE another");
    cluster.execute("postgres", "REVOKE pg_checkpoint FROM synapse");
    let found = said_of(&cluster).await;
    let names = [
        "archive_mode",
        "wal_level",
        "max_wal_senders",
        "wal_keep_size",
        "log_min_messages",
        "slot",
        "another database",
        "pg_checkpoint",
    ];
    for name in names {
        let is_said = found
            .iter()
            .any(|one| one.verdict == Verdict::Wrong && one.says.contains(name));
        assert!(is_said, "{name}: {found:?}");
    }
    assert_eq!(
        found.len(),
        names.len() + 1,
        "and wal_recycle is weak: {found:?}"
    );
}
