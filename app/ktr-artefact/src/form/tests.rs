//! What the check refuses, by path and never by value; and what the commitment binds.

use std::convert::Infallible;

use ktr_core::{id::Commitment, nomination::Severity};
use serde_json::{Value, json};

use super::{
    Answer, CaseFile, Dictionary, Document, Engine, Salt, check, commit, filters, read,
    read_canonical, try_yara, warnings,
};
use crate::{
    finding::{Rule, rule},
    ioc::Warninglists,
    limits,
};

const FORMS: [&str; 5] = [
    include_str!("../../tests/data/forms/01-ceranakeeper.json"),
    include_str!("../../tests/data/forms/02-embargo.json"),
    include_str!("../../tests/data/forms/03-oilrig.json"),
    include_str!("../../tests/data/forms/04-industroyer.json"),
    include_str!("../../tests/data/forms/05-grandoreiro.json"),
];

fn sample(index: usize) -> Document {
    read(FORMS[index].as_bytes()).unwrap()
}

/// The findings of the first sample with one value changed at a JSON pointer.
fn judged(pointer: &str, value: Value) -> Vec<(Rule, String)> {
    let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
    *form.pointer_mut(pointer).unwrap() = value;
    let bytes = serde_json::to_vec(&form).unwrap();
    let findings = match read(&bytes) {
        Ok(document) => check(&document).err().into_iter().flatten().collect(),
        Err(finding) => vec![finding],
    };
    findings
        .into_iter()
        .map(|finding| (finding.rule, finding.place.to_string()))
        .collect()
}

#[test]
fn the_samples_are_two_high_two_graver_and_one_medium() {
    let levels: Vec<_> = (0..5)
        .map(|n| crate::matrix::classify(&sample(n).classification).level)
        .collect();
    assert_eq!(
        levels,
        [
            Severity::High,
            Severity::High,
            Severity::High,
            Severity::Critical,
            Severity::Medium
        ]
    );
    for eligible in 0..4 {
        assert_eq!(check(&sample(eligible)).err(), None, "sample {eligible}");
    }
    let findings = check(&sample(4)).unwrap_err();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, rule::NOT_ELIGIBLE);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of faults")]
