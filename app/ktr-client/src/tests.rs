//! Sentences about answers, codes and trust that need no node.
//! What a real engine answers is judged by the net tests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{
    Genesis,
    id::{Height, Sha256},
    time::{Secs, Time},
};
use ktr_proof::commit::Committed;
use ktr_testkit::Cast;
use ktr_wire::genesis;
use serde_json::{Value, json};
use tendermint::{
    Hash,
    block::{Header, signed_header::SignedHeader},
    merkle::proof::{ProofOp, ProofOps},
};

use crate::{
    Caught, Client, ClientError, Opening, ProvenHeader, Trust, TrustError, Unproven,
    answer::{self, Landed},
    block::Block,
    code, export,
    limits::GENESIS_FILE_MAX,
    node::Node,
};

fn ops(entries: &[(&str, Vec<u8>)]) -> ProofOps {
    let op = |(kind, octets): &(&str, Vec<u8>)| ProofOp {
        field_type: (*kind).to_owned(),
        key: Vec::new(),
        data: octets.clone(),
    };
    ProofOps {
        ops: entries.iter().map(op).collect(),
    }
}

#[test]
fn an_opening_has_exactly_seventy_two_octets() {
    let octets = [&7_u64.to_be_bytes()[..], &[1; 32], &[2; 32]].concat();
    let opening = Opening::read(Some(&ops(&[("ktr:app-hash:1", octets.clone())])));
    let expected = Opening {
        log_size: 7,
        log_root: Sha256([1; 32]),
        state_root: Sha256([2; 32]),
    };
    assert_eq!(opening, Ok(expected));
    let long = [octets.clone(), vec![0]].concat();
    for wrong in [&octets[..71], &long[..], &[]] {
        let read = Opening::read(Some(&ops(&[("ktr:app-hash:1", wrong.to_vec())])));
        assert_eq!(read, Err(Unproven::Shape));
    }
}

#[test]
fn an_operation_that_is_missing_or_there_twice_proves_nothing() {
    assert_eq!(Opening::read(None), Err(Unproven::Shape));
    assert_eq!(answer::path(Some(&ops(&[]))), Err(Unproven::Shape));
    let twice = ops(&[("ics23:jmt", vec![1]), ("ics23:jmt", vec![1])]);
    assert_eq!(answer::record_proof(Some(&twice)), Err(Unproven::Shape));
}

#[test]
fn a_path_is_whole_hashes() {
    let path = |len| answer::path(Some(&ops(&[("ktr:rfc6962:1", vec![3; len])])));
    assert_eq!(path(0), Ok(Vec::new()));
    assert_eq!(path(64), Ok(vec![Sha256([3; 32]); 2]));
    assert_eq!(path(63), Err(Unproven::Shape));
}

#[test]
fn a_landed_transaction_is_read_field_by_field() {
    let value = [0x08, 9, 0x10, 1, 0x18, 0xB4, 0x09, 0x20, 5, 0x28, 2];
    let expected = Landed {
        hash: Sha256([4; 32]),
        height: 9,
        position: 1,
        code: 1204,
        first: 5,
        count: 2,
    };
    assert_eq!(Landed::read(Sha256([4; 32]), &value), Ok(expected));
}

#[test]
fn every_code_that_can_be_answered_has_a_name() {
    let named = [
        (0, "Accepted"),
        (3, "NotCanonical"),
        (109, "Time"),
        (123, "Replayed"),
        (1204, "SeverityTooLow"),
        (1412, "TooEarly"),
        (2001, "UnknownPath"),
        (77, "Unknown"),
    ];
    for (number, name) in named {
        assert_eq!(code::name(number), name);
    }
    for rule in ktr_core::Rejection::every() {
        assert_eq!(code::name(rule.code()), rule.name());
    }
}

#[test]
fn only_what_time_alone_heals_is_tried_again() {
    for number in [109, 122, 1412, 1504] {
        assert!(code::is_too_early(number), "{number}");
    }
    for number in [0, 108, 121, 123, 1204, 1208, 1404] {
        assert!(!code::is_too_early(number), "{number}");
    }
}

#[test]
fn a_genesis_that_is_not_the_pinned_one_is_refused_before_it_is_read() {
    let refused = Trust::read(b"not json", Some(&Sha256([0; 32])));
    assert!(matches!(refused, Err(TrustError::OtherFile { .. })));
    assert!(matches!(
        Trust::read(b"not json", None),
        Err(TrustError::Json(_))
    ));
}

