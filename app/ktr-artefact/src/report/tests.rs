//! What the report says of sample cases, and that it says nothing of what they say.
//! The golden texts are beside this file; what a person sees in a browser is looked at by people.

use ktr_core::id::{Commitment, SessionId};
use serde_json::{Value, json};

use super::{Action, Form, Inputs, Outcome, Report, Stage};
use crate::{
    alliance::{Alliance, AllianceDomain, AllianceName},
    day::Day,
    finding::{Finding, rule},
    form::{self, Document, Nomination},
    ioc::Warninglists,
    rules::RuleKind,
    stix::{self, Attempt, ChainId, Judged, Plan, PublicSectors, Seed, attempt},
};

const FORMS: [&str; 3] = [
    include_str!("../../tests/data/forms/01-ceranakeeper.json"),
    include_str!("../../tests/data/forms/02-embargo.json"),
    include_str!("../../tests/data/forms/04-industroyer.json"),
];

/// An own rule with everything that has to go.
const OWN: &str = "# our first\ntitle: Loader starts a shell\nid: 0f0e0d0c-1111-4222-8333-444455556666\nname: kanarie_name\nstatus: test\ndescription: kanarie-description\nauthor: Kanarie Author\nreferences:\n    - https://kanarie.example/x\ndate: 2026-01-02\ntags:\n    - attack.execution\n    - kanarie.tag\nlogsource:\n    product: windows\n    definition: kanarie-definition\ndetection:\n    selection:\n        Image|endswith: '\\evil.exe'\n    condition: selection\nfalsepositives:\n    - kanarie-false\nlevel: high\n";

/// The keys of the dictionary, each of which gets a word that stands nowhere else.
const LISTS: [&str; 11] = [
    "organisations",
    "ad_domains",
    "hosts",
    "people",
    "accounts",
    "paths",
    "tickets",
    "other",
    "domains",
    "mail_addresses",
    "host_patterns",
];

/// The forms, marked with words that no report may hold.
fn documents() -> Vec<Document> {
    let mut forms: Vec<Value> = FORMS
        .iter()
        .map(|form| serde_json::from_str(form).unwrap())
        .collect();
    for (index, form) in forms.iter_mut().enumerate() {
        form["case"]["title"] = json!(format!("Kanarievogel number {index} sang"));
        form["case"]["narrative"] = json!("Kanarievogels sang through the night.");
        form["case"]["country"] = json!("QX");
        for list in LISTS {
            let tokens = form["victim"][list].as_array_mut().unwrap();
            tokens.push(json!(format!("zeisig-{list}-{index}")));
        }
    }
    let second = &mut forms[1];
    second["rules"] = json!([{
        "kind": "sigma", "text": OWN, "origin": "own", "licence": "CC0-1.0",
        "positive": "{\"Image\": \"C:\\\\kanarie\\\\evil.exe\"}",
    }]);
    let ioc = |kind: &str, value: &str, unique: bool| {
        json!({
            "type": kind, "value": value, "indicator_types": ["malicious-activity"], "tactic": null,
            "credibility": 2, "valid_days": 7, "victim_unique": unique,
        })
    };
    let iocs = second["iocs"].as_array_mut().unwrap();
    iocs.push(ioc(
        "url",
        "http://kanarie-c2.com/a?mail=kanarie@kanarie.com",
        false,
    ));
    iocs.push(ioc("domain", "KANARIE-C2.com", true));
    iocs.push(ioc("filename", "4111111111111111.exe", false));
    let read = |form: Value| form::read(&serde_json::to_vec(&form).unwrap()).unwrap();
    forms.into_iter().map(read).collect()
}

/// The world of one report.
struct World {
    documents: Vec<Document>,
    checked: Vec<Result<Nomination, Vec<Finding>>>,
    warnings: Vec<Vec<Judged>>,
    attempt: Option<Attempt>,
}

impl World {
    fn of(documents: Vec<Document>, stands: &dyn Fn(&Finding) -> bool) -> Self {
        let checked: Vec<_> = documents.iter().map(form::check).collect();
        let cases = checked.iter().zip(0..).map(|(checked, number)| {
            let nomination = checked.clone().ok()?;
            let commitment = Commitment([number; 32]);
            Some(stix::Case {
                commitment,
                nomination,
            })
        });
        let cases: Option<Vec<stix::Case>> = cases.collect();
        let attempt = cases.map(|cases| {
            let name = AllianceName::parse("Test Alliance").unwrap();
            let domain = AllianceDomain::parse("relay.example").unwrap();
            attempt(
                &Plan {
                    alliance: &Alliance::mint(name, domain, &Seed([9; 32])),
                    chain: &ChainId::parse("ktr-test-1").unwrap(),
                    session: SessionId(7),
                    seed: Seed([5; 32]),
                    day: Day::parse("2026-11-25").unwrap(),
                    previous: Day::parse("2026-10-29").unwrap(),
                    public_sectors: &PublicSectors::default(),
                    cases: &cases,
                },
                stands,
            )
        });
        Self {
            warnings: vec![Vec::new(); documents.len()],
            documents,
            checked,
            attempt,
        }
    }