fn each_fault_is_named_by_path_and_rule() {
    for (pointer, value, expected, place) in [
        ("/version", json!(2), rule::FORM_VERSION, "version"),
        (
            "/case/title",
            json!("short"),
            rule::FORM_LENGTH,
            "case.title",
        ),
        (
            "/case/title",
            json!("Beacons to evil.example"),
            rule::FREE_TEXT,
            "case.title",
        ),
        (
            "/case/narrative",
            json!("see http://x"),
            rule::FREE_TEXT,
            "case.narrative",
        ),
        ("/case/lang", json!("english"), rule::LANGUAGE, "case.lang"),
        ("/case/country", json!("cz"), rule::COUNTRY, "case.country"),
        ("/case/tlp", json!("red"), rule::FORM_SHAPE, "case.tlp"),
        (
            "/classification/incident",
            json!("test"),
            rule::TEST_INCIDENT,
            "classification",
        ),
        (
            "/classification/position",
            json!("engage"),
            rule::NOT_ELIGIBLE,
            "classification",
        ),
        (
            "/classification/systems_pct",
            json!(101),
            rule::PERCENT,
            "classification",
        ),
        (
            "/classification/systems_pct",
            json!(300),
            rule::FORM_SHAPE,
            "classification.systems_pct",
        ),
        (
            "/classification/systems_pct",
            json!(1.5),
            rule::FORM_SHAPE,
            "classification.systems_pct",
        ),
        (
            "/iocs/3/value",
            json!("10.0.0.1"),
            rule::IOC_ADDRESS_NOT_GLOBAL,
            "iocs[3]",
        ),
        (
            "/iocs/3/value",
            json!("185.1.2.0/24"),
            rule::IOC_ADDRESS,
            "iocs[3]",
        ),
        (
            "/iocs/3/credibility",
            json!(0),
            rule::CREDIBILITY,
            "iocs[3]",
        ),
        ("/iocs/3/valid_days", json!(31), rule::VALID_DAYS, "iocs[3]"),
        (
            "/iocs/3/indicator_types",
            json!([]),
            rule::FORM_COUNT,
            "iocs[3]",
        ),
        (
            "/iocs/3/value",
            json!("103.27.202.185"),
            rule::TWICE,
            "iocs[4]",
        ),
        (
            "/rules/0/origin",
            json!("own"),
            rule::SIGMA_AUTHOR,
            "rules[0]",
        ),
        (
            "/rules/0/licence",
            json!("MIT"),
            rule::SIGMA_LICENCE,
            "rules[0]",
        ),
        (
            "/rules/0/text",
            json!("title: x"),
            rule::SIGMA_SYNTAX,
            "rules[0]",
        ),
        (
            "/context/techniques/0/id",
            json!("T12"),
            rule::TECHNIQUE,
            "context.techniques[0]",
        ),
        (
            "/context/cves",
            json!(["CVE-99-1"]),
            rule::CVE,
            "context.cves[0]",
        ),
        (
            "/context/links/0/target",
            json!("malware/7"),
            rule::LINK,
            "context.links[0]",
        ),
        (
            "/context/links/0/relation",
            json!("based-on"),
            rule::LINK,
            "context.links[0]",
        ),
        (
            "/context/links/0/source",
            json!("ioc/00"),
            rule::LINK,
            "context.links[0]",
        ),
        (
            "/victim/organisations",
            json!([]),
            rule::NO_ORGANISATION,
            "victim.organisations",
        ),
        (
            "/victim/other",
            json!(["ab"]),
            rule::TOKEN_LENGTH,
            "victim.other[0]",
        ),
        (
            "/victim/other",
            json!(["x".repeat(257)]),
            rule::TOKEN_LENGTH,
            "victim.other[0]",
        ),
        (
            "/victim/ip_ranges",
            json!(["192.0.2.0/24", "192.0.2.0-192.0.2.255"]),
            rule::TOKEN_RANGE,
            "victim.ip_ranges[1]",
        ),
        (
            "/victim/ip_ranges",
            json!(["192.0.2.0/255.255.255.0"]),
            rule::TOKEN_RANGE,
            "victim.ip_ranges[0]",
        ),
        (
            "/victim/ip_ranges",
            json!(["192.0.2.*"]),
            rule::TOKEN_RANGE,
            "victim.ip_ranges[0]",
        ),
    ] {
        let found = judged(pointer, value.clone());
        assert!(
            found.contains(&(expected, place.to_owned())),
            "{pointer} {value}: {found:?}"
        );
    }
}

#[test]
fn the_victim_is_found_in_every_text_that_would_leave() {
    for (token, list) in [
        ("documents servers", "other"),
        ("DLJMP2P.com", "domains"),
        ("103.27.202.0/24", "ip_ranges"),
        ("toneshell", "other"),
        ("eacore*", "host_patterns"),
    ] {
        let narrative = "the documents servers were read";
        let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
        form["case"]["narrative"] = json!(narrative);
        form["victim"][list] = json!([token]);
        let findings = check(&read(&serde_json::to_vec(&form).unwrap()).unwrap()).unwrap_err();
        assert!(
            findings
                .iter()
                .any(|finding| finding.rule == rule::IN_DICTIONARY),
            "{token}"
        );
        assert!(
            findings
                .iter()
                .all(|finding| !finding.to_string().contains(token)),
            "{token} shown"
        );
    }
}

