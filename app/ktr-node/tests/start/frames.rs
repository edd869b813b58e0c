//! Sentences about octets on the node's socket that no engine would write: a connection may end for them, and says why; the node goes on.
//! What a decoder makes of them is the fuzz targets'; here they come over a real socket, to a real process.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::{collections::BTreeSet, fs, io::ErrorKind, net::Shutdown};

use ktr_abci::{
    CAUGHT_PANIC_CODE,
    contract::{Peer, PeerError},
};
use ktr_core::{id::MemberId, time::Secs};
use ktr_node::limits::FRAME_MAX_BYTES;
use ktr_testkit::{Cast, Dice, number, spoiled};
use prost::Message;
use tendermint_proto::v0_38::abci::{
    Request, RequestCheckTx, RequestEcho, RequestFlush, RequestInfo, RequestListSnapshots,
    RequestLoadSnapshotChunk, RequestQuery, request::Value as Call, response::Value as Answer,
};

use crate::{
    engine::{Connection, Node, block, commit, connect, finalized, info, init_chain},
    folder::{CHAIN_ID, Folder, START},
};

/// What is written to a connection, as a seed chooses.
struct Inputs {
    dice: Dice,
    calls: Vec<Vec<u8>>,
    tx: Vec<u8>,
}

/// One of them.
struct Input {
    octets: Vec<u8>,
    /// Whether it is a good call with a transaction that is none.
    is_transaction: bool,
}

impl Inputs {
    fn new(seed: u64, tx: &[u8]) -> Self {
        let query = |path: &str, data: &[u8]| {
            Call::Query(RequestQuery {
                path: path.to_owned(),
                data: data.to_vec().into(),
                ..RequestQuery::default()
            })
        };
        let chunk = RequestLoadSnapshotChunk {
            height: 1,
            format: 1,
            chunk: 0,
        };
        let echo = RequestEcho {
            message: "here".to_owned(),
        };
        let calls = [
            Call::Echo(echo),
            Call::Flush(RequestFlush {}),
            Call::Info(RequestInfo::default()),
            Call::ListSnapshots(RequestListSnapshots {}),
            Call::LoadSnapshotChunk(chunk),
            checking(tx.to_vec()),
            query("/status", b""),
            query("/event", &0_u64.to_be_bytes()),
            query("/log/consistency", &1_u64.to_be_bytes()),
            query("/state/member", &[7; 16]),
            query("/nowhere", tx),
        ];
        Self {
            dice: Dice::new(seed),
            calls: calls.map(body).into(),
            tx: tx.to_vec(),
        }
    }

    /// The next one in which there is no call that moves the chain: whoever may write to the socket may end the node with one, as an engine
    /// of another chain does.
    fn next(&mut self) -> Input {
        loop {
            let input = self.drawn();
            if !moves_the_chain(&input.octets) {
                return input;
            }
        }
    }

    fn drawn(&mut self) -> Input {
        let body = self.calls[self.dice.below(self.calls.len())].clone();
        let other = self.calls[self.dice.below(self.calls.len())].clone();
        let dice = &mut self.dice;
        let (octets, is_transaction) = match dice.below(10) {
            // A length that is no number of 64 bits.
            0 => ([vec![0xFF; 10], body].concat(), false),
            // One above the limit.
            1 => {
                let length = [FRAME_MAX_BYTES + 1, usize::MAX][dice.below(2)];
                (framed(length, &body), false)
            }
            // One that says more than there is, or less.
            2 => {
                let more = 1 + dice.below(1_000);
                (framed(body.len() + more, &body), false)
            }
            3 => (framed(dice.below(body.len() + 1), &body), false),
            // A frame that is cut, or empty, or no call at all.
            4 => {
                let whole = framed(body.len(), &body);
                (whole[..dice.below(whole.len())].to_vec(), false)
            }
            5 => (framed(0, &body), false),
            6 => {
                let count = 1 + dice.below(64);
                (spoiled::drawn(dice, count), false)
            }
            // A good call whose transaction is spoiled.
            7 => {
                let tx = spoiled::of(dice, &self.tx, &body);
                (whole(checking(tx)), true)
            }
            // A good frame of a spoiled call, and two good frames that are spoiled.
            8 => {
                let bad = spoiled::of(dice, &body, &other);
                (framed(bad.len(), &bad), false)
            }
            _ => {
                let good = [framed(body.len(), &body), framed(other.len(), &other)].concat();
                (spoiled::of(dice, &good, &other), false)
            }
        };
        Input {
            octets,
            is_transaction,
        }
    }
}

fn checking(tx: Vec<u8>) -> Call {
    Call::CheckTx(RequestCheckTx {
        tx: tx.into(),
        ..RequestCheckTx::default()
    })
}

fn body(call: Call) -> Vec<u8> {
    Request { value: Some(call) }.encode_to_vec()
}

fn whole(call: Call) -> Vec<u8> {
    let body = body(call);
    framed(body.len(), &body)
}

/// A frame that says so of its length.
fn framed(length: usize, body: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    prost::encode_length_delimiter(length, &mut frame).unwrap();
    [frame.as_slice(), body].concat()
}

/// Whether a call is among the octets that makes a block, a proposal or a beginning from a snapshot.
fn moves_the_chain(octets: &[u8]) -> bool {
    let mut rest = octets;
    while let Ok(request) = Request::decode_length_delimited(&mut rest) {
        let moves = matches!(
            request.value,
            Some(
                Call::InitChain(_)
                    | Call::PrepareProposal(_)
                    | Call::ProcessProposal(_)
                    | Call::ExtendVote(_)
                    | Call::VerifyVoteExtension(_)
                    | Call::FinalizeBlock(_)
                    | Call::Commit(_)
                    | Call::OfferSnapshot(_)
                    | Call::ApplySnapshotChunk(_)
            )
        );
        if moves {
            return true;
        }
    }
    false
}

