//! The year's sixth session: what was cleared and forwarded becomes a sealed STIX bundle, the studio holds its hour, the collector publishes.
//! There are no rooms and no agents here: the counties stay silent, the chain says so by itself, and no hit is counted.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::fs;

use ktr_core::session::Hours;
use serde_json::{Value, json};

use super::{
    super::{
        Failure, Figures,
        stage::{Stage, number, text},
    },
    alliance::Alliance,
};

/// Languages of each year's sessions: Malta brings two more.
const LANGUAGES: [&str; 3] = ["de,en", "de,en,it,mt", "de,en"];
/// The first and the last bucket of plain hits that have an end of their own.
const BUCKETS: [&str; 2] = ["64", "67"];
/// Seconds after the opening at which the last of them has ended, at pace 1 (`ktr localnet up --year-secs 90`).
const BUCKETS_END_SECS: u64 = 6;
/// Seconds from the announcement to the seeding, and from the opening to the end.
const SEEDS_SECS: u64 = 12;
const HOUR_SECS: u64 = 5;

/// The languages of a year's sessions, with commas between them.
pub(crate) fn languages(year: usize) -> &'static str {
    LANGUAGES.get(year).copied().unwrap_or("en")
}

/// Builds, announces, seals, verifies, opens, closes, publishes, and waits until the chain has counted the silent rooms.
pub(crate) fn play(alliance: &mut Alliance, year: usize) -> Result<Figures, Failure> {
    let languages = languages(year);
    let session = alliance.upcoming().to_string();
    let folder = alliance.stage.out.join("release").join(&session);
    let folder = folder.display().to_string();
    build(&alliance.stage, &session, &folder)?;
    let (_, hours) = alliance.next_session(SEEDS_SECS, HOUR_SECS);
    let stage = &alliance.stage;
    schedule(stage, hours, languages)?;
    let sealed = stage.ktr(&["seal", &folder, "--key", &stage.role_key("releaser")])?;
    let verified = stage.ktr(&["verify", &folder])?;
    let release = stage.ktr(&["query", "release", text(&sealed, "release")?])?;
    let release = &release["record"];
    if release["sha256"] != sealed["sha256"] {
        return Err(Failure::new("the chain has another hash than the desk"));
    }
    let key = stage.role_key("studio");
    stage.ktr(&["session", "open", &session, "--key", &key])?;
    stage.ktr(&[
        "session",
        "close",
        &session,
        "--attendance",
        "9",
        "--key",
        &key,
    ])?;
    publish(alliance, &session, text(release, "beacon")?)?;
    let silent = silent(&mut alliance.stage, &session)?;
    let mut figures = Figures::new();
    figures.insert("session".to_owned(), json!(session));
    figures.insert("languages".to_owned(), json!(languages));
    let cases = release["nominations"].as_array().map_or(0, Vec::len);
    figures.insert("cases".to_owned(), json!(cases));
    figures.insert("objects".to_owned(), json!(number(&verified, "objects")?));
    figures.insert("buckets published".to_owned(), json!(BUCKETS.len()));
    figures.insert("counties without a room".to_owned(), json!(silent));
    Ok(figures)
}

/// All that was forwarded since the last session.
fn build(stage: &Stage, session: &str, folder: &str) -> Result<(), Failure> {
    let desk = stage.out.join("desk");
    let cases = stage.out.join(format!("desk-{session}"));
    fs::rename(&desk, &cases)?;
    let (cases, key) = (cases.display().to_string(), stage.role_key("desk"));
    let seed = stage.keys.join(format!("build-seed-{session}"));
    let seed = seed.display().to_string();
    let words = ["bundle", "build", "--session", session, "--cases", &cases];
    let more = ["--key", &key, "--seed", &seed, "--out", folder];
    let none = ["--no-warninglists"];
    let words = [words.as_slice(), &more, &none].concat();
    stage.ktr(&words).map(|_| ())
}

fn schedule(stage: &Stage, hours: Hours, languages: &str) -> Result<(), Failure> {
    let Hours {
        seeds_at,
        opens_at,
        dissolves_at,
    } = hours;
    let [seeds, opens, dissolves] = [seeds_at, opens_at, dissolves_at].map(|time| time.to_string());
    let key = stage.role_key("studio");
    let head = ["session", "schedule", "--languages", languages];
    let times = ["--seeds-at", &seeds, "--opens-at", &opens];
    let last = ["--dissolves-at", &dissolves, "--key", &key];
    let words = [head.as_slice(), &times, &last].concat();
    stage.ktr(&words).map(|_| ())
}

/// The collector publishes that there is nothing it may say: fewer hits than a count may have.
fn publish(alliance: &mut Alliance, session: &str, beacon: &str) -> Result<(), Failure> {
    let record = alliance.stage.ktr(&["query", "session", session])?;
    let opened = number(&record["record"], "opened_at")?;
    let over = opened.saturating_add(alliance.stage.secs(BUCKETS_END_SECS));
    alliance.stage.until("the last bucket's end", 20, |stage| {
        let now = number(&stage.ktr(&["status"])?["nodes"][0], "time")?;
        Ok((now >= over).then_some(()))
    })?;
    for bucket in BUCKETS {
        let head = ["ingestion", "publish", "--session", session];
        let words = [head.as_slice(), &["--bucket", bucket, "--beacon", beacon]].concat();
        alliance.send("collector", &[], &words)?;
    }
    Ok(())
}

/// How many counties the chain finds overdue, once it has found all of them.
fn silent(stage: &mut Stage, session: &str) -> Result<usize, Failure> {
    let words = ["query", "session", session];
    stage.until("three counties that are overdue", 45, |stage| {
        let read = stage.ktr(&words)?;
        let reports = read["record"]["reports"].as_array();
        let overdue = |county: &&Value| county["overdue"] == true;
        let count = reports.into_iter().flatten().filter(overdue).count();
        Ok((count == 3).then_some(count))
    })
}
