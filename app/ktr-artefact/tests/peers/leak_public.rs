//! What the leak verifier says of public rules and indicators, if the data folder is beside the checkout.
//! Public data names few victims: what is found there is an example, an attacker's own, or a false alarm, and is counted.

use std::collections::{BTreeMap, BTreeSet};

use ktr_artefact::{
    finding::{Rule, rule},
    leak,
};
use serde_json::{Value, json};

use crate::{
    program::Home,
    public::{texts, unpacked},
};

/// Findings per class when each text is an object of its own, and how many texts have one that is no mail address.
fn classes<T: AsRef<str>>(texts: &[T]) -> (BTreeMap<&'static str, usize>, usize) {
    let objects: Vec<Value> = texts
        .iter()
        .map(|text| json!({ "text": text.as_ref() }))
        .collect();
    let bundle = json!({ "objects": objects }).to_string();
    let dictionary = leak::Dictionary::of::<&str>(&[], &[]).unwrap();
    let (mut counts, mut places) = (BTreeMap::new(), BTreeSet::new());
    for finding in leak::check(bundle.as_bytes(), &dictionary) {
        let count: &mut usize = counts.entry(finding.rule.name()).or_default();
        *count = count.saturating_add(1);
        // Senders and contacts of authors: what they are is said beside them.
        if finding.rule == rule::LEAK_MAIL {
            continue;
        }
        places.insert(finding.place.to_string());
    }
    (counts, places.len())
}

/// Classes whose every occurrence in public rules would be a false alarm.
const NEVER: [&str; 9] = [
    "leak-iban",
    "leak-card",
    "leak-steuer-id",
    "leak-nir",
    "leak-pesel",
    "leak-rodne-cislo",
    "leak-codice-fiscale",
    "leak-maltese-id",
    "leak-mac",
];

#[test]
fn public_rules_and_indicators_hold_next_to_nothing_that_looks_like_an_identifier() {
    for (name, endings, per_mille_max) in [
        ("sigma.tar.gz", vec!["yml"], 1),
        (
            "eset-malware-ioc.tar.gz",
            vec!["adoc", "md5", "sha1", "sha256"],
            1,
        ),
    ] {
        let home = Home::new();
        if !unpacked(&home, name) {
            continue;
        }
        let mut files = Vec::new();
        texts(home.path(), &endings, &mut files);
        let lines: Vec<&str> = files.iter().flat_map(|(_, text)| text.lines()).collect();
        let (counts, hit) = classes(&lines);
        println!(
            "{name}: {} lines, {hit} with a class: {counts:?}",
            lines.len()
        );
        assert!(lines.len() > 10_000, "{name}");
        assert!(
            hit.saturating_mul(1_000) <= lines.len().saturating_mul(per_mille_max),
            "{name}: {hit}"
        );
        for class in NEVER {
            assert_eq!(counts.get(class), None, "{name}: {class}");
        }
    }
}

/// The strings of all events of a file, which holds one value after the other.
fn strings(text: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut waiting: Vec<Value> = serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .map_while(Result::ok)
        .collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::String(text) => strings.push(text),
            Value::Array(items) => waiting.extend(items),
            Value::Object(members) => waiting.extend(members.into_iter().map(|(_, value)| value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    strings
}

/// Which class a string of an event must give, judged without the verifier's readers.
fn expected(text: &str) -> Option<Rule> {
    let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest.to_lowercase());
    let starts_well = |rest: &String| rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    if after("S-1-5-21-").is_some_and(|rest| starts_well(&rest)) {
        return Some(rule::LEAK_SID);
    }
    let home = after(":\\Users\\").filter(starts_well);
    let name = home.as_deref().and_then(|rest| rest.split('\\').next());
    let everyone = [
        "public",
        "default",
        "administrator",
        "admin",
        "user",
        "test",
    ];
    if name.is_some_and(|name| !everyone.contains(&name) && !name.contains(['~', '%'])) {
        return Some(rule::LEAK_USER_PATH);
    }
    let inner = text.starts_with("10.") || text.starts_with("192.168.");
    (inner && text.parse::<std::net::Ipv4Addr>().is_ok()).then_some(rule::LEAK_PRIVATE_ADDRESS)
}

#[test]
fn every_identifier_of_a_recorded_event_is_found_by_its_form() {
    let home = Home::new();
    if !unpacked(&home, "sigma.tar.gz") {
        return;
    }
    let mut files = Vec::new();
    texts(&home.path().join("regression_data"), &["json"], &mut files);
    let all: BTreeSet<String> = files.iter().flat_map(|(_, text)| strings(text)).collect();
    let wanted: Vec<(String, Rule)> = all
        .into_iter()
        .filter_map(|text| expected(&text).map(|rule| (text, rule)))
        .collect();
    let objects: Vec<Value> = wanted
        .iter()
        .map(|(text, _)| json!({ "text": text }))
        .collect();
    let bundle = json!({ "objects": objects }).to_string();
    let dictionary = leak::Dictionary::of::<&str>(&[], &[]).unwrap();
    let found: BTreeSet<(String, Rule)> = leak::check(bundle.as_bytes(), &dictionary)
        .into_iter()
        .map(|finding| (finding.place.to_string(), finding.rule))
        .collect();
    println!(
        "{} events, {} strings with an identifier",
        files.len(),
        wanted.len()
    );
    assert!(files.len() > 150 && wanted.len() > 50);
    for (index, (text, rule)) in wanted.iter().enumerate() {
        let place = format!("objects[{index}]");
        assert!(found.contains(&(place, *rule)), "{rule}: {text}");
    }
}
