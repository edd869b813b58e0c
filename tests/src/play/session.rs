//! Act 6, session: the hour begins, each county's room gets the release, nine agents decrypt and verify it.
//! Meanwhile the homeservers' files hold no word of it in clear.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{Failure, Figures, company::stands_in, passes, rooms::COUNTIES, stage::Stage};

/// Opens the session and waits for nine verified releases.
pub(crate) fn play(stage: &mut Stage) -> Result<Figures, Failure> {
    let key = stage.role_key("studio");
    stage.ktr(&["session", "open", "1", "--key", &key])?;
    let folders = stage.until("nine verified releases", 60, |stage| {
        let folders = signed(stage)?;
        Ok((folders.len() == stage.members.len()).then_some(folders))
    })?;
    let original = fs::read(stage.out.join("release/bundle.json"))?;
    for folder in &folders {
        if fs::read(folder.join("bundle.json"))? != original {
            return Err(Failure::new(format!(
                "{} holds other octets",
                folder.display()
            )));
        }
    }
    let canaries = canaries(&original)?;
    for (_, letter) in COUNTIES {
        for canary in &canaries {
            if stands_in(
                &stage.out.join("rooms").join(letter).join("synapse"),
                canary.as_bytes(),
            )? {
                return Err(Failure::new(format!("homeserver {letter} holds plaintext")));
            }
        }
    }
    stage.tokens = passes::take(stage)?;
    for token in &stage.tokens {
        let status = passes::ask(token)?;
        if status != 200 {
            return Err(Failure::new(format!(
                "a member's token answers {status} in the hour"
            )));
        }
    }
    let mut figures = Figures::new();
    figures.insert("agents that verified".to_owned(), json!(folders.len()));
    figures.insert("plaintext canaries".to_owned(), json!(canaries.len()));
    figures.insert("plaintext hits".to_owned(), json!(0));
    Ok(figures)
}

/// The folders of verified releases, one per agent at most.
fn signed(stage: &Stage) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = Vec::new();
    for n in 1..=stage.members.len() {
        let signed = stage.out.join("agents").join(n.to_string()).join("signed");
        if !signed.exists() {
            continue;
        }
        let entries: Result<Vec<_>, _> = fs::read_dir(signed)?.collect();
        let mut entries = entries?.into_iter();
        // A name with a dot is a release that is still being written.
        let whole = entries.find(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        folders.extend(whole.map(|entry| entry.path()));
    }
    Ok(folders)
}

/// Words that stand in the bundle and must stand nowhere else.
fn canaries(bundle: &[u8]) -> Result<Vec<String>, Failure> {
    let bundle: Value =
        serde_json::from_slice(bundle).map_err(|error| Failure::of("bundle.json", error))?;
    let objects = bundle.get("objects").and_then(Value::as_array);
    let objects = objects.ok_or_else(|| Failure::new("bundle.json has no objects"))?;
    let of_type = |kind: &'static str, field: &'static str| {
        let of_kind = objects
            .iter()
            .filter(move |object| object.get("type") == Some(&json!(kind)));
        of_kind.filter_map(move |object| object.get(field).and_then(Value::as_str))
    };
    let mut canaries: Vec<String> = of_type("report", "name").map(str::to_owned).collect();
    canaries.extend(of_type("indicator", "id").take(10).map(str::to_owned));
    canaries.extend(bundle.get("id").and_then(Value::as_str).map(str::to_owned));
    Ok(canaries)
}
