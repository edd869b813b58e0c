//! The month from first to last act: which acts are wished, in what order they are played, and what is ended afterwards.
//! Each act stands in a file of its own.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    str::FromStr,
    time::{Duration, Instant},
};

use super::{
    Act, Failure, Figures, Report, audit, blow::Blow, county, ground, ingestion, members,
    nominations, release, session, sitting, sixteen, stage::Stage,
};

/// The acts that are built; the others are missing in every report.
pub const BUILT: &str = "1-10";

/// The acts that somebody wishes to see.
#[derive(Clone, Debug)]
pub struct Choice(BTreeSet<Act>);

impl Default for Choice {
    fn default() -> Self {
        Self(Act::all().collect())
    }
}

impl FromStr for Choice {
    type Err = Failure;

    /// Reads numbers and ranges, such as `1-4,10`.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let wrong = || Failure::new(format!("{text:?} is no list of acts such as 1-4,10"));
        let act = |text: &str| {
            text.trim()
                .parse()
                .ok()
                .and_then(Act::new)
                .ok_or_else(wrong)
        };
        let mut acts = BTreeSet::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (act(first)?, act(last)?);
            acts.extend(Act::all().filter(|act| (first..=last).contains(act)));
        }
        Ok(Self(acts))
    }
}

/// What somebody wishes of a play.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Where its files go.
    pub out: PathBuf,
    /// Where the product's programs are.
    pub programs: PathBuf,
    /// Which acts.
    pub choice: Choice,
    /// All times in per cent.
    pub pace_percent: u64,
    /// Leave the network up.
    pub keep: bool,
    /// Let this seed draw one process that dies and is started again.
    pub kill: Option<u64>,
}

/// Plays the wished acts; `tell` hears before each act and after it.
///
/// The first act is always played, because nothing stands without it. After a failed act no other is played.
///
/// # Errors
/// [`Failure`] if the stage cannot be set or cleared.
pub fn play(wish: &Wish, mut tell: impl FnMut(Act, Option<&str>)) -> Result<Report, Failure> {
    let out = std::path::absolute(&wish.out)?;
    let mut stage = Stage::set(&out, &wish.programs, wish.pace_percent)?;
    let mut report = Report::default();
    for act in Act::all().filter(|act| wish.choice.0.contains(act) || act.number() == 1) {
        if !report.is_ok() {
            break;
        }
        tell(act, None);
        stage.blow = wish.kill.map(Blow::of).filter(|blow| blow.falls_in(act));
        let (result, took) = timed(|| perform(act, &mut stage));
        match result {
            Some(result) => report.played(act, result, took),
            None => report.missing(act),
        }
        tell(act, report.screen().lines().last());
    }
    ground::leave(&mut stage, wish.keep && report.is_ok())?;
    report.write(&out.join("month.json"))?;
    Ok(report)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the play tells how long an act took"
)]
fn timed<T>(perform: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = perform();
    (result, start.elapsed())
}

/// One act, or `None` if it is not built yet.
fn perform(act: Act, stage: &mut Stage) -> Option<Result<Figures, Failure>> {
    match act.number() {
        1 => Some(ground::play(stage)),
        2 => Some(members::play(stage)),
        3 => Some(nominations::play(stage)),
        4 => Some(sitting::play(stage)),
        5 => Some(release::play(stage)),
        6 => Some(session::play(stage)),
        7 => Some(ingestion::play(stage)),
        8 => Some(county::play(stage)),
        9 => Some(sixteen::play(stage)),
        10 => Some(audit::play(stage)),
        _ => None,
    }
}
