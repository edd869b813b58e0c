//! Vectors of everything that the ledger signs, hashes or stores: fixed input, recorded octets in `tests/vectors/`.
//! Whether the octets are accepted is the scenarios' affair.

use ktr_core::{
    Command,
    id::{Height, Nonce, Sha256, ValidatorKey},
    time::Secs,
};
use ktr_proof::log;
use ktr_testkit::{
    Actor, Cast, Chain,
    sample::{self, CHAIN_ID, START},
    vector,
};
use ktr_wire::{
    digest, genesis, record,
    recorded::{Entry, Recorded, UsedNonce},
    transaction::{Draft, Transaction, assemble, hash, signed},
};
use serde_json::{Value, json};

/// The place of the nonces among the leaves: what came to the samples later stands behind, so that the first leaves stay as they were.
const NONCES_AT: usize = 22;

fn draft(command: Command) -> Draft {
    Draft {
        chain_id: CHAIN_ID.to_owned(),
        nonce: Nonce([0x5A; 16]),
        expires_at: START.plus(Secs(3_600)),
        key_proof: sample::proof_of(&command, CHAIN_ID),
        command,
        proposal: None,
    }
}

#[test]
fn every_transaction_has_its_octets() {
    let signer = Actor::named("signer", START);
    let vectors: Vec<Value> = sample::commands()
        .into_iter()
        .map(|(name, command)| {
            let body = draft(command.clone()).body();
            let signature = signer.packet(&signed(&body), START);
            let octets = assemble(body.clone(), signature.clone());
            let read = Transaction::decode(&octets).expect("it is canonical");
            assert_eq!(read.command, command, "{name}");
            json!({
                "command": name,
                "body": hex::encode(&body),
                "signature": hex::encode(&signature),
                "transaction": hex::encode(&octets),
                "hash": hash(&octets).to_string(),
            })
        })
        .collect();
    vector::compare("transactions", &json!(vectors));
}

#[test]
fn every_leaf_of_the_log_has_its_octets() {
    let used = UsedNonce {
        signer: Actor::named("signer", START).fingerprint,
        nonce: Nonce([0x5A; 16]),
        expires_at: START.plus(Secs(3_600)),
    };
    let mut entries: Vec<Entry> = sample::events().into_iter().map(Entry::Event).collect();
    // Every leaf has its place in a root: what is new comes after what was recorded.
    entries.insert(NONCES_AT, Entry::nonces(&[used]));
    let mut frontier = log::Frontier::default();
    let vectors: Vec<Value> = (0_u64..)
        .zip(entries)
        .map(|(index, entry)| {
            let tx_hash = matches!(entry, Entry::Event(_)).then_some(Sha256([0x66; 32]));
            let recorded = Recorded {
                index,
                height: Height(7),
                time: START,
                tx_hash,
                entry,
            };
            let octets = recorded.encode();
            assert_eq!(Recorded::decode(&octets).as_ref(), Ok(&recorded));
            frontier.append(log::leaf(&octets));
            json!({
                "event": recorded.name(),
                "subject": recorded.subject(),
                "recorded": hex::encode(&octets),
                "leaf": log::leaf(&octets).to_string(),
                "root": frontier.root().to_string(),
            })
        })
        .collect();
    vector::compare("log", &json!(vectors));
}

#[test]
fn every_record_has_its_octets() {
    let vectors: Vec<Value> = sample::records()
        .iter()
        .map(|sample| {
            let (key, value) = (sample.key(), record::encode(sample));
            assert_eq!(record::decode(key, &value).as_ref(), Ok(sample));
            assert_eq!(record::decode_key(&record::key_octets(key)), Ok(key));
            json!({
                "key": hex::encode(record::key_octets(key)),
                "value": hex::encode(&value),
            })
        })
        .collect();
    vector::compare("records", &json!(vectors));
}

#[test]
fn a_genesis_has_its_json_its_octets_and_its_digest() {
    let cast = Cast::new(START).genesis();
    let text = genesis::to_json(&cast).expect("every role is one of genesis");
    let read = genesis::from_json(text.to_string().as_bytes()).expect("it is complete");
    assert_eq!(genesis::digest(&read), genesis::digest(&cast));
    vector::compare(
        "genesis",
        &json!({
            "app_state": text,
            "canonical": hex::encode(genesis::encode(&cast)),
            "digest": genesis::digest(&cast).to_string(),
        }),
    );
}

#[test]
fn every_tagged_hash_has_its_value() {
    let seed = [0x77; 32];
    let (log_root, state_root) = (Sha256([1; 32]), Sha256([2; 32]));
    vector::compare(
        "digests",
        &json!({
            "nomination": digest::commitment(&seed, br#"{"version":1}"#).to_string(),
            "release_id": digest::release_id(&seed).to_string(),
            "room_commitment": digest::room_commitment(&seed, "!room").to_string(),
            "beacon": digest::beacon("bundle--0").to_string(),
            "command": digest::command(CHAIN_ID, 101, b"message").to_string(),
            "address": digest::address(&ValidatorKey([0x51; 32])).to_string(),
            "app_hash": digest::app_hash(3, &log_root, &state_root).to_string(),
        }),
    );
}

#[test]
fn a_chain_has_its_app_hashes() {
    let mut chain = Chain::unborn();
    let mut hashes = vec![json!({
        "height": 0,
        "app_hash": chain.ledger().app_hash().to_string(),
    })];
    let studio = chain.cast.studio.clone();
    for height in 1..=3 {
        let txs = if height == 2 {
            let command = sample::commands()
                .into_iter()
                .find(|(name, _)| *name == "session.schedule");
            vec![chain.tx(&studio, command.expect("it is a sample").1)]
        } else {
            Vec::new()
        };
        let batch = chain.block(&txs);
        hashes.push(json!({ "height": height, "app_hash": batch.app_hash.to_string() }));
    }
    vector::compare("chain", &json!(hashes));
}
