//! Act 4, the sitting: three cases cleared by three approvals, one vetoed after two; a vote after the veto is refused.
//! A seat forwards what was cleared to the release desk; the desk never sees the vetoed one.

use std::{fs, thread};

use serde_json::json;

use super::{
    Failure, Figures,
    stage::{Case, Stage, joined},
};

/// The rule `NominationNotOpen`.
const NOT_OPEN: u64 = 1_212;

/// Votes on the four cases.
pub(crate) fn play(stage: &Stage) -> Result<Figures, Failure> {
    let Some((vetoed, cleared)) = stage.cases.split_last() else {
        return Err(Failure::new("act 3 has not been played"));
    };
    let desk = stage.out.join("desk");
    fs::create_dir_all(&desk)?;
    let desk = desk.display().to_string();
    thread::scope(|scope| {
        let sittings = cleared
            .iter()
            .map(|case| scope.spawn(|| clear(stage, case, &desk)));
        // All of them begin before the first is waited for.
        let sittings: Vec<_> = sittings.collect();
        sittings.into_iter().try_for_each(joined)
    })?;
    for seat in ["seat-1", "seat-2"] {
        vote(stage, &vetoed.commitment, seat, &["approve"])?;
    }
    let veto = ["veto", "--category", "victim-identifiable"];
    vote(stage, &vetoed.commitment, "seat-3", &veto)?;
    let key = stage.role_key("seat-3");
    let late = [
        "board",
        "vote",
        &vetoed.commitment,
        "approve",
        "--yes",
        "--key",
        &key,
    ];
    let code = stage.refused(&late)?;
    if code != NOT_OPEN {
        return Err(Failure::new(format!(
            "the vote after the veto was refused with {code}"
        )));
    }
    let mut figures = Figures::new();
    figures.insert("cleared".to_owned(), json!(cleared.len()));
    figures.insert("vetoed".to_owned(), json!(1));
    figures.insert(
        "late vote".to_owned(),
        json!(format!("refused with {code}")),
    );
    Ok(figures)
}

/// Three approvals, then the case goes to the release desk.
pub(crate) fn clear(stage: &Stage, case: &Case, desk: &str) -> Result<(), Failure> {
    for seat in ["seat-1", "seat-2", "seat-3"] {
        vote(stage, &case.commitment, seat, &["approve"])?;
    }
    let key = stage.role_key("seat-1");
    stage
        .ktr(&[
            "board",
            "forward",
            &case.envelope,
            "--out",
            desk,
            "--key",
            &key,
        ])
        .map(|_| ())
}

/// One seat's word on a case.
pub(crate) fn vote(
    stage: &Stage,
    commitment: &str,
    seat: &str,
    verdict: &[&str],
) -> Result<(), Failure> {
    let key = stage.role_key(seat);
    let mut words = vec!["board", "vote", commitment];
    words.extend(verdict);
    words.extend(["--yes", "--key", &key]);
    stage.ktr(&words).map(|_| ())
}
