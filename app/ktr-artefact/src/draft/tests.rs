//! What each source becomes, and what is said of the rest.
//! Real events are read in `corpus.rs`.

use serde_json::{Value, json};

use super::{
    Draft, FILL_IN, Format, Wanted,
    guess::{guess, refanged},
    read,
};
use crate::{
    finding::{Rule, rule},
    form,
    ioc::Type,
    limits,
};

fn drafted(source: &str, format: Format) -> Draft {
    assert_eq!(Format::of(source.as_bytes()), format);
    read(source.as_bytes(), format, Wanted::ForDetection).unwrap()
}

fn misp(value: &Value) -> Draft {
    drafted(&value.to_string(), Format::Misp)
}

fn values(draft: &Draft) -> Vec<(Type, &str)> {
    let iocs = draft.iocs.iter();
    iocs.map(|ioc| (ioc.kind, ioc.value.as_str())).collect()
}

fn listed(draft: &Draft) -> Vec<(&str, usize)> {
    let listed = draft.listed.iter();
    listed
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect()
}

fn refused(draft: &Draft) -> Vec<(Rule, String)> {
    let refused = draft.refused.iter();
    refused
        .map(|finding| (finding.rule, finding.place.to_string()))
        .collect()
}

fn attribute(kind: &str, value: &str) -> Value {
    json!({"type": kind, "value": value, "to_ids": true, "comment": ""})
}

const SHA1: &str = "8e3b3c600ab812537a84409adfc5169518862fd3";
const MD5: &str = "0f164894dc7d8256b66d0ebaa7afedcf";

#[test]
fn what_a_misp_event_means_for_detection_becomes_iocs_and_the_rest_is_listed() {
    let mut silent = attribute("domain", "kept-back.com");
    silent["to_ids"] = json!(false);
    let mut deleted = attribute("domain", "deleted.com");
    deleted["deleted"] = json!(true);
    let mut commented = attribute("ip-dst", "10.1.2.3");
    commented["comment"] = json!("seen at our client");
    let draft = misp(&json!({"Event": {
        "info": "Our client", "Tag": [{}, {}], "Galaxy": [], "unknown": 1,
        "Attribute": [
            attribute("domain|ip", "Evil-C2.com|103.27.202.185"),
            attribute("ip-dst|port", "103.245.165.237|443"),
            attribute("filename|sha1", &format!("evil.dll|{}", SHA1.to_uppercase())),
            attribute("domain", "evil-c2.com"),
            silent, deleted, commented,
            attribute("text", "whatever"), attribute("email-dst", "a@client.com"), attribute("Odd Kind!", "x"),
        ],
        "Object": [
            {"name": "file", "Attribute": [attribute("md5", MD5), attribute("sha1", SHA1), attribute("ssdeep", "3:a:b")]},
            {"name": "victim", "Attribute": [attribute("domain", "client.com")]},
        ],
    }}));
    let both = format!("{MD5} {SHA1}");
    assert_eq!(
        values(&draft),
        [
            (Type::Domain, "evil-c2.com"),
            (Type::Ipv4, "103.27.202.185"),
            (Type::Ipv4, "103.245.165.237"),
            (Type::Filename, "evil.dll"),
            (Type::Hash, SHA1),
            (Type::Hash, both.as_str()),
        ]
    );
    assert_eq!(
        refused(&draft),
        [(
            rule::IOC_ADDRESS_NOT_GLOBAL,
            String::from("Event.Attribute[6].value")
        )]
    );
    assert_eq!(
        listed(&draft),
        [
            ("a value that is there already", 1),
            ("attribute email-dst", 1),
            ("attribute of a kind without a plain name", 1),
            ("attribute ssdeep", 1),
            ("attribute text", 1),
            ("comment of an attribute", 1),
            ("deleted attribute", 1),
            ("not for detection, attribute domain", 1),
            ("object victim", 1),
            ("second half of attribute ip-dst|port", 1),
            ("tag", 2),
            ("title of an event", 1),
        ]
    );
}

#[test]
fn what_is_not_for_detection_is_taken_where_it_is_asked_for() {
    let event = json!({"response": [
        {"Event": {"Attribute": [{"type": "domain", "value": "evil-c2.com"}]}},
        {"Event": {"Attribute": [{"type": "url", "value": "http://10.0.0.1/"}]}},
    ]});
    let octets = event.to_string();
    let draft = read(octets.as_bytes(), Format::Misp, Wanted::Unflagged).unwrap();
    assert_eq!(values(&draft), [(Type::Domain, "evil-c2.com")]);
    assert_eq!(
        refused(&draft),
        [(
            rule::IOC_ADDRESS_NOT_GLOBAL,
            String::from("response[1].Event.Attribute[0].value")
        )]
    );
    assert_eq!(misp(&event).iocs, []);
}

fn indicator(pattern: &str) -> Value {
    json!({"type": "indicator", "pattern": pattern, "pattern_type": "stix", "confidence": 85, "indicator_types": ["compromised", "odd"]})
}