    fn report(&self) -> Report {
        let forms = self.documents.iter().zip(&self.checked).zip(0..);
        let forms = forms.map(|((document, checked), number)| Form {
            commitment: Commitment([number; 32]),
            document,
            checked: checked.as_ref().map_err(Vec::as_slice),
            warnings: &self.warnings[usize::from(number)],
        });
        Report::of(&Inputs {
            session: SessionId(7),
            release: Seed([5; 32]).release_id(),
            chain: &ChainId::parse("ktr-test-1").unwrap(),
            day: Day::parse("2026-11-25").unwrap(),
            public_sectors: &PublicSectors::default(),
            forms: &forms.collect::<Vec<_>>(),
            engine: Some("yarac 4.2.3"),
            warninglists: Some(&warninglists()),
            attempt: self.attempt.as_ref(),
        })
    }
}

/// A list that the first indicator of the last form is on.
fn warninglists() -> Warninglists {
    let value = &documents()[2].iocs[0].value;
    let list = json!({"list": [value], "type": "string"}).to_string();
    let files = [("well-known".to_owned(), list.into_bytes())];
    Warninglists::read(&files.into()).unwrap()
}

/// What was built but for a warning, or with one that stands.
fn warned(stands: bool) -> World {
    let mut world = built();
    let nomination = world.checked[2].as_ref().unwrap();
    let found = form::warnings(&Commitment([2; 32]), nomination, &warninglists());
    world.warnings[2] = found
        .into_iter()
        .map(|finding| Judged { finding, stands })
        .collect();
    world
}

/// What was built because the board let a number stand that looks like a card's.
fn built() -> World {
    World::of(documents(), &|found| found.rule == rule::LEAK_CARD)
}

/// What was stopped in the finished bytes.
fn stopped() -> World {
    World::of(documents(), &|_| false)
}

/// What was stopped because of a form.
fn refused() -> World {
    let mut documents = documents();
    documents[2].iocs[0].value.push_str(".kanarie");
    documents[2].case.title = String::from("At zeisig-hosts-2 it began");
    World::of(documents, &|_| false)
}

#[test]
fn the_text_of_a_build_is_the_golden_one() {
    assert_eq!(built().report().to_text(), include_str!("golden-built.txt"));
    assert_eq!(
        stopped().report().to_text(),
        include_str!("golden-stopped.txt")
    );
    assert_eq!(
        refused().report().to_text(),
        include_str!("golden-refused.txt")
    );
}

#[test]
fn a_build_that_asked_no_warninglist_says_so() {
    let mut report = built().report();
    report.warninglists = None;
    assert!(
        report
            .to_text()
            .contains("\njudged beside: no warninglist\n")
    );
    assert!(report.to_html().contains("no warninglist"));
}

/// Every text of a form that is not of a closed vocabulary.
fn texts(document: &Document) -> Vec<String> {
    let context = &document.context;
    let mut texts = vec![document.case.title.clone(), document.case.narrative.clone()];
    texts.extend(
        document
            .case
            .title
            .split(' ')
            .filter(|word| word.len() > 6)
            .map(str::to_owned),
    );
    texts.extend(document.iocs.iter().map(|ioc| ioc.value.clone()));
    texts.extend(
        document
            .rules
            .iter()
            .flat_map(|rule| [rule.text.clone(), rule.positive.clone()]),
    );
    texts.extend(document.rules.iter().flat_map(|rule| {
        let lines = rule
            .text
            .lines()
            .map(str::trim)
            .filter(|line| line.len() > 20);
        lines.map(str::to_owned).collect::<Vec<_>>()
    }));
    texts.extend(context.malware.iter().map(|malware| malware.name.clone()));
    texts.extend(
        context
            .techniques
            .iter()
            .map(|technique| technique.id.clone()),
    );
    texts.extend(context.cves.iter().cloned());
    texts.extend(
        document
            .victim
            .lists()
            .iter()
            .flat_map(|(_, words)| words.iter().cloned()),
    );
    texts
}

