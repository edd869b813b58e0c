//! Sentences about two nodes that differ in one thing: it is named, and few questions are asked.
//! Both are folders; that an engine's RPC gives the same answers is a net test's.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use ktr_core::id::Sha256;
use ktr_wire::{
    digest::{app_hash, sha256},
    record,
};
use prost::Message;
use serde_json::json;
use tempfile::TempDir;
use tendermint_abci::Application;

use super::{
    Difference, Source, Undecided,
    answer::{self, Said, fits, rises},
    compare,
};
use crate::{
    application::Node,
    home::Home,
    query::{At, Branch, Child},
    stage::Stage,
    store::Kept,
};

/// A node in a home folder: `Stage` keeps its store where a home has it.
struct Folder {
    stage: Stage,
    home: TempDir,
}

impl Folder {
    /// A node whose blocks hold these admissions, one each.
    fn of(members: &[u8]) -> Self {
        let mut stage = Stage::new();
        let node = stage.open();
        node.init_chain(stage.genesis());
        stage.block(&node, &[]);
        for n in members {
            let (_, _, tx) = stage.admission(*n);
            stage.block(&node, &[tx]);
        }
        Self::around(stage, node)
    }

    fn around(stage: Stage, node: Node) -> Self {
        drop(node);
        let home = tempfile::tempdir().unwrap();
        let store = Home::new(home.path().to_owned()).store();
        copy(stage.folder.path(), &store);
        Self { stage, home }
    }

    fn source(&self) -> Source {
        Source::of(self.home.path().to_str().unwrap()).unwrap()
    }
}

fn copy(from: &Path, to: &PathBuf) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn compared(one: &Folder, other: &Folder, height: Option<u64>) -> (Difference, u64) {
    let (mut one, mut other) = (one.source(), other.source());
    let difference = compare(&mut one, &mut other, height).unwrap();
    (difference, one.asked().strict_add(other.asked()))
}

/// What the judges' chains say: the first leaf that differs, and the first record by the digest of its key.
fn wanted(one: &Folder, other: &Folder) -> (Option<u64>, Option<Vec<u8>>) {
    let (left, right) = (one.stage.chain.leaves(), other.stage.chain.leaves());
    let common = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let differs = common < left.len().max(right.len());
    let records = |folder: &Folder| -> BTreeMap<Sha256, (Vec<u8>, Vec<u8>)> {
        let records = folder.stage.chain.state().records();
        let row = |record: &ktr_core::Record| {
            let key = record::key_octets(record.key());
            (sha256(&[&key]), (key, record::encode(record)))
        };
        records.iter().map(row).collect()
    };
    let (left, right) = (records(one), records(other));
    let digests: BTreeSet<&Sha256> = left.keys().chain(right.keys()).collect();
    let first = digests.into_iter().find(|at| left.get(at) != right.get(at));
    let key = first.and_then(|at| left.get(at).or(right.get(at)));
    (
        differs.then(|| common.try_into().unwrap()),
        key.map(|(key, _)| key.clone()),
    )
}

#[test]
fn of_two_nodes_that_agree_nothing_differs_and_no_tree_is_opened() {
    let (one, other) = (Folder::of(&[1, 2, 3]), Folder::of(&[1, 2, 3]));
    let (difference, asked) = compared(&one, &other, Some(4));
    assert!(difference.is_none());
    assert_eq!(
        (difference.first_event, difference.first_record),
        (None, None)
    );
    assert_eq!(asked, 2);
}

#[test]
fn the_first_event_and_the_first_record_are_the_judges() {
    let base: Vec<u8> = (1..=24).collect();
    let one = Folder::of(&base);
    for place in [0, 1, 7, 15, 16, 23] {
        // given a node that took another member in one of its blocks
        let mut members = base.clone();
        members[place] = 99;
        let other = Folder::of(&members);
        let (event, record) = wanted(&one, &other);
        assert!(event.is_some() && record.is_some());
        // when
        let (difference, _) = compared(&one, &other, None);
        // then
        assert!(!difference.is_none());
        assert_eq!(difference.height, 25);
        assert_eq!(difference.first_event, event, "place {place}");
        assert_eq!(difference.first_record, record, "place {place}");
        let names = difference.sides.map(|side| side.event);
        assert_eq!(
            names,
            [(); 2].map(|()| Some("membership.admitted.v1".to_owned()))
        );
    }
}

#[test]
fn a_log_that_ends_early_differs_where_it_ends() {
    let long = Folder::of(&[1, 2, 3]);
    let mut stage = Stage::new();
    let node = stage.open();
    node.init_chain(stage.genesis());
    stage.block(&node, &[]);
    for n in 1..=2 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
    }
    stage.block(&node, &[]);
    let short = Folder::around(stage, node);
    let (difference, _) = compared(&short, &long, None);
    let end = short.stage.chain.leaves().len().try_into().unwrap();
    assert_eq!(difference.first_event, Some(end));
    assert_eq!(difference.first_record, wanted(&short, &long).1);
    let [short, long] = difference.sides.map(|side| side.event);
    assert_eq!(
        (short.as_deref(), long.as_deref()),
        (None, Some("membership.admitted.v1"))
    );
}

#[test]
fn few_questions_find_one_record_among_many() {
    let base: Vec<u8> = (1..=120).collect();
    let mut members = base.clone();
    members[60] = 200;
    let (one, other) = (Folder::of(&base), Folder::of(&members));
    let (difference, asked) = compared(&one, &other, Some(121));
    assert_eq!(
        (difference.first_event, difference.first_record),
        wanted(&one, &other)
    );
    let records = one.stage.chain.state().records().len();
    let events = one.stage.chain.leaves().len();
    // Both heights, both events, down to eight levels of the log, down to three of the tree.
    assert!(records > 200 && events > 240, "{records} {events}");
    assert!(asked <= 40, "{asked}");
}

