//! Act 6, session: the hour begins, each county's room gets the release, nine agents decrypt and verify it.
//! Meanwhile the homeservers' files hold no word of it in clear.
#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value answers null for what it has not"
)]

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::{Failure, Figures, passes, rooms::COUNTIES, scan::Canaries, stage::Stage};

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
    stage.plaintext = plaintext(&original)?;
    stage.traces = traces(stage)?;
    let traces = search(stage)?;
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
    figures.insert(
        "plaintext canaries".to_owned(),
        json!(stage.plaintext.count()),
    );
    figures.insert("plaintext hits".to_owned(), json!(0));
    figures.insert(
        "traces of rooms found, as they must be".to_owned(),
        json!(traces),
    );
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

/// What a homeserver's files must hold in the hour, in the order of [`traces`]: a search that misses one is blind.
const TRACES: [&str; 4] = ["room", "event", "media", "ciphertext hash"];

/// Looks for plaintext, which must not be there, and for the room and its posts, which must; gives how many kinds were found.
fn search(stage: &Stage) -> Result<usize, Failure> {
    let mut seen = 0_usize;
    for ((_, letter), traces) in COUNTIES.iter().zip(&stage.traces) {
        let files = stage.out.join("rooms").join(letter).join("synapse");
        if let Some(kind) = stage.plaintext.found_below(&files)?.first() {
            return Err(Failure::new(format!(
                "homeserver {letter} holds plaintext: {kind}"
            )));
        }
        let found = traces.found_below(&files)?;
        if let Some(missed) = TRACES.iter().find(|kind| !found.contains(kind)) {
            return Err(Failure::new(format!(
                "the search does not see what homeserver {letter} holds: {missed}"
            )));
        }
        seen = seen.saturating_add(found.len());
    }
    Ok(seen)
}

/// What names each county's room and its posts, out of the sidecar's journal, which is gone after the hour.
fn traces(stage: &Stage) -> Result<Vec<Canaries>, Failure> {
    COUNTIES
        .iter()
        .map(|(_, letter)| {
            let path = stage
                .out
                .join("rooms")
                .join(letter)
                .join("state/journal.json");
            let journal = fs::read(&path).map_err(|error| Failure::of(path.display(), error))?;
            let journal: Value = serde_json::from_slice(&journal)
                .map_err(|error| Failure::of(path.display(), error))?;
            Ok(traces_in(&journal))
        })
        .collect()
}

/// Ids without their first sign, because the files also hold them without it.
fn traces_in(journal: &Value) -> Canaries {
    let mut traces = Canaries::default();
    let mut add = |kind, value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let id = text.rsplit('/').next().unwrap_or_default();
        traces.add(kind, id.trim_start_matches(['!', '$']));
    };
    add("room", &journal["room"]);
    for post in journal["posts"].as_array().into_iter().flatten() {
        add("event", &post["event"]);
        add("media", &post["media"]);
        add("ciphertext hash", &post["sha256"]);
    }
    traces
}

/// What stands in the bundle and must stand nowhere else: its id, the names and narratives of its reports, the values of its indicators.
fn plaintext(bundle: &[u8]) -> Result<Canaries, Failure> {
    let bundle: Value =
        serde_json::from_slice(bundle).map_err(|error| Failure::of("bundle.json", error))?;
    let objects = bundle["objects"].as_array();
    let objects = objects.ok_or_else(|| Failure::new("bundle.json has no objects"))?;
    let mut canaries = Canaries::default();
    canaries.add("bundle id", bundle["id"].as_str().unwrap_or_default());
    for object in objects {
        let text = |field: &str| object[field].as_str().unwrap_or_default();
        match text("type") {
            "report" => {
                canaries.add("report name", text("name"));
                for line in text("description").lines() {
                    canaries.add("narrative", line);
                }
            }
            "indicator" => {
                canaries.add("indicator id", text("id"));
                // Every second part of a pattern stands between quotes.
                for value in text("pattern").split('\'').skip(1).step_by(2) {
                    canaries.add("indicator value", value);
                }
            }
            _ => {}
        }
    }
    let kinds = [
        "bundle id",
        "report name",
        "narrative",
        "indicator id",
        "indicator value",
    ];
    match kinds.iter().find(|kind| !canaries.has(kind)) {
        Some(kind) => Err(Failure::new(format!("bundle.json has no {kind}"))),
        None => Ok(canaries),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::{plaintext, traces_in};

    #[test]
    fn a_bundle_gives_its_id_its_words_and_its_values_as_canaries() {
        let bundle = json!({"type": "bundle", "id": "bundle--1234", "objects": [
            {"type": "report", "name": "A port lost its cranes", "description": "First line.\nSecond line."},
            {"type": "indicator", "id": "indicator--1", "pattern": "[ipv4-addr:value = '203.0.113.77']"},
        ]});
        let canaries = plaintext(bundle.to_string().as_bytes()).expect("it is whole");
        assert_eq!(canaries.count(), 6);
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("db"), "…Second line.…203.0.113.77…").expect("a file");
        let found = canaries.found_below(folder.path()).expect("it can be read");
        assert_eq!(found, ["narrative", "indicator value"]);
        let empty = json!({"id": "bundle--1234", "objects": []});
        assert!(plaintext(empty.to_string().as_bytes()).is_err());
    }

    #[test]
    fn a_journal_gives_room_events_media_and_hashes_without_their_signs() {
        let journal = json!({"room": "!abcdefgh", "posts": [
            {"event": "$ijklmnop", "media": "mxc://county-a.test/qrstuvwx", "sha256": "0011223344"},
        ]});
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("db");
        for (text, kind) in [
            ("abcdefgh", "room"),
            ("ijklmnop", "event"),
            ("qrstuvwx", "media"),
            ("0011223344", "ciphertext hash"),
        ] {
            fs::write(&file, text).expect("a file");
            let found = traces_in(&journal).found_below(folder.path());
            assert_eq!(found.expect("it can be read"), [kind]);
        }
    }
}
