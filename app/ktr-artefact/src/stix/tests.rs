//! Builds the sample cases, reads them back, and breaks one thing at a time. The OASIS validator judges in `tests/validator.rs`.

use std::collections::BTreeSet;

use ktr_core::{
    id::{Commitment, SessionId},
    limits::BUNDLE_SIZE_MAX,
};
use serde_json::{Value, json};

use super::{
    Bundle, Case, ChainId, Equality, Kind, ObjectId, Plan, PublicSectors, Relation, Seed, Tlp,
    build_despite, check, read,
};
use crate::{
    alliance::{Alliance, AllianceDomain, AllianceName},
    canonical,
    day::Day,
    finding::{Finding, Rule, rule},
    form, ioc, limits,
};

const FORMS: [&str; 4] = [
    include_str!("../../tests/data/forms/01-ceranakeeper.json"),
    include_str!("../../tests/data/forms/02-embargo.json"),
    include_str!("../../tests/data/forms/03-oilrig.json"),
    include_str!("../../tests/data/forms/04-industroyer.json"),
];

fn alliance() -> Alliance {
    let name = AllianceName::parse("Test Alliance").unwrap();
    Alliance::mint(
        name,
        AllianceDomain::parse("relay.example").unwrap(),
        &Seed([9; 32]),
    )
}

fn cases() -> Vec<Case> {
    let checked = |form: &str| form::check(&form::read(form.as_bytes()).unwrap()).unwrap();
    FORMS
        .iter()
        .zip([3, 1, 2, 0])
        .map(|(form, n)| Case {
            commitment: Commitment([n; 32]),
            nomination: checked(form),
        })
        .collect()
}

fn built_of(cases: &[Case], seed: Seed) -> Result<Bundle, Finding> {
    built_despite(cases, seed, &[])
}

#[expect(clippy::unwrap_in_result, reason = "the inputs are constants")]
fn built_despite(cases: &[Case], seed: Seed, stand: &[Finding]) -> Result<Bundle, Finding> {
    let plan = Plan {
        alliance: &alliance(),
        chain: &ChainId::parse("ktr-test-1").unwrap(),
        session: SessionId(7),
        seed,
        day: Day::parse("2026-11-25").unwrap(),
        previous: Day::parse("2026-10-29").unwrap(),
        public_sectors: &PublicSectors::default(),
        cases,
    };
    build_despite(&plan, &|found| stand.contains(found))
}

fn built() -> Bundle {
    built_of(&cases(), Seed([5; 32])).unwrap()
}

fn verdict(bytes: &[u8]) -> Option<Rule> {
    match read(bytes) {
        Err(finding) => Some(finding.rule),
        Ok(contents) => check(&contents, &alliance())
            .err()
            .map(|finding| finding.rule),
    }
}

/// The verdict after one change to the objects, sorted and written canonically again.
#[expect(clippy::unwrap_in_result, reason = "the bundle is our own")]
fn broken(change: impl FnOnce(&mut Vec<Value>)) -> Option<Rule> {
    let mut bundle: Value = serde_json::from_slice(&built().bytes).unwrap();
    let objects = bundle["objects"].as_array_mut().unwrap();
    change(objects);
    objects.sort_by_key(|object| object["id"].as_str().unwrap_or("").to_owned());
    verdict(&canonical::to_bytes(&bundle).unwrap())
}

fn first<'a>(objects: &'a mut [Value], kind: &str) -> &'a mut Value {
    objects
        .iter_mut()
        .find(|object| object["type"] == kind)
        .unwrap()
}

#[test]
fn a_built_bundle_reads_back_as_four_cases() {
    let bundle = built();
    let contents = read(&bundle.bytes).unwrap();
    let checked = check(&contents, &alliance()).unwrap();
    assert_eq!((checked.cases, checked.beacon.session()), (4, SessionId(7)));
    assert_eq!(checked.day, Day::parse("2026-11-25").unwrap());
    assert_eq!(contents.id.beacon(), bundle.beacon);
    let nominations: Vec<u8> = bundle
        .nominations
        .iter()
        .map(|commitment| commitment.0[0])
        .collect();
    assert_eq!(nominations, [0, 1, 2, 3]);
    let kinds: BTreeSet<Kind> = contents
        .objects
        .iter()
        .map(|object| object.id().kind())
        .collect();
    assert!(kinds.len() >= 14, "{kinds:?}");
    assert!(u64::try_from(limits::BUILT_MAX) == Ok(BUNDLE_SIZE_MAX));
}

