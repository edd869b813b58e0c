//! Every rule of tidy is red on a bad sample and silent on a good one. The checkout itself is judged by `cargo xtask tidy`.

use std::collections::BTreeSet;

use super::arrows;
use super::finding::Finding;
use super::step::RULES;
use crate::graph::{Graph, Member};
use crate::tree::{File, Tree};

/// A tree that all rules like, with the given files put in or over it.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let core = [
        "mod",
        "command",
        "event",
        "state",
        "decide",
        "evolve",
        "due",
        "rejection",
        "tests",
    ]
    .map(|name| {
        (
            format!("app/ktr-core/src/board/{name}.rs"),
            "//! For one thing.\n".to_owned(),
        )
    });
    let house = [
        ("Cargo.toml", "[workspace]\n"),
        ("app/ktr-core/Cargo.toml", "[lints]\nworkspace = true\n"),
        ("docs/src/SUMMARY.md", "- [Tour](tour.md)\n"),
        ("docs/src/tour.md", "# Tour\n"),
    ];
    let house = house.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let given = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let all: std::collections::BTreeMap<String, String> =
        house.into_iter().chain(core).chain(given).collect();
    let files = all
        .into_iter()
        .map(|(path, text)| File { path, text })
        .collect();
    let tree = Tree { files };
    RULES
        .iter()
        .flat_map(|rule| rule(&tree))
        .map(|finding| finding.to_string())
        .collect()
}

/// Asserts that exactly one finding comes and that it contains `expected`.
fn red(path: &str, text: &str, expected: &str) {
    let found = findings(&[(path, text)]);
    assert!(
        matches!(found.as_slice(), [one] if one.contains(expected)),
        "{path} gave {found:?}, not {expected}"
    );
}

#[test]
fn a_good_tree_is_silent() {
    assert_eq!(findings(&[]), Vec::<String>::new());
}

#[test]
fn the_top_folder_has_a_plan() {
    red("notes.txt", "", "plan of the top folder");
    red("crates/x.txt", "", "plan of the top folder");
}

#[test]
fn a_file_says_what_it_is_for() {
    red("app/x/src/a.rs", "fn a() {}\n", "must open with //!");
}

#[test]
fn files_and_functions_have_a_cap() {
    let long = "//! Long.\n".repeat(501);
    red("app/x/src/a.rs", &long, "501 lines, 500");
    for test in ["tests.rs", "one_tests.rs", "tests/one.rs"] {
        let path = format!("app/x/src/{test}");
        assert_eq!(findings(&[(&path, &long)]), Vec::<String>::new());
    }
    red(
        "app/x/src/tests.rs",
        &"//! Long.\n".repeat(801),
        "801 lines, 800",
    );
    let body = "    act();\n".repeat(71);
    red(
        "app/x/src/a.rs",
        &format!("//! One.\nfn a() {{\n{body}}}\n"),
        "fn a has 71 lines",
    );
    let excused = format!(
        "//! One.\n#[expect(clippy::too_many_lines, reason = \"a table\")]\nfn a() {{\n{body}}}\n"
    );
    assert_eq!(
        findings(&[("app/x/src/a.rs", &excused)]),
        Vec::<String>::new()
    );
}

#[test]
fn a_name_says_what_the_thing_is() {
    red("app/x/src/http_util.rs", "//! One.\n", "\"util\"");
    red("app/x/src/helpers/mod.rs", "//! One.\n", "\"helpers\"");
    red(
        "app/x/src/a.rs",
        "//! One.\nstruct RoomManager;\n",
        "RoomManager: \"manager\"",
    );
    red(
        "app/x/src/a.rs",
        "//! One.\nenum UserKind {}\n",
        "the glossary says member",
    );
    assert_eq!(
        findings(&[("app/x/src/a.rs", "//! One.\nstruct Informed;\n")]),
        Vec::<String>::new()
    );
}

#[test]
fn modules_of_the_core_are_built_alike() {
    red(
        "app/ktr-core/src/board/extra.rs",
        "//! One.\n",
        "has extra.rs",
    );
    let sentences = ("app/ktr-core/src/board/extra_tests.rs", "//! One.\n");
    assert_eq!(findings(&[sentences]), Vec::<String>::new());
    let lonely = findings(&[("app/ktr-core/src/bundle/mod.rs", "//! One.\n")]);
    assert_eq!(lonely.len(), 8, "{lonely:?}");
}

#[test]
fn the_leak_verifier_shares_nothing_with_the_builder() {
    let path = "app/ktr-artefact/src/leak/a.rs";
    for text in [
        "//! One.\nuse crate::stix::Kind;\n",
        "//! One.\nuse crate::{\n    finding::Rule,\n    form::Dictionary,\n};\n",
        "//! One.\nuse crate::{\n    limits,\n    ioc,\n};\n",
    ] {
        red(path, text, "shares nothing");
    }
    let fine = "//! One.\nuse crate::{\n    finding::{Rule, rule},\n    limits,\n};\n";
    assert_eq!(findings(&[(path, fine)]), Vec::<String>::new());
}

#[test]
fn mod_and_lib_hold_no_logic() {
    red(
        "app/x/src/lib.rs",
        "//! One.\npub fn a() {}\n",
        "fn a: mod.rs and lib.rs",
    );
}