#[test]
fn two_nodes_at_different_heights_are_compared_at_the_lower_one() {
    let (one, other) = (Folder::of(&[1, 2, 3]), Folder::of(&[1, 2]));
    let (difference, _) = compared(&one, &other, None);
    assert!(difference.is_none());
    assert_eq!(difference.height, 3);
}

#[test]
fn a_height_whose_tree_is_no_longer_kept_is_not_compared_and_later_ones_are() {
    // given two nodes that differ from the second block on, and keep one version before the last
    let little = Kept {
        versions: 1,
        ..Kept::NODE
    };
    let [one, other] = [1, 9].map(|first| {
        let mut stage = Stage::new();
        let node = stage.open_with(stage.store().keeping(little));
        node.init_chain(stage.genesis());
        stage.block(&node, &[]);
        for n in [first, 2, 3] {
            let (_, _, tx) = stage.admission(n);
            stage.block(&node, &[tx]);
        }
        Folder::around(stage, node)
    });
    // then
    let error = compare(&mut one.source(), &mut other.source(), Some(2)).unwrap_err();
    assert!(matches!(&error, Undecided::Refused { code: 2003, path, .. } if path == "/tree/node"));
    let text = error.to_string();
    assert!(
        text.ends_with("the state tree is kept from version 3 on\""),
        "{text}"
    );
    for height in [3, 4] {
        let (difference, _) = compared(&one, &other, Some(height));
        assert!(difference.first_record.is_some(), "height {height}");
    }
}

#[test]
fn what_cannot_be_compared_is_named() {
    let one = Folder::of(&[1]);
    let mut source = one.source();
    let error = compare(&mut one.source(), &mut source, Some(99)).unwrap_err();
    assert!(matches!(&error, Undecided::Refused { code: 2004, path, .. } if path == "/height"));
    let empty = tempfile::tempdir().unwrap();
    let error = Source::of(empty.path().to_str().unwrap()).unwrap_err();
    assert!(matches!(error, Undecided::Store { .. }));
    let mut nobody = Source::of("127.0.0.1:1").unwrap();
    let error = compare(&mut nobody, &mut one.source(), None).unwrap_err();
    assert_eq!(error.to_string(), "no engine answers at 127.0.0.1:1");
}

#[test]
fn the_words_of_a_node_that_says_no_command_no_terminal() {
    let refused = Undecided::Refused {
        name: "192.0.2.20:26657".to_owned(),
        path: "/height".to_owned(),
        code: 2004,
        log: "\u{1b}[2Jnothing differs\nheight 9: nothing differs".to_owned(),
    };
    let text = refused.to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(text.contains("code 2004, \"\\u{1b}[2Jnothing"), "{text}");
}

/// What a height led to, as an honest node says it.
fn honest() -> At {
    let (log, state) = (sha256(&[b"log"]), sha256(&[b"state"]));
    At {
        height: 3,
        app_hash: app_hash(7, &log, &state).0.to_vec(),
        tree_version: 1,
        state_root: state.0.to_vec(),
        log_size: 7,
        log_root: log.0.to_vec(),
    }
}

#[test]
fn an_answer_is_a_code_words_and_octets_or_none() {
    let said = |code, log: &str, value: &[u8]| {
        Some(Said {
            code,
            log: log.to_owned(),
            value: value.to_vec(),
        })
    };
    let cases = [
        (json!({"code": 0, "value": "a3Ry"}), said(0, "", b"ktr")),
        (json!({"value": null}), said(0, "", b"")),
        (
            json!({"code": 2004, "log": "no such height"}),
            said(2004, "no such height", b""),
        ),
        (json!({"code": 0, "value": "ktr"}), None),
    ];
    for (response, read) in cases {
        let result = json!({ "response": response });
        assert_eq!(answer::said(&result), read, "{result}");
    }
    assert_eq!(answer::said(&json!({"code": 0, "value": "a3Ry"})), None);
}

#[test]
fn a_height_that_nobody_asked_for_is_no_answer() {
    let octets = honest().encode_to_vec();
    for asked in [None, Some(3)] {
        assert_eq!(answer::at(&octets, asked), Some(honest()), "{asked:?}");
    }
    assert_eq!(answer::at(&octets, Some(4)), None);
    assert_eq!(answer::at(b"no message", None), None);
}

#[test]
fn an_answer_that_contradicts_itself_is_found_out() {
    let honest = honest();
    assert!(fits(&honest));
    let changes: [fn(&mut At); 4] = [
        |at| at.log_size = 8,
        |at| at.log_root = at.state_root.clone(),
        |at| at.app_hash.clear(),
        |at| at.state_root.truncate(31),
    ];
    for change in changes {
        let mut at = honest.clone();
        change(&mut at);
        assert!(!fits(&at), "{at:?}");
    }
}

#[test]
fn children_are_nibbles_each_once() {
    let branch = |nibbles: &[u32]| {
        let child = |nibble: &u32| Child {
            nibble: *nibble,
            ..Child::default()
        };
        Branch {
            children: nibbles.iter().map(child).collect(),
            ..Branch::default()
        }
    };
    for good in [&[][..], &[0], &[0, 1, 15]] {
        assert!(rises(&branch(good)), "{good:?}");
    }
    for bad in [&[16][..], &[3, 3], &[5, 2], &[0, 99]] {
        assert!(!rises(&branch(bad)), "{bad:?}");
    }
}
