//! The leak verifier on real bundles: the samples hold nothing of their victims, and whatever of a victim is put into them is found.
//! How each form of a token is found is tested beside the module.

use ktr_artefact::{finding::rule, leak};
use serde_json::{Value, json};

use crate::world::{FORMS, bundle, now};

/// Every token of the dictionaries of all samples: words, and patterns of hosts.
fn tokens() -> (Vec<String>, Vec<String>) {
    let (mut words, mut patterns) = (Vec::new(), Vec::new());
    for form in FORMS {
        let form: Value = serde_json::from_str(form).unwrap();
        for (list, tokens) in form["victim"].as_object().unwrap() {
            let texts = tokens.as_array().unwrap().iter();
            let texts = texts.map(|token| token.as_str().unwrap().to_owned());
            match list.as_str() {
                "host_patterns" => patterns.extend(texts),
                _ => words.extend(texts),
            }
        }
    }
    (words, patterns)
}

fn dictionary() -> leak::Dictionary {
    let (words, patterns) = tokens();
    leak::Dictionary::of(&words, &patterns).unwrap()
}

#[test]
fn a_built_bundle_holds_nothing_of_its_victims() {
    assert_eq!(leak::check(&bundle(now()).bytes, &dictionary()), []);
}

#[test]
fn whatever_of_a_victim_is_put_into_a_bundle_is_found_in_its_object() {
    let (built, dictionary) = (bundle(now()).bytes, dictionary());
    let value: Value = serde_json::from_slice(&built).unwrap();
    let objects = value["objects"].as_array().unwrap();
    let (words, patterns) = tokens();
    let tokens = [words, patterns].concat();
    assert!(tokens.len() > 20, "{}", tokens.len());
    for (token, object) in tokens.iter().zip(objects.iter().cycle()) {
        // Of a pattern or range, one thing that it covers.
        let covered = token.split('/').next().unwrap();
        let covered = covered.replace('*', "x").replace('?', "0");
        let mut spoiled = object.clone();
        spoiled["note"] = format!("seen at {covered} too").into();
        let spoiled = json!({ "objects": [object, spoiled] }).to_string();
        let findings = leak::check(spoiled.as_bytes(), &dictionary);
        let known = [rule::LEAK_TEXT, rule::LEAK_ADDRESS, rule::LEAK_PHONE];
        let plain = findings.iter().any(|found| known.contains(&found.rule));
        assert!(plain, "nothing found of a token of {} octets", token.len());
        let elsewhere = findings
            .iter()
            .find(|found| found.place.to_string() != "objects[1]");
        assert_eq!(elsewhere, None);
    }
}