/// Writes all of it, says that no more comes, and gives everything that is answered.
fn answers(folder: &Folder, octets: &[u8]) -> Vec<Answer> {
    let mut peer = connect(folder).unwrap();
    // Whoever is refused by his first octets may be alone before he has written the last.
    drop(peer.send(octets));
    drop(peer.stream().shutdown(Shutdown::Write));
    let mut answers = Vec::new();
    loop {
        match peer.receive() {
            Ok(answer) => answers.push(answer),
            Err(PeerError::Ended) => return answers,
            Err(PeerError::Io(error)) if error.kind() == ErrorKind::ConnectionReset => {
                return answers;
            }
            Err(error) => panic!("{error}: {}", hex::encode(octets)),
        }
    }
}

/// Whether the node refused an input, which is the last that it says to it; what it answers instead is no panic.
fn is_refused(folder: &Folder, input: &Input) -> bool {
    let answers = answers(folder, &input.octets);
    let said = || format!("{}: {answers:?}", hex::encode(&input.octets));
    let codes = answers.iter().filter_map(code);
    assert!(
        codes.clone().all(|code| code != CAUGHT_PANIC_CODE),
        "{}",
        said()
    );
    if input.is_transaction {
        let codes: Vec<u32> = codes.collect();
        assert!(
            answers.len() == 1 && codes.len() == 1 && codes[0] != 0,
            "{}",
            said()
        );
    }
    let refusal = |answer: &Answer| matches!(answer, Answer::Exception(_));
    let first = answers.iter().position(refusal);
    assert!(
        first.is_none_or(|first| first + 1 == answers.len()),
        "{}",
        said()
    );
    first.is_some()
}

fn code(answer: &Answer) -> Option<u32> {
    if let Answer::CheckTx(checked) = answer {
        return Some(checked.code);
    }
    if let Answer::Query(found) = answer {
        return Some(found.code);
    }
    None
}

/// The reasons of all refusals in the log, and how many there are.
fn reasons(log: &str) -> (BTreeSet<String>, usize) {
    let lines = log.lines().filter(|line| line.contains("frame refused"));
    let reasons = lines.map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let reason = line.pointer("/fields/reason").unwrap();
        reason.as_str().unwrap().to_owned()
    });
    let all: Vec<String> = reasons.collect();
    let count = all.len();
    (all.into_iter().collect(), count)
}

/// A connection that announces the longest frame there may be, and sends an octet of it.
fn announcing(folder: &Folder) -> Connection {
    let mut peer = connect(folder).unwrap();
    peer.send(&framed(FRAME_MAX_BYTES, &[0])).unwrap();
    peer
}

#[test]
fn octets_that_are_no_calls_end_a_connection_with_a_logged_reason_and_never_the_node() {
    let (count, seed) = (number("KTR_FRAMES", 10_000), number("KTR_FRAMES_SEED", 4));
    // Before anything can fail.
    eprintln!("malformed frames: {count} to come, seed {seed}");
    // given a chain of one block
    let folder = Folder::made(STAYS_LONG);
    let cast = Cast::new(START);
    fs::create_dir_all(folder.home().block_store()).unwrap();
    let (mut node, mut engine) = Node::start(&folder);
    init_chain(&mut engine, &cast);
    finalized(engine.call(block(1, &[])).unwrap());
    commit(&mut engine);
    // when connections announce the longest frames and send none, and all kinds of octets come over others
    let announced: Vec<Connection> = (0..ANNOUNCED).map(|_| announcing(&folder)).collect();
    let tx = cast.admitting(CHAIN_ID, 0, MemberId([7; 16]), START.plus(Secs(5)));
    let mut inputs = Inputs::new(seed, &tx);
    let refused = (0..count)
        .filter(|_| is_refused(&folder, &inputs.next()))
        .count();
    // then the engine's own connection goes on, and so does the chain for whoever comes anew
    assert_eq!(info(&mut engine).last_block_height, 1);
    let answer = finalized(engine.call(block(2, &[tx])).unwrap());
    assert!(answer.tx_results.iter().all(|result| result.code == 0));
    commit(&mut engine);
    assert_eq!(
        info(&mut connect(&folder).unwrap()).last_block_height,
        2,
        "somebody new"
    );
    // and the log names each refusal and what was wrong, of every kind
    let log = folder.log();
    let (reasons, logged) = reasons(&log);
    assert_eq!(logged, refused);
    for wanted in REASONS {
        let is_there = reasons.iter().any(|reason| reason.starts_with(wanted));
        assert!(is_there, "{wanted}: {reasons:?}");
    }
    assert!(!log.contains("the application panicked"));
    // and frames that are announced are not kept room for
    let peak = node.peak_kib();
    assert!(peak < PEAK_MAX_KIB, "{peak} KiB");
    drop(announced);
    node.terminate();
    assert_eq!(node.ended().code(), Some(0));
    eprintln!("malformed frames: {count}, {refused} refused, seed {seed}; {peak} KiB at most");
}

/// Answers like the right engine, and stays as long as a night has use for it.
const STAYS_LONG: &str = "[ \"$1\" = version ] && echo 0.38.25 && exit 0; exec sleep 7200";

/// As many announced frames are twice the bound on memory; the server takes 64 connections.
const ANNOUNCED: usize = 32;

/// How the reasons begin for which a connection ends.
const REASONS: [&str; 4] = [
    "length prefix is no varint",
    "frame of ",
    "request is empty or unknown",
    "request is no ABCI 2.0 protobuf",
];

/// 256 MB.
const PEAK_MAX_KIB: u64 = 250_000;
