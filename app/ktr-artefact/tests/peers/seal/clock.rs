//! Our verdicts on every row with the machine's clock at 2020, as it is, and at 2040: they are the same.
//! The clock is set by `faketime` for a second run of this very test, which reads the rows from a folder.

use std::{env, fs, path::Path};

use ktr_core::{id::SigningKey, key::KeyBody, time::Time};

use super::{
    bench::{BAD, Bench, Row},
    good, refused,
    table::{ACCEPTED, verdict, verdict_in},
};
use crate::{
    program::Home,
    world::{alliance, bundle, chain, key_of, release_of},
};

/// Where the second run finds the rows.
const ROWS: &str = "KTR_TEST_ROWS";
/// What the second run puts before each verdict.
const MARK: &str = "verdict: ";

#[test]
fn our_verdicts_do_not_depend_on_the_clock() {
    if let Some(folder) = env::var_os(ROWS) {
        return say_verdicts(Path::new(&folder));
    }
    let bench = Bench::new();
    let home = Home::new();
    let rows: Vec<Row> = good::rows(&bench)
        .into_iter()
        .chain(refused::rows(&bench))
        .collect();
    let here: Vec<String> = rows.iter().map(|row| verdict_in(&bench, row)).collect();
    assert!(here.iter().any(|verdict| verdict == ACCEPTED));
    let signed_at = bench.world.signed_at.0.to_string();
    home.file("signed-at", signed_at.as_bytes());
    for (number, row) in rows.iter().enumerate() {
        let file = |kind: &str, bytes: &[u8]| home.file(&format!("{number}.{kind}"), bytes);
        file("bundle", &row.bundle);
        file("seal", &row.seal);
        file("ring", &row.ring);
        let KeyBody::Sign(body) = &row.key.body else {
            panic!("seals are signed");
        };
        file("key", body.as_bytes());
    }
    for date in ["2020-01-01 12:00:00", "2040-01-01 12:00:00"] {
        let shown = faked(&home, date, &["date", "+%F %T"]);
        assert!(shown.starts_with(date.get(..10).unwrap()), "{shown}");
        assert_eq!(verdicts_at(&home, date), here, "with the clock at {date}");
    }
}

/// Runs this test again with the clock at `date`, and takes what it says.
fn verdicts_at(home: &Home, date: &str) -> Vec<String> {
    let program = env::current_exe().unwrap();
    let rows = format!("{ROWS}={}", home.path().display());
    let name = "seal::clock::our_verdicts_do_not_depend_on_the_clock";
    let program = program.to_str().unwrap();
    let words = faked(
        home,
        date,
        &["env", &rows, program, "--exact", name, "--nocapture"],
    );
    words
        .lines()
        .filter_map(|line| line.split_once(MARK))
        .map(|(_, verdict)| verdict.to_owned())
        .collect()
}

/// What a program prints with the clock at `date`; it must end well. The steady clock is left alone, threads wait by it.
fn faked(home: &Home, date: &str, command: &[&str]) -> String {
    let date = format!("@{date}");
    let before = ["DONT_FAKE_MONOTONIC=1", "faketime", "-f", &date];
    let output = home.run("env", &[&before[..], command].concat());
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{words}");
    words
}

/// The second run: what the ledger knows is made again from the time of signing, everything else is read.
fn say_verdicts(folder: &Path) {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let signed_at = String::from_utf8(read("signed-at")).unwrap();
    let signed_at = Time(signed_at.parse().unwrap());
    let built = bundle(signed_at);
    let mut number: usize = 0;
    while folder.join(format!("{number}.seal")).exists() {
        let file = |kind: &str| read(&format!("{number}.{kind}"));
        let body = SigningKey(file("key").try_into().unwrap());
        let row = Row {
            name: "",
            peers: BAD,
            ours: &[],
            bundle: file("bundle"),
            seal: file("seal"),
            ring: file("ring"),
            key: key_of(body, signed_at),
        };
        let release = release_of(&built, row.key.fingerprint, signed_at);
        println!("{MARK}{}", verdict(&release, &alliance(), &chain(), &row));
        number = number.saturating_add(1);
    }
}
