//! Words of a dictionary that stand in every release, whatever is nominated: in its templates, labels and names of properties.
//! A release with nothing of the case in it is built twice and searched; neither is kept.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Asked,
    check::{attempt, stand_in},
};
use crate::{
    finding::{Rule, rule},
    form::{CheckedIoc, Credibility, Document, IndicatorType, Nomination, PATTERNS, Tokens},
    ioc::{Type, Value},
    leak, limits,
    stix::{Attempt, Seed},
    text::{Narrative, Title},
};

/// Paths of such words, the first of them, if the release that was `tried` holds a word of the dictionary at all.
///
/// # Errors
/// None in practice: a rule that a stand-in breaks.
pub(super) fn words(
    nomination: &Nomination,
    asked: &Asked<'_>,
    tried: &Attempt,
) -> Result<Vec<String>, Rule> {
    let mut judged = tried.judged.iter();
    if !judged.any(|judged| is_of_dictionary(judged.finding.rule)) {
        return Ok(Vec::new());
    }
    let mut releases = Vec::new();
    for seed in asked.seeds {
        let built = attempt(&bare(nomination, seed)?, asked.day, seed)?;
        let Ok(bundle) = built.bundle else {
            return Ok(Vec::new());
        };
        releases.push(bundle.bytes);
    }
    Ok(held(&tokens(asked.document), &releases))
}

fn is_of_dictionary(found: Rule) -> bool {
    (rule::LEAK_TEXT.code()..=rule::LEAK_PHONE.code()).contains(&found.code())
}

/// The nomination without its texts, values and rules: drawn letters stand in their place, one value of each type.
fn bare(nomination: &Nomination, seed: &Seed) -> Result<Nomination, Rule> {
    let word = stand_in(seed);
    let mut types = BTreeMap::new();
    for ioc in &nomination.iocs {
        types.entry(ioc.value.kind()).or_insert_with(|| ioc.clone());
    }
    if types.is_empty() {
        types.insert(Type::Hash, any_ioc(seed)?);
    }
    let mut iocs = Vec::new();
    for (kind, ioc) in types {
        let value = Value::parse(kind, &drawn(kind, seed, &word))?;
        iocs.push(CheckedIoc { value, ..ioc });
    }
    Ok(Nomination {
        title: Title::parse(&word)?,
        narrative: Narrative::parse("")?,
        iocs,
        rules: Vec::new(),
        malware: Vec::new(),
        links: Vec::new(),
        tokens: Tokens::default(),
        ..nomination.clone()
    })
}

fn any_ioc(seed: &Seed) -> Result<CheckedIoc, Rule> {
    Ok(CheckedIoc {
        value: Value::parse(Type::Hash, &hex::encode(seed.0))?,
        indicator_types: BTreeSet::from([IndicatorType::MaliciousActivity]),
        tactic: None,
        credibility: Credibility::try_from(3)?,
        valid_days: 1,
        victim_unique: false,
    })
}

/// A value of a type of which nothing but the drawn part is anybody's.
fn drawn(kind: Type, seed: &Seed, word: &str) -> String {
    let [one, two, three, ..] = seed.0;
    match kind {
        Type::Ipv4 => format!("185.{one}.{two}.{three}"),
        Type::Ipv6 => format!("2a0e:{one:x}:{two:x}::{three:x}"),
        Type::Domain => format!("{word}.com"),
        Type::Url => format!("https://{word}.com/"),
        Type::Email => format!("{word}@{word}.com"),
        Type::Filename | Type::Mutex => word.to_owned(),
        Type::Regkey => format!("HKEY_LOCAL_MACHINE\\{word}"),
        Type::Hash | Type::Certificate => hex::encode(seed.0),
    }
}

/// A word of the dictionary and its path.
struct Token<'a> {
    path: String,
    text: &'a str,
    is_pattern: bool,
}

fn tokens(document: &Document) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (list, texts) in document.victim.lists() {
        let each = texts.iter().enumerate();
        tokens.extend(each.map(|(index, text)| Token {
            path: format!("victim.{list}[{index}]"),
            text: text.as_str(),
            is_pattern: list == PATTERNS,
        }));
    }
    tokens
}

/// The paths of those that all releases hold; halves without any are left aside.
fn held(tokens: &[Token<'_>], releases: &[Vec<u8>]) -> Vec<String> {
    let mut paths = Vec::new();
    let mut parts = vec![tokens];
    while let Some(part) = parts.pop() {
        if paths.len() >= limits::REPORT_PLACES_MAX || !is_held(part, releases) {
            continue;
        }
        if let [token] = part {
            paths.push(token.path.clone());
        } else {
            let (front, back) = part.split_at(part.len() / 2);
            parts.extend([back, front]);
        }
    }
    paths
}

fn is_held(part: &[Token<'_>], releases: &[Vec<u8>]) -> bool {
    let (mut words, mut patterns) = (Vec::new(), Vec::new());
    for token in part {
        let list = if token.is_pattern {
            &mut patterns
        } else {
            &mut words
        };
        list.push(token.text);
    }
    let Ok(dictionary) = leak::Dictionary::of(&words, &patterns) else {
        return false;
    };
    releases.iter().all(|bytes| {
        let found = leak::check(bytes, &dictionary);
        found.iter().any(|finding| is_of_dictionary(finding.rule))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        day::Day,
        form,
        report::{Asked, FormCheck, Verdict},
        stix::Seed,
    };

    const FORM: &str = include_str!("../../tests/data/forms/02-embargo.json");
    const SEEDS: [Seed; 2] = [
        Seed(*b"0123456789abcdefghijklmnopqrstuv"),
        Seed(*b"the seed of the second draw 4321"),
    ];

    fn checked(words: &[&str], change: impl FnOnce(&mut Value)) -> FormCheck {
        let mut form: Value = serde_json::from_str(FORM).unwrap();
        form["victim"]["other"] = json!(words);
        change(&mut form);
        let document = form::read(form.to_string().as_bytes()).unwrap();
        let nomination = form::check(&document);
        let checked = FormCheck::of(&Asked {
            document: &document,
            checked: nomination.as_ref().map_err(Vec::as_slice),
            warnings: &[],
            engine: None,
            warninglists: None,
            day: Day::parse("2026-11-25").unwrap(),
            seeds: &SEEDS,
        });
        checked.unwrap()
    }

    #[test]
    fn a_word_that_every_release_holds_is_named_by_its_path_and_one_of_this_case_is_not() {
        let words = ["nominated", "graureiher-verbund", "observed-data"];
        let found = checked(&words, |_form| {});
        assert_eq!(found.verdict, Verdict::Refused);
        assert_eq!(
            found.in_every_release,
            ["victim.other[0]", "victim.other[2]"]
        );
        let text = found.to_text();
        let line = "every release holds\n  victim.other[0]: take it out";
        assert!(text.contains(line), "{text}");
        // In base64 it is in this form alone.
        let found = checked(&words[1..2], |form| {
            form["case"]["title"] = json!("Z3JhdXJlaWhlci12ZXJidW5k");
        });
        assert_eq!(found.verdict, Verdict::Refused, "{}", found.to_text());
        assert_eq!(found.in_every_release, [""; 0]);
    }
}
