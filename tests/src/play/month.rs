//! The month from first to last act: which acts are wished, in what order they are played, and what is ended afterwards.
//! Each act stands in a file of its own.

use std::{collections::BTreeSet, path::PathBuf, str::FromStr};

use super::{
    Absent, Act, Failure, Figures, Pace, Report, audit, blow::Blow, county, ground, ingestion,
    members, nominations, release, session, sitting, sixteen, stage::Stage,
};

/// The acts that somebody wishes to see, and the first: nothing stands without it.
#[derive(Clone, Debug)]
pub struct Choice(BTreeSet<Act>);

impl Default for Choice {
    fn default() -> Self {
        Self(Act::all().collect())
    }
}

impl Choice {
    /// How many acts they are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|_| 1).sum()
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
        let mut acts: BTreeSet<Act> = Act::new(1).into_iter().collect();
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
    /// What all times are multiplied by.
    pub pace: Pace,
    /// Leave the network up.
    pub keep: bool,
    /// Let this seed draw one process that dies and is started again.
    pub kill: Option<u64>,
    /// Whose engine and node are down from the end of act 1 until the audit; not together with a blow.
    pub without: Option<Absent>,
}

/// Plays the wished acts; `tell` hears before each act and after it.
///
/// After a failed act no other is played, but each stands in the report. A wished blow that does not fall fails its act.
///
/// # Errors
/// [`Failure`] if the stage cannot be set or cleared, or if a blow is wished in an act that is not.
pub fn play(wish: &Wish, tell: impl FnMut(Act, Option<&str>)) -> Result<Report, Failure> {
    let blow = wish.kill.map(Blow::of);
    if let Some(blow) = blow.filter(|blow| !wish.choice.0.iter().any(|act| blow.falls_in(*act))) {
        let act = blow.act();
        return Err(Failure::new(format!(
            "the seed draws a blow in act {act}, which is not to be played"
        )));
    }
    let out = std::path::absolute(&wish.out)?;
    let mut stage = Stage::set(&out, &wish.programs, wish.pace)?;
    let report = Report::of(wish.choice.0.iter().copied(), tell, |act| {
        stage.blow = blow.filter(|blow| blow.falls_in(act));
        match wish.without {
            Some(absent) => perform_without(absent, act, &mut stage),
            None => with_blow(act, &mut stage),
        }
    });
    let left = ground::leave(&mut stage, wish.keep && report.is_ok());
    report.write(&out.join("month.json"))?;
    left.map(|()| report)
}

/// An act's figures, with those of the blow that fell in it: while the act waits for something, or else when it begins.
fn with_blow(act: Act, stage: &mut Stage) -> Result<Figures, Failure> {
    let first = stage.blow.take_if(|blow| blow.falls_first());
    let mending = first.map(|blow| blow.strike(stage)).transpose()?;
    let mut figures = perform(act, stage)?;
    if let Some(mending) = mending {
        figures.append(&mut mending.figures()?);
    }
    if stage.blow.take().is_some() {
        return Err(Failure::new("the blow of this act did not fall"));
    }
    figures.append(&mut stage.struck);
    Ok(figures)
}

/// One act of a month in which a county's site is down; the blocks of such a month must come soon all the same.
fn perform_without(absent: Absent, act: Act, stage: &mut Stage) -> Result<Figures, Failure> {
    match act.number() {
        1 => {
            let mut figures = ground::play(stage)?;
            absent.falls(stage, &mut figures)?;
            Ok(figures)
        }
        8 => absent.play(stage),
        10 => {
            let mut back = Figures::new();
            absent.returns(stage, &mut back)?;
            let mut figures = audit::play(stage)?;
            audit::was_quick(&figures)?;
            figures.append(&mut back);
            Ok(figures)
        }
        _ => perform(act, stage),
    }
}

/// One act.
fn perform(act: Act, stage: &mut Stage) -> Result<Figures, Failure> {
    match act.number() {
        1 => ground::play(stage),
        2 => members::play(stage),
        3 => nominations::play(stage),
        4 => sitting::play(stage),
        5 => release::play(stage),
        6 => session::play(stage),
        7 => ingestion::play(stage),
        8 => county::play(stage),
        9 => sixteen::play(stage),
        // The tenth: an act has a number from 1 to 10.
        _ => audit::play(stage),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Choice, Pace, Wish, play};

    #[test]
    fn a_blow_in_an_act_that_is_not_played_is_refused_before_anything_starts() {
        let folder = tempfile::tempdir().expect("a folder");
        let wish = Wish {
            out: folder.path().join("out"),
            programs: Path::new("nowhere").to_path_buf(),
            choice: "1-4,10".parse::<Choice>().expect("acts"),
            pace: Pace::default(),
            keep: false,
            kill: Some(0),
            without: None,
        };
        let refused = play(&wish, |_, _| {}).expect_err("act 9 is not played");
        assert!(refused.to_string().contains("act 9"), "{refused}");
        assert!(!wish.out.exists());
    }
}
