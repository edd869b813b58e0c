//! Sentences about the configuration, about the question of `status`, and about replay.
//! Those about calls, disk, answers and engine stand beside their modules.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixListener,
    path::PathBuf,
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_ledger::{Judge, OneByOne, Question, results_hash};
use ktr_wire::{refusal::Wire, transaction::Transaction};
use prost::Message;
use tendermint_proto::v0_38::abci::{Response, ResponseQuery, response::Value as Answer};

use crate::{
    ask::{NoAnswer, ask_within},
    exit::Exit,
    limits::APP_VERSION,
    replay::{Broken, Line, Summary, judge_outcome, replay},
    settings::Settings,
    stage::Stage,
    verdicts::Verdicts,
};

const SAMPLE: &str = include_str!("../../../node-config/node.toml");

/// A folder with the file.
fn written(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn the_sample_is_what_init_writes_and_loads() {
    let settings = Settings::new("ktr-example-1");
    assert_eq!(settings.text().unwrap(), SAMPLE);
    let (_folder, path) = written(SAMPLE);
    assert_eq!(Settings::load(&path).unwrap(), settings);
}

#[test]
fn the_words_of_whoever_says_no_on_the_socket_command_no_terminal() {
    let refused = NoAnswer::Refused {
        code: 2001,
        log: "\u{1b}[2Jheight 9\nall is well".to_owned(),
    };
    let said = refused.to_string();
    assert!(!said.contains(char::is_control), "{said:?}");
    assert!(said.contains("code 2001: \"\\u{1b}[2Jheight"), "{said}");
}

#[test]
fn a_status_that_drips_is_given_up_when_its_time_is_over() {
    // given a node whose answer is a good one in the end, octet by octet
    let value = vec![7; 60];
    let answer = Response {
        value: Some(Answer::Query(ResponseQuery {
            value: value.clone().into(),
            ..ResponseQuery::default()
        })),
    };
    let asked_with_pause = |pause: u64| {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("abci.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let octets = answer.encode_length_delimited_to_vec();
        let node = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.read_exact(&mut [0]).unwrap();
            for octet in octets {
                if stream.write_all(&[octet]).is_err() {
                    break;
                }
                thread::sleep(Duration::from_millis(pause));
            }
            // Until whoever asked is gone.
            drop(stream.read_to_end(&mut Vec::new()));
        });
        let answered = ask_within(&socket, "/status", Duration::from_secs(2));
        node.join().unwrap();
        answered
    };
    // then no octet comes late, and the answer does
    assert_eq!(asked_with_pause(0).unwrap(), value);
    let late = asked_with_pause(50);
    assert!(matches!(late, Err(NoAnswer::NoNode(_))), "{late:?}");
}

#[test]
fn a_configuration_with_a_wrong_or_unknown_key_is_refused() {
    let changes = [
        ("heartbeat = \"60s\"", "heartbeat = \"a minute\""),
        ("heartbeat = \"60s\"", "heartbeat = \"0s\""),
        ("join_rpc = []", "join_rpc = [\"192.0.2.20:26657\"]"),
        (
            "join_rpc = []",
            "join_rpc = [\"192.0.2.20:26657\", \"192.0.2.30:26657\"]",
        ),
        (
            "persistent_peers = []",
            "persistent_peers = [\"127.0.0.1:1\"]",
        ),
        ("rpc_laddr = \"127.0.0.1:26657\"", "rpc_laddr = \"tcp://x\""),
        ("chain_id = \"ktr-example-1\"", "chain_id = \"\""),
        ("log_level = \"info\"", "log_level = \"loud\""),
        ("log_level = \"info\"", ""),
        ("log_level = \"info\"", "log_level = \"info\"\nmore = 1"),
    ];
    for (from, to) in changes {
        let text = SAMPLE.replacen(from, to, 1);
        assert_ne!(text, SAMPLE, "{from}");
        let (_folder, path) = written(&text);
        assert!(Settings::load(&path).is_err(), "{to}");
    }
}

#[test]
fn headers_are_taken_from_two_engines_and_not_from_one_twice() {
    let one = "192.0.2.20:26657".to_owned();
    let joining = |rpc: Vec<String>| Settings {
        join_rpc: rpc,
        trust_height: 1,
        trust_hash: "0a".repeat(32),
        ..Settings::new("ktr-example-1")
    };
    let load = |settings: &Settings| {
        let (_folder, path) = written(&settings.text().unwrap());
        Settings::load(&path)
    };
    assert!(load(&joining(vec![one.clone(), "192.0.2.30:26657".to_owned()])).is_ok());
    let refused = load(&joining(vec![one.clone(), one])).unwrap_err();
    assert!(refused.to_string().contains("join_rpc"), "{refused}");
}

/// Ten blocks with transactions, as an auditor exports them.
fn exported() -> (Stage, Vec<Line>) {
    let mut stage = Stage::new();
    let mut lines = Vec::new();
    let mut results = Vec::new();
    for n in 1..=10 {
        let (_, _, tx) = stage.admission(n);
        let txs = vec![tx, stage.refused()];
        lines.push(Line {
            height: u64::from(n),
            time: stage.chain.now().0,
            txs: txs.iter().map(|tx| STANDARD.encode(tx)).collect(),
            misbehaviour: Vec::new(),
            app_hash: stage.chain.ledger().app_hash().to_string(),
            last_results_hash: results_hash(&results).to_string(),
        });
        results = stage.chain.block(&txs).results;
        stage.chain.wait(60);
    }
    (stage, lines)
}

