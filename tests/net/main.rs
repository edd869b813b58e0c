//! Net tests: real engines, real keys of `gpg` and `sq`, the product's own programs.
//! One process each; what pure code does is told elsewhere.
#![expect(clippy::expect_used, reason = "a test stops at what cannot be")]

use std::{env, path::PathBuf};

use ktr_tests::play::{self, Wish};

/// The product's programs lie two folders above this test.
fn programs() -> PathBuf {
    let this = env::current_exe().expect("this program has a path");
    let folder = this
        .parent()
        .and_then(|deps| deps.parent())
        .expect("it lies in target/…/deps");
    for name in ["ktr", "ktr-node"] {
        assert!(
            folder.join(name).exists(),
            "{name} is not built: run cargo build --workspace --bins first"
        );
    }
    folder.to_path_buf()
}

#[test]
fn a_month_plays_on_four_real_engines_as_far_as_it_is_built() {
    let programs = programs();
    let out = programs.join("quickstart-of-the-net-test");
    let wish = Wish {
        out: out.clone(),
        programs,
        choice: play::BUILT.parse().expect("a list of acts"),
        pace_percent: 100,
        keep: false,
        kill: None,
    };
    let report = play::play(&wish, |act, line| {
        println!("{}", line.unwrap_or(act.name()));
    });
    let report = report.unwrap_or_else(|failure| panic!("the stage: {failure}"));
    assert!(report.is_ok(), "\n{}", report.screen());
    assert!(out.join("month.json").exists());
}
