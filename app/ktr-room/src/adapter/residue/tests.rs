//! The scanner against a small database of its own: what is there is found, in every class.
//! The real homeserver is in `tests/`.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use nix::sys::stat::Mode;
use rusqlite::Connection;

use super::sweep::Substep;
use super::{CLASSES, Canaries, Residue, Site, walk};
use crate::matrix_id::RoomId;

/// A site with the tables the scanner and the sweep know.
fn site(folder: &Path) -> Site {
    let mut site = Site::of(folder, folder.join("spool"), folder.join("passes"));
    site.secure_delete = true;
    for part in [&site.media, &site.spool, &site.passes] {
        fs::create_dir_all(part).expect("folder");
    }
    let connection = open(&site);
    connection
        .execute_batch(include_str!("../../../tests/world/homeserver.sql"))
        .expect("tables");
    site
}

fn open(site: &Site) -> Connection {
    let parts = site.database.parts().expect("parts");
    Connection::open(&parts.db[0]).expect("database")
}

fn canaries() -> Canaries {
    Canaries {
        rooms: vec![RoomId("!theroom-of-the-session".to_owned())],
        words: vec![
            b"theroom".to_vec(),
            b"themedia".to_vec(),
            b"theevent".to_vec(),
            b"#ktr-1:county".to_vec(),
        ],
        people: vec![b"@m-1:county".to_vec()],
        events: vec!["$theevent".to_owned()],
        aliases: vec!["#ktr-1:county".to_owned()],
    }
}

fn run(site: &Site, sql: &str) {
    open(site).execute_batch(sql).expect("sql");
}

fn class(residue: Residue, name: &str) -> u32 {
    residue.0[CLASSES
        .iter()
        .position(|class| *class == name)
        .expect("a class")]
}

#[test]
fn a_socket_and_a_pipe_hold_no_octets_and_keep_no_scan_from_its_end() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    let _socket = UnixListener::bind(site.media.join("s")).expect("a socket");
    nix::unistd::mkfifo(&site.media.join("pipe"), Mode::S_IRWXU).expect("a pipe");
    fs::write(site.media.join("z"), "theroom").expect("a file");
    let residue = site.scan(&canaries()).expect("a scan");
    // one hit, and three files that nobody is owed
    assert_eq!(class(residue, "media"), 4);
}

#[test]
fn what_cannot_be_opened_is_named_before_a_scan_needs_it() {
    let folder = tempfile::tempdir().expect("folder");
    let deep = folder.path().join("base/5");
    fs::create_dir_all(&deep).expect("folders");
    fs::write(deep.join("1"), "").expect("a file");
    let _socket = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket");
    let opens = || walk::each(folder.path(), &mut |path| walk::opened(path).map(drop));
    opens().expect("all of it");
    // a link to itself, for root may read what nobody else may
    symlink(deep.join("2"), deep.join("2")).expect("a link");
    let fault = opens().expect_err("not all of it").to_string();
    assert!(fault.contains("base/5/2: "), "{fault}");
}

#[test]
fn an_empty_site_has_no_residue() {
    let folder = tempfile::tempdir().expect("folder");
    assert!(site(folder.path()).scan(&canaries()).expect("scan").clean());
}

#[test]
fn each_class_is_found_where_it_lies() {
    type Plant = fn(&Site);
    let plants: [(&str, Plant); 6] = [
        ("live", |site| {
            run(site, "INSERT INTO users VALUES ('x theroom y')");
        }),
        ("media", |site| {
            fs::create_dir_all(site.media.join("local_content/th/em")).expect("folder");
            fs::write(site.media.join("local_content/th/em/edia"), b"x").expect("file");
        }),
        ("log", |site| {
            fs::write(&site.logs[0], b"line theroom line").expect("file");
        }),
        ("spool", |site| {
            fs::write(site.spool.join("0.pgp"), b"anything").expect("file");
        }),
        ("pass", |site| {
            fs::write(site.passes.join("p"), b"anything").expect("file");
        }),
        ("pending", |site| {
            run(
                site,
                "INSERT INTO delayed_events (room_id) VALUES ('!theroom-of-the-session')",
            );
        }),
    ];
    for (name, plant) in plants {
        let folder = tempfile::tempdir().expect("folder");
        let site = site(folder.path());
        plant(&site);
        assert!(
            class(site.scan(&canaries()).expect("scan"), name) > 0,
            "{name}"
        );
    }
}

#[test]
fn people_count_in_rows_of_rooms_and_not_in_tables_of_accounts() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO users VALUES ('@m-1:county'); INSERT INTO user_directory VALUES ('@m-1:county', NULL);",
    );
    assert!(site.scan(&canaries()).expect("scan").clean());
    run(
        &site,
        "INSERT INTO current_state_delta_stream VALUES ('!other', '@m-1:county')",
    );
    assert_eq!(class(site.scan(&canaries()).expect("scan"), "live"), 1);
}

#[test]
fn a_needle_across_two_windows_is_found_once() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    let mut log = vec![b'.'; 1024 * 1024 - 3];
    log.extend_from_slice(b"theroom");
    log.extend(vec![b'.'; 1024 * 1024]);
    fs::write(&site.logs[0], log).expect("file");
    assert_eq!(class(site.scan(&canaries()).expect("scan"), "log"), 1);
}