#[test]
fn no_word_of_a_dictionary_no_title_and_no_value_is_in_any_form_of_the_report() {
    for world in [built(), stopped(), refused(), warned(false)] {
        let report = world.report();
        let json = String::from_utf8(report.to_json().unwrap()).unwrap();
        for written in [report.to_text(), json, report.to_html()] {
            let lower = written.to_lowercase();
            for word in ["kanarie", "zeisig", "4111111111111111", "evil.exe"] {
                assert!(!lower.contains(word), "{word}");
            }
            assert!(!written.contains("QX"), "the country");
            let mut looked_for = 0;
            for text in world.documents.iter().flat_map(texts) {
                let found = lower.contains(&text.to_lowercase());
                assert!(!found || text.is_empty(), "{text}");
                looked_for += 1;
            }
            assert!(looked_for > 130, "{looked_for}");
        }
    }
}

#[test]
fn what_was_done_to_a_form_is_named_by_rule_and_place() {
    let report = built().report();
    let second = &report.cases[1];
    let lines: Vec<(Action, u16, &str)> = second
        .changes
        .iter()
        .map(|change| (change.action, change.code, change.place.as_str()))
        .collect();
    let last = second.iocs - 1;
    let (url, domain) = (
        format!("iocs[{}].value", last - 2),
        format!("iocs[{}].value", last - 1),
    );
    for expected in [
        (Action::Dropped, 1102, url.as_str()),
        (Action::Rewritten, 1101, domain.as_str()),
        (Action::Noted, 1107, domain.as_str()),
        (Action::Rewritten, 1103, "rules[0].text"),
        (Action::Dropped, 1104, "rules[0].text.name"),
        (Action::Dropped, 1104, "rules[0].text.description"),
        (Action::Dropped, 1104, "rules[0].text.author"),
        (Action::Dropped, 1104, "rules[0].text.references"),
        (Action::Dropped, 1104, "rules[0].text.date"),
        (Action::Dropped, 1104, "rules[0].text.falsepositives"),
        (Action::Dropped, 1104, "rules[0].text.logsource.definition"),
        (Action::Dropped, 1105, "rules[0].text.tags"),
        (Action::Masked, 1106, "rules[0].text.id"),
        (Action::Dropped, 1100, "rules[0].positive"),
        (Action::Dropped, 1100, "case.sector"),
        (Action::Dropped, 1100, "victim"),
    ] {
        assert!(lines.contains(&expected), "{expected:?} in {lines:?}");
    }
    let rule = &second.rules[0];
    assert_eq!(rule.judges, ["rsigma 0.23.0", "sigma-rust 0.7.0"]);
    let id = rule.object.as_deref().unwrap();
    assert!(id.starts_with("indicator--"), "{id}");
}

#[test]
fn a_finding_names_the_object_and_the_entry_that_it_comes_from() {
    let (stopped, built) = (stopped().report(), built().report());
    assert_eq!((stopped.against().len(), stopped.stood()), (2, 0));
    assert_eq!((built.against().len(), built.stood()), (0, 2));
    let place = format!("iocs[{}]", built.cases[1].iocs - 1);
    for found in &stopped.findings {
        assert_eq!(found.from.len(), 1, "{found:?}");
        assert_eq!(
            (found.from[0].case.as_str(), &found.from[0].place),
            (built.cases[1].commitment.as_str(), &place)
        );
    }
}

#[test]
fn no_report_names_an_observable_by_its_id_for_that_is_a_digest_of_its_value() {
    let world = stopped();
    let report = world.report();
    let json = String::from_utf8(report.to_json().unwrap()).unwrap();
    let traced = world.attempt.as_ref().unwrap().objects.iter();
    let observables: Vec<&str> = traced
        .filter(|traced| traced.id.kind().is_observable())
        .map(|traced| traced.id.as_str())
        .collect();
    assert!(observables.len() > 10, "{}", observables.len());
    for written in [report.to_text(), json, report.to_html()] {
        assert!(observables.iter().all(|id| !written.contains(id)));
    }
    assert!(
        report
            .findings
            .iter()
            .any(|found| found.kind == Some("file"))
    );
}

#[test]
fn objects_are_counted_as_the_bundle_has_them() {
    let world = built();
    let bundle = world.attempt.as_ref().unwrap().bundle.as_ref().unwrap();
    let contents = stix::read(&bundle.bytes).unwrap();
    let report = world.report();
    let counted: usize = report.objects.values().sum();
    assert_eq!(counted, contents.objects.len());
    // No two of these cases share a value: what is in no case is what every bundle has.
    let of_cases: usize = report
        .cases
        .iter()
        .flat_map(|case| case.objects.values())
        .sum();
    let constant = [
        "identity",
        "extension-definition",
        "marking-definition",
        "note",
    ];
    let constant: usize = constant.iter().map(|kind| report.objects[kind]).sum();
    assert_eq!(of_cases + constant, counted);
    assert!(
        report
            .cases
            .iter()
            .all(|case| case.stage == Stage::InTheBundle)
    );
    assert!(report.cases.iter().all(|case| case.objects["report"] == 1));
}