#[test]
fn same_inputs_and_seed_give_the_same_bytes_in_any_order_of_cases() {
    let mut turned = cases();
    turned.reverse();
    assert_eq!(built_of(&turned, Seed([5; 32])).unwrap(), built());
    assert_ne!(
        built_of(&turned, Seed([6; 32])).unwrap().bytes,
        built().bytes
    );
}

#[test]
fn the_bytes_of_the_samples_never_change() {
    assert_eq!(
        built().sha256.to_string(),
        "799bb7b05fd43e2b21e6a7280db44c2437ca9b8c881f4f423fcb14bca069239b"
    );
}

#[test]
fn nothing_of_a_victim_is_in_the_bundle() {
    let text = String::from_utf8(built().bytes).unwrap().to_lowercase();
    for form in FORMS {
        let document = form::read(form.as_bytes()).unwrap();
        for (list, tokens) in document.victim.lists() {
            for token in tokens {
                assert!(
                    !text.contains(&token.to_lowercase().replace('\\', "\\\\")),
                    "{list}"
                );
            }
        }
    }
}

#[test]
fn a_word_of_any_victim_in_the_bundle_of_all_stops_the_build() {
    // Common to all bundles, so that the form's own search, which sees one case alone, has nothing to say of it.
    for token in ["Test Alliance", "ktr-test-1"] {
        let mut cases = cases();
        cases[2].nomination.tokens.words.push(token.to_owned());
        let refused = built_of(&cases, Seed([5; 32])).unwrap_err();
        assert_eq!(refused.rule, rule::LEAK_TEXT);
        assert!(!refused.to_string().contains(token), "{refused}");
    }
}

#[test]
fn what_looks_like_an_identifier_stops_the_build_until_the_board_lets_it_stand() {
    let (mut cases, seed) = (cases(), Seed([5; 32]));
    let name = ioc::Value::parse(ioc::Type::Filename, "4111111111111111.exe").unwrap();
    let mut iocs = cases[0].nomination.iocs.iter_mut();
    let file = iocs.find(|ioc| ioc.value.kind() == ioc::Type::Filename);
    file.unwrap().value = name;
    let mut stand = Vec::new();
    while let Err(found) = built_despite(&cases, seed, &stand) {
        assert_eq!(found.rule, rule::LEAK_CARD);
        assert!(!stand.contains(&found), "{found} did not stand");
        stand.push(found);
    }
    // The observable, and the indicator of it.
    assert_eq!(stand.len(), 2);
    // A word of a dictionary is not the board's, however often it is seen.
    cases[2]
        .nomination
        .tokens
        .words
        .push("Test Alliance".to_owned());
    for _ in 0..3 {
        let found = built_despite(&cases, seed, &stand).unwrap_err();
        assert_eq!(found.rule, rule::LEAK_TEXT);
        stand.push(found);
    }
}

#[test]
fn a_sector_is_named_only_where_it_names_nobody() {
    let cases = cases();
    let nomination = &cases[0].nomination;
    let (country, sector) = (nomination.country.as_str(), nomination.sector.tag());
    let counts = json!([{"country": country, "sector": sector, "entities": 5}]);
    let public = PublicSectors::read(counts.to_string().as_bytes()).unwrap();
    let plan = Plan {
        alliance: &alliance(),
        chain: &ChainId::parse("ktr-test-1").unwrap(),
        session: SessionId(7),
        seed: Seed([5; 32]),
        day: Day::parse("2026-11-25").unwrap(),
        previous: Day::parse("2026-10-29").unwrap(),
        public_sectors: &public,
        cases: &cases,
    };
    let with = build_despite(&plan, &|_| false).unwrap();
    let text = String::from_utf8(with.bytes).unwrap();
    assert_eq!(text.matches("ktr:sector=").count(), 1);
    assert!(
        !String::from_utf8(built().bytes)
            .unwrap()
            .contains("ktr:sector=")
    );
}

