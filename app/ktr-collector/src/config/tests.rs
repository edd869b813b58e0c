//! The samples parse; what does not belong is refused by name.
//! Nothing is dialled.

use std::path::Path;

use super::{Blanks, Config, Timing, sample};
use crate::{error::CollectorError, file};

fn load(text: &str) -> Result<Config, CollectorError> {
    let folder = tempfile::tempdir().map_err(file::failed(Path::new("a temporary folder")))?;
    let path = folder.path().join("collector.toml");
    file::put(&path, text.as_bytes())?;
    Config::load(&path)
}

#[test]
fn the_sample_parses_and_says_what_was_filled_in() {
    let config = load(&sample(&Blanks::default())).expect("a configuration");
    assert_eq!(config.timing, Timing::default());
    assert!(config.listen.ip().is_loopback() && config.state.is_absolute());
    assert_eq!(config.timing.changed(), Vec::<String>::new());
}

#[test]
fn the_shipped_sample_is_the_generated_one() {
    let shipped = include_str!("../../../../node-config/collector.toml");
    assert_eq!(shipped, sample(&Blanks::default()));
}

#[test]
fn the_times_of_a_localnet_pass_and_are_told_as_changed() {
    let timing = Timing::localnet();
    let blanks = Blanks {
        timing,
        ..Blanks::default()
    };
    let config = load(&sample(&blanks)).expect("a configuration");
    assert_eq!(config.timing.changed(), ["publish_secs=2", "follow_secs=1"]);
}

#[test]
fn unknown_keys_and_impossible_values_are_refused_by_name() {
    let good = sample(&Blanks::default());
    for (from, to, names) in [
        ("role = \"plain\"", "role = \"relay\"", "role"),
        ("on_alarm", "colour = 1\non_alarm", "colour"),
        ("publish_secs = 600", "publish_sec = 600", "publish_sec"),
        ("follow_secs = 5", "follow_secs = 0", "follow_secs"),
        ("127.0.0.1:8480", "0.0.0.0:8480", "loopback"),
        (
            "rpc = [\"http://127.0.0.1:26657\"]",
            "rpc = []",
            "chain.rpc",
        ),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from} stands in the sample");
        let error = load(&text).expect_err("refused").to_string();
        assert!(error.contains(names), "{error}");
    }
}
