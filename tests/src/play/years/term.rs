//! A term: the counties appoint the next board, its term begins by time alone, it decides, and the board before it has no voice any more.
//! One case is cleared, one vetoed after an approval, and one lapses, because silence is not approval.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, path::PathBuf, thread};

use ktr_os::clock;
use serde_json::json;

use super::{
    super::{
        Failure, Figures, nominations, sitting,
        stage::{Case, Stage, joined},
    },
    alliance::Alliance,
    ground::YEAR_SECS,
};

/// Codes for the board before: the rule `SeatRequired`, and 106 once its keys are over as well.
const NO_VOICE: [u64; 2] = [1_202, 106];
/// Roles of a board: three seats, then their deputies.
const BOARD: [&str; 6] = [
    "seat-1", "seat-2", "seat-3", "deputy-1", "deputy-2", "deputy-3",
];
/// Forms, with the member of the cast that nominates each and the seconds that the board has.
const CASES: [(&str, usize, u64); 3] = [
    ("01-ceranakeeper", 0, 25),
    ("02-embargo", 1, 25),
    ("04-industroyer", 2, 10),
];

/// Appoints a board, waits until its term has begun, and lets it decide three cases.
pub(crate) fn play(alliance: &mut Alliance) -> Result<Figures, Failure> {
    let before = alliance.stage.keys.join("seat-before.asc");
    fs::copy(alliance.stage.role_key("seat-1"), &before)?;
    let (term, keys) = appoint(alliance)?;
    let words = ["query", "term", &term];
    let within = YEAR_SECS;
    alliance
        .stage
        .until("the term has begun", within, |stage| {
            let read = stage.ktr(&words)?;
            Ok((read["record"]["status"] == "began").then_some(()))
        })?;
    for (role, key) in BOARD.iter().zip(&keys) {
        alliance.takes_over(role, key)?;
    }
    let cases = nominate(&alliance.stage)?;
    let [cleared, vetoed, silent] = cases.as_slice() else {
        return Err(Failure::new("three cases were wanted"));
    };
    let old = before.display().to_string();
    let vote = ["board", "vote", &cleared.commitment, "approve", "--yes"];
    let code = alliance
        .stage
        .refused(&[vote.as_slice(), &["--key", &old]].concat())?;
    if !NO_VOICE.contains(&code) {
        let why = format!("the board before was refused with {code}");
        return Err(Failure::new(why));
    }
    decide(alliance, cleared, vetoed)?;
    ends_as(&mut alliance.stage, cleared, "cleared")?;
    ends_as(&mut alliance.stage, vetoed, "diverted")?;
    ends_as(&mut alliance.stage, silent, "lapsed")?;
    let mut figures = Figures::new();
    figures.insert("term".to_owned(), json!(alliance.term.0));
    figures.insert("cleared".to_owned(), json!(1));
    figures.insert("vetoed".to_owned(), json!(1));
    figures.insert("lapsed".to_owned(), json!(1));
    figures.insert(
        "the board before".to_owned(),
        json!(format!("refused with {code}")),
    );
    Ok(figures)
}

/// The counties appoint the board of the next half year; gives its term and its keys.
fn appoint(alliance: &mut Alliance) -> Result<(String, Vec<PathBuf>), Failure> {
    let (last, ends) = alliance.term;
    let term = last.saturating_add(1);
    let keys = keys(alliance, term)?;
    let certificates: Vec<String> = keys
        .iter()
        .map(|key| format!("{}.pub", key.display()))
        .collect();
    let (holders, deputies) = certificates.split_at(BOARD.len() / 2);
    let (holders, deputies) = (holders.join(","), deputies.join(","));
    // A play that is late has a gap between two terms, as a slow alliance would. The clock is asked and not the last header: after a
    // halt that one is as old as the halt.
    let from = ends.max(clock::now().0);
    let until = from.saturating_add(alliance.stage.secs(YEAR_SECS) / 2);
    alliance.term = (term, until);
    let (term, from, until) = (term.to_string(), from.to_string(), until.to_string());
    let head = ["board", "appoint", "--term", &term];
    let times = ["--from", &from, "--until", &until];
    let seats = ["--holders", &holders, "--deputies", &deputies];
    alliance.mandated(&[head.as_slice(), &times, &seats].concat())?;
    Ok((term, keys))
}

fn keys(alliance: &Alliance, term: u64) -> Result<Vec<PathBuf>, Failure> {
    thread::scope(|scope| {
        let keys = BOARD.map(|role| scope.spawn(move || alliance.new_key(role, term)));
        keys.into_iter().map(joined).collect()
    })
}

fn nominate(stage: &Stage) -> Result<Vec<Case>, Failure> {
    fs::create_dir_all(stage.out.join("cases"))?;
    let nominate = |(form, member, secs)| {
        let answer = stage.ktr(&nominations::nominate(stage, form, member, secs)?)?;
        nominations::case(&answer)
    };
    thread::scope(|scope| {
        let cases = CASES.map(|case| scope.spawn(move || nominate(case)));
        cases.into_iter().map(joined).collect()
    })
}

/// Three approvals and the way to the release desk for one, a veto after an approval for the other.
fn decide(alliance: &Alliance, cleared: &Case, vetoed: &Case) -> Result<(), Failure> {
    let stage = &alliance.stage;
    let desk = stage.out.join("desk");
    fs::create_dir_all(&desk)?;
    let desk = desk.display().to_string();
    thread::scope(|scope| {
        let clears = scope.spawn(|| sitting::clear(stage, cleared, &desk));
        sitting::vote(stage, &vetoed.commitment, "seat-1", &["approve"])?;
        let veto = ["veto", "--category", "victim-identifiable"];
        sitting::vote(stage, &vetoed.commitment, "seat-2", &veto)?;
        joined(clears)
    })
}

fn ends_as(stage: &mut Stage, case: &Case, status: &str) -> Result<(), Failure> {
    let words = ["query", "nomination", &case.commitment];
    stage.until(&format!("a case that is {status}"), 20, |stage| {
        let read = stage.ktr(&words)?;
        Ok((read["record"]["status"] == status).then_some(()))
    })
}
