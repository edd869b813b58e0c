//! A year of a minute and a half on four real engines: terms, the documented nominations and sessions, the studio's move, another validator,
//! the next version.
//! What happens in it stands in the play; three of them are for a night.

use ktr_tests::play::{self, Pace, YearsWish};

use crate::{alone, programs};

#[test]
fn a_year_plays_on_four_real_engines_and_ends_with_another_version_and_the_same_hashes() {
    let _turn = alone();
    let programs = programs();
    let out = programs.join("year");
    let wish = YearsWish {
        out: out.clone(),
        programs,
        years: "1".parse().expect("one year"),
        pace: Pace::default(),
        keep: false,
    };
    let report = play::run_years(&wish, |act, line| {
        println!("{}", line.unwrap_or(act.name()));
    });
    let report = report.unwrap_or_else(|failure| panic!("the stage: {failure}"));
    assert!(report.is_ok(), "\n{}", report.screen());
    let written = std::fs::read(out.join("years.json")).expect("it was written");
    let written: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    let acts = written.as_array().into_iter().flatten();
    let counts = acts.filter(|act| act["name"] == "year 1 counts");
    let told: Vec<String> = counts.map(|act| act["figures"].to_string()).collect();
    let documented = serde_json::json!({
        "nomination submitted": 127, "nomination cleared": 94, "nomination vetoed": 20, "nomination lapsed": 13,
        "bundle sealed": 12, "session opened": 12, "session closed": 12,
    });
    assert_eq!(told, [documented.to_string()]);
}