#[test]
fn values_seen_in_two_cases_are_written_once_under_the_stricter_marking() {
    let mut cases = cases();
    let seen = cases[0].nomination.iocs[3].clone();
    let indicators = |bundle: &Bundle| {
        let contents = read(&bundle.bytes).unwrap();
        contents
            .objects
            .iter()
            .filter(|object| object.id().kind() == Kind::Indicator)
            .count()
    };
    let before = indicators(&built_of(&cases, Seed([5; 32])).unwrap());
    assert_eq!(cases[3].nomination.tlp, Tlp::AmberStrict);
    cases[3].nomination.iocs.push(seen.clone());
    let bundle = built_of(&cases, Seed([5; 32])).unwrap();
    assert_eq!(indicators(&bundle), before + 1);
    let value: Value = serde_json::from_slice(&bundle.bytes).unwrap();
    let text = seen.value.text();
    let observables: Vec<&Value> = value["objects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|object| object["value"] == text.as_str())
        .collect();
    assert_eq!(observables.len(), 1);
    let marking = observables[0]["object_marking_refs"][0].as_str().unwrap();
    assert!(marking.ends_with(Tlp::AmberStrict.uuid()));
}

#[test]
fn several_hashes_of_one_file_are_one_observable_and_an_indicator_each() {
    let mut cases = cases();
    let md5 = "d41d8cd98f00b204e9800998ecf8427f";
    let sha1 = "8e3b3c600ab812537a84409adfc5169518862fd3";
    cases[0].nomination.iocs[0].value =
        ioc::Value::parse(ioc::Type::Hash, &format!("{sha1} {md5}")).unwrap();
    let bundle = built_of(&cases, Seed([5; 32])).unwrap();
    let text = String::from_utf8(bundle.bytes).unwrap();
    assert_eq!(
        text.matches(&format!("{{\"MD5\":\"{md5}\",\"SHA-1\":\"{sha1}\"}}"))
            .count(),
        1
    );
    assert_eq!(text.matches("[file:hashes.'MD5' = ").count(), 1);
    let other = cases[0].nomination.iocs[0].clone();
    let sha1_of_other = "9e3b3c600ab812537a84409adfc5169518862fd3";
    cases[1].nomination.iocs.push(form::CheckedIoc {
        value: ioc::Value::parse(ioc::Type::Hash, &format!("{sha1_of_other} {md5}")).unwrap(),
        ..other
    });
    assert_eq!(
        built_of(&cases, Seed([5; 32])).unwrap_err().rule,
        rule::DIGESTS_DISAGREE
    );
}

#[test]
fn a_release_has_one_to_sixty_four_different_cases() {
    assert_eq!(
        built_of(&[], Seed([5; 32])).unwrap_err().rule,
        rule::TOO_MANY_CASES
    );
    let mut twice = cases();
    twice[1].commitment = twice[0].commitment;
    assert_eq!(
        built_of(&twice, Seed([5; 32])).unwrap_err().rule,
        rule::CASE_TWICE
    );
}

#[test]
fn bytes_that_are_not_canonical_are_refused_and_never_repaired() {
    let good = String::from_utf8(built().bytes).unwrap();
    assert_eq!(verdict(good.as_bytes()), None);
    for (name, bad, expected) in [
        (
            "blank",
            good.replacen("\"type\":", "\"type\": ", 1),
            rule::NOT_CANONICAL,
        ),
        (
            "blank outside",
            good.replacen("\"objects\":[", "\"objects\": [", 1),
            rule::OUTER_FORM,
        ),
        ("final newline", format!("{good}\n"), rule::OUTER_FORM),
        (
            "float",
            good.replacen("\"confidence\":90", "\"confidence\":90.0", 1),
            rule::NOT_AN_INTEGER,
        ),
        (
            "duplicate key",
            good.replacen(
                "\"confidence\":90",
                "\"confidence\":10,\"confidence\":90",
                1,
            ),
            rule::NOT_CANONICAL,
        ),
        (
            "escape",
            good.replacen("indicator_types", "indicator\\u005ftypes", 1),
            rule::NOT_CANONICAL,
        ),
        (
            "keys outside swapped",
            good.replacen("{\"id\":", "{\"type\":\"bundle\",\"id\":", 1)
                .replacen("],\"type\":\"bundle\"}", "]}", 1),
            rule::OUTER_FORM,
        ),
        ("byte order mark", format!("\u{feff}{good}"), rule::NOT_UTF8),
        (
            "lone surrogate",
            good.replacen("\"KTR 7: ", "\"KTR 7: \\ud800", 1),
            rule::NOT_JSON,
        ),
        (
            "not a number",
            good.replacen("\"confidence\":90", "\"confidence\":NaN", 1),
            rule::NOT_JSON,
        ),
        ("brackets", "[".repeat(1_000_000), rule::NOT_JSON),
        ("empty", String::new(), rule::EMPTY),
    ] {
        assert_eq!(verdict(bad.as_bytes()), Some(expected), "{name}");
    }
    assert_eq!(
        verdict(&vec![b'['; limits::READ_MAX + 1]),
        Some(rule::TOO_LARGE)
    );
    let many = format!(
        "{{\"id\":\"{}\",\"objects\":[{}0],\"type\":\"bundle\"}}",
        built().id,
        "0,".repeat(60_000)
    );
    assert_eq!(verdict(many.as_bytes()), Some(rule::TOO_MANY_OBJECTS));
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of faults")]
fn each_departure_from_the_profile_is_found() {
    type Change = Box<dyn FnOnce(&mut Vec<Value>)>;
    let set = |kind: &'static str, key: &'static str, value: Value| -> Change {
        Box::new(move |objects| first(objects, kind)[key] = value)
    };
    let table: Vec<(&str, Change, Rule)> = vec![
        (
            "revoked",
            set("indicator", "revoked", json!(false)),
            rule::SHAPE,
        ),
        (
            "custom property",
            set("malware", "x_note", json!("a")),
            rule::SHAPE,
        ),
        (
            "null property",
            set("indicator", "external_references", Value::Null),
            rule::SHAPE,
        ),
        (
            "second marking",
            set("malware", "object_marking_refs", json!(["a", "b"])),
            rule::SHAPE,
        ),
        (
            "url reference",
            set(
                "vulnerability",
                "external_references",
                json!([{"source_name": "cve", "url": "http://x"}]),
            ),
            rule::SHAPE,
        ),
        (
            "hour",
            set("report", "published", json!("2026-11-25T15:00:00.000Z")),
            rule::SHAPE,
        ),
        (
            "another day",
            set("malware", "created", json!("2026-11-24T00:00:00.000Z")),
            rule::INSTANT,
        ),
        (
            "endless",
            set(
                "indicator",
                "valid_until",
                json!("2036-11-25T00:00:00.000Z"),
            ),
            rule::INSTANT,
        ),
        (
            "observed later",
            set(
                "observed-data",
                "first_observed",
                json!("2026-11-26T00:00:00.000Z"),
            ),
            rule::INSTANT,
        ),
        (
            "seen twice",
            set("observed-data", "number_observed", json!(2)),
            rule::SHAPE,
        ),
        (
            "foreign creator",
            set(
                "malware",
                "created_by_ref",
                json!("identity--11111111-1111-4111-8111-111111111111"),
            ),
            rule::FOREIGN_CREATOR,
        ),
        (
            "renamed Alliance",
            set("identity", "name", json!("Other")),
            rule::CONSTANT_CHANGED,
        ),
        (
            "changed TLP",
            set("marking-definition", "name", json!("TLP:WHITE")),
            rule::CONSTANT_CHANGED,
        ),
        (
            "changed schema",
            set("extension-definition", "schema", json!("http://x")),
            rule::CONSTANT_CHANGED,
        ),
        (
            "marking loosened",
            set(
                "malware",
                "object_marking_refs",
                json!([format!("marking-definition--{}", Tlp::Clear.uuid())]),
            ),
            rule::MARKING,
        ),
        (
            "free description",
            set("indicator", "description", json!("call me")),
            rule::TEMPLATE,
        ),
        (
            "free name",
            set("indicator", "name", json!("call me")),
            rule::TEMPLATE,
        ),
        (
            "free content",
            set("note", "content", json!("call me")),
            rule::TEMPLATE,
        ),
        (
            "free technique name",
            set("attack-pattern", "name", json!("call me")),
            rule::TEMPLATE,
        ),
        (
            "odd confidence",
            set("indicator", "confidence", json!(91)),
            rule::CREDIBILITY,
        ),
        (
            "two equalities",
            set(
                "indicator",
                "pattern",
                json!("[ipv4-addr:value = '1.2.3.4' OR ipv4-addr:value = '1.2.3.5']"),
            ),
            rule::PATTERN,
        ),
        (
            "private address",
            set(
                "indicator",
                "pattern",
                json!("[ipv4-addr:value = '10.0.0.1']"),
            ),
            rule::PATTERN_VALUE,
        ),
        (
            "other value",
            set(
                "indicator",
                "pattern",
                json!("[ipv4-addr:value = '8.8.8.8']"),
            ),
            rule::TEMPLATE,
        ),
        (
            "wrong relation",
            set("relationship", "relationship_type", json!("targets")),
            rule::REFERENCE_KIND,
        ),
        (
            "unknown label",
            set(
                "report",
                "labels",
                json!(["ktr:matrix=\"1\"", "ktr:severity=\"low\""]),
            ),
            rule::SHAPE,
        ),
        (
            "missing label",
            set("report", "labels", json!(["ktr:matrix=\"1\""])),
            rule::LABELS,
        ),
        (
            "address in a title",
            set("report", "name", json!("KTR 7: Beacons to evil.example")),
            rule::SHAPE,
        ),
        (
            "other session",
            set("report", "name", json!("KTR 8: A title of this case")),
            rule::TEMPLATE,
        ),
        (
            "UUIDv1",
            set(
                "malware",
                "id",
                json!("malware--11111111-1111-1111-8111-111111111111"),
            ),
            rule::SHAPE,
        ),
        (
            "id of another type",
            set(
                "malware",
                "id",
                json!("report--11111111-1111-4111-8111-111111111111"),
            ),
            rule::ID,
        ),
        (
            "wrong observable id",
            set(
                "file",
                "id",
                json!("file--11111111-1111-5111-8111-111111111111"),
            ),
            rule::SHAPE,
        ),
        (
            "person as a type",
            set("malware", "type", json!("threat-actor")),
            rule::UNKNOWN_TYPE,
        ),
        (
            "dropped relationship",
            Box::new(|objects| {
                let at = objects
                    .iter()
                    .position(|object| object["type"] == "relationship")
                    .unwrap();
                objects.remove(at);
            }),
            rule::DANGLING_REFERENCE,
        ),
        (
            "no note",
            Box::new(|objects| objects.retain(|object| object["type"] != "note")),
            rule::NOTE,
        ),
        (
            "no report",
            Box::new(|objects| objects.retain(|object| object["type"] != "report")),
            rule::TOO_MANY_CASES,
        ),
        (
            "no Alliance",
            Box::new(|objects| objects.retain(|object| object["type"] != "identity")),
            rule::EVERY_OBJECT_ONCE,
        ),
        (
            "no TLP",
            Box::new(|objects| objects.retain(|object| object["type"] != "marking-definition")),
            rule::DANGLING_REFERENCE,
        ),
        (
            "twice",
            Box::new(|objects| objects.push(objects[0].clone())),
            rule::ORDER,
        ),
        (
            "beacon of another bundle",
            Box::new(|objects| {
                let extensions = first(objects, "note")["extensions"]
                    .as_object_mut()
                    .unwrap();
                extensions
                    .values_mut()
                    .for_each(|beacon| beacon["bundle_id_sha256"] = json!("0".repeat(64)));
            }),
            rule::BEACON_ID,
        ),
        (
            "beacon with an address",
            Box::new(|objects| {
                let extensions = first(objects, "note")["extensions"]
                    .as_object_mut()
                    .unwrap();
                extensions
                    .values_mut()
                    .for_each(|beacon| beacon["url"] = json!("http://x"));
            }),
            rule::SHAPE,
        ),
        (
            "outside all reports",
            Box::new(|objects| {
                let id = first(objects, "malware")["id"].clone();
                for object in objects
                    .iter_mut()
                    .filter(|object| object["type"] == "report")
                {
                    object["object_refs"]
                        .as_array_mut()
                        .unwrap()
                        .retain(|reference| *reference != id);
                }
            }),
            rule::OUTSIDE_ALL_REPORTS,
        ),
        (
            "rule text changed",
            Box::new(|objects| {
                let rule = objects
                    .iter_mut()
                    .find(|object| object["pattern_type"] == "sigma")
                    .unwrap();
                rule["pattern"] = json!("title: mine");
            }),
            rule::SIGMA_SYNTAX,
        ),
        (
            "author dropped",
            Box::new(|objects| {
                let rule = objects
                    .iter_mut()
                    .find(|object| object["pattern_type"] == "yara")
                    .unwrap();
                rule["description"] = json!("YARA rule.");
            }),
            rule::TEMPLATE,
        ),
    ];
    for (name, change, expected) in table {
        assert_eq!(broken(change), Some(expected), "{name}");
    }
    assert_eq!(broken(|_objects| {}), None);
}

#[test]
fn an_observed_value_must_be_the_one_in_the_pattern() {
    let verdict = broken(|objects| {
        let relation = objects
            .iter()
            .find(|object| object["relationship_type"] == "based-on")
            .map(|object| (object["source_ref"].clone(), object["target_ref"].clone()))
            .unwrap();
        let other = objects
            .iter()
            .find(|object| {
                object["relationship_type"] == "based-on" && object["target_ref"] != relation.1
            })
            .map(|object| object["target_ref"].clone())
            .unwrap();
        let changed = objects
            .iter_mut()
            .find(|object| object["source_ref"] == relation.0)
            .unwrap();
        changed["target_ref"] = other;
    });
    assert_eq!(verdict, Some(rule::BASED_ON));
}

#[test]
fn equalities_are_written_and_read_with_two_escapes_only() {
    for (kind, text, written) in [
        (
            ioc::Type::Filename,
            "it's.exe",
            "[file:name = 'it\\'s.exe']",
        ),
        (
            ioc::Type::Mutex,
            "Global\\a",
            "[mutex:name = 'Global\\\\a']",
        ),
        (
            ioc::Type::Certificate,
            "8e3b3c600ab812537a84409adfc5169518862fd3",
            "[x509-certificate:hashes.'SHA-1' = '8e3b3c600ab812537a84409adfc5169518862fd3']",
        ),
    ] {
        let value = ioc::Value::parse(kind, text).unwrap();
        let equality = Equality::of(&value).remove(0);
        assert_eq!(equality.to_string(), written);
        assert_eq!(Equality::parse(written), Ok(equality));
    }
    for bad in [
        "",
        "[]",
        "[file:name = 'a'",
        "file:name = 'a'",
        "[file:name='a']",
        "[file:name = 'a\\n']",
        "[file:name = 'a'b']",
        "[file:size = '1']",
        "[file:hashes.'MD5' = '8e3b3c600ab812537a84409adfc5169518862fd3']",
        "[domain-name:value = 'EVIL.com']",
    ] {
        assert!(Equality::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn ids_of_observables_are_those_of_the_standard() {
    for (kind, text, id) in [
        (ioc::Type::Ipv4, "198.51.100.3", None),
        (
            ioc::Type::Ipv4,
            "8.8.8.8",
            Some("ipv4-addr--2f689bf9-0ff2-545f-aa61-e495eb8cecc7"),
        ),
        (
            ioc::Type::Domain,
            "evil-host.com",
            Some("domain-name--fe395905-2260-5f34-a7e1-60d5ecae19b0"),
        ),
    ] {
        let found = ioc::Value::parse(kind, text)
            .ok()
            .map(|value| super::observable::id_of(&value).unwrap());
        assert_eq!(found.as_ref().map(ObjectId::as_str), id);
    }
}

#[test]
fn relations_join_only_what_the_profile_allows() {
    let all = [
        Relation::BasedOn,
        Relation::Exploits,
        Relation::Indicates,
        Relation::Targets,
        Relation::Uses,
    ];
    let count = |relation: Relation| {
        let pairs = Kind::ALL
            .iter()
            .flat_map(|source| Kind::ALL.iter().map(move |target| (*source, *target)));
        pairs
            .filter(|(source, target)| relation.allows(*source, *target))
            .count()
    };
    assert_eq!(all.map(count), [1, 1, 2, 1, 1]);
}
