//! How fast the leak verifier prepares a full dictionary and reads the largest bundle that may be built.
//! Whether a leak is found is not asked here.

use std::{fmt::Write, fs, time::Duration};

use ktr_artefact::{leak, limits};
use ktr_testkit::{Dice, table::Table};

/// A dictionary is to be ready within this time.
const BUILD: Duration = Duration::from_secs(2);
/// Octets a second that the verifier is to read.
const OCTETS: f64 = 20e6;
const RUNS: usize = 5;

pub(crate) fn measure(table: &mut Table) {
    let mut dice = Dice::new(1);
    let tokens: Vec<String> = (0..limits::TOKENS_MAX)
        .map(|index| token(&mut dice, index))
        .collect();
    let bundle = bundle(&mut dice);
    let begun = spent();
    let is_pattern = |token: &&String| token.contains('?');
    let (patterns, words): (Vec<&String>, Vec<&String>) = tokens.iter().partition(is_pattern);
    let dictionary = leak::Dictionary::of(&words, &patterns).unwrap();
    let built = spent().saturating_sub(begun);
    table.row(
        &format!(
            "leak verifier: automaton of {} tokens in all forms",
            tokens.len()
        ),
        &format!("{built:.2?}"),
        "< 2 s",
        built < BUILD,
    );
    // The fastest: what other programs take of the caches is not the verifier's.
    let read = std::iter::repeat_with(|| {
        let begun = spent();
        assert_eq!(leak::check(bundle.as_bytes(), &dictionary), []);
        spent().saturating_sub(begun)
    });
    let read = read.take(RUNS).min().unwrap();
    let speed = f64::from(u32::try_from(bundle.len()).unwrap()) / read.as_secs_f64();
    table.row(
        &format!("the same over a bundle of {} octets", bundle.len()),
        &format!("{:.1} MB/s", speed / 1e6),
        "≥ 20 MB/s",
        speed >= OCTETS,
    );
}

/// Time of the processor that this program has had so far, from Linux: other programs' does not count.
fn spent() -> Duration {
    let figures = fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(figures.split_whitespace().next().unwrap().parse().unwrap())
}

pub(crate) fn word(dice: &mut Dice, letters: usize) -> String {
    let letter = |_| b'a' + u8::try_from(dice.below(26)).unwrap();
    (0..letters).map(letter).map(char::from).collect()
}

pub(crate) fn hex(dice: &mut Dice, digits: usize) -> String {
    let digit = |_| char::from_digit(u32::try_from(dice.below(16)).unwrap(), 16);
    (0..digits).filter_map(digit).collect()
}

fn id(dice: &mut Dice, kind: &str) -> String {
    let d = hex(dice, 32);
    format!(
        "{kind}--{}-{}-4{}-8{}-{}",
        &d[..8],
        &d[8..12],
        &d[13..16],
        &d[17..20],
        &d[20..]
    )
}

/// A token of one of the kinds that a form's dictionary has.
fn token(dice: &mut Dice, index: usize) -> String {
    match index % 10 {
        0 => format!("{} {} gmbh", word(dice, 8), word(dice, 7)),
        1 | 2 => format!("{}-{}.example", word(dice, 6), word(dice, 6)),
        3 => format!("{}@{}.example", word(dice, 7), word(dice, 9)),
        4 => format!("198.51.{}.{}", dice.below(256), dice.below(256)),
        5 => format!("{} {}ová", word(dice, 6), word(dice, 7)),
        6 => format!("{}-ws??", word(dice, 5)),
        7 => format!("+49 30 {}", dice.below(90_000_000) + 10_000_000),
        8 => hex(dice, 64),
        _ => format!("{}{}", word(dice, 4), dice.below(1_000)),
    }
}

/// As much of a bundle as may be built: indicators of all kinds with observables, observations and relationships, and every tenth time a rule.
fn bundle(dice: &mut Dice) -> String {
    let (marking, alliance) = (id(dice, "marking-definition"), id(dice, "identity"));
    let mut text = format!("{{\"id\":\"{}\",\"objects\":[", id(dice, "bundle"));
    let frame = format!(
        "\"created\":\"2026-11-18T00:00:00.000Z\",\"created_by_ref\":\"{alliance}\",\
         \"modified\":\"2026-11-18T00:00:00.000Z\",\"object_marking_refs\":[\"{marking}\"],\"spec_version\":\"2.1\""
    );
    loop {
        let (observable, observed, indicator) = (
            id(dice, "domain-name"),
            id(dice, "observed-data"),
            id(dice, "indicator"),
        );
        let domain = format!("{}.{}.com", word(dice, 5), word(dice, 9));
        let (pattern, kind) = match dice.below(30) {
            0 => (rule(dice), "sigma"),
            1..10 => (
                format!("[file:hashes.'SHA-256' = '{}']", hex(dice, 64)),
                "stix",
            ),
            10..18 => (
                format!(
                    "[url:value = 'https://{domain}/{}/{}.php']",
                    word(dice, 6),
                    word(dice, 8)
                ),
                "stix",
            ),
            _ => (format!("[domain-name:value = '{domain}']"), "stix"),
        };
        let mut more = String::new();
        write!(
            more,
            "{{\"id\":\"{observable}\",\"object_marking_refs\":[\"{marking}\"],\"spec_version\":\"2.1\",\"type\":\"domain-name\",\"value\":\"{domain}\"}},\
             {{{frame},\"first_observed\":\"2026-10-21T00:00:00.000Z\",\"id\":\"{observed}\",\"last_observed\":\"2026-11-18T00:00:00.000Z\",\
             \"number_observed\":1,\"object_refs\":[\"{observable}\"],\"type\":\"observed-data\"}},\
             {{\"confidence\":70,{frame},\"description\":\"Credibility 2 of 5.\",\"id\":\"{indicator}\",\"indicator_types\":[\"malicious-activity\"],\
             \"name\":\"Indicator\",\"pattern\":{},\"pattern_type\":\"{kind}\",\"pattern_version\":\"2.1\",\"type\":\"indicator\",\
             \"valid_from\":\"2026-11-18T00:00:00.000Z\",\"valid_until\":\"2027-02-16T00:00:00.000Z\"}},\
             {{{frame},\"id\":\"{}\",\"relationship_type\":\"based-on\",\"source_ref\":\"{indicator}\",\"target_ref\":\"{observed}\",\"type\":\"relationship\"}}",
            serde_json::to_string(&pattern).unwrap(),
            id(dice, "relationship"),
        )
        .unwrap();
        if text.len() + more.len() > limits::BUILT_MAX - 64 {
            text.pop();
            text.push_str("],\"type\":\"bundle\"}");
            return text;
        }
        text.push_str(&more);
        text.push(',');
    }
}

/// A rule of the usual length and look.
fn rule(dice: &mut Dice) -> String {
    let mut text = format!(
        "title: {} {}\nlogsource:\n    category: process_creation\ndetection:\n    selection:\n",
        word(dice, 7),
        word(dice, 9)
    );
    for _ in 0..40 {
        let line = format!(
            "        - CommandLine|contains: '\\{}\\{}.exe -{} {}'\n",
            word(dice, 7),
            word(dice, 8),
            word(dice, 3),
            word(dice, 9)
        );
        text.push_str(&line);
    }
    text.push_str("    condition: selection\nlevel: high\n");
    text
}
