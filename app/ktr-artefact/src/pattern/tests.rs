//! Trees, refusals by their rule, and bounds. The OASIS validator judges the same language in `tests/peers`.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{Comparator, Comparison, Constraint, Literal, Observation, Pattern, Qualifier, Step};
use crate::{finding::rule, limits};

fn observation(text: &str) -> Observation<'_> {
    Pattern::parse(text).unwrap().observation().clone()
}

/// How the operators of a pattern nest, in words.
fn shape(observation: &Observation<'_>) -> String {
    let join = |name: &str, parts: &[Observation<'_>]| {
        let parts: Vec<String> = parts.iter().map(shape).collect();
        format!("{name}({})", parts.join(" "))
    };
    match observation {
        Observation::FollowedBy(parts) => join("then", parts),
        Observation::Or(parts) => join("or", parts),
        Observation::And(parts) => join("and", parts),
        Observation::Group(inner, qualifiers) => format!("<{}>{}", shape(inner), qualifiers.len()),
        Observation::Simple(comparison, qualifiers) => {
            format!("[{}]{}", comparison_shape(comparison), qualifiers.len())
        }
    }
}

fn comparison_shape(comparison: &Comparison<'_>) -> String {
    let join = |name: &str, parts: &[Comparison<'_>]| {
        let parts: Vec<String> = parts.iter().map(comparison_shape).collect();
        format!("{name}({})", parts.join(" "))
    };
    match comparison {
        Comparison::Or(parts) => join("or", parts),
        Comparison::And(parts) => join("and", parts),
        Comparison::Test(test) => test.path.object_type.to_owned(),
    }
}

#[test]
fn and_binds_closer_than_or_and_or_closer_than_followedby() {
    for (text, expected) in [
        (
            "[a:x=1] FOLLOWEDBY [b:x=1] OR [c:x=1] AND [d:x=1]",
            "then([a]0 or([b]0 and([c]0 [d]0)))",
        ),
        (
            "[a:x=1] AND [b:x=1] OR [c:x=1] FOLLOWEDBY [d:x=1]",
            "then(or(and([a]0 [b]0) [c]0) [d]0)",
        ),
        (
            "([a:x=1] FOLLOWEDBY [b:x=1]) WITHIN 5 SECONDS AND [c:x=1] REPEATS 2 TIMES",
            "and(<then([a]0 [b]0)>1 [c]1)",
        ),
        (
            "[a:x=1 OR b:x=1 AND c:x=1 AND (d:x=1 OR e:x=1)]",
            "[or(a and(b c or(d e)))]0",
        ),
        ("[a:x=1] OR [b:x=1] OR [c:x=1]", "or([a]0 [b]0 [c]0)"),
    ] {
        assert_eq!(shape(&observation(text)), expected, "{text}");
    }
}

#[test]
fn a_test_says_path_negation_and_constraint() {
    let written = "[file:extensions.'windows-pebinary-ext'.sections[*].a[0] NOT IN (1, -2.5, 'it\\'s \\\\', true)]";
    let Observation::Simple(Comparison::Test(test), qualifiers) = observation(written) else {
        panic!("it is one test");
    };
    let key = |name: &'static str| Step::Key(Cow::Borrowed(name));
    let steps = [
        key("extensions"),
        key("windows-pebinary-ext"),
        key("sections"),
        Step::Any,
        key("a"),
        Step::Index("0"),
    ];
    assert_eq!(
        (test.path.steps.as_slice(), qualifiers.len()),
        (&steps[..], 0)
    );
    let expected = [
        Literal::Integer("1"),
        Literal::Decimal("-2.5"),
        Literal::Text(Cow::Borrowed("it's \\")),
        Literal::Bool(true),
    ];
    assert!(test.negated);
    assert_eq!(test.constraint, Constraint::In(expected.to_vec()));
}

#[test]
fn qualifiers_come_in_their_order() {
    let text = "[a:x=1] START t'2024-01-01T00:00:00Z' STOP t'2023-01-01T00:00:00.5Z' WITHIN 1.5 SECONDS REPEATS 0 TIMES";
    let Observation::Simple(_, qualifiers) = observation(text) else {
        panic!("it is one observation");
    };
    let expected = [
        Qualifier::StartStop("2024-01-01T00:00:00Z", "2023-01-01T00:00:00.5Z"),
        Qualifier::Within("1.5"),
        Qualifier::Repeats("0"),
    ];
    assert_eq!(qualifiers, expected);
}

#[test]
fn only_one_plain_equality_is_a_single_equality() {
    let pattern = Pattern::parse("[domain-name:value == 'a.example']").unwrap();
    let (path, literal) = pattern.single_equality().unwrap();
    assert_eq!(path.object_type, "domain-name");
    assert_eq!(literal, &Literal::Text(Cow::Borrowed("a.example")));
    for other in [
        "[a:x != 'y']",
        "[a:x NOT = 'y']",
        "[a:x = 'y'] REPEATS 2 TIMES",
        "([a:x = 'y'])",
        "[a:x = 'y' AND a:z = 'y']",
        "[a:x LIKE 'y']",
        "[EXISTS a:x]",
    ] {
        let pattern = Pattern::parse(other).unwrap();
        assert_eq!(pattern.single_equality(), None, "{other}");
    }
}

