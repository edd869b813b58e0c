//! A year of a minute on four real engines: terms, a session, the studio's move, another validator, the next version.
//! What happens in it stands in the play; three of them are for `scripts/quickstart --years 3`.

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
    assert!(out.join("years.json").exists());
}