fn run(stage: &Stage, lines: &[Line]) -> Result<Summary, Broken> {
    let texts = lines
        .iter()
        .map(|line| serde_json::to_string(line).unwrap());
    let text: Vec<String> = texts.collect();
    let genesis = stage.chain.cast.genesis();
    replay(
        APP_VERSION,
        stage.chain.id(),
        genesis,
        text.join("\n").as_bytes(),
    )
}

#[test]
fn a_replay_agrees_with_every_header() {
    let (stage, lines) = exported();
    let summary = run(&stage, &lines).unwrap();
    assert_eq!((summary.blocks, summary.txs), (10, 20));
    assert_eq!(summary.app_hash, Some(stage.chain.ledger().app_hash()));
}

#[test]
fn a_replay_names_the_first_header_that_differs() {
    // a changed transaction shows in the next header
    let (stage, mut lines) = exported();
    lines[4].txs.swap(0, 1);
    assert!(matches!(
        run(&stage, &lines),
        Err(Broken::Differs { height: 6, .. })
    ));
    // a changed time, too
    let (stage, mut lines) = exported();
    lines[6].time += 1;
    assert!(matches!(
        run(&stage, &lines),
        Err(Broken::Differs { height: 8, .. })
    ));
    // a gap and garbage are no difference
    let (stage, mut lines) = exported();
    lines.remove(2);
    let gap = run(&stage, &lines);
    assert!(matches!(
        gap,
        Err(Broken::Gap {
            found: 4,
            wanted: 3,
            ..
        })
    ));
    let genesis = stage.chain.cast.genesis();
    let garbage = replay(APP_VERSION, stage.chain.id(), genesis, &b"{}"[..]);
    assert!(matches!(garbage, Err(Broken::Line { line: 1, .. })));
}

#[test]
fn a_node_whose_refusal_has_another_code_is_named_at_its_first_wrong_height() {
    // given a chain whose nodes refused a transaction of block 5 by another rule: no app hash shows it
    let (stage, mut lines) = exported();
    let mut other = Stage::new();
    let mut results = Vec::new();
    for n in 1..=5 {
        let (_, _, tx) = other.admission(n);
        let refused = other.refused();
        results = other.chain.block(&[tx, refused]).results;
        other.chain.wait(60);
    }
    assert_eq!(
        results_hash(&results).to_string(),
        lines[5].last_results_hash
    );
    let known = results[1].refusal.unwrap();
    results[1].refusal = Some(Wire::Unknown.into());
    assert_ne!(results[1].refusal, Some(known));
    lines[5].last_results_hash = results_hash(&results).to_string();
    // when, then
    let broken = run(&stage, &lines);
    assert!(
        matches!(broken, Err(Broken::ResultsDiffer { height: 6, .. })),
        "{broken:?}"
    );
}

#[test]
fn the_last_block_s_outcome_is_held_against_the_node_s_own() {
    let (mut stage, lines) = exported();
    let summary = run(&stage, &lines).unwrap();
    // nothing to hold it against
    assert!(!judge_outcome(summary, None).unwrap().outcome_judged);
    // the same
    let same = stage.chain.ledger().app_hash();
    assert!(judge_outcome(summary, Some(same)).unwrap().outcome_judged);
    // a last block that was changed shows in no header, and here
    let (_, _, tx) = stage.admission(11);
    let mut changed = lines;
    changed[9].txs.push(STANDARD.encode(tx));
    let summary = run(&stage, &changed).unwrap();
    let broken = judge_outcome(summary, Some(same));
    assert!(
        matches!(broken, Err(Broken::Outcome { height: 10, committed, .. }) if committed == same)
    );
}

#[test]
fn every_exit_has_a_number_of_its_own() {
    let exits = [
        (Exit::Stopped, 0),
        (Exit::Refused, 1),
        (Exit::NoNode, 4),
        (Exit::Halted, 10),
        (Exit::Store, 11),
        (Exit::Engine, 12),
        (Exit::KeyGuard, 13),
        (Exit::AppHash, 14),
        (Exit::Usage, 64),
    ];
    for (exit, code) in exits {
        assert_eq!(exit.code(), code);
    }
}

#[test]
fn verdicts_in_bulk_and_from_memory_are_those_of_each_signature_alone() {
    let mut stage = Stage::new();
    let txs = stage.one_bad_of_five();
    let (ledger, now) = (stage.chain.ledger(), stage.chain.now());
    let alone = ledger.admit(&txs, now, &OneByOne);
    let refused = alone.iter().filter(|admitted| admitted.verdict.is_err());
    assert_eq!(refused.count(), 1);
    let verdicts = Verdicts::default();
    assert_eq!(ledger.admit(&txs, now, &verdicts), alone);
    assert_eq!(ledger.admit(&txs, now, &verdicts), alone);
}

#[test]
fn a_good_signature_is_judged_once() {
    let mut stage = Stage::new();
    let txs = stage.one_bad_of_five();
    let (ledger, now) = (stage.chain.ledger(), stage.chain.now());
    let verdicts = Verdicts::default();
    let admitted = ledger.admit(&txs, now, &verdicts);
    // An equation that does not hold, under the name of each of the five: only what is remembered is answered with a yes.
    let bad = Transaction::decode(&txs[2]).unwrap();
    let key = ledger.state().key(&bad.signer().unwrap());
    let parameters = ledger.state().governance.parameters();
    let equation = bad.claim(key, now, parameters).unwrap().equation;
    let ask = |tx_hash| Question {
        tx_hash,
        equation: equation.clone(),
    };
    let questions = admitted.iter().map(|admitted| ask(admitted.hash));
    assert_eq!(
        verdicts.judge(questions.collect()),
        [true, true, false, true, true]
    );
}
