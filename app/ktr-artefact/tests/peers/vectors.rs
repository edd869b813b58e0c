//! The published RFC 8785 vectors, if the data folder is beside the checkout.

use ktr_artefact::canonical;
use serde_json::Value;

use crate::program::Home;

#[test]
fn the_canonical_form_is_that_of_the_published_vectors() {
    let archive = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/jcs-vectors.tar.gz"
    );
    if !std::path::Path::new(archive).exists() {
        println!("skipped 6 vectors: jcs-vectors.tar.gz is not beside the checkout");
        return;
    }
    let home = Home::new();
    assert!(home.run("tar", &["xzf", archive]).status.success());
    for name in [
        "arrays",
        "french",
        "structures",
        "unicode",
        "values",
        "weird",
    ] {
        let read = |kind: &str| {
            std::fs::read(home.path().join(format!("testdata/{kind}/{name}.json"))).unwrap()
        };
        let value: Value = serde_json::from_slice(&read("input")).unwrap();
        assert_eq!(
            canonical::to_bytes(&value).unwrap(),
            read("output"),
            "{name}"
        );
    }
}
