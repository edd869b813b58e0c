//! Sentences about what a real engine answered: its commits and proofs, recorded from four engines of version 0.38.25.
//! `tests/vectors/engine.json` holds `/commit`, `/validators` and `/abci_query` as they came.

use std::{fs, path::PathBuf};

use ics23::CommitmentProof;
use ktr_core::{RecordKey, id::MemberId, id::Sha256};
use ktr_proof::{
    commit::{self, NotCommitted},
    state::{self, NotProven},
};
use ktr_wire::digest;
use prost_ics23::Message;
use serde_json::Value;
use tendermint::{
    block::{CommitSig, signed_header::SignedHeader},
    validator::{Info, Set},
};

use crate::second_judge::nil_as_commit;

pub(crate) fn recorded() -> Value {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../../tests/vectors/engine.json",
    ]
    .iter()
    .collect();
    serde_json::from_str(&fs::read_to_string(path).expect("it is recorded")).expect("JSON")
}

pub(crate) fn signed(value: &Value) -> SignedHeader {
    serde_json::from_value(value.clone()).expect("a signed header")
}

pub(crate) fn validators(recorded: &Value) -> Vec<Info> {
    serde_json::from_value(recorded["validators"].clone()).expect("validators")
}

fn judge(
    chain_id: &str,
    validators: Vec<Info>,
    signed: &SignedHeader,
) -> Result<commit::Committed, NotCommitted> {
    commit::verify(
        chain_id,
        &Set::without_proposer(validators),
        &signed.header,
        &signed.commit,
    )
}

/// A recorded commit with one thing changed.
fn changed(name: &str, change: impl FnOnce(&mut SignedHeader)) -> Result<(), NotCommitted> {
    let recorded = recorded();
    let mut header = signed(&recorded["commits"][name]);
    change(&mut header);
    judge(chain_of(&recorded), validators(&recorded), &header).map(|_| ())
}

pub(crate) fn chain_of(recorded: &Value) -> &str {
    recorded["chain_id"].as_str().expect("a chain id")
}

#[test]
fn commits_of_a_real_engine_are_verified_with_an_absent_and_a_nil_vote() {
    let recorded = recorded();
    for (name, signers) in [("all", 4), ("absent", 3), ("nil", 3)] {
        let header = signed(&recorded["commits"][name]);
        let judged = judge(chain_of(&recorded), validators(&recorded), &header);
        let committed = judged.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(committed.signers, signers, "{name}");
        assert_eq!(committed.total, 301, "{name}");
    }
}

#[test]
fn every_signature_counts_even_where_enough_others_hold() {
    for place in 0..4 {
        let broken = changed("all", |header| {
            if let CommitSig::BlockIdFlagCommit {
                signature: Some(signature),
                ..
            } = &mut header.commit.signatures[place]
            {
                let mut octets = signature.as_bytes().to_vec();
                octets[0] ^= 1;
                *signature = octets.try_into().expect("64 octets");
            }
        });
        assert_eq!(broken, Err(NotCommitted::Signature(place)));
    }
    let nil_as_commit = changed("nil", nil_as_commit);
    assert!(matches!(nil_as_commit, Err(NotCommitted::Signature(_))));
}

#[test]
fn two_thirds_are_not_enough() {
    let short = changed("all", |header| {
        header.commit.signatures[0] = CommitSig::BlockIdFlagAbsent;
        header.commit.signatures[3] = CommitSig::BlockIdFlagAbsent;
    });
    assert_eq!(
        short,
        Err(NotCommitted::Power {
            signed: 200,
            total: 301
        })
    );
}

#[test]
fn a_commit_of_another_header_chain_or_set_proves_nothing() {
    let recorded = recorded();
    let header = signed(&recorded["commits"]["all"]);
    let other = judge("ktr-other-1", validators(&recorded), &header).map(|_| ());
    assert_eq!(other, Err(NotCommitted::OtherChain));
    let mut few = validators(&recorded);
    few.pop();
    let other = judge(chain_of(&recorded), few, &header).map(|_| ());
    assert_eq!(other, Err(NotCommitted::OtherValidators));
    let foreign = signed(&recorded["commits"]["absent"]);
    let other = changed("all", |header| header.header = foreign.header);
    assert_eq!(other, Err(NotCommitted::OtherBlock));
    let shape = changed("all", |header| {
        header.commit.signatures.pop();
    });
    assert_eq!(shape, Err(NotCommitted::Shape));
    let swapped = changed("all", |header| header.commit.signatures.swap(0, 1));
    assert_eq!(swapped, Err(NotCommitted::Shape));
}