#[test]
fn a_sweep_removes_rows_octets_and_log_lines() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO current_state_delta_stream VALUES ('!theroom-of-the-session', '@m-1:county');
         INSERT INTO scheduled_tasks VALUES ('!theroom-of-the-session', 'complete');
         INSERT INTO event_expiry VALUES ('$theevent');
         INSERT INTO room_alias_servers VALUES ('#ktr-1:county');
         INSERT INTO access_tokens VALUES ('lost', '@m-1:county', NULL, 9);
         INSERT INTO user_ips VALUES ('lost');",
    );
    fs::write(&site.logs[0], b"theroom").expect("file");
    assert!(!site.scan(&canaries()).expect("scan").clean());
    let sweep = site.sweep(&canaries(), [1, 163, 2], 7).expect("sweep");
    assert!(sweep.swept && sweep.wal_truncated && sweep.secure_delete && sweep.version_known);
    assert!(site.scan(&canaries()).expect("scan").clean());
    for table in ["access_tokens", "user_ips"] {
        let left: u32 = open(&site)
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("count");
        assert_eq!(left, 0, "{table}");
    }
}

#[test]
fn rooms_that_the_database_alone_remembers_are_found_in_every_table_and_swept() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO rooms VALUES ('!stands');
         INSERT INTO current_state_delta_stream VALUES ('!stands', 'x'), ('!thepast-of-the-session', '@m-9:county');
         INSERT INTO scheduled_tasks VALUES ('!theduty-of-the-session', 'complete'), ('!stands', 'complete');
         INSERT INTO user_directory VALUES ('@m-9:county', NULL);",
    );
    let past = site.past_rooms().expect("a look");
    let named: Vec<&str> = past.iter().map(RoomId::as_str).collect();
    assert_eq!(
        named,
        ["!theduty-of-the-session", "!thepast-of-the-session"]
    );
    let mut canaries = Canaries::default();
    canaries.seek_rooms(past);
    assert!(!site.scan(&canaries).expect("scan").clean());
    site.sweep(&canaries, [1, 163, 2], 7).expect("sweep");
    assert!(site.scan(&canaries).expect("scan").clean());
    assert!(site.past_rooms().expect("a look").is_empty());
    let left: u32 = open(&site)
        .query_row("SELECT count(*) FROM scheduled_tasks", [], |row| row.get(0))
        .expect("count");
    assert_eq!(left, 1, "what stands stays");
}

#[test]
fn the_expiry_of_a_post_that_nobody_remembers_goes_and_that_of_one_that_stands_stays() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO events VALUES ('$stands');
         INSERT INTO event_expiry VALUES ('$stands'), ('$past');",
    );
    site.sweep(&Canaries::default(), [1, 163, 2], 7)
        .expect("sweep");
    let left: String = open(&site)
        .query_row(
            "SELECT group_concat(event_id) FROM event_expiry",
            [],
            |row| row.get(0),
        )
        .expect("a row");
    assert_eq!(left, "$stands");
}

#[test]
fn an_unknown_version_is_not_swept_and_says_so() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO current_state_delta_stream VALUES ('!theroom-of-the-session', 'x')",
    );
    let sweep = site.sweep(&canaries(), [1, 164, 0], 7).expect("sweep");
    assert!(!sweep.swept && !sweep.version_known);
    assert!(!site.scan(&canaries()).expect("scan").clean());
}

#[test]
fn a_running_purge_task_is_left_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO scheduled_tasks VALUES ('!theroom-of-the-session', 'active')",
    );
    site.sweep(&canaries(), [1, 163, 2], 7).expect("sweep");
    assert_eq!(class(site.scan(&canaries()).expect("scan"), "live"), 1);
}

#[test]
fn a_homeserver_that_does_not_overwrite_what_it_frees_is_vacuumed_and_told() {
    let folder = tempfile::tempdir().expect("folder");
    let mut site = site(folder.path());
    site.secure_delete = false;
    let connection = open(&site);
    connection
        .execute_batch(
            "PRAGMA secure_delete = OFF;
             INSERT INTO users VALUES ('theroom' || hex(zeroblob(500)));
             DELETE FROM users;",
        )
        .expect("sql");
    drop(connection);
    assert!(
        !site.scan(&canaries()).expect("scan").clean(),
        "octets of a deleted row"
    );
    let sweep = site.sweep(&canaries(), [1, 163, 2], 7).expect("sweep");
    assert!(!sweep.secure_delete);
    assert!(site.scan(&canaries()).expect("scan").clean());
}

