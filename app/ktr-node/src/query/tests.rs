//! Sentences about answers: every one is held against the app hash by `ktr-proof`, and every wrong question has its code.
//! How answers travel is the engine's affair.

use ktr_core::{
    RecordKey,
    id::{MemberId, Sha256},
};
use ktr_proof::{
    log::{self, Head},
    state,
};
use ktr_wire::{digest, record, transaction};
use prost::Message;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{RequestQuery, ResponseQuery};

use super::{APP_HASH, Branch, CONSISTENCY, ICS23, RFC6962, question::Wrong};
use crate::{
    application::Node,
    stage::Stage,
    store::{Kept, Placed},
};

pub(crate) fn ask(node: &Node, path: &str, data: &[u8]) -> ResponseQuery {
    node.query(RequestQuery {
        path: path.to_owned(),
        data: data.to_vec().into(),
        ..RequestQuery::default()
    })
}

pub(crate) fn op<'a>(answer: &'a ResponseQuery, kind: &str) -> &'a [u8] {
    let ops = &answer.proof_ops.as_ref().unwrap().ops;
    &ops.iter().find(|op| op.r#type == kind).unwrap().data
}

/// Log size, log root and state root, held against the judge's app hash.
fn opened(stage: &Stage, answer: &ResponseQuery) -> (u64, Sha256, Sha256) {
    let data = op(answer, APP_HASH);
    assert_eq!(data.len(), 72);
    let size = u64::from_be_bytes(data[..8].try_into().unwrap());
    let log_root = Sha256::from_slice(&data[8..40]).unwrap();
    let state_root = Sha256::from_slice(&data[40..]).unwrap();
    let app_hash = digest::app_hash(size, &log_root, &state_root);
    assert_eq!(app_hash, stage.chain.ledger().app_hash());
    (size, log_root, state_root)
}

#[test]
fn every_record_is_proven_and_so_is_every_absence() {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    stage.block(&node, &[tx]);
    let mut asked: Vec<RecordKey> = Vec::new();
    asked.extend(
        stage
            .chain
            .state()
            .records()
            .iter()
            .map(ktr_core::Record::key),
    );
    asked.push(record::key_of("member", &[9; 16]).unwrap());
    asked.push(record::key_of("session", &7_u32.to_be_bytes()).unwrap());
    asked.push(record::key_of("release", &[3; 16]).unwrap());
    for key in asked {
        let octets = record::key_octets(key);
        let kind = record::KINDS
            .iter()
            .find(|(_, tag)| *tag == octets[0])
            .unwrap()
            .0;
        let answer = ask(&node, &format!("/state/{kind}"), &record::id(key));
        assert_eq!((answer.code, answer.height), (0, 2));
        assert_eq!(answer.key, octets);
        let (_, _, root) = opened(&stage, &answer);
        let value = (!answer.value.is_empty()).then_some(&answer.value[..]);
        let proven = state::verify(key, value, op(&answer, ICS23), &root).unwrap();
        assert_eq!(proven, stage.chain.state().record(key));
        // the raw key asks the same question
        assert_eq!(ask(&node, "/store", &octets), answer);
    }
    assert_eq!(
        ask(&node, "/validators", &[]),
        ask(&node, "/state/validators", &[])
    );
    assert_eq!(
        ask(&node, "/parameters", &[]),
        ask(&node, "/state/parameters", &[])
    );
}

