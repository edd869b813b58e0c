//! The studio moves: the counties resolve the next host region, with a key made there, from a second that they name.
//! From that second on the studio of the region before is refused.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::fs;

use ktr_os::clock;
use serde_json::json;

use super::{
    super::{Failure, Figures, stage::text},
    alliance::Alliance,
};

/// Where the studio moves at the end of each year: county 1 is Mansfeld-Suedharz, 2 is Malta, 3 is Anhalt-Bitterfeld.
const REGIONS: [&str; 3] = ["2", "3", "1"];
/// The code for a signature of a key whose validity is over.
const OVER: u64 = 106;

/// Resolves the move, waits for its second, and tries the key of the region before.
pub(crate) fn play(alliance: &mut Alliance, year: usize) -> Result<Figures, Failure> {
    let region = REGIONS.get(year).copied().unwrap_or("1");
    let turn = u64::try_from(year).unwrap_or(0).saturating_add(1);
    let key = alliance.new_key("studio", turn)?;
    let shown = alliance
        .stage
        .ktr(&["keys", "show", &key.display().to_string()])?;
    let from = clock::now()
        .0
        .saturating_add(alliance.stage.secs(5))
        .to_string();
    let head = ["host", "--region", region, "--from", &from];
    let studio = ["--body", text(&shown, "body")?, "--valid-until", "+395d"];
    alliance.resolve(&[head.as_slice(), &studio].concat())?;
    alliance.stage.until("the next host", 30, |stage| {
        let network = stage.ktr(&["query", "network"])?;
        let host = network["record"]["host"].to_string();
        Ok((host == region).then_some(()))
    })?;
    let late = [
        "session",
        "schedule",
        "--session",
        "99",
        "--languages",
        "en",
    ];
    let times = [
        "--seeds-at",
        "+1h",
        "--opens-at",
        "+2h",
        "--dissolves-at",
        "+3h",
    ];
    let code = alliance.refused("studio", &[late.as_slice(), &times].concat())?;
    if code != OVER {
        let why = format!("the studio before was refused with {code}");
        return Err(Failure::new(why));
    }
    let old = alliance.stage.role_key("studio");
    fs::rename(&old, format!("{old}.before-{turn}"))?;
    alliance.takes_over("studio", &key)?;
    let mut figures = Figures::new();
    figures.insert("host".to_owned(), json!(region));
    figures.insert(
        "the studio before".to_owned(),
        json!(format!("refused with {code}")),
    );
    Ok(figures)
}