#[test]
fn manifests_inherit_the_lints() {
    red(
        "app/x/Cargo.toml",
        "[package]\nname = \"x\"\n",
        "inherit the lints",
    );
    red(
        "app/x/Cargo.toml",
        "[lints]\n[package]\nworkspace = true\n",
        "inherit the lints",
    );
    let own = "[package]\nname = \"x\"\n[workspace]\n";
    assert_eq!(
        findings(&[("tests/x/Cargo.toml", own)]),
        Vec::<String>::new()
    );
}

#[test]
fn no_way_leads_back_to_std() {
    red(
        "app/ktr-core/src/time.rs",
        "//! One.\nextern crate std;\n",
        "extern crate std",
    );
    let text = "//! One.\n// never extern crate std here\n";
    assert_eq!(
        findings(&[("app/ktr-core/src/time.rs", text)]),
        Vec::<String>::new()
    );
}

#[test]
fn a_test_runs_or_goes() {
    red(
        "app/x/src/a.rs",
        "//! One.\n#[ignore]\nfn a() {}\n",
        "no ignore",
    );
}

#[test]
fn work_left_undone_has_an_issue() {
    let word = concat!("TO", "DO");
    red(
        "docs/src/tour.md",
        &format!("# Tour\n{word}: more\n"),
        "without the number",
    );
    assert_eq!(
        findings(&[("docs/src/tour.md", &format!("{word}(#7): more\n"))]),
        Vec::<String>::new()
    );
}

#[test]
fn nothing_is_true_on_one_machine_only() {
    red(
        "scripts/x",
        &format!("cp a /{}/me\n", "root"),
        "one machine only",
    );
    red(
        "scripts/x",
        &format!("curl https://pypi.{}\n", "org"),
        "one machine only",
    );
}

#[test]
fn comments_hold_no_code() {
    red(
        "app/x/src/a.rs",
        "//! One.\n// let a = 1;\n",
        "code in a comment",
    );
    red(
        "app/x/src/a.rs",
        "//! One.\n    // act(1);\n",
        "code in a comment",
    );
    let prose = "//! One.\n// why; and why not;\n/// let shown = 1;\n";
    assert_eq!(findings(&[("app/x/src/a.rs", prose)]), Vec::<String>::new());
}

#[test]
fn no_private_key_lies_in_the_tree() {
    red("tests/a.pem", "", "ending of a key file");
    red(
        "tests/a.txt",
        &format!("-----BEGIN {} KEY-----\n", "PRIVATE"),
        "holds a private key",
    );
    red(
        "tests/a.txt",
        &format!("-----BEGIN PGP {} KEY BLOCK-----\n", "PRIVATE"),
        "holds a private key",
    );
    red(
        "genesis/a.json",
        &format!("{{\"priv_{}\": {{}}}}\n", "key"),
        "holds a private key",
    );
}

#[test]
fn a_test_that_a_page_names_is_there() {
    red(
        "docs/src/tour.md",
        "# Tour\n\nShown by `a_rule_that_no_test_shows`.\n",
        "tour.md:3: names the test a_rule_that_no_test_shows",
    );
    let there = findings(&[
        (
            "docs/src/tour.md",
            "# Tour\n\n`one_veto_is_always_quite_enough`, `headcount_max`, `cache_of_a_b_c` and `ktr_a_b_c_d_seconds`\n",
        ),
        (
            "tests/src/veto.rs",
            "//! One test.\n\nfn one_veto_is_always_quite_enough() {}\n",
        ),
    ]);
    assert_eq!(there, Vec::<String>::new());
}

#[test]
fn every_page_is_in_the_summary() {
    red(
        "docs/src/lost.md",
        "# Lost\n",
        "is not in docs/src/SUMMARY.md",
    );
}

/// The findings about one crate with the given dependencies, in a workspace of three more.
fn arrows_of(name: &str, direct: &[&str], far: &[&str]) -> Vec<Finding> {
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let mut graph = Graph::default();
    for other in ["ktr-core", "ktr-node", "ktr-room"] {
        graph.members.insert(other.to_owned(), Member::default());
    }
    let member = Member {
        direct: set(direct),
        reached: &set(direct) | &set(far),
        tests: BTreeSet::new(),
    };
    graph.members.insert(name.to_owned(), member);
    arrows::check(&graph)
}

#[test]
fn right_arrows_are_silent() {
    let good: [(&str, &[&str]); 4] = [
        ("ktr-wire", &["ktr-core", "prost"]),
        ("ktr-client", &["ktr-core", "tendermint-rpc", "tokio"]),
        ("ktr-node", &["rocksdb", "tendermint-abci", "tokio"]),
        (
            "ktr-tests",
            &["ktr-node", "ktr-room", "tendermint-rpc", "rocksdb"],
        ),
    ];
    for (name, direct) in good {
        assert_eq!(arrows_of(name, direct, &[]), [], "of {name}");
    }
}

#[test]
fn wrong_arrows_are_found() {
    let bad: [(&str, &[&str], &[&str]); 9] = [
        ("ktr-core", &["prost"], &[]),
        ("ktr-proof", &["tokio"], &[]),
        ("ktr-ledger", &["jmt"], &["rocksdb"]),
        ("ktr-agent", &["ktr-room"], &[]),
        ("ktr-agent", &["ktr-node"], &[]),
        ("ktr-agent", &["tendermint-rpc"], &[]),
        ("ktr-client", &["tendermint-abci"], &[]),
        ("ktr-node", &["sequoia-openpgp"], &[]),
        ("ktr-cli", &["rocksdb"], &[]),
    ];
    for (name, direct, far) in bad {
        assert_eq!(
            arrows_of(name, direct, far).len(),
            1,
            "of {name} with {direct:?} and {far:?}"
        );
    }
}
