//! The public rules of `signature-base`, if the data folder is beside the checkout, judged by Debian's `yarac` where it is installed.
//! Counts are those of the pinned archive; a reader that changes its mind about one rule fails here.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use yara_x_parser::{
    Parser,
    cst::{CSTStream, Event, SyntaxKind},
};

use super::{clean::clean, name, nesting, read::Walk, read::read, tree::Tree};
use crate::{
    finding::rule,
    rules::{
        Origin,
        public::{archive, counts, files},
    },
};

/// Each rule of a file as a text of its own, with the file's imports and the rules it names, which are private in it.
fn split(file: &str) -> Vec<String> {
    nesting::check(file).unwrap();
    let (mut imports, mut rules) = (String::new(), Vec::new());
    for event in CSTStream::from(Parser::new(file.as_bytes())) {
        if let Event::End { kind, span } = event {
            let text = file.get(span.range()).unwrap();
            if kind == SyntaxKind::IMPORT_STMT {
                imports.extend([text, "\n"]);
            }
            if kind == SyntaxKind::RULE_DECL {
                rules.push(text.trim());
            }
        }
    }
    let trees: Vec<Tree> = rules.iter().map(|text| Walk::over(text).unwrap()).collect();
    let declared = |at: usize| &trees[at].rules[0];
    let reporting = (0..rules.len()).filter(|at| !declared(*at).private);
    reporting
        .map(|at| {
            let mut needed = BTreeSet::from([at]);
            for earlier in (0..at).rev() {
                let named = needed.iter().any(|later| {
                    name::roots(&declared(*later).condition)
                        .any(|token| token.text == declared(earlier).name)
                });
                if named {
                    needed.insert(earlier);
                }
            }
            let mut text = imports.clone();
            for needed in needed {
                if needed != at && !declared(needed).private {
                    text.push_str("private ");
                }
                text.extend([rules[needed], "\n"]);
            }
            text
        })
        .collect()
}

/// Every rule of `signature-base` as a text of its own; nothing if the archive is not there.
pub(super) fn texts() -> Option<Vec<String>> {
    let folder = archive("signature-base.tar.gz")?;
    let mut paths = Vec::new();
    files(&folder.path().join("yara"), "yar", &mut paths);
    let texts = paths
        .iter()
        .flat_map(|path| split(&fs::read_to_string(path).unwrap()));
    Some(texts.collect())
}

pub(super) fn is_there() -> bool {
    let there = Command::new("yarac").arg("--version").output().is_ok();
    if !there {
        println!("SKIPPED 1: yarac is not installed");
    }
    there
}

/// The texts that `yarac` refuses or warns of, by their numbers, with what it says.
pub(super) fn refused_by_yarac(texts: &[String]) -> BTreeMap<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = |number: &usize| folder.join(format!("{number}.yar"));
    let mut refused = BTreeMap::new();
    let numbered: Vec<(usize, &String)> = texts.iter().enumerate().collect();
    for chunk in numbered.chunks(200) {
        // One file each, all in one run; only a run that fails is tried rule by rule.
        let mut command = Command::new("yarac");
        command.arg("--fail-on-warnings");
        for (number, text) in chunk {
            fs::write(path(number), text).unwrap();
            command.arg(format!("n{number}:{}", path(number).display()));
        }
        let all = command.arg(folder.join("out")).output().unwrap();
        if all.status.success() {
            continue;
        }
        for (number, _text) in chunk {
            let mut one = Command::new("yarac");
            one.arg("--fail-on-warnings")
                .args([path(number), folder.join("out")]);
            let output = one.output().unwrap();
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                refused.insert(*number, said);
            }
        }
    }
    refused
}

#[test]
fn every_public_rule_is_cleaned_or_refused_by_name_and_yarac_takes_what_is_cleaned() {
    let Some(texts) = texts() else {
        return;
    };
    let (mut findings, mut cleaned) = (BTreeMap::new(), Vec::new());
    for text in &texts {
        match read(text).and_then(|tree| clean(&tree, Origin::ThirdParty, "DRL-1.1")) {
            Ok(clean) => cleaned.push(clean.text),
            Err(rule) if [810, 811, 812, 601].contains(&rule.code()) => {
                println!("{rule}\n{text}");
                *findings.entry(rule.to_string()).or_insert(0_usize) += 1;
            }
            Err(rule) => *findings.entry(rule.to_string()).or_insert(0_usize) += 1,
        }
    }
    println!(
        "{} rules, {} cleaned; refused {findings:?}",
        texts.len(),
        cleaned.len()
    );
    assert_eq!(texts.len(), 5_837);
    assert_eq!(
        findings,
        counts(&[
            (rule::PATTERN_TOO_LONG, 3),
            (rule::YARA_UNDEFINED, 594),
            (rule::YARA_AUTHOR, 16)
        ])
    );
    if is_there() {
        assert_eq!(refused_by_yarac(&cleaned), BTreeMap::new());
    }
}
