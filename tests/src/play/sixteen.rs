//! Act 9, sixteen hundred: the live part closes; at T the rooms go, each county reports that nothing is left, and two others confirm it.
//! What members downloaded is theirs; the claim is only that the servers hold nothing.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::fs;

use serde_json::{Value, json};

use super::{Failure, Figures, passes, rooms::COUNTIES, stage::Stage};

/// Closes the session and waits for three receipts without residue, each confirmed by the two other counties.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    let key = stage.role_key("studio");
    stage.ktr(&["session", "close", "1", "--attendance", "9", "--key", &key])?;
    let record = stage.until(
        "three destructions confirmed by two counties each",
        180,
        |stage| {
            let record = stage.ktr(&["query", "session", "1", "--prove"])?;
            Ok((confirmed(&record) == COUNTIES.len()).then_some(record))
        },
    )?;
    let mut residue = 0_u64;
    for report in dissolved(&record) {
        let classes = report["residue"].as_array().into_iter().flatten();
        residue = classes
            .filter_map(Value::as_u64)
            .fold(residue, u64::saturating_add);
    }
    if residue != 0 {
        return Err(Failure::new(format!("{residue} hits of residue")));
    }
    fs::write(
        stage.out.join("audit/session.json"),
        format!("{record:#}\n"),
    )?;
    let canaries = search(stage)?;
    for token in &stage.tokens {
        let status = passes::ask(token)?;
        if status != 401 && status != 403 {
            return Err(Failure::new(format!(
                "a member's token answers {status} after T"
            )));
        }
    }
    let mut figures = Figures::new();
    figures.insert("tokens refused".to_owned(), json!(stage.tokens.len()));
    figures.insert("canaries sought".to_owned(), json!(canaries));
    figures.insert("canaries found".to_owned(), json!(0));
    figures.insert("rooms destroyed".to_owned(), json!(COUNTIES.len()));
    figures.insert(
        "confirmed by two witnesses".to_owned(),
        json!(confirmed(&record)),
    );
    figures.insert("residue".to_owned(), json!(residue));
    Ok(figures)
}

/// How many counties' destructions two others have confirmed.
fn confirmed(record: &Value) -> usize {
    let reports = record["record"]["reports"].as_array().into_iter().flatten();
    reports.filter(|county| county["confirmed"] == true).count()
}

/// The last report of each county that has one.
fn dissolved(record: &Value) -> Vec<&Value> {
    let reports = record["record"]["reports"].as_array().into_iter().flatten();
    reports
        .filter_map(|county| county["dissolved"].as_array()?.last())
        .collect()
}

/// Takes the counties' receipts and looks by itself for what was in the rooms and in the release; gives for how much it looked.
fn search(stage: &Stage) -> Result<usize, Failure> {
    let mut sought = 0_usize;
    for ((_, letter), traces) in COUNTIES.iter().zip(&stage.traces) {
        let home = stage.out.join("rooms").join(letter);
        let receipt = fs::read(home.join("state/receipts/1-1.json"))?;
        fs::write(home.join("receipt.json"), &receipt)?;
        let receipt: Value =
            serde_json::from_slice(&receipt).map_err(|error| Failure::of("receipt", error))?;
        let room = receipt["room"].as_str();
        let room = room.ok_or_else(|| Failure::new("the receipt names no room"))?;
        let mut canaries = traces.clone();
        canaries.add("room", room.trim_start_matches('!'));
        canaries.add("alias", "ktr-1:county");
        canaries.add("file name", "release.pgp");
        for canaries in [&canaries, &stage.plaintext] {
            if let Some(kind) = canaries.found_below(&home.join("synapse"))?.first() {
                return Err(Failure::new(format!(
                    "homeserver {letter} still holds: {kind}"
                )));
            }
            sought = sought.saturating_add(canaries.count());
        }
    }
    Ok(sought)
}