#[test]
fn a_chain_is_trusted_that_began_with_a_genesis_with_which_none_could_begin_today() {
    let mut older = Cast::new(Time(1_800_000_000)).genesis();
    older.parameters.tx_window_secs = Secs(172_800);
    assert!(genesis::check(&older).is_err());
    let trust = Trust::read(&file(&older), None).expect("it is as the schema has it");
    assert_eq!(genesis::digest(trust.genesis()), genesis::digest(&older));
}

#[test]
fn a_refused_genesis_is_called_by_no_name_that_its_file_may_not_have() {
    let large = [vec![b' '; GENESIS_FILE_MAX], vec![b' ']].concat();
    let empty = br#"{"chain_id": "ktr-test-1", "app_state": {}}"#;
    let mut heavy = Cast::new(Time(1_800_000_000)).genesis();
    for validator in &mut heavy.validators {
        validator.power = u64::MAX;
    }
    for refused in [
        Trust::read(&large, None),
        Trust::read(b"not json", Some(&Sha256([0; 32]))),
        Trust::read(b"not json", None),
        Trust::read(empty, None),
        Trust::read(&file(&heavy), None),
    ] {
        let said = refused.expect_err("no basis for trust").to_string();
        assert!(!said.contains(".json"), "{said}");
    }
}

/// A file with this genesis.
fn file(genesis: &Genesis) -> Vec<u8> {
    let app_state = genesis::to_json(genesis).expect("roles of a genesis");
    let file = json!({"chain_id": "ktr-test-1", "app_state": app_state}).to_string();
    file.into_bytes()
}

#[test]
fn a_chain_without_validators_or_with_one_twice_is_not_trusted() {
    let good = Cast::new(Time(1_800_000_000)).genesis();
    let first = good.validators.iter().take(1).copied();
    let twice = good.validators.iter().copied().chain(first);
    for validators in [Vec::new(), twice.collect()] {
        let genesis = Genesis {
            validators,
            ..good.clone()
        };
        let refused = Trust::read(&file(&genesis), None).expect_err("nobody or one twice");
        assert!(refused.to_string().contains("each key is its own"));
    }
}

#[test]
fn a_refusal_names_its_rule() {
    let error = ClientError::Refused {
        code: 1212,
        hash: Sha256([0; 32]),
        height: Some(4),
    };
    assert!(
        error
            .to_string()
            .starts_with("refused: 1212 NominationNotOpen")
    );
    assert_eq!(error.code(), Some(1212));
}

#[test]
fn the_words_of_a_node_that_answers_with_an_error_command_no_terminal() {
    let error = ClientError::Node {
        url: "http://192.0.2.20:26657".to_owned(),
        text: "\u{1b}[2Jaccepted\nno transaction".to_owned(),
    };
    let said = error.to_string();
    assert!(!said.contains(char::is_control), "{said:?}");
    assert!(said.contains("error: \"\\u{1b}[2Jaccepted"), "{said}");
}

/// The recorded header with its commit, as an engine wrote it.
fn signed() -> Value {
    let answers = include_str!("../tests/recorded/data/answers.json");
    let answers: Value = serde_json::from_str(answers).expect("recorded JSON");
    answers["commit 134"]["signed_header"].clone()
}

/// The same, read.
fn recorded() -> SignedHeader {
    serde_json::from_str(&signed().to_string()).expect("a header")
}

/// Two addresses as the engine writes them.
const LIARS: [&str; 2] = [
    "378E0A28C84EFD4CBB1F8E7EADD259F5655C7AB7",
    "CB1D6692CCB102610FBF0EAA88AA3F1974D350CD",
];

/// A validator that voted twice at height 134.
fn votes() -> Value {
    let vote = json!({
        "type": 2,
        "height": "134",
        "round": 0,
        "block_id": {"hash": "", "parts": {"total": 0, "hash": ""}},
        "timestamp": "2026-11-25T00:49:59.780543693Z",
        "validator_address": LIARS[0],
        "validator_index": 0,
        "signature": null,
        "extension": null,
        "extension_signature": null,
    });
    json!({
        "type": "tendermint/DuplicateVoteEvidence",
        "value": {
            "vote_a": vote,
            "vote_b": vote,
            "TotalVotingPower": "301",
            "ValidatorPower": "100",
            "Timestamp": "2026-11-25T00:49:59.780543693Z",
        },
    })
}

