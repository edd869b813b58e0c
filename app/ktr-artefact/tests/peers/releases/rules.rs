//! Judges of the rules in releases: each of them reads what leaves, and those that run rules see it fire on its own event or sample.
//! A rule that stands in several releases is judged once.

use std::{collections::BTreeSet, process::Output};

use ktr_artefact::rules::{RuleKind, sample};
use rsigma_eval::{JsonEvent, compile_rule, evaluate_rule};
use serde_json::Value;
use yara_x_parser::ast::AST;

use super::{
    made::{Made, Rule},
    tally::Tally,
};
use crate::{program::Home, python, version};

/// What all of them say.
pub(super) fn all(made: &[Made]) -> Vec<Tally> {
    let rules: BTreeSet<&Rule> = made.iter().flat_map(|made| &made.rules).collect();
    let of = |kind| {
        let rules = rules.iter().copied();
        rules.filter(move |rule| rule.kind == kind)
    };
    let mut first = Tally::new("rsigma", &version::of_crate("rsigma-eval"), SIGMA);
    let mut second = Tally::new("sigma-rust", &version::of_crate("sigma-rust"), SIGMA);
    for rule in of(RuleKind::Sigma) {
        first.take(rsigma(rule));
        second.take(sigma_rust(rule));
    }
    let mut third = Tally::new(
        "pySigma, as `sigma check`",
        &version::of_package("pysigma", "sigma"),
        "Sigma rules",
    );
    let texts: Vec<&str> = of(RuleKind::Sigma).map(|rule| &*rule.text).collect();
    for against in python::check_sigma(&texts) {
        third.take(against.map_or(Ok(()), Err));
    }
    let mut parser = Tally::new("yara-x-parser", &version::of_crate("yara-x-parser"), YARA);
    let mut compiler = Tally::new(
        "yarac, warnings forbidden",
        &version::of_program("yarac"),
        YARA,
    );
    let mut engine = Tally::new("yara, on the sample", &version::of_program("yara"), YARA);
    let home = Home::new();
    for rule in of(RuleKind::Yara) {
        home.file("rule.yar", rule.text.as_bytes());
        home.file("sample", &sample(&rule.positive).unwrap());
        parser.take(yara_x(rule));
        compiler.take(ended_well(
            &home.run("yarac", &["--fail-on-warnings", "rule.yar", "out"]),
        ));
        let run = home.run("yara", &["rule.yar", "sample"]);
        let silent = run.stdout.is_empty();
        engine.take(ended_well(&run).and_then(|()| fires(!silent)));
    }
    vec![first, second, third, parser, compiler, engine]
}

fn rsigma(rule: &Rule) -> Result<(), String> {
    let read = rsigma_parser::parse_sigma_yaml(&rule.text).map_err(|error| error.to_string())?;
    let event: Value = serde_json::from_str(&rule.positive).map_err(|error| error.to_string())?;
    let [parsed] = read.rules.as_slice() else {
        return Err(format!("{} rules", read.rules.len()));
    };
    let compiled = compile_rule(parsed).map_err(|error| error.to_string())?;
    fires(evaluate_rule(&compiled, &JsonEvent::borrow(&event)).is_some())
}

fn sigma_rust(rule: &Rule) -> Result<(), String> {
    let parsed = sigma_rust::rule_from_yaml(&rule.text).map_err(|error| error.to_string())?;
    let event = sigma_rust::event_from_json(&rule.positive).map_err(|error| error.to_string())?;
    fires(sigma_rust::check_rule(&parsed, &event))
}

fn yara_x(rule: &Rule) -> Result<(), String> {
    let read = AST::from(rule.text.as_str());
    let errors = read.errors();
    errors
        .first()
        .map_or(Ok(()), |error| Err(format!("{error:?}")))
}

fn fires(fired: bool) -> Result<(), String> {
    fired.then_some(()).ok_or_else(|| String::from("silent"))
}

fn ended_well(output: &Output) -> Result<(), String> {
    let words = String::from_utf8_lossy(&output.stderr);
    let well = output.status.success();
    well.then_some(()).ok_or_else(|| words.into_owned())
}

const SIGMA: &str = "Sigma rules, each fires";
const YARA: &str = "YARA rules";

#[test]
fn pysigma_would_say_no() {
    let good = include_str!("../../data/rules/proc_creation_win_apt_oilrig_mar18.yml");
    let undefined = good.replace("condition:", "condition: nothing and ");
    let said = python::check_sigma(&[good, &undefined, "title: alone\n", "a: [\n"]);
    assert_eq!(said[0], None);
    assert!(said[1..].iter().all(Option::is_some), "{said:?}");
}
