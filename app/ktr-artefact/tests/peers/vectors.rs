//! Our canonical form against a second library, and against the published RFC 8785 vectors if the data folder is beside the checkout.
//! A bundle's strictness beyond RFC 8785 is not judged here.

use ktr_artefact::canonical;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    program::Home,
    public::unpacked,
    world::{bundle, now},
};

#[test]
fn the_canonical_form_is_that_of_the_published_vectors() {
    let home = Home::new();
    if !unpacked(&home, "jcs-vectors.tar.gz") {
        return;
    }
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
        let (ours, output) = (canonical::to_bytes(&value).unwrap(), read("output"));
        assert_eq!(ours, output, "{name}");
        assert_eq!(serde_jcs::to_vec(&value).unwrap(), output, "{name}");
        let hex = String::from_utf8(read_hex(&home, name)).unwrap();
        let hex: String = hex.split_whitespace().collect();
        assert_eq!(hex::encode(ours), hex, "{name}");
    }
}

fn read_hex(home: &Home, name: &str) -> Vec<u8> {
    std::fs::read(home.path().join(format!("testdata/outhex/{name}.txt"))).unwrap()
}

#[test]
fn a_second_library_writes_a_bundle_as_we_do() {
    let bytes = bundle(now()).bytes;
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(serde_jcs::to_vec(&value).unwrap(), bytes);
    assert_eq!(canonical::to_bytes(&value).unwrap(), bytes);
}

/// Any JSON value, with keys that sort differently by UTF-8 and by UTF-16.
fn value() -> impl Strategy<Value = Value> {
    let text = "[ -~\\x00-\\x1f\u{e000}-\u{f8ff}\u{1f600}-\u{1f64f}é€]{0,8}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(|number| json!(number)),
        any::<f64>()
            .prop_filter("JSON has no infinity", |number| number.is_finite())
            .prop_map(|number| json!(number)),
        text.prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let members = proptest::collection::btree_map(text, inner.clone(), 0..6);
        let object =
            members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()));
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(Value::Array),
            object
        ]
    })
}

proptest! {
    #[test]
    fn properties_of_canonical_bytes_a_second_library_agrees_on_any_value(value in value()) {
        let ours = canonical::to_bytes(&value).unwrap();
        prop_assert_eq!(&serde_jcs::to_vec(&value).unwrap(), &ours);
        let again: Value = serde_json::from_slice(&ours).unwrap();
        prop_assert_eq!(canonical::to_bytes(&again).unwrap(), ours);
    }
}
