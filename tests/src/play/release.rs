//! Act 5, release: the cleared cases become one sealed STIX bundle whose hash is on the chain, and three counties get it.
//! `gpgv`, `sqv`, the OASIS validator and a plain SHA-256 are asked, because our own word is no proof.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{env, fs};

use serde_json::json;

use super::{
    Failure, Figures,
    rooms::COUNTIES,
    stage::{Stage, number, text},
};

/// Builds, schedules, seals, verifies, hands over.
pub(crate) fn play(stage: &Stage) -> Result<Figures, Failure> {
    if stage.cases.is_empty() {
        return Err(Failure::new("acts 3 and 4 have not been played"));
    }
    let folder = stage.out.join("release").display().to_string();
    let desk = stage.out.join("desk").display().to_string();
    let seed = stage.keys.join("build-seed").display().to_string();
    let key = stage.role_key("desk");
    let words = [
        "bundle",
        "build",
        "--session",
        "1",
        "--cases",
        &desk,
        "--key",
        &key,
        "--no-warninglists",
    ];
    let built = stage.ktr(&[words.as_slice(), &["--seed", &seed, "--out", &folder]].concat())?;
    schedule(stage)?;
    let sealed = stage.ktr(&["seal", &folder, "--key", &stage.role_key("releaser")])?;
    let release = text(&sealed, "release")?;
    judge(stage, &folder, text(&sealed, "sha256")?)?;
    let verified = stage.ktr(&["verify", &folder])?;
    hand_over(stage, &folder)?;
    let record = stage.ktr(&["query", "release", release, "--prove"])?;
    if record["record"]["sha256"] != sealed["sha256"] {
        return Err(Failure::new(format!(
            "release {release} has another hash on the chain"
        )));
    }
    fs::write(
        stage.out.join("audit/release.json"),
        format!("{record:#}\n"),
    )?;
    let mut figures = Figures::new();
    figures.insert("objects".to_owned(), json!(number(&verified, "objects")?));
    figures.insert("octets".to_owned(), built["size"].clone());
    figures.insert(
        "judges".to_owned(),
        json!("gpgv, sqv, stix2_validator, sha256sum"),
    );
    figures.insert("handed over".to_owned(), json!(COUNTIES.len()));
    Ok(figures)
}

/// The studio announces the session.
fn schedule(stage: &Stage) -> Result<(), Failure> {
    let ahead = |secs| format!("+{}s", stage.secs(secs));
    let (seeds, opens, dissolves) = (ahead(20), ahead(28), ahead(115));
    let key = stage.role_key("studio");
    let times = [
        "--seeds-at",
        &seeds,
        "--opens-at",
        &opens,
        "--dissolves-at",
        &dissolves,
    ];
    let words = [
        "session",
        "schedule",
        "--languages",
        "de,en,mt",
        "--key",
        &key,
    ];
    stage.ktr(&[words.as_slice(), &times].concat()).map(|_| ())
}

/// What the tools of others say.
fn judge(stage: &Stage, folder: &str, sha256: &str) -> Result<(), Failure> {
    let (bundle, seal) = (
        format!("{folder}/bundle.json"),
        format!("{folder}/bundle.json.asc"),
    );
    let certificate = format!("{folder}/alliance.pgp");
    stage.peer("gpgv", &["--keyring", &certificate, &seal, &bundle])?;
    stage.peer("sqv", &["--keyring", &certificate, &seal, &bundle])?;
    let validator = validator()?;
    let flags = ["--strict", "--strict-properties", "--enforce-refs", &bundle];
    stage.peer(&validator, &flags)?;
    let summed = stage.peer("sha256sum", &[&bundle])?;
    if String::from_utf8_lossy(&summed).split(' ').next() == Some(sha256) {
        return Ok(());
    }
    Err(Failure::new("sha256sum gives another hash than the chain"))
}

#[expect(clippy::disallowed_methods, reason = "set-up says where the peers are")]
fn validator() -> Result<String, Failure> {
    env::var("KTR_STIX2_VALIDATOR")
        .map_err(|error| Failure::of("KTR_STIX2_VALIDATOR, which scripts/setup sets", error))
}

/// One encrypted copy for each county's sidecar.
fn hand_over(stage: &Stage, folder: &str) -> Result<(), Failure> {
    for (county, letter) in COUNTIES {
        let to = stage
            .out
            .join("rooms")
            .join(letter)
            .join("inbox")
            .display()
            .to_string();
        let county = county.to_string();
        stage.ktr(&[
            "release",
            "hand-over",
            folder,
            "--county",
            &county,
            "--to",
            &to,
        ])?;
    }
    Ok(())
}