/// What each substep of a sweep is there for, laid where it finds it; nothing for the addresses, which are no canaries: the homeserver writes
/// them late, and they are always the loopback.
fn laid(substep: Substep) -> Option<&'static str> {
    Some(match substep {
        Substep::StateDeltas => {
            "INSERT INTO current_state_delta_stream VALUES ('!theroom-of-the-session', '@m-1:county')"
        }
        Substep::RoomTags => "INSERT INTO room_tags_revisions VALUES ('!theroom-of-the-session')",
        Substep::TimelineGaps => "INSERT INTO timeline_gaps VALUES ('!theroom-of-the-session')",
        Substep::EventReports => "INSERT INTO event_reports VALUES ('!theroom-of-the-session')",
        Substep::Tasks => {
            "INSERT INTO scheduled_tasks VALUES ('!theroom-of-the-session', 'complete')"
        }
        Substep::Nets => "INSERT INTO delayed_events (room_id) VALUES ('!theroom-of-the-session')",
        Substep::Expiries => "INSERT INTO event_expiry VALUES ('$theevent')",
        Substep::Aliases => "INSERT INTO room_alias_servers VALUES ('#ktr-1:county')",
        Substep::AccountData => {
            r#"INSERT INTO account_data VALUES ('m.direct', '{"@m-2:county":["!theroom-of-the-session"]}')"#
        }
        Substep::Tokens => "INSERT INTO access_tokens VALUES ('lost', '@m-1:county', NULL, 9)",
        Substep::FreedPages => {
            "PRAGMA secure_delete = OFF; INSERT INTO users VALUES ('theroom' || hex(zeroblob(500))); DELETE FROM users"
        }
        Substep::WriteAheadLog => {
            "INSERT INTO users VALUES ('theroom'); UPDATE users SET name = 'nobody'"
        }
        Substep::Addresses | Substep::Logs => return None,
    })
}

#[test]
fn a_sweep_with_any_one_substep_dropped_turns_the_scan_red() {
    for dropped in Substep::ALL
        .into_iter()
        .filter(|one| *one != Substep::Addresses)
    {
        let folder = tempfile::tempdir().expect("folder");
        let site = site(folder.path());
        // The homeserver runs: whoever closes the database last would cut its write-ahead log.
        let running = open(&site);
        let look = running.query_row("SELECT count(*) FROM users", [], |row| row.get(0));
        let _opened: u32 = look.expect("a look");
        for substep in Substep::ALL {
            if let Some(sql) = laid(substep) {
                run(&site, sql);
            }
        }
        fs::write(&site.logs[0], b"theroom").expect("file");
        let rest: Vec<Substep> = Substep::ALL
            .into_iter()
            .filter(|substep| *substep != dropped)
            .collect();
        site.sweep_by(&rest, &canaries(), [1, 163, 2], 7)
            .expect("sweep");
        let left = site.scan(&canaries()).expect("scan");
        assert!(!left.clean(), "{dropped:?} is not missed: {left:?}");
        site.sweep(&canaries(), [1, 163, 2], 7).expect("sweep");
        let left = site.scan(&canaries()).expect("scan");
        assert!(left.clean(), "{dropped:?}: {left:?}");
        drop(running);
    }
}

#[test]
fn account_data_go_if_content_or_kind_names_the_room_its_post_or_its_alias_and_stay_if_not() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO account_data VALUES ('m.direct', '[\"!theroom-of-the-session\"]');
         INSERT INTO account_data VALUES ('org.example.!theroom-of-the-session', '{}');
         INSERT INTO account_data VALUES ('a', '[\"$theevent\"]');
         INSERT INTO account_data VALUES ('b', '[\"#ktr-1:county\"]');
         INSERT INTO account_data VALUES ('kept', '[\"!other\"]');",
    );
    site.sweep(&canaries(), [1, 163, 2], 7).expect("sweep");
    let kept: Vec<String> = open(&site)
        .prepare("SELECT account_data_type FROM account_data")
        .expect("sql")
        .query_map([], |row| row.get(0))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("texts");
    assert_eq!(kept, ["kept"]);
}

#[test]
fn the_token_that_the_bot_was_given_when_its_own_was_lost_outlives_the_sweep() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    run(
        &site,
        "INSERT INTO access_tokens VALUES ('rescued', '@ktr-room:county', NULL, NULL);
         INSERT INTO access_tokens VALUES ('member', '@m-1:county', NULL, 9);
         INSERT INTO access_tokens VALUES ('ended', '@p-2:county', NULL, 6);
         INSERT INTO access_tokens VALUES ('asks', '@p-3:county', NULL, 8);",
    );
    site.sweep(&canaries(), [1, 163, 2], 7).expect("sweep");
    let connection = open(&site);
    let mut left = connection
        .prepare("SELECT token FROM access_tokens ORDER BY token")
        .expect("sql");
    let tokens: Vec<String> = left
        .query_map([], |row| row.get(0))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("texts");
    assert_eq!(tokens, ["asks", "rescued"]);
}

#[test]
fn every_file_that_is_left_in_the_media_store_counts_whatever_is_in_it() {
    let folder = tempfile::tempdir().expect("folder");
    let site = site(folder.path());
    fs::create_dir_all(site.media.join("local_content/xx/yy")).expect("folder");
    assert!(
        site.scan(&canaries()).expect("scan").clean(),
        "empty folders stay"
    );
    fs::write(site.media.join("local_content/xx/yy/zz"), b"?").expect("file");
    assert_eq!(class(site.scan(&canaries()).expect("scan"), "media"), 1);
}
