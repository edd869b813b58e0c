//! Act 1 of the years: four sites with a genesis whose years last a minute and a half, and members of each county.
//! No room is opened.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use serde_json::json;

use super::{
    super::{Failure, Figures, ground, members, stage::number},
    alliance::Alliance,
};

/// Seconds of a year at pace 1.
pub(crate) const YEAR_SECS: u64 = 90;
/// Members of the cast: as many as a year of nominations needs, since none may have more than ten open ones.
const MEMBERS: [u8; 6] = [1, 4, 6, 7, 8, 9];

/// Brings the network up, admits the members and reads when the founders' term ends.
pub(crate) fn play(alliance: &mut Alliance) -> Result<Figures, Failure> {
    let stage = &mut alliance.stage;
    let year = stage.secs(YEAR_SECS).to_string();
    let up = stage.ktr(&["localnet", "up", "--year-secs", &year])?;
    ground::show(stage)?;
    let (level, _) = ground::all_level(stage)?;
    stage.members = members::admitted(stage, &MEMBERS)?;
    let term = stage.ktr(&["query", "term", "1"])?;
    alliance.term = (1, number(&term["record"], "until")?);
    let mut figures = Figures::new();
    figures.insert("sites".to_owned(), json!(stage.ports()?.len()));
    figures.insert("level at".to_owned(), json!(level));
    figures.insert("members".to_owned(), json!(stage.members.len()));
    figures.insert("seconds of a year".to_owned(), json!(year));
    figures.insert("tolerates".to_owned(), up["tolerates"].clone());
    Ok(figures)
}