#[test]
fn resolutions_of_which_none_is_left_are_proven_and_so_is_an_absence_beside_them() {
    let (mut stage, node) = Stage::begun();
    stage.studio_moves(&node);
    // given an absence whose proof shows that record as its neighbour
    let place = |key| digest::sha256(&[&record::key_octets(key)]);
    let own = place(RecordKey::Resolved);
    let records = stage.chain.state().records();
    let held: Vec<Sha256> = records.iter().map(|record| place(record.key())).collect();
    let is_beside = |key: &RecordKey| {
        let other = place(*key);
        let (low, high) = (own.min(other), own.max(other));
        !held.iter().any(|one| low < *one && *one < high)
    };
    let mut absent = (1..=u8::MAX).map(|n| RecordKey::Member(MemberId([n; 16])));
    let absent = absent.find(is_beside).unwrap();
    // then both hold
    for (key, is_there) in [(RecordKey::Resolved, true), (absent, false)] {
        let answer = ask(&node, "/store", &record::key_octets(key));
        assert_eq!((answer.code, !answer.value.is_empty()), (0, is_there));
        let (_, _, root) = opened(&stage, &answer);
        let value = is_there.then_some(&answer.value[..]);
        let proven = state::verify(key, value, op(&answer, ICS23), &root).unwrap();
        assert_eq!(proven, stage.chain.state().record(key));
    }
}

#[test]
fn every_event_is_proven_at_its_place() {
    let (mut stage, node) = Stage::begun();
    for n in 1..=6 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
    }
    for (index, leaf) in (0_u64..).zip(stage.chain.leaves()) {
        let answer = ask(&node, "/event", &index.to_be_bytes());
        assert_eq!(answer.value, leaf.as_slice());
        let (size, root, _) = opened(&stage, &answer);
        let steps = op(&answer, RFC6962).chunks(32);
        let path: Vec<Sha256> = steps
            .map(|step| Sha256::from_slice(step).unwrap())
            .collect();
        log::verify(&log::leaf(leaf), index, &path, size, &root).unwrap();
    }
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    #[derive(Clone, PartialEq, prost::Message)]
    struct Page {
        #[prost(bytes = "vec", repeated, tag = "1")]
        events: Vec<Vec<u8>>,
    }
    let (mut stage, node) = Stage::begun();
    for n in 1..=6 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
    }
    let page = |from: u64, count: u32| {
        let data = [&from.to_be_bytes()[..], &count.to_be_bytes()].concat();
        let answer = ask(&node, "/events", &data);
        assert_eq!(answer.code, 0);
        opened(&stage, &answer);
        Page::decode(answer.value.clone()).unwrap().events
    };
    assert_eq!(page(0, 256), stage.chain.leaves());
    assert_eq!(
        [page(0, 5), page(5, 5), page(10, 5)].concat(),
        stage.chain.leaves()
    );
    assert_eq!(page(13, 5), Vec::<Vec<u8>>::new());
}

