//! Detection rules drawn by a seed, own ones and public ones, each with what sets it off.
//! Whether a rule is accepted is for the form's checks to say.

use base64::{Engine, engine::general_purpose::STANDARD};
use ktr_testkit::Dice;
use serde_json::{Value, json};

use super::draw::{hex, one, word};
use crate::world::FORMS;

/// None to three rules, no two alike.
pub(super) fn some(dice: &mut Dice) -> Vec<Value> {
    let mut rules: Vec<Value> = (0..dice.below(3))
        .map(|_| match dice.below(2) {
            0 => sigma(dice),
            _ => yara(dice),
        })
        .collect();
    if dice.below(3) == 0 {
        let public: Vec<Value> = FORMS.iter().flat_map(|form| public(form)).collect();
        rules.push(one(dice, &public).clone());
    }
    rules
}

/// The public rules of a form of the tests.
fn public(form: &str) -> Vec<Value> {
    let form: Value = serde_json::from_str(form).unwrap();
    form["rules"].as_array().unwrap().clone()
}

fn rule(kind: &str, text: &str, positive: &str, dice: &mut Dice) -> Value {
    let licence = one(dice, &["EUPL-1.2", "MIT", "CC0-1.0", "DRL-1.1"]);
    json!({ "kind": kind, "text": text, "positive": positive, "origin": "own", "licence": licence })
}

fn sigma(dice: &mut Dice) -> Value {
    let (program, argument) = (word(dice, 8), word(dice, 6));
    let level = one(dice, &["low", "medium", "high", "critical"]);
    let (filter, condition) = *one(
        dice,
        &[
            ("", "selection"),
            (
                "    filter_main:\n        Image|startswith: 'C:\\Windows\\System32\\'\n",
                "selection and not 1 of filter_*",
            ),
        ],
    );
    let text = format!(
        "title: Loader {program} starts a shell\nid: 5d0c4a5c-3a0f-4d3b-9f5e-3c1f5b7a9d21\nauthor: somebody\n\
         logsource:\n    product: windows\n    category: process_creation\ndetection:\n    selection:\n        \
         Image|endswith: '\\{program}.exe'\n        CommandLine|contains:\n            - ' /{argument} '\n            - '\"--{argument}\"'\n\
         {filter}    condition: {condition}\nlevel: {level}\n"
    );
    let event = json!({
        "Image": format!("C:\\ProgramData\\{program}.exe"), "CommandLine": format!("{program} /{argument} now"),
    });
    rule("sigma", &text, &event.to_string(), dice)
}

fn yara(dice: &mut Dice) -> Value {
    let (text, octets) = (word(dice, 12), hex(dice, 24));
    let modifiers = one(dice, &["ascii", "wide ascii", "fullword", "nocase"]);
    let condition = one(
        dice,
        &[
            "any of them",
            "$a or $b",
            "filesize < 1MB and 1 of ($*)",
            "#a > 0 or $b",
        ],
    );
    let written = format!(
        "// seen twice\nrule loader_{text} : dropper {{\n  meta:\n    author = \"somebody\"\n  strings:\n    \
         $a = \"{text}\" {modifiers}\n    $b = {{ {octets} }}\n  condition:\n    {condition}\n}}\n"
    );
    let sample = format!("MZ {text} ");
    rule("yara", &written, &STANDARD.encode(sample), dice)
}
