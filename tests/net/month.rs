//! The month itself, once in peace and once with a process that dies by -9.
//! What happens in it stands in the play.

use ktr_tests::play::{self, Choice, Pace, Wish};

use crate::{alone, programs};

/// Draws the sidecar of a room in act 9.
const SEED: u64 = 0;

fn play(name: &str, kill: Option<u64>) {
    let _turn = alone();
    let programs = programs();
    let out = programs.join(name);
    let wish = Wish {
        out: out.clone(),
        programs,
        choice: Choice::default(),
        pace: Pace::default(),
        keep: false,
        kill,
        without: None,
    };
    let report = play::play(&wish, |act, line| {
        println!("{}", line.unwrap_or(act.name()));
    });
    let report = report.unwrap_or_else(|failure| panic!("the stage: {failure}"));
    assert!(report.is_ok(), "\n{}", report.screen());
    assert!(out.join("month.json").exists());
}

#[test]
fn a_month_plays_on_four_real_engines_and_three_real_homeservers() {
    play("month-in-peace", None);
}

#[test]
fn a_month_ends_well_although_a_process_dies_in_it() {
    play("month-with-a-blow", Some(SEED));
}