#[test]
fn indicators_of_one_equality_become_iocs_and_those_joined_by_or_are_split() {
    let sha1 = format!("[file:hashes.'SHA-1' = '{SHA1}' OR file:hashes.SSDEEP = '3:a:b']");
    let mut sigma = indicator("title: x");
    sigma["pattern_type"] = json!("sigma");
    let mut revoked = indicator("[domain-name:value = 'revoked.com']");
    revoked["revoked"] = json!(true);
    let bundle = json!({"type": "bundle", "id": "bundle--x", "objects": [
        indicator("[domain-name:value = 'Evil-C2.com'] OR ([url:value = 'http://evil-c2.com/a'])"),
        indicator(&sha1),
        indicator("[ipv4-addr:value = '103.27.202.185' AND network-traffic:dst_port = 443]"),
        indicator("[ipv4-addr:value = '103.27.202.185'] WITHIN 5 SECONDS"),
        indicator("[domain-name:value != 'good.com']"),
        indicator("[domain-name:value"),
        indicator("[ipv4-addr:value = '192.168.1.1']"),
        sigma, revoked,
        {"type": "identity", "name": "Our client"}, {"type": "observed-data"},
    ]});
    let draft = drafted(&bundle.to_string(), Format::Stix);
    assert_eq!(
        values(&draft),
        [
            (Type::Domain, "evil-c2.com"),
            (Type::Url, "http://evil-c2.com/a"),
            (Type::Hash, SHA1)
        ]
    );
    assert!(draft.iocs.iter().all(|ioc| ioc.credibility == 1));
    let types = serde_json::to_value(&draft.iocs[0].indicator_types).unwrap();
    assert_eq!(types, json!(["compromised"]));
    assert_eq!(
        refused(&draft),
        [(rule::IOC_ADDRESS_NOT_GLOBAL, String::from("objects[6]"))]
    );
    assert_eq!(
        listed(&draft),
        [
            ("equality about file", 1),
            ("indicator that is revoked", 1),
            ("indicator, pattern in sigma", 1),
            ("indicator, pattern of more than equalities joined by OR", 3),
            ("indicator, pattern that cannot be read", 1),
            ("object identity", 1),
            ("object observed-data", 1),
        ]
    );
}

#[test]
fn a_table_names_its_types_and_a_list_is_guessed_only_where_there_is_no_doubt() {
    let table = format!(
        "\u{feff}value,Type,note\r\n\"evil-c2[.]com\",domain,x\n\n# house\n{SHA1},sha1\n10.0.0.1,ipv4\nx,colour\nonly\n\"open,domain\n{}\n",
        ",".repeat(1_000_000)
    );
    let draft = drafted(&table, Format::Csv);
    assert_eq!(
        values(&draft),
        [(Type::Domain, "evil-c2.com"), (Type::Hash, SHA1)]
    );
    assert_eq!(
        refused(&draft),
        [(rule::IOC_ADDRESS_NOT_GLOBAL, String::from("line[6]"))]
    );
    assert_eq!(
        listed(&draft),
        [
            ("comment in the table", 1),
            ("further column of a line", 1),
            ("line that is no row of a table", 2),
            ("line without type or value", 1),
            ("type colour", 1),
        ]
    );
    let list =
        "evil-c2.com\nhxxp://evil-c2[.]com/a\nupdate.zip\nGlobal\\x\na,b\n2001:4860:4860::1\n";
    let draft = drafted(list, Format::Csv);
    let kinds: Vec<Type> = draft.iocs.iter().map(|ioc| ioc.kind).collect();
    assert_eq!(kinds, [Type::Domain, Type::Url, Type::Ipv6]);
    assert_eq!(
        listed(&draft),
        [
            ("line whose type is not clear", 2),
            ("line with several fields and no header", 1)
        ]
    );
}

#[test]
fn a_table_of_a_spreadsheet_with_semicolons_or_tabulators_is_read_as_one() {
    for mark in [";", "\t"] {
        let table = [
            "type;value;note",
            "domain;\"evil-c2.com\";a, b",
            "sha1;SHA1;",
        ]
        .join("\n")
        .replace(';', mark)
        .replace("SHA1", SHA1);
        let draft = drafted(&table, Format::Csv);
        assert_eq!(
            values(&draft),
            [(Type::Domain, "evil-c2.com"), (Type::Hash, SHA1)]
        );
        assert_eq!(listed(&draft), [("further column of a line", 2)]);
        let source = format!("type{mark}note\n");
        let refused = read(source.as_bytes(), Format::Csv, Wanted::ForDetection).unwrap_err();
        assert_eq!(refused.rule, rule::DRAFT_SHAPE);
    }
    // A header with a comma is divided by commas, and in a list a mark belongs to its value.
    let draft = drafted("type,value,a;b\ndomain,evil-c2.com,x\n", Format::Csv);
    assert_eq!(values(&draft), [(Type::Domain, "evil-c2.com")]);
    let draft = drafted("http://evil-c2.com/a;b\n", Format::Csv);
    assert_eq!(values(&draft), [(Type::Url, "http://evil-c2.com/a;b")]);
}