/// Log size, log root and state root as the node's second proof step has them.
fn opening(response: &Value) -> (u64, Sha256, Sha256) {
    let data = response["proofOps"]["ops"][1]["data"]
        .as_str()
        .expect("the opening");
    let octets = base64(data);
    let size = u64::from_be_bytes(octets[..8].try_into().expect("8 octets"));
    let root = |at: usize| Sha256::from_slice(&octets[at..at + 32]).expect("32 octets");
    (size, root(8), root(40))
}

/// Base64 by RFC 4648, section 4; four lines instead of a dependency.
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text
        .bytes()
        .filter_map(|c| ALPHABET.bytes().position(|known| known == c));
    let bits: Vec<bool> = digits
        .flat_map(|digit| (0..6).rev().map(move |bit| (digit >> bit) & 1 == 1))
        .collect();
    bits.chunks_exact(8)
        .map(|octet| octet.iter().fold(0, |n, bit| n << 1 | u8::from(*bit)))
        .collect()
}

#[test]
fn a_record_and_an_absence_are_proven_by_the_header_of_the_next_height() {
    let recorded = recorded();
    for (name, is_present) in [("present", true), ("absent", false)] {
        let answer = &recorded[name];
        let response = &answer["response"];
        let header = signed(&answer["next"]);
        judge(chain_of(&recorded), validators(&recorded), &header).expect("it was committed");
        let height: u64 = response["height"]
            .as_str()
            .expect("text")
            .parse()
            .expect("a number");
        assert_eq!(header.header.height.value(), height + 1);
        let (size, log_root, state_root) = opening(response);
        let app_hash = digest::app_hash(size, &log_root, &state_root);
        assert_eq!(header.header.app_hash.as_bytes(), app_hash.0);
        let id = hex::decode(answer["id"].as_str().expect("an id")).expect("hex");
        let key = RecordKey::Member(MemberId::from_slice(&id).expect("16 octets"));
        let proof = base64(
            response["proofOps"]["ops"][0]["data"]
                .as_str()
                .expect("a proof"),
        );
        let value = response["value"]
            .as_str()
            .filter(|value| !value.is_empty())
            .map(base64);
        let proven = state::verify(key, value.as_deref(), &proof, &state_root);
        assert_eq!(proven.expect("it holds").is_some(), is_present);
        let denied = state::verify(key, None, &proof, &Sha256([0; 32]));
        assert_eq!(denied, Err(NotProven::DoesNotHold));
    }
}

#[test]
fn a_commit_for_another_height_or_another_block_is_not_for_this_header() {
    let higher = changed("all", |header| {
        header.commit.height = header.commit.height.increment();
    });
    assert_eq!(higher, Err(NotCommitted::OtherBlock));
    let foreign = signed(&recorded()["commits"]["absent"]);
    let other = changed("all", |header| {
        header.commit.block_id = foreign.commit.block_id;
    });
    assert_eq!(other, Err(NotCommitted::OtherBlock));
}

/// The octets of the recorded proof of a member.
fn proof_of_member(recorded: &Value) -> Vec<u8> {
    let data = &recorded["present"]["response"]["proofOps"]["ops"][0]["data"];
    base64(data.as_str().expect("a proof"))
}

#[test]
fn a_proof_is_written_as_it_was_read() {
    let octets = proof_of_member(&recorded());
    let proof = CommitmentProof::decode(octets.as_slice()).expect("a proof");
    assert_eq!(state::encode(&proof), octets);
}

#[test]
fn a_proof_has_a_hundred_and_twenty_eight_kibibytes_at_most() {
    let recorded = recorded();
    let proof = proof_of_member(&recorded);
    let answer = &recorded["present"];
    let id = hex::decode(answer["id"].as_str().expect("an id")).expect("hex");
    let key = RecordKey::Member(MemberId::from_slice(&id).expect("16 octets"));
    let (_, _, root) = opening(&answer["response"]);
    let value = base64(answer["response"]["value"].as_str().expect("a value"));
    // Field 15, which nobody knows and every reader passes over: its key, its length in three octets, and zeros.
    let padded = |length: usize| {
        let zeros = length - proof.len() - 4;
        let seven = |shift: usize| u8::try_from((zeros >> shift) & 0x7F).expect("seven bits");
        let key_and_length = vec![0x7A, seven(0) | 0x80, seven(7) | 0x80, seven(14)];
        [proof.clone(), key_and_length, vec![0; zeros]].concat()
    };
    let judge = |octets: &[u8]| {
        let proven = state::verify(key, Some(&value), octets, &root);
        proven.map(|record| record.is_some())
    };
    assert_eq!(judge(&proof), Ok(true));
    assert_eq!(judge(&padded(state::PROOF_MAX)), Ok(true));
    let longer = judge(&padded(state::PROOF_MAX + 1));
    assert_eq!(longer, Err(NotProven::Malformed));
}
