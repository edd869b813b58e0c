//! The book's reference pages say what the code says, and the specification's examples are the vectors' octets.
//! Whether a page is well written, a reader must judge.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what cannot be"
)]

mod cli;
mod configuration;
mod queries;

use std::{fs, path::Path};

use ktr_testkit::pinned;
use ktr_tests::reference;

#[test]
fn the_page_of_rejections_is_what_the_code_says() {
    reference::compare("rejections", &reference::rejections());
}

#[test]
fn the_page_of_commands_is_what_the_code_says() {
    reference::compare("commands", &reference::commands());
}

#[test]
fn the_page_of_events_is_what_the_code_says() {
    reference::compare("events", &reference::events());
}

#[test]
fn the_page_of_parameters_is_what_the_code_says() {
    reference::compare("parameters", &reference::parameters());
}

#[test]
fn the_shipped_schema_of_the_form_is_what_its_types_say() {
    let schema = ktr_artefact::form::json_schema();
    let made = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    assert!(made.contains("2020-12") && made.contains("\"additionalProperties\": false"));
    let shipped = "../app/ktr-artefact/schema/nomination.schema.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(shipped);
    pinned::compare(&path, &format!("{made}\n"), "reference");
}

#[test]
fn the_page_of_queries_is_what_the_node_says() {
    reference::compare("queries", &queries::queries());
}

#[test]
fn the_page_of_configuration_is_what_samples_and_structures_say() {
    reference::compare("configuration", &configuration::configuration());
}

#[test]
fn the_page_of_the_command_line_is_what_the_programs_say() {
    reference::compare("cli", &cli::cli());
}

#[test]
fn every_example_of_the_specification_stands_in_the_vectors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let files = [
        "chain",
        "digests",
        "genesis",
        "log",
        "records",
        "transactions",
    ];
    let vectors: Vec<String> = files
        .iter()
        .map(|name| fs::read_to_string(folder.join(name).with_extension("json")))
        .collect::<Result<_, _>>()
        .expect("the vectors are recorded");
    let examples = reference::examples();
    assert!(examples.len() > 30, "the specification shows octets");
    for example in examples {
        let stands = vectors.iter().any(|text| text.contains(&example.digits));
        assert!(
            stands && !example.digits.is_empty(),
            "{}: {} is in no vector",
            example.page,
            example.digits
        );
    }
}
