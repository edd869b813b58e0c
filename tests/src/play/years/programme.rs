//! Which acts a play of years has, in their order, and what is ended afterwards.
//! Each kind of act stands in a file of its own.

use std::{path::PathBuf, str::FromStr};

use super::{
    super::{Act, Failure, Figures, Pace, Report, ground as month, stage::Stage},
    alliance::Alliance,
    counts, ground, history, hour, months, studio, term, upgrade, validator,
};

/// How many years are played at most: then the studio is back where it began.
const YEARS_MAX: u8 = 3;

/// How many years are played: 1 to 3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Years(u8);

impl FromStr for Years {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let years = text.parse().ok();
        let years = years.filter(|years| (1..=YEARS_MAX).contains(years));
        years
            .map(Self)
            .ok_or_else(|| Failure::new(format!("years are 1 to {YEARS_MAX}")))
    }
}

/// What somebody wishes of a play of years.
#[derive(Clone, Debug)]
pub struct YearsWish {
    /// Where its files go.
    pub out: PathBuf,
    /// Where the product's programs are.
    pub programs: PathBuf,
    /// How many.
    pub years: Years,
    /// What all times are multiplied by.
    pub pace: Pace,
    /// Leave the network up.
    pub keep: bool,
}

/// A kind of act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scene {
    Ground,
    /// A board is appointed and votes.
    Term,
    /// Six months of the documented year, by transactions alone.
    FirstHalf,
    /// The studio's hour, with a bundle.
    Hour,
    /// The other six months.
    NextHalf,
    /// The studio moves.
    Studio,
    /// A county's validator is replaced.
    Validator,
    /// The next version goes on.
    Upgrade,
    /// What the year came to.
    Counts,
    /// All of it once more.
    History,
}

/// What happens in a year, with the act's name in each.
const YEAR: [(Scene, [&str; 3]); 9] = [
    (
        Scene::Term,
        [
            "year 1 first term",
            "year 2 first term",
            "year 3 first term",
        ],
    ),
    (
        Scene::FirstHalf,
        [
            "year 1 first half",
            "year 2 first half",
            "year 3 first half",
        ],
    ),
    (
        Scene::Hour,
        ["year 1 session", "year 2 session", "year 3 session"],
    ),
    (
        Scene::Term,
        ["year 1 next term", "year 2 next term", "year 3 next term"],
    ),
    (
        Scene::NextHalf,
        ["year 1 next half", "year 2 next half", "year 3 next half"],
    ),
    (Scene::Studio, ["year 1 host", "year 2 host", "year 3 host"]),
    (
        Scene::Validator,
        ["year 1 validator", "year 2 validator", "year 3 validator"],
    ),
    (
        Scene::Upgrade,
        ["year 1 upgrade", "year 2 upgrade", "year 3 upgrade"],
    ),
    (
        Scene::Counts,
        ["year 1 counts", "year 2 counts", "year 3 counts"],
    ),
];

impl Years {
    /// The acts, each with its kind and its year from 0.
    fn acts(self) -> Vec<(Act, Scene, usize)> {
        let mut acts = vec![("ground", Scene::Ground, 0)];
        for year in 0..usize::from(self.0) {
            let of_year = YEAR
                .iter()
                .filter_map(|(scene, names)| Some((*names.get(year)?, *scene, year)));
            acts.extend(of_year);
        }
        acts.push(("audit", Scene::History, 0));
        let numbered = (1..).zip(acts);
        numbered
            .map(|(number, (name, scene, year))| (Act::named(number, name), scene, year))
            .collect()
    }

    /// How many acts they are.
    #[must_use]
    pub fn count(self) -> u64 {
        self.acts().iter().map(|_| 1).sum()
    }
}

/// Plays the years; `tell` hears before each act and after it. After a failed act no other is played, but each stands in the report.
///
/// # Errors
/// [`Failure`] if the stage cannot be set or cleared.
pub fn run_years(wish: &YearsWish, tell: impl FnMut(Act, Option<&str>)) -> Result<Report, Failure> {
    let out = std::path::absolute(&wish.out)?;
    let mut alliance = Alliance::new(Stage::set(&out, &wish.programs, wish.pace)?);
    let acts = wish.years.acts();
    let report = Report::of(acts.iter().map(|(act, ..)| *act), tell, |act| {
        let found = acts.iter().find(|(of, ..)| *of == act);
        let (_, scene, year) = found.ok_or_else(|| Failure::new("there is no such act"))?;
        perform(&mut alliance, *scene, *year)
    });
    let left = month::leave(&mut alliance.stage, wish.keep && report.is_ok());
    report.write(&out.join("years.json"))?;
    left.map(|()| report)
}

fn perform(alliance: &mut Alliance, scene: Scene, year: usize) -> Result<Figures, Failure> {
    match scene {
        Scene::Ground => ground::play(alliance),
        Scene::Term => term::play(alliance),
        Scene::FirstHalf => months::play(alliance, year, &months::FIRST),
        Scene::Hour => hour::play(alliance, year),
        Scene::NextHalf => months::play(alliance, year, &months::NEXT),
        Scene::Studio => studio::play(alliance, year),
        Scene::Validator => validator::play(alliance, year),
        Scene::Upgrade => upgrade::play(alliance, year),
        Scene::Counts => counts::play(alliance, year),
        Scene::History => history::play(alliance),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scene, Years};

    #[test]
    fn three_years_have_six_terms_and_one_of_everything_else_in_each() {
        let acts = "3".parse::<Years>().expect("three").acts();
        let count = |scene| acts.iter().filter(|(_, of, _)| *of == scene).count();
        assert_eq!((acts.len(), count(Scene::Term)), (29, 6));
        for scene in [
            Scene::FirstHalf,
            Scene::Hour,
            Scene::NextHalf,
            Scene::Studio,
            Scene::Validator,
            Scene::Upgrade,
            Scene::Counts,
        ] {
            assert_eq!(count(scene), 3, "{scene:?}");
        }
        assert_eq!("1".parse::<Years>().expect("one").count(), 11);
        for text in ["0", "4", "-1", "one", ""] {
            assert!(text.parse::<Years>().is_err(), "{text}");
        }
    }
}
