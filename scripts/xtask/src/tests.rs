//! Tests of the modules beside this file; tidy has its own.

use crate::graph::Graph;
use crate::links::broken;
use crate::night::{measured, skips};
use crate::rust::{Function, code_only, declared, functions};
use crate::tally::Tally;
use crate::tree::{File, Tree};

#[test]
fn development_dependencies_are_no_arrows_and_far_ones_are_reached() {
    let answer = serde_json::json!({
        "packages": [
            {"id": "1", "name": "ktr-a", "targets": [{"kind": ["test"], "name": "it"}, {"kind": ["lib"], "name": "ktr_a"}]},
            {"id": "2", "name": "b", "targets": []},
            {"id": "3", "name": "far", "targets": []},
            {"id": "4", "name": "only-in-tests", "targets": []},
        ],
        "resolve": {"nodes": [
            {"id": "1", "deps": [
                {"pkg": "2", "dep_kinds": [{"kind": null}]},
                {"pkg": "4", "dep_kinds": [{"kind": "dev"}]},
            ]},
            {"id": "2", "deps": [{"pkg": "3", "dep_kinds": [{"kind": "build"}]}]},
            {"id": "3", "deps": []},
            {"id": "4", "deps": []},
        ]},
        "workspace_members": ["1"],
        "target_directory": "/t",
    });
    let graph = Graph::parse(&answer).unwrap();
    let member = &graph.members["ktr-a"];
    assert_eq!(member.direct.iter().collect::<Vec<_>>(), ["b"]);
    assert_eq!(member.reached.iter().collect::<Vec<_>>(), ["b", "far"]);
    assert_eq!(graph.with_test("it"), ["ktr-a"]);
    assert_eq!(graph.with_test("net"), Vec::<String>::new());
}

fn findings(page: &str) -> Vec<String> {
    let file = |path: &str, text: &str| File {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let files = vec![
        file("app/ktr-core/src/lib.rs", ""),
        file("docs/src/a/page.md", page),
        file("docs/src/other.md", "# One title\n\n# One title\n"),
    ];
    broken(&Tree { files })
}

#[test]
fn links_and_paths_that_lead_somewhere_are_silent() {
    let pages = [
        "[x](../other.md)",
        "[x](../other.md#one-title-1)",
        "# Here it is\n[x](#here-it-is)",
        "[x](https://example.org)",
        "`app/ktr-core/src/lib.rs` `app/ktr-core` `app/<crate>/src`",
        "```\n[x](gone.md)\n```",
        "`[x](gone.md)`",
    ];
    for page in pages {
        assert_eq!(findings(page), Vec::<String>::new(), "of {page}");
    }
}

#[test]
fn links_and_paths_that_lead_nowhere_are_found() {
    let pages = [
        "[x](other.md)",
        "[x](../other.md#no-title)",
        "[x](../other.md#one-title-2)",
        "[x](../../../app/ktr-core/src/lib.rs)",
        "`app/ktr-core/src/gone.rs`",
    ];
    for page in pages {
        assert_eq!(findings(page).len(), 1, "of {page}");
    }
}

#[test]
fn comments_texts_and_characters_are_blanked_and_lines_stay() {
    let cases = [
        ("a // fn x\nb", "a        \nb"),
        ("a /* { /* } */ */ b", "a                 b"),
        (r#"let s = "fn \" {";"#, "let s =          ;"),
        ("r#\"a\"{\"# + r#type", "         + r#type"),
        (
            "match c { '{' => 1, '\\'' => 2 }",
            "match c {     => 1,      => 2 }",
        ),
        ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}"),
    ];
    for (text, expected) in cases {
        assert_eq!(code_only(text), expected, "of {text}");
    }
}

#[test]
fn a_function_counts_its_lines_of_code_only() {
    let text = "trait T { fn no_body(&self) -> [u8; 4]; }\n\nfn two() {\n    one();\n\n    // why\n    one();\n}\n";
    let two = Function {
        name: "two".to_owned(),
        line: 3,
        code_lines: 2,
    };
    assert_eq!(functions(&code_only(text)), [two]);
}

#[test]
fn a_word_that_ends_in_fn_is_no_function() {
    assert_eq!(functions("let my_fn = 1; if my_fn { x }"), []);
}

#[test]
fn declared_names_come_with_their_lines() {
    let code = "pub struct A;\nenum B {}\npub(crate) trait C {}\n";
    let expected = [
        (1, "A".to_owned()),
        (2, "B".to_owned()),
        (3, "C".to_owned()),
    ];
    assert_eq!(declared(code), expected);
}

const PRINTED: &str = "
 Running unittests src/lib.rs (target/debug/deps/ktr_core-0a1b2c)
running 3 tests
test board::tests::one_veto_is_enough ... ok
test properties::a_fold_of_the_events_is_the_state ... ok
test time::tests::late ... FAILED
 Running it/main.rs (target/debug/deps/it-77)
test a_month_passes ... ok
 Running tests/vectors.rs (target/debug/deps/vectors-99)
test transaction ... ok
test seal ... ignored, too slow
 Running net/main.rs (target/debug/deps/net-99)
test four_engines_agree ... ok
---- four_engines_agree stdout ----
SKIPPED 1: no disk may be mounted here
SKIPPED 87 patterns: the list is not here
   Doc-tests ktr_core
test app/ktr-core/src/lib.rs - (line 12) ... ok
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out
";

#[test]
fn each_test_counts_once_and_under_its_kind() {
    let mut tally = Tally::new();
    for line in PRINTED.lines() {
        tally.line(line);
    }
    assert_eq!(
        tally.to_string(),
        "6 passed, 1 failed, 89 skipped\n\
         by kind: unit 1, property 1, scenario 1, vector 1, net 1, doc 1"
    );
}

/// What one thread prints of tests whose output is not caught.
const ALONE: &str = "
 Running unittests src/lib.rs (target/debug/deps/ktr_node-0a1b2c)
running 4 tests
test disk::full ... SKIPPED 1: no disk may be mounted here ... nor there
ok
test disk::slow ... 10 cycles, seed 7
SKIPPED 2: no network namespace may be made here
FAILED
test disk::quiet ... ok
ok
test disk::spaced ...\u{20}
 10 cycles, seed 8
ok
";

#[test]
fn words_behind_a_tests_name_are_heard_and_its_outcome_behind_them_counts() {
    let mut tally = Tally::new();
    for line in ALONE.lines() {
        tally.line(line);
    }
    assert_eq!(
        tally.to_string(),
        "3 passed, 1 failed, 3 skipped\nby kind: unit 3"
    );
}

#[test]
fn a_job_of_a_night_that_skipped_something_does_not_look_like_a_pass() {
    let mut tally = Tally::new();
    assert_eq!(skips(0, &tally), None);
    for line in PRINTED.lines() {
        tally.line(line);
    }
    assert_eq!(skips(0, &tally).as_deref(), Some("SKIPPED 88"));
    // and the next job has nothing of it
    assert_eq!(skips(tally.skipped(), &tally), None);
}

#[test]
fn a_job_of_a_night_repeats_what_its_test_measured() {
    let told = "a backup of height 9 has caught up with height 30 4.20s after its start";
    // Where tests run one after the other, the name of this one stands before it.
    for before in ["", "test fault::restore::a_lost_site ... "] {
        let line = format!("{before}measured: {told}");
        assert_eq!(measured(&line).as_deref(), Some(told));
    }
    assert_eq!(
        measured("test a_bar_that_is_not_measured_here ... ok"),
        None
    );
}