#[test]
fn each_refusal_has_its_rule() {
    let long = format!("[a:x = '{}']", "y".repeat(limits::PATTERN_MAX));
    for (text, expected) in [
        ("", rule::PATTERN_SYNTAX),
        ("/* before */ [a:x=1]", rule::PATTERN_SYNTAX),
        ("[a:x=1] /* never ended", rule::PATTERN_SYNTAX),
        ("[a:x='never ended]", rule::PATTERN_SYNTAX),
        ("[a:x='a\\nb']", rule::PATTERN_SYNTAX),
        ("[a:x=TRUE]", rule::PATTERN_SYNTAX),
        ("[a:x=01]", rule::PATTERN_SYNTAX),
        ("[a:x=h'0']", rule::PATTERN_SYNTAX),
        ("[a:x=b'']", rule::PATTERN_SYNTAX),
        ("[a:x>true]", rule::PATTERN_SYNTAX),
        ("[a:AND=1]", rule::PATTERN_SYNTAX),
        ("[a:x-y=1]", rule::PATTERN_SYNTAX),
        ("[a:x NOT EXISTS]", rule::PATTERN_SYNTAX),
        ("[a:x=1] [b:x=1]", rule::PATTERN_SYNTAX),
        (
            "[a:x=1] REPEATS 2 TIMES WITHIN 1 SECONDS REPEATS 2 TIMES",
            rule::PATTERN_QUALIFIER_TWICE,
        ),
        ("[a:hashes.'sha-256' = 'f00']", rule::PATTERN_DIGEST),
        (long.as_str(), rule::PATTERN_TOO_LONG),
    ] {
        assert_eq!(Pattern::parse(text).unwrap_err(), expected, "{text}");
    }
    assert!(Pattern::parse("([a:x=1]) WITHIN 1 SECONDS WITHIN 1 SECONDS").is_ok());
    assert!(Pattern::parse("[a:hashes.'TLSH' = 'f00']").is_ok());
}

#[test]
fn brackets_are_bounded_and_chains_are_not() {
    let nested = |open: usize| format!("{}[a:x=1]{}", "(".repeat(open), ")".repeat(open));
    assert!(Pattern::parse(&nested(limits::PATTERN_DEPTH_MAX)).is_ok());
    let deeper = nested(limits::PATTERN_DEPTH_MAX + 1);
    assert_eq!(Pattern::parse(&deeper), Err(rule::PATTERN_TOO_DEEP));
    let inside = |open: usize| format!("[{}a:x=1{}]", "(".repeat(open), ")".repeat(open));
    assert!(Pattern::parse(&inside(limits::PATTERN_DEPTH_MAX)).is_ok());
    let unended = "(".repeat(limits::PATTERN_MAX);
    assert_eq!(Pattern::parse(&unended), Err(rule::PATTERN_SYNTAX));
    let unended = format!("[{}", "(".repeat(limits::PATTERN_MAX - 1));
    assert_eq!(Pattern::parse(&unended), Err(rule::PATTERN_TOO_DEEP));
    let chain = vec!["[a:x=1]"; 1_000].join(" AND ");
    let Observation::And(parts) = observation(&chain) else {
        panic!("it is a chain");
    };
    assert_eq!(parts.len(), 1_000);
}

#[test]
fn every_comparator_has_both_spellings() {
    for (operator, expected) in [
        ("=", Comparator::Equal),
        ("==", Comparator::Equal),
        ("!=", Comparator::NotEqual),
        ("<>", Comparator::NotEqual),
        ("<", Comparator::Less),
        ("<=", Comparator::LessOrEqual),
        (">", Comparator::Greater),
        (">=", Comparator::GreaterOrEqual),
    ] {
        let text = format!("[a:x{operator}1]");
        let Observation::Simple(Comparison::Test(one), _) = observation(&text) else {
            panic!("it is one test");
        };
        let constraint = Constraint::Compare(expected, Literal::Integer("1"));
        assert_eq!(one.constraint, constraint);
    }
}

proptest! {
    #[test]
    fn properties_of_the_parser_no_text_makes_it_panic(text in "[\\PC\\s]{0,200}") {
        let _verdict = Pattern::parse(&format!("[{text}"));
    }

    #[test]
    fn properties_of_the_parser_no_row_of_its_own_words_makes_it_panic(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..40),
    ) {
        let _verdict = Pattern::parse(&words.concat());
        let _verdict = Pattern::parse(&format!("[{}", words.join(" ")));
    }
}

const WORDS: &[&str] = &[
    "[",
    "]",
    "(",
    ")",
    "a:x",
    "hashes",
    ".",
    "'",
    "\\",
    "/*",
    "*/",
    "//",
    "\n",
    "h'",
    "b'",
    "t'",
    "=",
    "<",
    "AND",
    "OR",
    "FOLLOWEDBY",
    "NOT",
    "IN",
    "WITHIN",
    "SECONDS",
    "1",
    "-1.5",
    "é",
    "*",
    "EXISTS",
    "START",
    "STOP",
    "'x'",
    ",",
];
