//! The STIX pattern language against others: OASIS's labelled patterns, and `stix2-patterns` of Python's index on generated ones.
//! Equal verdicts are demanded wherever the validator gives one; where it falls over itself, the grammar is the judge.

use std::fs;

use ktr_artefact::pattern::Pattern;
use ktr_testkit::number;
use serde_json::Value;

use crate::{pattern_drawn::Dice, python};

/// Patterns of one run in CI; `KTR_PATTERNS` asks for more, `KTR_PATTERN_SEED` for others.
const GENERATED: u64 = 2_000;
/// What they are drawn from.
const SEED: u64 = 0x006b_7472;

#[test]
fn the_87_labelled_patterns_of_oasis_are_judged_as_labelled() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/oasis-stix-patterns.json"
    );
    let Ok(bytes) = fs::read(file) else {
        println!("SKIPPED 87 patterns: oasis-stix-patterns.json is not beside the checkout");
        return;
    };
    let labelled: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
    let wrong: Vec<&Value> = labelled
        .iter()
        .filter(|entry| {
            let verdict = Pattern::parse(entry["pattern"].as_str().unwrap());
            verdict.is_ok() != entry["valid"].as_bool().unwrap()
        })
        .collect();
    println!(
        "\n| labelled patterns of OASIS | {} of {} as labelled |",
        labelled.len() - wrong.len(),
        labelled.len()
    );
    assert_eq!((labelled.len(), wrong.len()), (87, 0), "{wrong:#?}");
}

#[test]
fn generated_patterns_are_judged_as_by_stix2_patterns() {
    let wanted = usize::try_from(number("KTR_PATTERNS", GENERATED)).unwrap();
    let seed = number("KTR_PATTERN_SEED", SEED);
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let patterns: Vec<String> = (0..wanted).map(|_| dice.pattern()).collect();
    let input = serde_json::to_vec(&patterns).unwrap();
    let verdicts = python::run(include_str!("python/patterns.py"), "stix2patterns", &input);
    let verdicts: Vec<char> = verdicts.trim().chars().collect();
    assert_eq!(verdicts.len(), patterns.len());
    let count = |letter| {
        verdicts
            .iter()
            .filter(|verdict| **verdict == letter)
            .count()
    };
    println!(
        "good {}, bad {}, fell over {}",
        count('G'),
        count('B'),
        count('C')
    );
    assert!(
        count('G') > wanted / 5 && count('B') > wanted / 5,
        "both kinds are tried"
    );
    let fell = patterns.iter().zip(&verdicts);
    let fell = fell.filter(|(_, verdict)| **verdict == 'C');
    let unlisted: Vec<_> = fell.filter(|(pattern, _)| !is_listed(pattern)).collect();
    assert!(unlisted.is_empty(), "it fell over {unlisted:#?}");
    let differs = |(pattern, verdict): &(&String, &char)| {
        let ours = if Pattern::parse(pattern).is_ok() {
            'G'
        } else {
            'B'
        };
        **verdict != 'C' && ours != **verdict
    };
    let wrong: Vec<_> = patterns.iter().zip(&verdicts).filter(differs).collect();
    assert!(
        wrong.is_empty(),
        "{} differ: {:#?}",
        wrong.len(),
        wrong.iter().take(20).collect::<Vec<_>>()
    );
}

/// Whether a pattern has what the validator is known to fall over: the element of a list named by a number with a sign, or as the end of a path
/// under `hashes`.
fn is_listed(pattern: &str) -> bool {
    let plain: String = pattern
        .replace("/* c */", "")
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let listed = r"\[-|hashes(\.([A-Za-z0-9_]+|'[^']*')|\[[^]]*\])*\[[^]]*\]";
    regex::Regex::new(listed).unwrap().is_match(&plain)
}
