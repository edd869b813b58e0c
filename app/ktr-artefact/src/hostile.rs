//! Bad input that no single module owns: sizes announced and never sent, and letters that hide, turn text round or look like others.
//! What one module alone refuses is tried beside that module.

use ktr_core::{
    id::{Commitment, SessionId},
    time::Time,
};
use sequoia_openpgp::armor;
use serde_json::Value;

use crate::{
    alliance::{Alliance, AllianceDomain, AllianceName},
    archive, canonical,
    day::Day,
    envelope::{self, Expected},
    finding::{Rule, rule},
    form, leak, limits,
    openpgp::{Certificate, KeyUse, SecretCertificate, UserId, make_role_key},
    rules::{AcceptedRule, Offer, Origin, RuleKind},
    seal,
    stix::{self, Case, ChainId, Plan, PublicSectors, Seed},
};

const FORMS: [&str; 4] = [
    include_str!("../tests/data/forms/01-ceranakeeper.json"),
    include_str!("../tests/data/forms/02-embargo.json"),
    include_str!("../tests/data/forms/03-oilrig.json"),
    include_str!("../tests/data/forms/04-industroyer.json"),
];

/// Marks that turn text round, hide in it, or end it.
const TRICKS: [char; 19] = [
    '\u{202e}',
    '\u{2066}',
    '\u{200b}',
    '\u{200f}',
    '\u{feff}',
    '\u{0}',
    '\u{7f}',
    '\u{85}',
    '\u{ad}',
    '\u{61c}',
    '\u{2060}',
    '\u{180e}',
    '\u{3164}',
    '\u{115f}',
    '\u{fe0f}',
    '\u{e0020}',
    '\u{e007f}',
    '\u{e0100}',
    '\u{fff0}',
];

/// Latin letters and what looks like them.
const TWINS: [(char, char); 5] = [
    ('a', '\u{430}'),
    ('e', '\u{435}'),
    ('o', '\u{43e}'),
    ('c', '\u{441}'),
    ('i', '\u{456}'),
];

/// The pointers of all strings below `value`.
fn strings(value: &Value, pointer: &str, found: &mut Vec<String>) {
    if value.is_string() {
        found.push(pointer.to_owned());
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        strings(inner, &format!("{pointer}/{index}"), found);
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        strings(inner, &format!("{pointer}/{key}"), found);
    }
}

/// `text` with a mark in its middle.
fn marked(text: &str, mark: char) -> String {
    let middle = text.chars().count() / 2;
    let (front, back): (Vec<_>, Vec<_>) =
        text.chars().enumerate().partition(|(at, _)| *at < middle);
    let letters = |part: Vec<(usize, char)>| part.into_iter().map(|(_, c)| c).collect::<String>();
    format!("{}{mark}{}", letters(front), letters(back))
}

/// `text` with the first letter of a longer word replaced by what looks like it; nothing if no such letter is in it.
fn disguised(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    let pairs = letters.iter().zip(letters.iter().skip(1));
    let at = (1..).zip(pairs).find_map(|(at, (before, letter))| {
        let twin = TWINS.iter().any(|(latin, _)| latin == letter);
        (twin && before.is_ascii_alphabetic()).then_some(at)
    })?;
    let twin = TWINS.iter().find(|(latin, _)| *latin == letters[at])?.1;
    let changed = letters
        .iter()
        .enumerate()
        .map(|(n, c)| if n == at { twin } else { *c });
    Some(changed.collect())
}

/// What would leave of a form, as text; nothing if it is refused.
fn leaves(form: &Value) -> Option<String> {
    let document = form::read(&serde_json::to_vec(form).unwrap()).ok()?;
    let nomination = form::check(&document).ok()?;
    Some(format!("{nomination:?}"))
}

/// A form that passes as it is, and where its texts are.
fn fit(form: &str) -> (Value, Vec<String>) {
    let form: Value = serde_json::from_str(form).unwrap();
    assert!(leaves(&form).is_some(), "it passes as it is");
    let mut pointers = Vec::new();
    strings(&form, "", &mut pointers);
    (form, pointers)
}

#[test]
fn no_mark_that_hides_or_turns_text_leaves_from_any_field_of_a_form() {
    let mut tried = 0;
    for form in FORMS {
        let (form, mut pointers) = fit(form);
        // The dictionary and the positive never leave.
        pointers
            .retain(|pointer| !pointer.starts_with("/victim") && !pointer.ends_with("/positive"));
        for (pointer, mark) in pointers.iter().zip(TRICKS.iter().cycle()) {
            let mut changed = form.clone();
            let text = changed.pointer_mut(pointer).unwrap();
            *text = marked(text.as_str().unwrap(), *mark).into();
            let left = leaves(&changed).unwrap_or_default();
            let shown = mark.escape_debug().to_string();
            assert!(
                !left.contains(*mark) && !left.contains(&shown),
                "{pointer}: {shown}"
            );
            tried += 1;
        }
    }
    assert!(tried > 250, "{tried}");
}

