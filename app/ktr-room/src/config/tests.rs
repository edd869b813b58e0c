//! The sample parses; what does not belong is refused by name.
//! No homeserver.

use std::path::Path;

use super::{Blanks, Config, Profile, sample};
use crate::error::RoomError;
use crate::timing::Timing;

#[expect(
    clippy::unwrap_in_result,
    reason = "test code: a file that cannot be written is a red test"
)]
fn load(text: &str) -> Result<Config, RoomError> {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("room.toml");
    std::fs::write(&path, text).expect("file");
    Config::load(&path)
}

#[test]
fn the_sample_parses_and_says_what_was_filled_in() {
    let blanks = Blanks {
        county: 2,
        python: "python3".to_owned(),
        ..Blanks::default()
    };
    let config = load(&sample(&blanks)).expect("a configuration");
    assert_eq!(config.county, 2);
    assert_eq!(config.timing, Timing::default());
    assert_eq!(config.homeserver.python, Path::new("python3"));
    assert!(config.state.is_absolute() && config.homeserver.supervised);
}

#[test]
fn the_shipped_sample_is_the_generated_one() {
    let shipped = include_str!("../../../../node-config/room.toml");
    assert_eq!(shipped, sample(&Blanks::default()));
    assert!(load(shipped).is_ok());
}

#[test]
fn figures_are_wanted_only_where_a_file_is_named_and_that_lies_by_the_configuration() {
    let text = sample(&Blanks::default());
    assert_eq!(load(&text).expect("a configuration").figures, None);
    let text = text.replace("# figures = \"/run/ktr-figures/", "figures = \"figures/");
    let figures = load(&text).expect("a configuration").figures;
    let figures = figures.expect("a file");
    assert!(figures.is_absolute() && figures.ends_with("figures/room.prom"));
}

#[test]
fn the_bounds_of_a_localnet_pass_the_same_check_and_are_told_as_changed() {
    let text = sample(&Blanks {
        timing: Timing::localnet(),
        ..Blanks::default()
    });
    let timing = load(&text).expect("a configuration").timing;
    assert_eq!(timing, Timing::localnet());
    let changed = [
        "boot_before_secs=40",
        "remove_after_secs=40",
        "create_before_secs=20",
        "tick_secs=1",
        "batch_secs=3",
        "joins_close_secs=8",
        "report_joined_secs=5",
        "grace_secs=1",
        "fallback_after_secs=30",
        "probe_after_secs=15",
        "probe_every_secs=5",
    ];
    assert_eq!(timing.changed(), changed);
    assert_eq!(Timing::default().changed(), Vec::<String>::new());
}

#[test]
fn unknown_keys_and_impossible_times_are_refused_by_name() {
    let good = sample(&Blanks::default());
    for (from, to, names) in [
        ("county = 1", "county = 1\ncolour = 1", "colour"),
        ("tick_secs = 5", "tick_secs = 5\ntack_secs = 5", "tack_secs"),
        ("county = 1", "county = 0", "county"),
        ("tick_secs = 5", "tick_secs = 0", "tick_secs"),
        (
            "leave_after_secs = 90",
            "leave_after_secs = 80",
            "leave_after_secs",
        ),
        ("port = 18009", "port = 18008", "passes.port"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from} stands in the sample");
        let error = load(&text).expect_err("refused").to_string();
        assert!(error.contains(names), "{error}");
    }
}

#[test]
fn a_homeserver_for_each_session_is_started_here_and_lives_long_enough() {
    let good = sample(&Blanks::default()).replacen("\"standing\"", "\"per-session\"", 1);
    let config = load(&good).expect("a configuration");
    assert_eq!(config.homeserver.profile, Profile::PerSession);
    for (from, to, names) in [
        (
            "supervised = true",
            "supervised = false",
            "homeserver.profile",
        ),
        (
            "boot_before_secs = 2700",
            "boot_before_secs = 1799",
            "boot_before_secs",
        ),
        (
            "remove_after_secs = 900",
            "remove_after_secs = 90",
            "remove_after_secs",
        ),
        ("\"per-session\"", "\"one-session\"", "one-session"),
        (
            "data = \"synapse\"",
            "data = \"inbox/..\"",
            "room.toml lies in it",
        ),
        (
            "state = \"state\"",
            "state = \"synapse/state\"",
            "state lies in it",
        ),
        (
            "inbox = \"inbox\"",
            "inbox = \"x/../synapse\"",
            "inbox lies in it",
        ),
    ] {
        let text = good.replacen(from, to, 1);
        let error = load(&text).expect_err("refused").to_string();
        assert!(error.contains(names), "{error}");
        // and one that stays has nothing to do with it
        let stays = text.replacen("\"per-session\"", "\"standing\"", 1);
        assert_eq!(load(&stays).is_ok(), names != "one-session", "{from}");
    }
}