#[test]
fn a_warning_that_the_board_does_not_let_stand_is_against_the_build() {
    let (stopped, stood) = (warned(false).report(), warned(true).report());
    assert_eq!(stopped.outcome, Outcome::Refused);
    assert_eq!((stopped.sha256, stopped.octets), (None, None));
    assert_eq!((stood.outcome, stood.stood()), (Outcome::Built, 3));
    let found = &stood.findings[0];
    assert_eq!(
        (found.code, found.place.as_str()),
        (1040, "iocs[0]/well-known")
    );
    assert_eq!(found.from[0].place, "iocs[0]");
    let case = &stood.cases[2].commitment;
    let name = format!("1040 ioc-warninglist at {case}/iocs[0]/well-known");
    assert_eq!(stood.findings[0].finding, name);
    assert_eq!(stopped.findings[0].finding, name);
    assert!(
        warned(true)
            .report()
            .to_text()
            .contains("    in the form\n")
    );
}

#[test]
fn a_yara_rule_names_its_judges_and_says_in_its_own_lines_what_was_done_to_it() {
    let form = include_str!("../../tests/data/forms/03-oilrig.json");
    let done_to = |from: &str, to: &str| {
        let mut document = form::read(form.as_bytes()).unwrap();
        for rule in &mut document.rules {
            rule.text = rule.text.replace(from, to);
        }
        let mut rules = document.rules.iter();
        let index = rules.position(|rule| rule.kind == RuleKind::Yara).unwrap();
        let case = World::of(vec![document], &|_| false).report().cases;
        assert_eq!(
            case[0].rules[index].judges,
            ["yara-x-parser 1.22.1", "yarac 4.2.3"]
        );
        let changes = case[0].changes.iter();
        let place = format!("rules[{index}].text");
        changes
            .filter(|change| change.place == place)
            .map(|change| (change.action, change.code))
            .collect::<Vec<_>>()
    };
    assert_eq!(done_to("nothing", "nothing"), [(Action::Rewritten, 1108)]);
    let named = "strings:\n $named = /\\\\Users\\\\(jane|bob)/";
    assert_eq!(
        done_to("strings:", named),
        [(Action::Masked, 1109), (Action::Rewritten, 1108)]
    );
}

#[test]
fn a_refused_form_is_reported_beside_those_that_are_fit() {
    let report = refused().report();
    let stages: Vec<Stage> = report.cases.iter().map(|case| case.stage).collect();
    assert_eq!(stages, [Stage::Waiting, Stage::Waiting, Stage::Refused]);
    let refused: Vec<(u16, &str)> = report.cases[2]
        .changes
        .iter()
        .map(|change| (change.code, change.place.as_str()))
        .collect();
    assert!(refused.contains(&(1012, "case.title")), "{refused:?}");
    assert!(refused.contains(&(1037, "iocs[0]")), "{refused:?}");
    assert_eq!(report.sha256, None);
    let against = report.against();
    assert_eq!(against.len(), refused.len());
    let commitment = &report.cases[2].commitment;
    let first = format!("1012 in-dictionary at case.title of case {commitment}");
    assert!(against.contains(&first), "{against:?}");
}

#[test]
fn the_page_asks_nobody_for_anything_and_runs_nothing() {
    for world in [built(), stopped(), refused()] {
        let page = world.report().to_html();
        for forbidden in [
            "<script",
            "http:",
            "https:",
            "src=",
            "url(",
            "@import",
            "<link",
            "<img",
            "<iframe",
            "style=\"",
            "onload",
            "onclick",
            "onerror",
            "javascript",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("default-src 'none'"));
        for tag in [
            "table", "tr", "td", "th", "section", "code", "span", "dl", "a", "div", "p",
        ] {
            let open = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}

/// Relative luminance of WCAG 2.2, in millionths: sRGB linearised by its own table of powers.
#[expect(
    clippy::float_arithmetic,
    reason = "the standard gives the formula in real numbers"
)]
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(colour.get(at..).unwrap().get(..2).unwrap(), 16).unwrap())
                / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.0722f64.mul_add(
        channel(5),
        0.2126f64.mul_add(channel(1), 0.7152 * channel(3)),
    )
}

#[test]
fn every_colour_of_a_text_stands_out_by_day_by_night_and_on_paper() {
    let style = include_str!("style.css");
    let themes: Vec<&str> = style.split(":root {").skip(1).collect();
    assert_eq!(themes.len(), 3);
    for theme in themes {
        let colour = |name: &str| {
            let (_, rest) = theme.split_once(&format!("--{name}: ")).unwrap();
            luminance(rest)
        };
        for ground in ["paper", "card"] {
            for ink in ["ink", "quiet", "good", "bad", "mind"] {
                let (a, b) = (colour(ground), colour(ink));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 5.5, "{ink} on {ground}: {contrast:.2}");
            }
        }
    }
}