#[test]
fn a_letter_that_looks_like_another_leaves_only_where_the_attackers_own_names_stand() {
    let mut tried = 0;
    for form in FORMS {
        let (form, pointers) = fit(form);
        for pointer in pointers {
            let entry = form.pointer(pointer.rsplit_once('/').unwrap().0).unwrap();
            let theirs = ["filename", "mutex", "regkey"]
                .iter()
                .any(|kind| entry["type"] == *kind)
                || entry["kind"] == "sigma";
            let stays = pointer.starts_with("/victim") || pointer.ends_with("/positive");
            let mut changed = form.clone();
            let text = changed.pointer_mut(&pointer).unwrap();
            let Some(disguised) = disguised(text.as_str().unwrap()).filter(|_| !theirs && !stays)
            else {
                continue;
            };
            *text = disguised.into();
            let left = leaves(&changed).unwrap_or_default();
            let twin = TWINS.iter().find(|(_, twin)| left.contains(*twin));
            assert_eq!(twin, None, "{pointer}");
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

fn alliance() -> Alliance {
    let name = AllianceName::parse("Test Alliance").unwrap();
    let domain = AllianceDomain::parse("relay.example").unwrap();
    Alliance::mint(name, domain, &Seed([9; 32]))
}

fn bundle() -> Value {
    let cases: Vec<Case> = FORMS
        .iter()
        .zip(0..)
        .map(|(form, number)| Case {
            commitment: Commitment([number; 32]),
            nomination: form::check(&form::read(form.as_bytes()).unwrap()).unwrap(),
        })
        .collect();
    let day = Day::parse("2026-11-25").unwrap();
    let plan = Plan {
        alliance: &alliance(),
        chain: &ChainId::parse("ktr-test-1").unwrap(),
        session: SessionId(7),
        seed: Seed([5; 32]),
        day,
        previous: day,
        public_sectors: &PublicSectors::default(),
        cases: &cases,
    };
    serde_json::from_slice(&stix::build(&plan).unwrap().bytes).unwrap()
}

/// Whether the strict reader takes a bundle, its objects sorted and written canonically again.
fn passes(mut bundle: Value, alliance: &Alliance) -> bool {
    let objects = bundle["objects"].as_array_mut().unwrap();
    objects.sort_by_key(|object| object["id"].as_str().unwrap_or("").to_owned());
    let bytes = canonical::to_bytes(&bundle).unwrap();
    stix::read(&bytes).is_ok_and(|contents| stix::check(&contents, alliance).is_ok())
}

#[test]
fn a_reader_refuses_a_hidden_mark_or_a_look_alike_in_any_string_of_a_bundle() {
    let (bundle, alliance) = (bundle(), alliance());
    assert!(passes(bundle.clone(), &alliance));
    let mut pointers = Vec::new();
    strings(&bundle, "", &mut pointers);
    for (pointer, mark) in pointers.iter().zip(TRICKS.iter().cycle()) {
        let text = bundle.pointer(pointer).unwrap().as_str().unwrap();
        let mut spoiled = vec![marked(text, *mark)];
        let object = bundle.pointer(pointer.rsplit_once('/').unwrap().0).unwrap();
        // A rule may look for names that an attacker writes so.
        let rule = object["pattern_type"] == "sigma" && pointer.ends_with("/pattern");
        spoiled.extend(disguised(text).filter(|_| !rule));
        for text in spoiled {
            let mut changed = bundle.clone();
            *changed.pointer_mut(pointer).unwrap() = text.into();
            assert!(!passes(changed, &alliance), "{pointer}");
        }
    }
    assert!(pointers.len() > 500, "{}", pointers.len());
}

/// A packet that announces a gibibyte and ends at once.
fn announced(tag: u8) -> Vec<u8> {
    let mut packet = vec![0xC0 | tag, 0xFF];
    packet.extend((1_u32 << 30).to_be_bytes());
    packet.push(4);
    packet
}

fn armoured(packet: &[u8], kind: armor::Kind) -> Vec<u8> {
    let mut writer = armor::Writer::new(Vec::new(), kind).unwrap();
    std::io::Write::write_all(&mut writer, packet).unwrap();
    writer.finalize().unwrap()
}

#[test]
fn a_gibibyte_that_is_announced_and_never_sent_is_refused_wherever_octets_say_their_length() {
    let now = Time(1_790_000_000);
    let id = UserId::parse("seat 1").unwrap();
    let key = make_role_key(&id, KeyUse::SignAndReceive, Time(now.0 - 100), 365)
        .unwrap()
        .secret;
    for tag in [1, 2, 4, 5, 6, 8, 9, 11, 13, 14, 18, 20] {
        let packet = announced(tag);
        assert!(
            envelope::open(&packet, &key, now, Expected::Unsigned).is_err(),
            "{tag}"
        );
        assert!(Certificate::from_bytes(&packet).is_err(), "{tag}");
        assert!(SecretCertificate::from_bytes(&packet).is_err(), "{tag}");
        assert!(seal::normalise(&packet).is_err(), "{tag}");
        let text = armoured(&packet, armor::Kind::Signature);
        assert!(seal::normalise(&text).is_err(), "{tag}");
        let text = armoured(&packet, armor::Kind::PublicKey);
        assert!(Certificate::from_bytes(&text).is_err(), "{tag}");
    }
    let release = archive::Release {
        bundle: b"{}".to_vec(),
        seal: b"x".to_vec(),
    };
    let mut written = archive::write(&release).unwrap();
    written[124..136].copy_from_slice(b"10000000000\0");
    let refused = archive::read(&written).unwrap_err();
    assert_eq!(refused.rule, rule::NOT_THE_ARCHIVE);
}

#[test]
fn octets_beyond_the_limit_are_refused_before_anybody_reads_them() {
    let long = |max: usize| vec![b'['; max + 1];
    let form = form::read(&long(limits::FORM_MAX)).unwrap_err();
    let bundle = stix::read(&long(limits::READ_MAX)).unwrap_err();
    let archive = archive::read(&long(limits::ARCHIVE_MAX + 64 * 1024)).unwrap_err();
    for refused in [form, bundle, archive] {
        assert_eq!(refused.rule, rule::TOO_LARGE);
    }
}

/// What the two readers of a bundle, the strict one and the leak verifier, say of it.
fn said_of_a_bundle(text: &str) -> [Option<Rule>; 2] {
    let strict = stix::read(text.as_bytes()).err().map(|said| said.rule);
    let dictionary = leak::Dictionary::of(&["Acme Works"], &[]).unwrap();
    let findings = leak::check(text.as_bytes(), &dictionary);
    [strict, findings.first().map(|finding| finding.rule)]
}

#[test]
fn a_million_brackets_inside_a_field_are_refused_by_every_reader_that_knows_brackets() {
    let brackets = "[".repeat(1_000_000);
    let form = FORMS[0].replacen("\"version\": 1", &format!("\"version\": {brackets}"), 1);
    assert!(form.len() > 1_000_000);
    let refused = form::read(form.as_bytes()).unwrap_err();
    assert_eq!(refused.rule, rule::FORM_SHAPE);
    let whole = serde_json::to_string(&bundle()).unwrap();
    let deep = whole.replacen(
        "\"spec_version\":\"2.1\"",
        &format!("\"spec_version\":{brackets}"),
        1,
    );
    assert!(deep.len() > 1_000_000);
    assert_eq!(said_of_a_bundle(&deep), [Some(rule::NOT_JSON); 2]);
    let said = |kind, text: &str| {
        let positive = match kind {
            RuleKind::Sigma => "{\"CommandLine\": \"x\"}",
            RuleKind::Yara => "TVo=",
        };
        let offer = Offer {
            kind,
            origin: Origin::Own,
            text,
            licence: "DRL-1.1",
            positive,
        };
        AcceptedRule::accept(&offer).err()
    };
    let sigma = format!("title: Loader\nlogsource:\n    product: windows\ndetection: {brackets}");
    assert_eq!(said(RuleKind::Sigma, &sigma), Some(rule::SIGMA_YAML));
    let yara = format!("rule a {{ condition: {} true }}", "(".repeat(1_000_000));
    assert_eq!(said(RuleKind::Yara, &yara), Some(rule::YARA_TOO_DEEP));
    let expression = format!(
        "rule a {{ strings: $a = /{}x/ condition: $a }}",
        "(".repeat(1_000_000)
    );
    assert_eq!(said(RuleKind::Yara, &expression), Some(rule::YARA_REGEX));
}

#[test]
fn half_a_pair_of_surrogates_in_a_nested_place_is_refused_by_every_reader() {
    let mut form: Value = serde_json::from_str(FORMS[0]).unwrap();
    form["victim"]["organisations"] = serde_json::json!(["HALF"]);
    for half in ["\\ud800", "\\udfff", "x\\ud83dx", "\\ude00\\ud83d"] {
        let form = form.to_string().replace("HALF", half);
        let refused = form::read(form.as_bytes()).unwrap_err();
        assert_eq!(refused.rule, rule::FORM_SHAPE, "{half}");
        let mut bundle = bundle();
        bundle["objects"][0]["nested"] = serde_json::json!({ "list": [{ "text": "HALF" }] });
        let text = bundle.to_string().replace("HALF", half);
        assert_eq!(said_of_a_bundle(&text), [Some(rule::NOT_JSON); 2], "{half}");
    }
}