#[test]
fn every_earlier_log_is_proven_to_be_the_beginning_of_this_one() {
    let (mut stage, node) = Stage::begun();
    let mut heads = vec![Head {
        size: 0,
        root: log::empty(),
    }];
    for n in 1..=6 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
        let answer = ask(&node, "/log/consistency", &0_u64.to_be_bytes());
        let (size, root, _) = opened(&stage, &answer);
        heads.push(Head { size, root });
    }
    let now = heads[6];
    for before in &heads {
        let answer = ask(&node, "/log/consistency", &before.size.to_be_bytes());
        let op = &answer.proof_ops.as_ref().unwrap().ops[0];
        assert_eq!(
            (op.r#type.as_str(), &op.key[..]),
            (CONSISTENCY, &before.size.to_be_bytes()[..])
        );
        let hashes = op
            .data
            .chunks(32)
            .map(|hash| Sha256::from_slice(hash).unwrap());
        let proof: Vec<Sha256> = hashes.collect();
        assert_eq!(log::verify_consistency(before, &now, &proof), Ok(()));
    }
    let beyond = ask(&node, "/log/consistency", &(now.size + 1).to_be_bytes());
    assert_eq!(beyond.code, 2_004);
    // and between any two of them
    let between = |before: u64, after: u64| {
        let sizes = [before.to_be_bytes(), after.to_be_bytes()].concat();
        (ask(&node, "/log/consistency", &sizes), sizes)
    };
    for (place, before) in heads.iter().enumerate() {
        for after in &heads[place..] {
            let (answer, sizes) = between(before.size, after.size);
            let ops = answer.proof_ops.unwrap().ops;
            assert_eq!(ops.len(), 1);
            assert_eq!((ops[0].r#type.as_str(), &ops[0].key), (CONSISTENCY, &sizes));
            let hashes = ops[0].data.chunks(32);
            let proof: Vec<Sha256> = hashes
                .map(|hash| Sha256::from_slice(hash).unwrap())
                .collect();
            assert_eq!(log::verify_consistency(before, after, &proof), Ok(()));
        }
    }
    assert_eq!(between(now.size, now.size + 1).0.code, 2_004);
    assert_eq!(between(2, 1).0.code, 2_004);
    for wrong in [&[0; 7][..], &[0; 9], &[0; 15], &[0; 17]] {
        assert_eq!(ask(&node, "/log/consistency", wrong).code, 2_002);
    }
}

#[test]
fn a_transaction_is_found_where_it_first_counted() {
    let (mut stage, node) = Stage::begun();
    let (_, _, tx) = stage.admission(1);
    let refused = stage.refused();
    stage.block(&node, &[refused.clone(), tx.clone(), tx.clone()]);
    stage.block(&node, std::slice::from_ref(&tx));
    let find = |tx: &[u8]| {
        let answer = ask(&node, "/tx", &transaction::hash(tx).0);
        Placed::decode(answer.value).unwrap()
    };
    let placed = find(&tx);
    assert_eq!((placed.height, placed.position, placed.code), (2, 1, 0));
    assert_eq!((placed.first, placed.count), (1, 1));
    assert_ne!(find(&refused).code, 0);
}

#[test]
fn every_wrong_question_has_its_code() {
    let stage = Stage::new();
    let node = stage.open();
    assert_eq!(ask(&node, "/status", &[]).code, 2005);
    drop(node);
    let (_stage, node) = Stage::begun();
    let questions: [(&str, &[u8], u32); 11] = [
        ("", &[], 2001),
        ("/nowhere", &[], 2001),
        ("/state/", &[], 2001),
        ("/state/secret", &[], 2001),
        ("/state/member", &[1; 15], 2002),
        ("/store", b"z", 2002),
        ("/event", &[0; 7], 2002),
        ("/event", &[1; 8], 2004),
        ("/events", &[1; 12], 2002),
        ("/tx", &[1; 31], 2002),
        ("/tx", &[1; 32], 2004),
    ];
    for (path, data, code) in questions {
        let answer = ask(&node, path, data);
        assert_eq!(
            (answer.code, answer.codespace.as_str()),
            (code, "ktr.query"),
            "{path}"
        );
    }
    let old = node.query(RequestQuery {
        path: "/status".to_owned(),
        height: 7,
        ..RequestQuery::default()
    });
    assert_eq!(old.code, 2003);
    assert_eq!(old.log, "only the last height is kept for queries: it is 1");
}

#[test]
fn a_question_is_written_as_it_was_read() {
    let member = [&b"o"[..], &[1; 16]].concat();
    let cases: [(&str, &[u8], &[u8]); 13] = [
        ("/state/member", &[1; 16], &member),
        ("/state/parameters", &[], b"p"),
        ("/validators", &[], b"v"),
        ("/store", b"g", b"g"),
        ("/event", &[2; 8], &[2; 8]),
        ("/events", &[0; 12], &[0; 12]),
        ("/log/consistency", &[3; 8], &[3; 8]),
        ("/log/consistency", &[3; 16], &[3; 16]),
        ("/tx", &[4; 32], &[4; 32]),
        ("/height", &[], &[]),
        ("/height", &[5; 8], &[5; 8]),
        ("/tree/node", &[6; 72], &[6; 72]),
        ("/log/node", &[7; 9], &[7; 9]),
    ];
    for (path, data, written) in cases {
        let question = super::path::asked(path, data).unwrap();
        assert_eq!(question.data(), written, "{path}");
    }
    // and what is too much of it is none
    let wrong: [(&str, &[u8]); 6] = [
        ("/parameters", &[0]),
        ("/events", &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
        ("/height", &[5; 9]),
        ("/tree/node", &[6; 73]),
        ("/tree/node", &[16; 9]),
        ("/log/node", &[7; 8]),
    ];
    for (path, data) in wrong {
        assert_eq!(
            super::path::asked(path, data),
            Err(Wrong::Argument),
            "{path}"
        );
    }
}

#[test]
fn a_node_of_the_tree_that_is_no_longer_kept_is_2003_and_the_oldest_version_is_named() {
    // given a node at version 5 that keeps one version before it
    let (mut stage, node) = Stage::begun();
    drop(node);
    let little = Kept {
        versions: 1,
        ..Kept::NODE
    };
    let node = stage.open_with(stage.store().keeping(little));
    for n in 1..=4 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
    }
    let root = |node: &Node, version: u64| ask(node, "/tree/node", &version.to_be_bytes());
    // then the roots of earlier versions are refused, and the others are there
    let answers = (0..=5).map(|version| root(&node, version));
    let codes: Vec<u32> = answers.map(|answer| answer.code).collect();
    assert_eq!(codes, [2003, 2003, 2003, 2003, 0, 0]);
    assert_eq!(
        root(&node, 3).log,
        "the state tree is kept from version 4 on"
    );
    // and so are nodes of earlier versions that the last one still has
    let branch = Branch::decode(root(&node, 5).value).unwrap();
    let old = branch.children.iter().find(|child| child.version < 4);
    let old = old.unwrap();
    let nibble = u8::try_from(old.nibble).unwrap();
    let data = [&old.version.to_be_bytes()[..], &[nibble]].concat();
    assert_eq!(ask(&node, "/tree/node", &data).code, 0);
    // and what a kept version never had is another matter
    let nowhere = [&5_u64.to_be_bytes()[..], &[0x0F_u8; 64]].concat();
    assert_eq!(ask(&node, "/tree/node", &nowhere).code, 2004);
    // and a program that keeps more does not say that it has more
    drop(node);
    let node = stage.open();
    assert_eq!(
        root(&node, 3).log,
        "the state tree is kept from version 4 on"
    );
}

#[test]
fn the_status_says_how_many_sites_may_be_down() {
    let (_stage, node) = Stage::begun();
    let answer = ask(&node, "/status", &[]);
    let status: serde_json::Value = serde_json::from_slice(&answer.value).unwrap();
    assert_eq!(
        (&status["quorum"], &status["tolerates"]),
        (&201.into(), &1.into())
    );
    assert_eq!(
        status["tolerates_text"],
        "tolerates 1: any one site may be down (quorum 201 of 301)"
    );
}

#[test]
fn the_status_says_which_version_of_the_tree_is_the_oldest_that_is_whole() {
    let tree = |node: &Node| {
        let answer = ask(node, "/status", &[]);
        let status: serde_json::Value = serde_json::from_slice(&answer.value).unwrap();
        ["tree_oldest", "tree_version"].map(|name| status[name].as_u64().unwrap())
    };
    let (mut stage, node) = Stage::begun();
    assert_eq!(tree(&node), [0, 1]);
    // given a node that keeps one version before the last
    drop(node);
    let little = Kept {
        versions: 1,
        ..Kept::NODE
    };
    let node = stage.open_with(stage.store().keeping(little));
    for n in 1..=4 {
        let (_, _, tx) = stage.admission(n);
        stage.block(&node, &[tx]);
    }
    // then it is what a question for an earlier one is answered with
    assert_eq!(tree(&node), [4, 5]);
    let refused = ask(&node, "/tree/node", &3_u64.to_be_bytes());
    assert_eq!(refused.log, "the state tree is kept from version 4 on");
}