/// A header that the chain does not have, signed by these; nothing before height 130 is in doubt.
fn attack(liars: &Value) -> Value {
    json!({
        "type": "tendermint/LightClientAttackEvidence",
        "value": {
            "ConflictingBlock": {
                "signed_header": signed(),
                "validator_set": {"validators": liars, "proposer": liars[0]},
            },
            "CommonHeight": "130",
            "ByzantineValidators": liars,
            "TotalVotingPower": "301",
            "Timestamp": "2026-11-25T00:45:59.780543693Z",
        },
    })
}

/// A block as an engine tells it.
fn told(header: &Header, txs: &[&[u8]], evidence: &[Value]) -> Block {
    let txs: Vec<String> = txs.iter().map(|tx| STANDARD.encode(tx)).collect();
    let block = json!({
        "header": header,
        "data": {"txs": txs},
        "evidence": {"evidence": evidence},
        "last_commit": null,
    });
    serde_json::from_value(block).expect("a block")
}

#[test]
fn evidence_of_either_kind_is_read_as_engines_write_it_and_names_whom_they_tell_the_application() {
    let header = recorded().header;
    let one = |place: usize, height: u64| Caught {
        address: LIARS[place].to_lowercase(),
        height,
    };
    // given two votes of one, and a header that two signed
    let liars = LIARS.map(|address| {
        json!({
            "address": address,
            "pub_key": {"type": "tendermint/PubKeyEd25519", "value": STANDARD.encode([7_u8; 32])},
            "voting_power": "100",
            "proposer_priority": "-3",
        })
    });
    let block = told(&header, &[], &[votes(), attack(&json!(liars))]);
    assert_eq!(block.caught(), [one(0, 134), one(0, 130), one(1, 130)]);
    // and an attack of which the engine cannot tell whose it was
    let block = told(&header, &[], &[attack(&Value::Null)]);
    assert!(block.has_evidence());
    assert_eq!(block.caught(), Vec::new());
}

#[test]
fn a_block_is_held_against_its_header_by_transactions_and_by_whether_there_is_evidence() {
    // given a header with the data hash that an engine made of one transaction
    let tx: &[u8] = b"async-key=value";
    let of_tx = "3081F9915040D138B3AD7F895732D2767C29E85BA5D84388D04E17A5D8262B7A";
    let mut header = recorded().header;
    header.data_hash = Some(of_tx.parse().expect("a hash"));
    let proven = ProvenHeader {
        height: Height(134),
        time: Time(0),
        hash: Sha256::from_slice(header.hash().as_bytes()).expect("a hash"),
        app_hash: Sha256([1; 32]),
        last_results_hash: Sha256([2; 32]),
        committed: Committed {
            signed: 3,
            total: 4,
            signers: 3,
        },
    };
    let is_of = |header: &Header, txs: &[&[u8]], evidence: &[Value]| {
        let hash = Sha256::from_slice(header.hash().as_bytes()).expect("a hash");
        let proven = ProvenHeader { hash, ..proven };
        export::is_of(&proven, &told(header, txs, evidence))
    };
    // then
    assert!(is_of(&header, &[tx], &[]));
    let others: [&[&[u8]]; 4] = [&[], &[tx, tx], &[tx, &[]], &[&tx[1..]]];
    for other in others {
        assert!(!is_of(&header, other, &[]), "{other:?}");
    }
    assert!(!is_of(&header, &[tx], &[votes()]));
    // and where the header names evidence, the block has some
    let naming = Header {
        evidence_hash: Some(Hash::Sha256([7; 32])),
        ..header
    };
    assert!(is_of(&naming, &[tx], &[votes()]));
    assert!(!is_of(&naming, &[tx], &[]));
}

#[test]
fn a_pin_that_would_not_be_looked_at_is_refused_in_the_url_of_a_node() {
    let pinned = format!("https://node.county-a.example#sha256={}", "5d".repeat(32));
    let refused = Node::new(&pinned);
    assert!(matches!(refused, Err(ClientError::Url(url)) if url == pinned));
    assert!(Node::new("http://127.0.0.1:26657").is_ok());
}

#[test]
fn futures_of_the_client_can_be_sent_to_other_threads() {
    fn is_send<T: Send>(_: &T) {}
    fn all(client: &Client, follower: &mut crate::Follower) {
        is_send(&client.submit(&[], std::time::Duration::ZERO));
        is_send(&client.event_proven(0));
        is_send(&client.exported_block(Height(1)));
        is_send(&follower.advance());
    }
    let _: fn(&Client, &mut crate::Follower) = all;
}