/// Lists of a dictionary, words of them, and how a rule writes these.
const ESCAPED: &[(&str, &str, &str)] = &[
    ("ad_domains", r"NORDWIND\jdoe", r#"$a = "NORDWIND\\jdoe""#),
    ("paths", r"D:\Projekte\Acme", r"$a = /D:\\Projekte\\Acme/"),
    (
        "domains",
        "nordwind-energie.example",
        r"$a = /nordwind\-energie\.example/",
    ),
    (
        "domains",
        "nordwind-energie.example",
        r"$a = /nordwind-energie[.]example/",
    ),
    ("organisations", "N&W", r"$a = /\bN\&W\b/"),
    ("ip_ranges", "185.220.101.0/24", r"$a = /185\.220\.101\.7/"),
    ("ip_ranges", "2a0e:97c0::/32", r#"$a = "2A0E:97C0::7""#),
    ("organisations", "Guess? Inc", r"$a = /Guess\? Inc/"),
    (
        "domains",
        "nordwind-energie.example",
        r"$a = /nordwind-?energie\.example/",
    ),
    (
        "domains",
        "nordwind-energie.example",
        r"$a = /nordwind-{0,1}energie[.]example/",
    ),
    (
        "domains",
        "nordwind-energie.example",
        r"$a = /(nordwind)(-energie)?(?:\.example)/",
    ),
    (
        "organisations",
        "Nordwind Energie",
        "$a = /Nordwind[ _-]Energie/",
    ),
    (
        "organisations",
        "Nordwind Energie",
        r"$a = /Nordwind[\s_\-]*Energie/",
    ),
    (
        "organisations",
        "Nordwind Energie",
        r"$a = /Nordwind(-|_|\s)?Energie/",
    ),
    (
        "organisations",
        "Nordwind Energie",
        r"$a = /[nN]ordwind\s+Energie/",
    ),
    (
        "organisations",
        "Nordwind Energie",
        "$a = /Nordwind.Energie/",
    ),
    (
        "domains",
        "nordwind-energie.example",
        "$a = /nordwind.energie.example/",
    ),
    ("organisations", "Nordwind", "$a = /nord{1}w{1,2}ind/"),
    (
        "organisations",
        "Schnellballett",
        "$a = /schnel{2}bal{2}et{2,}/",
    ),
    ("organisations", "Nordwind", "$a = /n[o0]rdwind/"),
    ("organisations", "Nordwind", "$a = /[mn][ao]rd[vw]{1}ind/"),
    ("organisations", "Nordwind", "$a = /n(?:o|0)rdwind/"),
    (
        "organisations",
        "Nordwind Energie",
        "$a = /n[o0]rdwind.energie/",
    ),
];

#[test]
fn the_victim_is_found_in_a_rule_that_escapes_it() {
    for (list, token, written) in ESCAPED {
        let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
        form["rules"][0]["text"] = json!(format!("rule a {{ strings: {written} condition: $a }}"));
        form["victim"][*list] = json!([token]);
        let findings = check(&read(&serde_json::to_vec(&form).unwrap()).unwrap()).unwrap_err();
        let found = findings.iter().any(|finding| {
            finding.rule == rule::IN_DICTIONARY && finding.place.to_string() == "rules[0].text"
        });
        assert!(found, "{written}: {findings:?}");
    }
}

#[test]
fn what_an_expression_leaves_open_makes_no_word_of_others() {
    let mut victim = read(FORMS[0].as_bytes()).unwrap().victim;
    victim.organisations = vec!["Nordwind Energie".to_owned()];
    victim.domains = vec!["nordwind-energie.example".to_owned()];
    let dictionary = Dictionary::of(&victim).unwrap();
    for text in [
        "/nordwind[a-z]energie/",
        "/nordwind[^ ]energie/",
        "/nordwind|energie/",
        "(nordwind (energy))",
        r"/nordwind-?energy\.example/",
        "/nordwin-{0}",
        "/nordwind[",
        "/nordwind..energie/",
        "/n[ae]rdwind.energie/",
        "/nordwin[a-z].energie/",
        "/nordwin{0}.energie/",
        "/nor{2}dwind.energie/",
    ] {
        assert!(!dictionary.hits(text), "{text}");
    }
    // What has more choices than are looked at is not taken for clean.
    let choices = "[ab]-".repeat(limits::FORM_CHOICES_MAX);
    assert!(!dictionary.hits(&choices));
    assert!(dictionary.hits(&format!("{choices}[ab]")));
}

#[test]
fn short_tokens_do_not_hit_inside_words() {
    assert_eq!(judged("/victim/other", json!(["vers"])), []);
    assert!(!judged("/victim/other", json!(["read"])).is_empty());
}

#[test]
fn forgotten_unknown_and_doubled_keys_are_refused_by_path() {
    let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
    form["victim"].as_object_mut().unwrap().remove("phones");
    let missing = read(&serde_json::to_vec(&form).unwrap()).unwrap_err();
    assert_eq!(
        (missing.rule, missing.place.to_string().as_str()),
        (rule::FORM_SHAPE, "victim")
    );
    form["victim"]["phones"] = json!([]);
    form["case"]["nominator"] = json!("secret name");
    let unknown = read(&serde_json::to_vec(&form).unwrap()).unwrap_err();
    assert_eq!(unknown.rule, rule::FORM_SHAPE);
    assert!(!unknown.to_string().contains("secret name"));
    let doubled = FORMS[0].replacen("\"version\": 1,", "\"version\": 1, \"version\": 1,", 1);
    assert_eq!(read(doubled.as_bytes()).unwrap_err().rule, rule::FORM_SHAPE);
}

#[test]
fn bytes_that_are_no_form_are_refused_in_bounded_memory() {
    for (bytes, expected) in [
        (Vec::new(), rule::EMPTY),
        (vec![b' '; limits::FORM_MAX + 1], rule::TOO_LARGE),
        (vec![0xff, 0xfe], rule::NOT_UTF8),
        ("\u{feff}{}".as_bytes().to_vec(), rule::NOT_UTF8),
        (vec![b'['; 1_000_000], rule::FORM_SHAPE),
        (format!("{} 1", FORMS[0]).into_bytes(), rule::FORM_SHAPE),
        (
            FORMS[0]
                .replace("\"version\": 1", "\"version\": NaN")
                .into_bytes(),
            rule::FORM_SHAPE,
        ),
        (
            FORMS[0].replace("Espionage", "\\ud800").into_bytes(),
            rule::FORM_SHAPE,
        ),
    ] {
        assert_eq!(read(&bytes).unwrap_err().rule, expected);
    }
}

#[test]
fn the_commitment_binds_salt_and_canonical_bytes() {
    let document = sample(0);
    let canonical = document.to_canonical().unwrap();
    assert_eq!(read_canonical(&canonical).as_ref(), Ok(&document));
    assert_eq!(
        read_canonical(FORMS[0].as_bytes()).unwrap_err().rule,
        rule::NOT_CANONICAL
    );
    let salt = Salt([7; 32]);
    let case = CaseFile { salt, document };
    let commitment = commit(&salt, &canonical);
    assert_eq!(case.opens(&commitment), Ok(()));
    let other = CaseFile {
        salt: Salt([8; 32]),
        ..case.clone()
    };
    assert_eq!(other.opens(&commitment).unwrap_err().rule, rule::COMMITMENT);
    let bytes = case.to_bytes().unwrap();
    assert_eq!(CaseFile::from_bytes(&bytes).as_ref(), Ok(&case));
    assert!(CaseFile::from_bytes(&bytes[1..]).is_err());
}

#[test]
fn the_commitment_of_a_fixed_form_never_changes() {
    let vector = commit(&Salt([0; 32]), b"{}");
    assert_eq!(
        vector.to_string(),
        "45ac0c5403f99c9a95621efbbc21c7e6a0b9f85b1dbc08f1dbc381af493d8510"
    );
}

/// An engine that takes every text but those with `refused` in it, fires where `fires` stands in the text, and does not come to an end where `late`
/// does.
struct Scripted {
    refused: &'static str,
    fires: &'static str,
    late: &'static str,
}

impl Scripted {
    fn says(&self, text: &str, yes: bool) -> Answer {
        match (text.contains(self.late), yes) {
            (true, _) => Answer::Late,
            (false, true) => Answer::Yes,
            (false, false) => Answer::No,
        }
    }
}

impl Engine for Scripted {
    type Error = Infallible;

    fn compiles(&self, text: &str) -> Result<Answer, Infallible> {
        Ok(self.says(text, !text.contains(self.refused)))
    }

    fn fires(&self, text: &str, sample: &[u8]) -> Result<Answer, Infallible> {
        let fires = text.contains(self.fires) && sample.starts_with(b"MZ");
        Ok(self.says(text, fires))
    }
}

#[test]
fn a_yara_rule_is_tried_as_written_and_as_it_leaves_and_the_finding_names_its_path() {
    let document = sample(2);
    let nomination = check(&document).unwrap();
    let none = "nothing of it";
    let tried = |refused, fires, late| {
        let engine = Scripted {
            refused,
            fires,
            late,
        };
        let findings = try_yara(&document, &nomination, &engine).unwrap();
        findings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(tried(none, "OilRig", none), Vec::<String>::new());
    // The licence by its id is in the cleaned text alone, a comment in the written one.
    assert_eq!(
        tried("DRL-1.1", "OilRig", none),
        ["816 yara-engine at rules[0]"]
    );
    for fires in ["DRL-1.1", "Yara Rule Set", none] {
        assert_eq!(tried(none, fires, none), ["817 yara-silent at rules[0]"]);
    }
    for late in ["DRL-1.1", "Yara Rule Set"] {
        assert_eq!(tried(none, "OilRig", late), ["818 yara-late at rules[0]"]);
    }
}

#[test]
fn an_indicator_on_a_list_is_named_by_case_entry_and_list_and_never_by_its_value() {
    let nomination = check(&sample(0)).unwrap();
    let value = nomination.iocs[1].value.text();
    let list = |entry: &str| {
        json!({"type": "string", "list": [entry]})
            .to_string()
            .into_bytes()
    };
    let files = [("known", list(&value)), ("other", list("x"))];
    let files = files.map(|(name, list)| (name.to_owned(), list));
    let lists = Warninglists::read(&files.into()).unwrap();
    let commitment = Commitment([7; 32]);
    let findings = warnings(&commitment, &nomination, &lists);
    let named: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let expected = format!("1040 ioc-warninglist at {commitment}/iocs[1]/known");
    assert_eq!(named, [expected]);
}

#[test]
fn a_public_rule_whose_filter_was_tuned_is_for_the_board_and_one_that_is_listed_or_filters_nothing_is_not()
 {
    let commitment = Commitment([7; 32]);
    let asked = |change: &dyn Fn(&str) -> String| {
        let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
        let text = form["rules"][0]["text"].as_str().unwrap();
        form["rules"][0]["text"] = json!(change(text));
        let document = read(&serde_json::to_vec(&form).unwrap()).unwrap();
        let nomination = check(&document).unwrap();
        let found = filters(&commitment, &document, &nomination);
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(asked(&str::to_owned), [""; 0]);
    assert_eq!(asked(&|text| format!("{text}\n# changed\n")), [""; 0]);
    let tuned = |filter: &str| {
        let ending = "    condition: 1 of selection_*\n";
        let with = format!(
            "    filter_ours:\n        {filter}\n    condition: 1 of selection_* and not 1 of filter_*\n"
        );
        asked(&move |text: &str| {
            assert!(text.contains(ending), "{text}");
            text.replace(ending, &with)
        })
    };
    let expected = format!("718 sigma-unlisted-filter at {commitment}/rules[0]");
    for ours in [
        "Computer: 'SRV-TUNED-01'",
        "ParentImage|startswith: 'D:\\Tuned\\'",
    ] {
        assert_eq!(tuned(ours), [expected.as_str()], "{ours}");
    }
    assert_eq!(
        tuned("ParentImage|startswith: 'C:\\Windows\\System32\\'"),
        [""; 0]
    );
}

#[test]
fn a_title_with_the_marks_of_a_word_processor_is_taken_and_a_word_of_the_victim_s_is_found_in_it() {
    let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
    form["case"]["title"] = json!("The \u{201e}loader\u{201c} \u{2013} and its C&C");
    let read_form = |form: &Value| read(&serde_json::to_vec(form).unwrap()).unwrap();
    let nomination = check(&read_form(&form)).unwrap();
    assert_eq!(nomination.title.as_str(), "The \"loader\" - and its C2");
    form["victim"]["other"] = json!(["nordwind-sued"]);
    form["case"]["title"] = json!("A loader at Nordwind\u{2013}Sued");
    let findings = check(&read_form(&form)).unwrap_err();
    let mut rules = findings.iter().map(|found| found.rule);
    assert!(rules.any(|found| found == rule::IN_DICTIONARY));
}
