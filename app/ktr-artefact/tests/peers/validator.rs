//! The OASIS validator and python-stix2 read what we build, and would say no to what is wrong.

use crate::{
    program::Home,
    python::{self, validate},
    world::{bundle, now},
};

#[test]
fn the_oasis_validator_passes_a_built_bundle() {
    let home = Home::new();
    home.file("bundle.json", &bundle(now()).bytes);
    let output = validate(&home, &["bundle.json"]);
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && words.contains("STIX JSON: Valid"),
        "{words}"
    );
}

#[test]
fn the_oasis_validator_would_say_no() {
    let home = Home::new();
    let text = String::from_utf8(bundle(now()).bytes).unwrap();
    home.file(
        "bundle.json",
        text.replacen("\"spec_version\":\"2.1\"", "\"spec_version\":\"2.9\"", 1)
            .as_bytes(),
    );
    assert!(!validate(&home, &["bundle.json"]).status.success());
}

#[test]
fn python_stix2_reads_a_built_bundle_and_computes_the_same_ids() {
    let bytes = bundle(now()).bytes;
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let objects = value["objects"].as_array().unwrap().len();
    let [read] = &python::read_bundles(&[&bytes])[..] else {
        panic!("one bundle");
    };
    assert!(read.observables > 20, "{read:?}");
    assert_eq!((read.objects, read.read), (objects, objects));
    assert_eq!(read.equal_ids, read.observables, "{read:?}");
}
