//! Large releases: forms filled with drawn indicators, built as any other, and several bundles joined to one that nobody may build.
//! The values are drawn by a seed and belong to nobody.

use std::collections::{BTreeMap, BTreeSet};

use ktr_artefact::{
    canonical, form,
    stix::{Bundle, Case, Seed},
};
use ktr_core::{
    id::{Commitment, Sha256},
    time::Time,
};
use ktr_testkit::Dice;
use serde_json::{Value, json};
use sha2::Digest;

use crate::{
    leak::{hex, word},
    world::{FORMS, bundle_of},
};

/// Indicators of one form.
const OF_A_FORM: usize = 1_000;

/// A bundle with this many indicators; a URL among them has so many folders.
pub(crate) fn bundle(number: u8, indicators: usize, folders: usize, signed_at: Time) -> Bundle {
    let mut dice = Dice::new(u64::from(number));
    let cases: Vec<Case> = (0..indicators.div_ceil(OF_A_FORM))
        .map(|case| Case {
            commitment: Commitment([u8::try_from(case).unwrap(); 32]),
            nomination: {
                let left = indicators - case * OF_A_FORM;
                let form = form(&mut dice, left.min(OF_A_FORM), folders);
                form::check(&form::read(&form).unwrap()).unwrap()
            },
        })
        .collect();
    bundle_of(Seed([number; 32]), &cases, signed_at).unwrap()
}

/// A form of the tests, with other indicators.
fn form(dice: &mut Dice, indicators: usize, folders: usize) -> Vec<u8> {
    let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
    let entries: Vec<Value> = (0..indicators)
        .map(|index| {
            let (kind, value) = indicator(dice, index, folders);
            json!({
                "type": kind, "value": value, "indicator_types": ["malicious-activity"],
                "tactic": "impact", "credibility": 2, "valid_days": 30, "victim_unique": false,
            })
        })
        .collect();
    form["iocs"] = entries.into();
    form["context"]["links"] = json!([]);
    serde_json::to_vec(&form).unwrap()
}

fn indicator(dice: &mut Dice, index: usize, folders: usize) -> (&'static str, String) {
    let domain = format!("{}.{}.com", word(dice, 6), word(dice, 11));
    match index % 4 {
        _ if folders > 2 => ("url", url(dice, &domain, folders)),
        0 => ("hash", hex(dice, 64)),
        1 => ("url", url(dice, &domain, folders)),
        2 => ("filename", format!("{}.exe", word(dice, 9))),
        _ => ("domain", domain),
    }
}

fn url(dice: &mut Dice, domain: &str, folders: usize) -> String {
    let path: Vec<String> = (0..folders).map(|_| word(dice, 9)).collect();
    format!("https://{domain}/{}/gate.php", path.join("/"))
}

/// One bundle with the objects of all: a single note, whose references are all reports.
pub(crate) fn joined(bundles: &[Bundle]) -> Bundle {
    let mut objects = BTreeMap::new();
    let mut notes = Vec::new();
    for bundle in bundles {
        let mut value: Value = serde_json::from_slice(&bundle.bytes).unwrap();
        let Value::Array(parts) = value["objects"].take() else {
            panic!("a bundle has a list of objects");
        };
        for part in parts {
            let id = part["id"].as_str().unwrap().to_owned();
            if part["type"] == "note" {
                notes.push((id, part));
            } else {
                objects.insert(id, canonical::to_bytes(&part).unwrap());
            }
        }
    }
    let (id, mut note) = notes.swap_remove(0);
    let reports: BTreeSet<&String> = objects
        .keys()
        .filter(|id| id.starts_with("report--"))
        .collect();
    note["object_refs"] = json!(reports);
    objects.insert(id, canonical::to_bytes(&note).unwrap());
    let first = &bundles[0];
    let mut bytes = format!("{{\"id\":\"{}\",\"objects\":[", first.id).into_bytes();
    bytes.extend(objects.into_values().collect::<Vec<_>>().join(&b','));
    bytes.extend(b"],\"type\":\"bundle\"}");
    Bundle {
        sha256: Sha256(sha2::Sha256::digest(&bytes).into()),
        bytes,
        ..first.clone()
    }
}
