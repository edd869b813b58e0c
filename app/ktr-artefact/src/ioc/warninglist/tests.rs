//! Each type of list as `MISP` matches it, what is no list, and the digest that binds a set.

use std::{collections::BTreeMap, fs};

use serde_json::json;

use super::Warninglists;
use crate::{
    finding::rule,
    ioc::{Type, Value},
    limits,
    rules::public::archive,
};

fn read(lists: &[(&str, serde_json::Value)]) -> Result<Warninglists, String> {
    let files = lists
        .iter()
        .map(|(name, list)| ((*name).to_owned(), list.to_string().into_bytes()))
        .collect();
    Warninglists::read(&files).map_err(|finding| finding.to_string())
}

fn hits(lists: &Warninglists, kind: Type, text: &str) -> Vec<String> {
    let value = Value::parse(kind, text).unwrap();
    lists.hits(&value).into_iter().map(str::to_owned).collect()
}

#[test]
fn each_type_of_list_is_matched_as_misp_does() {
    let lists = read(&[
        ("a-string", json!({"type": "string", "list": ["Evil.ORG", "d41d8cd98f00b204e9800998ecf8427e"]})),
        ("b-substring", json!({"type": "substring", "list": ["trash-mail.", ""]})),
        ("c-hostname", json!({"type": "hostname", "list": [".bank.de", "cdn.evil.net"]})),
        ("d-cidr", json!({"type": "cidr", "list": ["9.9.9.0/24", "8.8.8.8", "2620:FE::/48", "9.9.9.9/32", "9.9.8.0/23"]})),
        ("e-regex", json!({"type": "regex", "list": ["/^(abuse|noc)\\@.*$/i"]})),
    ])
    .unwrap();
    for (kind, text, expected) in [
        (Type::Domain, "evil.org", Some("a-string")),
        (Type::Domain, "www.evil.org", None),
        (
            Type::Hash,
            "d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709",
            Some("a-string"),
        ),
        (Type::Hash, "da39a3ee5e6b4b0d3255bfef95601890afd80709", None),
        (Type::Email, "x@trash-mail.com", Some("b-substring")),
        (Type::Domain, "bank.de", Some("c-hostname")),
        (Type::Domain, "www.bank.de", Some("c-hostname")),
        (Type::Domain, "mybank.de", None),
        (Type::Domain, "evil.net", None),
        (
            Type::Url,
            "https://a.cdn.evil.net:8443/x?y=1",
            Some("c-hostname"),
        ),
        (Type::Url, "https://evil.net/cdn.evil.net", None),
        (Type::Ipv4, "9.9.9.200", Some("d-cidr")),
        (Type::Ipv4, "9.9.8.1", Some("d-cidr")),
        (Type::Ipv4, "8.8.8.8", Some("d-cidr")),
        (Type::Ipv4, "8.8.8.9", None),
        (Type::Ipv6, "2620:fe::9", Some("d-cidr")),
        (Type::Ipv6, "2620:ff::9", None),
        (Type::Email, "noc@evil.org", Some("e-regex")),
        (Type::Filename, "evil.org", Some("a-string")),
        (Type::Mutex, "nothing", None),
    ] {
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(hits(&lists, kind, text), expected, "{text}");
    }
}

#[test]
fn a_list_speaks_of_the_attributes_that_it_names_and_without_any_of_all() {
    let about = |attributes: &[&str]| {
        let list =
            json!({"type": "string", "list": ["evil.org"], "matching_attributes": attributes});
        read(&[("l", list)]).unwrap()
    };
    assert!(hits(&about(&["url", "hostname"]), Type::Filename, "evil.org").is_empty());
    assert_eq!(
        hits(&about(&["url", "hostname"]), Type::Domain, "evil.org"),
        ["l"]
    );
    assert_eq!(hits(&about(&[]), Type::Filename, "evil.org"), ["l"]);
}

#[test]
fn what_is_no_list_is_named_and_never_skipped() {
    let good = json!({"type": "string", "list": ["x"]});
    for (name, list, expected) in [
        (
            "l",
            json!({"type": "glob", "list": ["x"]}),
            "1041 warninglist at warninglists/l",
        ),
        (
            "l",
            json!({"type": "string"}),
            "1041 warninglist at warninglists/l",
        ),
        (
            "l",
            json!({"type": "string", "list": [1]}),
            "1041 warninglist at warninglists/l",
        ),
        (
            "l",
            json!({"type": "cidr", "list": ["1.2.3.0/33"]}),
            "1041 warninglist at warninglists/l",
        ),
        (
            "l",
            json!({"type": "cidr", "list": ["host"]}),
            "1041 warninglist at warninglists/l",
        ),
        (
            "l",
            json!({"type": "regex", "list": ["(x)"]}),
            "1041 warninglist at warninglists/l",
        ),
        (
            "l",
            json!({"type": "regex", "list": ["/(/"]}),
            "1041 warninglist at warninglists/l",
        ),
        ("../l", good.clone(), "1041 warninglist at warninglists[0]"),
        ("", good.clone(), "1041 warninglist at warninglists[0]"),
    ] {
        assert_eq!(
            read(&[(name, list.clone())]).err().as_deref(),
            Some(expected),
            "{name} {list}"
        );
    }
    let many: BTreeMap<String, Vec<u8>> = (0..=limits::WARNINGLISTS_MAX)
        .map(|number| (number.to_string(), good.to_string().into_bytes()))
        .collect();
    assert_eq!(
        Warninglists::read(&many).err().map(|finding| finding.rule),
        Some(rule::TOO_LARGE)
    );
}

#[test]
fn one_octet_of_one_list_or_one_letter_of_its_name_changes_the_digest() {
    let list = |entry: &str| json!({"type": "string", "list": [entry]});
    let digest = |lists: &[(&str, serde_json::Value)]| read(lists).unwrap().sha256();
    let first = digest(&[("a", list("x")), ("b", list("y"))]);
    assert_eq!(digest(&[("b", list("y")), ("a", list("x"))]), first);
    for other in [
        digest(&[("a", list("x"))]),
        digest(&[("a", list("x")), ("b", list("z"))]),
        digest(&[("a", list("x")), ("c", list("y"))]),
        digest(&[]),
    ] {
        assert_ne!(other, first);
    }
}

#[test]
fn the_public_lists_are_read_and_know_what_everybody_uses() {
    let Some(folder) = archive("misp-warninglists.tar.gz") else {
        return;
    };
    let entries = fs::read_dir(folder.path().join("lists")).unwrap();
    let files = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path().join("list.json")).unwrap())
        })
        .collect();
    let lists = Warninglists::read(&files).unwrap();
    assert_eq!(lists.count(), 26);
    for (kind, text, expected) in [
        (Type::Ipv4, "1.1.1.1", vec!["public-dns-v4"]),
        (Type::Domain, "www.bmw.de", vec!["dax30"]),
        (
            Type::Domain,
            "c.pki.goog",
            vec!["cisco_top1000", "crl-hostname"],
        ),
        (
            Type::Hash,
            "d41d8cd98f00b204e9800998ecf8427e",
            vec!["common-ioc-false-positive", "empty-hashes"],
        ),
        (Type::Email, "noc@evil.org", vec!["common-contact-emails"]),
        (Type::Ipv4, "103.21.244.7", vec!["cloudflare"]),
        (Type::Domain, "evil-loader.org", vec![]),
    ] {
        assert_eq!(hits(&lists, kind, text), expected, "{text}");
    }
}
