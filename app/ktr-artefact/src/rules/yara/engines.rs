//! Both engines, asked about the same rules: ours of the tests, and the public ones of `signature-base` if the data folder is beside the checkout.
//! Where they differ stands here, with the reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    clean::{Cleaned, clean},
    corpus::{is_there, refused_by_yarac, texts},
    engine::{VERSION, compiles, fires, objections},
    read::read,
};
use crate::rules::Origin;

const RULE: &str = "rule r { strings: $a = \"abcd\" condition: $a }";

const WITHIN: Duration = Duration::from_secs(5);

#[test]
fn yara_x_compiles_warns_fires_and_stays_silent() {
    assert!(compiles(RULE));
    for (wrong, objection) in [
        ("$a = \"A\"", "E018"),
        ("$a = /a{/", "E014"),
        ("$a = \"abcd\" $b = \"abcd\"", "E022"),
    ] {
        let text = RULE.replace("$a = \"abcd\"", wrong);
        assert_eq!(objections(&text), [objection], "{wrong}");
    }
    let private = RULE.replace("rule r", "private rule r");
    for (text, sample, answer) in [
        (RULE, b"xx abcd", true),
        (RULE, b"xx abce", false),
        (&private, b"xx abcd", false),
        ("rule r {", b"xx abcd", false),
    ] {
        assert_eq!(fires(text, sample, WITHIN), answer, "{text}");
    }
}

#[test]
fn yara_x_follows_no_include_and_knows_the_modules_that_a_rule_may_import_alone() {
    assert!(!compiles("include \"other.yar\""));
    for module in ["console", "cuckoo", "lnk", "magic", "string", "time", "vt"] {
        let text = format!("import \"{module}\" {RULE}");
        assert_eq!(objections(&text), ["E010"], "{module}");
    }
    for module in super::read::MODULES {
        assert!(compiles(&format!("import \"{module}\" {RULE}")), "{module}");
    }
}

#[test]
fn the_version_is_the_parsers() {
    let manifest = include_str!("../../../../../Cargo.toml");
    for name in ["yara-x", "yara-x-parser"] {
        let pinned = format!("\n{name} = {{ version = \"={VERSION}\",");
        assert!(manifest.contains(&pinned), "{name}");
    }
}

/// Public rules that `yarac` takes and YARA-X does not, by what it says of them.
const APART: [(&str, &[&str]); 4] = [
    // A loop over more rounds than it wants to run.
    ("E034", &["MAL_Winnti_BR_Report_MockingJay"]),
    // A number stands for a truth.
    (
        "non_bool_expr",
        &[
            "APT_MAL_Gopuram_Backdoor_Apr23",
            "APT_MAL_NK_3CX_Malicious_Samples_Mar23_1",
            "MAL_DevilsTongue_HijackDll",
            "gen_Excel_xll_addin_suspicious",
            "hkdoor_backdoor_dll",
        ],
    ),
    // `($a*)` takes in strings that the condition also names alone.
    (
        "unintended_pattern_in_set",
        &[
            "Dropper_HTA_WildChild_1",
            "MAL_LNX_RedMenshen_BPFDoor_May23_1",
            "SUSP_EXPL_OBFUSC_Dec21_1",
            "WEBSHELL_PAS_webshell_PerlNetworkScript",
            "WEBSHELL_PHP_Generic_Callback",
            "shankar_php_php",
        ],
    ),
    // A comparison is never true.
    ("unsatisfiable_expr", &["HKTL_Imphashes_Aug22_1"]),
];

#[test]
fn both_engines_take_every_public_rule_as_it_leaves_but_those_that_are_listed() {
    let Some(texts) = texts().filter(|_| is_there()) else {
        return;
    };
    let cleaned: Vec<Cleaned> = texts
        .iter()
        .filter_map(|text| clean(&read(text).ok()?, Origin::ThirdParty, "DRL-1.1").ok())
        .collect();
    let written: Vec<String> = cleaned.iter().map(|clean| clean.text.clone()).collect();
    assert_eq!(refused_by_yarac(&written), BTreeMap::new());
    let mut apart: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for clean in &cleaned {
        for code in objections(&clean.text) {
            apart.entry(code).or_default().insert(&clean.name);
        }
    }
    println!("{} rules; YARA-X alone objects: {apart:?}", cleaned.len());
    let listed = APART.map(|(code, names)| (code.to_owned(), names.iter().copied().collect()));
    assert_eq!(apart, BTreeMap::from(listed));
}