#[test]
fn a_sample_of_malware_is_its_file_name_and_its_digest() {
    let sample = format!("evil.dll|{MD5}");
    let draft = misp(&json!({"Event": {"Attribute": [attribute("malware-sample", &sample)]}}));
    assert_eq!(
        values(&draft),
        [(Type::Filename, "evil.dll"), (Type::Hash, MD5)]
    );
    assert!(listed(&draft).is_empty());
}

#[test]
fn a_guess_that_could_be_two_things_is_none() {
    for (value, kind) in [
        ("103.27.202.185", Some(Type::Ipv4)),
        ("HKEY_LOCAL_MACHINE\\Software\\x", Some(Type::Regkey)),
        ("someone@evil-c2.com", Some(Type::Email)),
        (SHA1, Some(Type::Hash)),
        ("install.sh", None),
        ("readme.md", None),
        ("setup.exe", None),
        ("EACore.dll", None),
        ("a b.com", None),
        ("com", None),
        ("", None),
    ] {
        assert_eq!(guess(value), kind, "{value}");
    }
    assert_eq!(refanged("hXXps[:]//a[.]b(.)c"), "https://a.b.c");
    assert_eq!(refanged("h\u{e9}xp"), "h\u{e9}xp");
}

#[test]
fn a_draft_has_every_key_of_the_form_and_is_none_until_a_person_has_filled_it() {
    let draft = drafted("evil-c2.com\n", Format::Csv);
    let octets = draft.to_form().unwrap();
    assert_eq!(form::read(&octets).unwrap_err().rule, rule::FORM_SHAPE);
    let form: Value = serde_json::from_slice(&octets).unwrap();
    let mut filled: Value =
        serde_json::from_str(include_str!("../../tests/data/forms/01-ceranakeeper.json")).unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&form), keys(&filled));
    for part in ["case", "classification", "context", "victim"] {
        assert_eq!(keys(&form[part]), keys(&filled[part]), "{part}");
    }
    for (_, list) in form["victim"].as_object().unwrap() {
        assert_eq!(list, &json!([]));
    }
    assert!(
        FILL_IN
            .iter()
            .all(|line| form.get(line.split(':').next().unwrap()).is_some())
    );
    // What a person fills makes it a form that passes every check.
    filled["iocs"] = form["iocs"].clone();
    filled["context"] = form["context"].clone();
    let document = form::read(&serde_json::to_vec(&filled).unwrap()).unwrap();
    assert_eq!(form::check(&document).unwrap().iocs.len(), 1);
}

#[test]
fn bad_sources_are_named_by_rule_and_place_and_stay_bounded() {
    let refused = |source: &[u8], format| {
        let finding = read(source, format, Wanted::ForDetection).unwrap_err();
        (finding.rule, finding.place.to_string())
    };
    let deep = "[".repeat(1_000_000);
    for (source, format, rule, place) in [
        ("", Format::Csv, rule::EMPTY, "source"),
        ("{\"Event\": {", Format::Misp, rule::NOT_JSON, "source"),
        ("{\"Event\": {}} x", Format::Misp, rule::NOT_JSON, "source"),
        ("{}", Format::Misp, rule::DRAFT_SHAPE, "source"),
        (
            "{\"Event\": {\"Attribute\": [{\"type\": \"md5\"}]}}",
            Format::Misp,
            rule::DRAFT_SHAPE,
            "Event.Attribute[0]",
        ),
        (
            "{\"Event\": {\"Attribute\": [{\"type\": \"md5\", \"value\": 7}]}}",
            Format::Misp,
            rule::DRAFT_SHAPE,
            "Event.Attribute[0].value",
        ),
        (&deep, Format::Misp, rule::NOT_JSON, "source"),
        (
            "{\"type\": \"event\"}",
            Format::Stix,
            rule::DRAFT_SHAPE,
            "type",
        ),
        (
            "{\"type\": \"bundle\", \"type\": \"bundle\"}",
            Format::Stix,
            rule::DRAFT_SHAPE,
            "source",
        ),
        ("type,note\n", Format::Csv, rule::DRAFT_SHAPE, "line[1]"),
        (
            "type,value,value\n",
            Format::Csv,
            rule::DRAFT_SHAPE,
            "line[1]",
        ),
    ] {
        assert_eq!(
            refused(source.as_bytes(), format),
            (rule, place.to_owned()),
            "{place}"
        );
    }
    assert_eq!(refused(b"\xff\xfe", Format::Csv).0, rule::NOT_UTF8);
    let large = vec![b'a'; limits::DRAFT_MAX + 1];
    assert_eq!(refused(&large, Format::Csv).0, rule::TOO_LARGE);
    let lines = (0..5_000).map(|n| format!("host{n}.evil-c2.com\n10.0.{}.{}", n / 250, n % 250));
    let many = lines.collect::<Vec<_>>().join("\n");
    let draft = drafted(&many, Format::Csv);
    assert_eq!(draft.iocs.len(), limits::IOCS_MAX);
    assert_eq!(draft.refused.len(), limits::DRAFT_REFUSED_MAX);
    assert_eq!(draft.listed["a value beyond the 2,000 of a form"], 3_000);
    assert_eq!(
        draft.listed["a value that is refused, beyond those named"],
        4_000
    );
}
