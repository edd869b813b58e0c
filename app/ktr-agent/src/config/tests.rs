//! The samples parse; what does not belong is refused by name.
//! Nothing is dialled.

use std::path::Path;

use super::{Blanks, Config, Measure, Timing, sample};
use crate::{error::AgentError, file};

fn load(text: &str) -> Result<Config, AgentError> {
    let folder = tempfile::tempdir().map_err(file::failed(Path::new("a temporary folder")))?;
    let path = folder.path().join("agent.toml");
    file::put(&path, text.as_bytes())?;
    Config::load(&path)
}

#[test]
fn the_sample_parses_and_measures_nothing() {
    let config = load(&sample(&Blanks::default())).expect("a configuration");
    assert_eq!(
        (config.measure, config.timing.clone()),
        (Measure::Off, Timing::default())
    );
    assert_eq!(
        config
            .county
            .first()
            .map(|county| county.homeserver.authority()),
        Some("127.0.0.1:18008")
    );
    assert!(config.signed.is_absolute());
}

#[test]
fn the_shipped_sample_is_the_generated_one() {
    let shipped = include_str!("../../../../node-config/agent.toml");
    assert_eq!(shipped, sample(&Blanks::default()));
}

#[test]
fn a_configuration_that_does_not_mention_measuring_does_not_measure() {
    let text = sample(&Blanks::default()).replace("measure = ", "# measure = ");
    assert_eq!(load(&text).expect("a configuration").measure, Measure::Off);
}

#[test]
fn a_county_and_the_collector_may_be_elsewhere_if_their_keys_are_pinned() {
    let pinned = |host: &str| format!("https://{host}#sha256={}", "5d".repeat(32));
    let config = load(&sample(&Blanks {
        passes: pinned("room.county-a.example"),
        homeserver: format!("{}+{}", pinned("room.county-a.example"), "a7".repeat(32)),
        collector: pinned("collector.example:8480"),
        ..Blanks::default()
    }))
    .expect("a configuration");
    let county = config.county.first().expect("a county");
    assert_eq!(county.passes.authority(), "room.county-a.example");
    assert_ne!(county.passes, county.homeserver);
}

#[test]
fn the_times_of_a_localnet_pass_and_are_told_as_changed() {
    let timing = Timing::localnet();
    let config = load(&sample(&Blanks {
        timing: timing.clone(),
        ..Blanks::default()
    }))
    .expect("a configuration");
    assert_eq!(config.timing, timing);
    assert!(config.timing.changed().contains(&"tick_secs=1".to_owned()));
    assert_eq!(Timing::default().changed(), Vec::<String>::new());
}

#[test]
fn unknown_keys_and_impossible_values_are_refused_by_name() {
    let good = sample(&Blanks::default());
    for (from, to, names) in [
        ("on_alarm", "colour = 1\non_alarm", "colour"),
        ("member = \"00", "member = \"", "32 hex"),
        ("measure = \"off\"", "measure = \"report\"", "measure"),
        ("tick_secs = 5", "tick_secs = 0", "tick_secs"),
        ("http://127.0.0.1:18008", "https://127.0.0.1:18008", "pin"),
        (
            "http://127.0.0.1:8480",
            "https://c.example#sha256=5d",
            "64 hex",
        ),
        (
            "http://127.0.0.1:18008",
            "http://10.0.0.1:18008",
            "loopback",
        ),
        (
            "http://127.0.0.1:18008",
            "http://localhost:18008",
            "loopback",
        ),
        ("http://127.0.0.1:18008", "http://127.0.0.1:18008/x", "path"),
        ("http://127.0.0.1:8480", "http://a@127.0.0.1:8480", "name"),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from} stands in the sample");
        let error = load(&text).expect_err("refused").to_string();
        assert!(error.contains(names), "{error}");
    }
    let hit = good
        .replace("\"off\"", "\"hit\"")
        .replace("[collector]\nurl = \"http://127.0.0.1:8480\"\n", "");
    assert!(
        load(&hit)
            .expect_err("refused")
            .to_string()
            .contains("collector")
    );
}