#[test]
fn a_neighbour_is_another_county_with_a_pin_or_on_loopback_and_stands_once() {
    let pin = format!("#sha256={}", "5d".repeat(32));
    let with = |counties: &[u8], host: &str| {
        let url = |port: u16| match host.strip_prefix("https://") {
            Some(host) => format!("https://{host}:{port}{pin}"),
            None => format!("http://{host}:{port}"),
        };
        let neighbour = |id: &u8| (*id, url(1), url(2));
        load(&sample(&Blanks {
            neighbours: counties.iter().map(neighbour).collect(),
            ..Blanks::default()
        }))
    };
    let config = with(&[2, 3], "127.0.0.1").expect("a configuration");
    let ids: Vec<u8> = config.neighbour.iter().map(|other| other.id).collect();
    assert_eq!(ids, [2, 3]);
    assert!(with(&[2], "https://room.county-b.example").is_ok());
    for (counties, host) in [
        (&[1u8][..], "127.0.0.1"),
        (&[2, 2], "127.0.0.1"),
        (&[2], "county-b.example"),
    ] {
        let refused = with(counties, host);
        assert!(
            matches!(refused, Err(RoomError::Config { .. })),
            "{counties:?} {host}"
        );
    }
}

/// A cluster as a flag names it.
const CLUSTER: &str =
    "host=/run/pg,database=synapse,user=room,data=pg,port=5433,password_file=pass";

#[test]
fn a_cluster_is_written_as_its_flag_says_and_its_paths_start_at_the_files_folder() {
    let text = sample(&Blanks {
        postgres: Some(CLUSTER.parse().expect("a cluster")),
        ..Blanks::default()
    });
    let place = load(&text).expect("a configuration").homeserver.postgres;
    let place = place.expect("a cluster");
    assert_eq!(place.host, "/run/pg");
    assert_eq!(place.port, 5_433);
    assert!(place.data.is_absolute() && place.data.ends_with("pg"));
    let password = place.password_file.expect("a file");
    assert!(password.is_absolute() && password.ends_with("pass"));
    assert!(load(&sample(&Blanks::default())).is_ok_and(|c| c.homeserver.postgres.is_none()));
}

#[test]
fn a_cluster_elsewhere_a_password_in_the_file_and_one_for_each_session_are_refused_by_name() {
    let good = sample(&Blanks {
        postgres: Some(CLUSTER.parse().expect("a cluster")),
        ..Blanks::default()
    });
    for (from, to, names) in [
        ("\"/run/pg\"", "\"db.example\"", "homeserver.postgres.host"),
        ("\"/run/pg\"", "\"10.0.0.1\"", "homeserver.postgres.host"),
        ("\"/run/pg\"", "\"/run/p\\\"g\"", "homeserver.postgres.host"),
        ("user = \"room\"", "user = \"\"", "homeserver.postgres.user"),
        ("port = 5433", "port = 5433\npassword = \"x\"", "password"),
        (
            "\"standing\"",
            "\"per-session\"",
            "per-session needs SQLite",
        ),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from} stands in the sample");
        let error = load(&text).expect_err("refused").to_string();
        assert!(error.contains(names), "{error}");
    }
    for (flag, names) in [
        ("host=db.example,database=s,user=r,data=d", "host"),
        ("host=/run/pg,database=s,user=r", "data"),
        (
            "host=/run/pg,database=s,user=r,data=d,password=x",
            "password",
        ),
        ("host=/run/pg,database=s,user=r,data=d,port=x", "port"),
        ("/run/pg", "key=value"),
    ] {
        let refused = flag.parse::<super::PostgresTable>().expect_err("refused");
        assert!(refused.contains(names), "{refused}");
    }
}
