//! Puts words of a victim, drawn by a seed, into every text of a form and lets it go the whole way: sanitiser, builder, leak verifier.
//! What passes all of them is searched for what was written by a third reader, which knows nothing of either. `KTR_INJECTIONS` names how many.

use std::collections::{BTreeMap, BTreeSet};

use ktr_artefact::{
    finding::{Place, Rule},
    form::{self, Nomination},
    stix::{Attempt, Case, Seed},
};
use ktr_core::id::Commitment;
use serde_json::{Value, json};

use crate::{
    leak_injected::{Draw, PHONES, RANGES, WORDS, injections, written},
    world::{FORMS, attempt_of, now},
};

/// Cases of one bundle.
const BATCH: usize = 60;

/// A place of a form: its name, and what puts a text there.
type Put = (&'static str, fn(&mut Value, &str));

const PLACES: &[Put] = &[
    ("title", |form, text| {
        form["case"]["title"] = format!("Loader of {text} in use").into();
    }),
    ("narrative", |form, text| {
        form["case"]["narrative"] = format!("It was seen near {text}.\nThen it went on.").into();
    }),
    ("name of malware", |form, text| {
        form["context"]["malware"][0]["name"] = text.into();
    }),
    ("path of a URL", |form, text| {
        ioc(
            form,
            "url",
            &format!("https://cdn.evil.com/gate/{text}/index.php"),
        );
    }),
    ("query of a URL", |form, text| {
        ioc(
            form,
            "url",
            &format!("https://cdn.evil.com/index.php?id={text}"),
        );
    }),
    ("host of a URL", |form, text| {
        ioc(form, "url", &format!("https://{text}.evil.com/index.php"));
    }),
    ("name of a file", |form, text| {
        ioc(form, "filename", &format!("{text}.exe"));
    }),
    ("mutex", |form, text| {
        ioc(form, "mutex", &format!("Global\\{text}"));
    }),
    ("key of the registry", |form, text| {
        ioc(form, "regkey", &format!("HKLM\\SOFTWARE\\{text}"));
    }),
    ("comment of Sigma", |form, text| {
        sigma(form, &format!("# {text}\n"), "", "");
    }),
    ("author of Sigma", |form, text| {
        sigma(form, &format!("author: {}\n", quoted(text)), "", "");
    }),
    ("description of Sigma", |form, text| {
        sigma(form, &format!("description: {}\n", quoted(text)), "", "");
    }),
    ("selection of Sigma", |form, text| {
        sigma(form, "", &format!("            - {}\n", quoted(text)), "");
    }),
    ("host of a share in a selection of Sigma", |form, text| {
        let share = quoted(&format!(r"\\\\{text}\\x"));
        sigma(form, "", &format!("            - {share}\n"), "");
    }),
    ("filter of Sigma by host", |form, text| {
        sigma(
            form,
            "",
            "",
            &format!("        Computer|contains: {}\n", quoted(text)),
        );
    }),
    ("filter of Sigma by path", |form, text| {
        sigma(
            form,
            "",
            "",
            &format!("        Image|contains: {}\n", quoted(text)),
        );
    }),
    ("author of a public Sigma rule", |form, text| {
        sigma(form, &format!("author: {}\n", quoted(text)), "", "");
        form["rules"][0]["origin"] = "third-party".into();
    }),
    ("reference of a public Sigma rule", |form, text| {
        let reference = quoted(&format!("https://blog.example.org/{text}"));
        sigma(
            form,
            &format!("author: Somebody\nreferences:\n    - {reference}\n"),
            "",
            "",
        );
        form["rules"][0]["origin"] = "third-party".into();
    }),
    ("comment of YARA", |form, text| {
        yara(form, "", &format!("// {text}\n"));
    }),
    ("meta of YARA", |form, text| {
        yara(form, &format!("meta: author = {}\n", c_quoted(text)), "");
    }),
    ("string of YARA", |form, text| {
        yara(form, "", &format!("$b = {}\n", c_quoted(text)));
    }),
    ("hex string of YARA", |form, text| {
        // Decimal digits would be read as half octets: they stand there as a text.
        let number = text.bytes().all(|octet| octet.is_ascii_digit());
        let octets = if number {
            hex::encode(text)
        } else {
            text.to_owned()
        };
        yara(form, "", &format!("$b = {{ 4d 5a {octets} 00 }}\n"));
    }),
    ("octets of YARA", |form, text| {
        yara(
            form,
            "",
            &format!("$b = {{ 4d 5a {} 00 }}\n", hex::encode(text)),
        );
    }),
    ("expression of YARA", |form, text| {
        yara(
            form,
            "",
            &format!("$b = /evil {}/\n", text.replace('/', "\\/")),
        );
    }),
    ("host of a share in an expression of YARA", |form, text| {
        let host = text.replace('/', "\\/");
        yara(
            form,
            "",
            &format!(r"$b = /\\\\(localhost|{host})[0-9]\\x/ "),
        );
    }),
    ("meta of a public YARA rule", |form, text| {
        let meta = format!(
            "meta: author = \"Somebody\"\nreference = {}\n",
            c_quoted(text)
        );
        yara(form, &meta, "");
        form["rules"][0]["origin"] = "third-party".into();
    }),
];

fn ioc(form: &mut Value, kind: &str, value: &str) {
    form["iocs"][0]["type"] = kind.into();
    form["iocs"][0]["value"] = value.into();
}

/// In quotes as YAML reads them: JSON's.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// In quotes as YARA reads them.
fn c_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub(crate) fn put_rule(form: &mut Value, kind: &str, text: &str, positive: &str) {
    form["rules"] = json!([{
        "kind": kind, "text": text, "positive": positive, "origin": "own", "licence": "DRL-1.1",
    }]);
}

pub(crate) fn sigma(form: &mut Value, more: &str, selected: &str, filtered: &str) {
    let (filter, condition) = match filtered {
        "" => (String::new(), "selection"),
        _ => (
            format!("    filter_main:\n{filtered}"),
            "selection and not 1 of filter_*",
        ),
    };
    let text = format!(
        "title: Loader starts a shell\nid: 5d0c4a5c-3a0f-4d3b-9f5e-3c1f5b7a9d21\n{more}logsource:\n    product: windows\n\
         detection:\n    selection:\n        CommandLine|contains:\n            - evil-loader\n{selected}{filter}    condition: {condition}\n"
    );
    put_rule(
        form,
        "sigma",
        &text,
        r#"{"CommandLine": "run evil-loader now"}"#,
    );
}

fn yara(form: &mut Value, meta: &str, strings: &str) {
    let text = format!(
        "rule loader {{\n{meta}strings:\n$a = \"evil-loader\"\n{strings}condition: any of them\n}}\n"
    );
    put_rule(form, "yara", &text, "ZXZpbC1sb2FkZXI=");
}

/// A form of the tests with few values, a dictionary of all the words, and nothing injected yet.
fn form() -> Value {
    let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
    form["iocs"] = json!([form["iocs"][0], form["iocs"][3]]);
    form["iocs"][0]["valid_days"] = 30.into();
    form["context"]["links"] = json!([]);
    let victim = form["victim"].as_object_mut().unwrap();
    for (_, list) in victim.iter_mut() {
        *list = json!([]);
    }
    victim.insert("organisations".to_owned(), json!(WORDS));
    victim.insert("ip_ranges".to_owned(), json!(RANGES));
    victim.insert("phones".to_owned(), json!(PHONES));
    form
}

/// A word that was put somewhere.
struct Injected {
    form: &'static str,
    place: &'static str,
    /// What may not be in the output.
    sought: [String; 4],
    nomination: Nomination,
}

/// What became of the injections of a place.
#[derive(Default)]
struct Fate {
    refused: usize,
    caught: usize,
    cleaned: usize,
}

pub(crate) fn checked(form: &Value) -> Option<Nomination> {
    form::check(&form::read(form.to_string().as_bytes()).ok()?).ok()
}

/// Without blanks and backslashes, as the third reader compares; and without case.
pub(crate) fn squeezed(text: &str) -> String {
    joined(text).to_lowercase()
}

/// Without blanks and backslashes, which rules write twice: base64 means nothing without its case.
fn joined(text: &str) -> String {
    let between = |c: &char| c.is_whitespace() || *c == '\\';
    text.chars().filter(|c| !between(c)).collect()
}

/// What may not leave: as written, the word in plain, and both in hexadecimal. What is three deep already is not looked for a fourth time.
fn sought(form: &str, word: &str, written: &str) -> [String; 4] {
    let exactly = if form.contains("base64") {
        joined(written)
    } else {
        squeezed(written)
    };
    [
        exactly,
        squeezed(word),
        hex::encode(if form == "three deep" { word } else { written }),
        hex::encode(word),
    ]
}

/// The strings of a bundle, joined and squeezed.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.extend([joined(text), squeezed(text)]),
        Value::Array(parts) => parts.iter().for_each(|part| strings(part, found)),
        Value::Object(parts) => parts.values().for_each(|part| strings(part, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Builds until nothing more is caught by the dictionary: the board lets every class stand. Gives the numbers of the cases that were caught,
/// and the bundle of the rest.
fn built(cases: &[Injected]) -> (BTreeSet<usize>, Option<Vec<u8>>) {
    let mut caught = BTreeSet::new();
    loop {
        let left: Vec<Case> = (0..cases.len())
            .filter(|number| !caught.contains(number))
            .map(|number| Case {
                commitment: Commitment([u8::try_from(number).unwrap(); 32]),
                nomination: cases[number].nomination.clone(),
            })
            .collect();
        if left.is_empty() {
            return (caught, None);
        }
        let attempt = attempt_of(Seed([3; 32]), &left, now(), &|_| true);
        let found = caught_in(&attempt);
        match attempt.bundle {
            Ok(bundle) => return (caught, Some(bundle.bytes)),
            Err(stop) => assert!(!found.is_empty(), "{stop} names no case"),
        }
        caught.extend(found);
    }
}

/// The cases whose objects hold a finding that stops.
fn caught_in(attempt: &Attempt) -> BTreeSet<usize> {
    stops_in(attempt).into_keys().collect()
}

/// What stops, by the case whose object it was found in.
pub(crate) fn stops_in(attempt: &Attempt) -> BTreeMap<usize, BTreeSet<Rule>> {
    let by_place: BTreeMap<String, usize> = (0..attempt.objects.len())
        .map(|number| (Place::number(number).to_string(), number))
        .collect();
    let mut stops: BTreeMap<usize, BTreeSet<Rule>> = BTreeMap::new();
    for judged in attempt.judged.iter().filter(|judged| !judged.stands) {
        let number = by_place.get(&judged.finding.place.to_string());
        for origin in number
            .into_iter()
            .flat_map(|number| &attempt.objects[*number].origins)
        {
            let case = usize::from(origin.case.0[0]);
            stops.entry(case).or_default().insert(judged.finding.rule);
        }
    }
    stops
}

#[test]
fn no_injected_word_leaves_in_a_release_that_sanitiser_and_verifier_let_pass() {
    let mut draw = Draw::seeded();
    let clean = form();
    form::check(&form::read(clean.to_string().as_bytes()).unwrap()).unwrap();
    let mut fates: BTreeMap<&str, Fate> = BTreeMap::new();
    let (mut batch, mut leaked) = (Vec::new(), Vec::new());
    for left in (0..injections()).rev() {
        let (form, word, written) = written(&mut draw);
        let (place, put) = *draw.one(PLACES);
        let mut injected = clean.clone();
        put(&mut injected, &written);
        match checked(&injected) {
            None => add(&mut fates.entry(place).or_default().refused),
            Some(nomination) => batch.push(Injected {
                form,
                place,
                sought: sought(form, word, &written),
                nomination,
            }),
        }
        if batch.len() == BATCH || left == 0 {
            judge(&std::mem::take(&mut batch), &mut fates, &mut leaked);
        }
    }
    for (place, fate) in &fates {
        let Fate {
            refused,
            caught,
            cleaned,
        } = fate;
        println!("{place}: {refused} refused, {caught} caught, {cleaned} cleaned");
    }
    let all = |count: fn(&Fate) -> usize| fates.values().map(count).sum::<usize>();
    let (refused, caught, cleaned) = (all(|f| f.refused), all(|f| f.caught), all(|f| f.cleaned));
    println!(
        "{refused} refused, {caught} caught by the verifier, {cleaned} cleaned, {} left",
        leaked.len()
    );
    assert_eq!(refused + caught + cleaned + leaked.len(), injections());
    let tried = fates.len() == PLACES.len() && refused > 0 && caught > 0 && cleaned > 0;
    assert!(tried || injections() < 10_000);
    assert!(leaked.is_empty(), "{}", leaked.join("\n"));
}

fn add(count: &mut usize) {
    *count = count.saturating_add(1);
}

/// Counts what became of some injections, and names those that left.
fn judge(batch: &[Injected], fates: &mut BTreeMap<&str, Fate>, leaked: &mut Vec<String>) {
    let (caught, bytes) = built(batch);
    let mut texts = Vec::new();
    if let Some(bytes) = bytes {
        strings(&serde_json::from_slice(&bytes).unwrap(), &mut texts);
    }
    for (number, injected) in batch.iter().enumerate() {
        let fate = fates.entry(injected.place).or_default();
        let left = |sought: &String| texts.iter().any(|text| text.contains(sought.as_str()));
        if caught.contains(&number) {
            add(&mut fate.caught);
        } else if injected.sought.iter().any(left) {
            leaked.push(format!("{}, {}", injected.place, injected.form));
        } else {
            add(&mut fate.cleaned);
        }
    }
}

#[test]
fn a_text_that_is_no_victims_passes_or_is_refused_by_the_rules_of_its_place() {
    let refused: Vec<&str> = PLACES
        .iter()
        .filter(|(_, put)| {
            let mut form = form();
            put(&mut form, "abba");
            checked(&form).is_none()
        })
        .map(|(place, _)| *place)
        .collect();
    assert_eq!(
        refused,
        [
            "host of a share in a selection of Sigma",
            "filter of Sigma by host"
        ]
    );
}
