//! Good octets of everything that is sent or stored, each with the decoder that they go to.
//! Their content is the samples that vectors are made of.
#![expect(
    clippy::panic,
    reason = "a kind of record without a message must stop the test"
)]

use ktr_core::{
    Record,
    id::{Height, Nonce, Sha256},
    time::Secs,
};
use ktr_testkit::{
    Actor, Cast,
    sample::{self, START},
};
use ktr_wire::{
    Refusal, genesis, record,
    recorded::{Entry, Recorded, UsedNonce},
    transaction::{Draft, Transaction, assemble, signed},
};

const CHAIN_ID: &str = "ktr-test-1";

/// What reads octets, or says why not.
type Decoder = dyn Fn(&[u8]) -> Result<(), Refusal>;

/// Good octets, the message they are of, and the decoder that they go to.
pub(super) struct Sample {
    pub(super) message: String,
    pub(super) octets: Vec<u8>,
    pub(super) decode: Box<Decoder>,
}

fn transactions() -> Vec<Sample> {
    let signer = Actor::named("signer", START);
    let mut samples = Vec::new();
    for (_, command) in sample::commands() {
        let draft = Draft {
            chain_id: CHAIN_ID.to_owned(),
            nonce: Nonce([7; 16]),
            expires_at: START.plus(Secs(60)),
            key_proof: sample::proof_of(&command, CHAIN_ID),
            command,
            proposal: None,
        };
        let body = draft.body();
        let signature = signer.packet(&signed(&body), START);
        samples.push(Sample {
            message: "transaction.Outer".to_owned(),
            octets: assemble(body.clone(), signature.clone()),
            decode: Box::new(|octets| Transaction::decode(octets).map(drop)),
        });
        samples.push(Sample {
            message: "transaction.Body".to_owned(),
            octets: body,
            decode: Box::new(move |body| {
                Transaction::decode(&assemble(body.to_vec(), signature.clone())).map(drop)
            }),
        });
    }
    samples
}

fn leaves() -> Vec<Sample> {
    let used = UsedNonce {
        signer: Actor::named("signer", START).fingerprint,
        nonce: Nonce([7; 16]),
        expires_at: START,
    };
    let events = sample::events().into_iter().map(Entry::Event);
    let entries = events.chain([Entry::nonces(&[used])]);
    let samples = entries.map(|entry| {
        let leaf = Recorded {
            index: 1,
            height: Height(1),
            time: START,
            tx_hash: Some(Sha256([9; 32])),
            entry,
        };
        Sample {
            message: "recorded.Schema".to_owned(),
            octets: leaf.encode(),
            decode: Box::new(|octets| Ok(Recorded::decode(octets).map(drop)?)),
        }
    });
    samples.collect()
}

/// Records by the kind that queries name, which is the message's name but for two.
fn records() -> Vec<Sample> {
    let samples = sample::records().into_iter().map(|record: Record| {
        let key = record.key();
        let tag = record::key_octets(key)[0];
        let kind = record::KINDS.iter().find(|(_, known)| *known == tag);
        let message = match kind.expect("every kind has a name").0 {
            "network" => "governance.Network",
            "parameters" => "governance.Parameters",
            "validators" => "governance.Validators",
            "member" => "membership.Member",
            "key" => "key.Key",
            "term" => "board.Term",
            "nomination" => "nomination.Nomination",
            "release" => "bundle.Release",
            "session" => "session.Session",
            "ingestion" => "ingestion.Ingestion",
            "proposal" => "proposal.Proposal",
            "resolved" => "resolved.Resolved",
            other => panic!("{other} has no message here: name it"),
        };
        Sample {
            message: message.to_owned(),
            octets: record::encode(&record),
            decode: Box::new(move |octets| Ok(record::decode(key, octets).map(drop)?)),
        }
    });
    let whole = Sample {
        message: "governance.Genesis".to_owned(),
        octets: genesis::encode(&Cast::new(START).genesis()),
        decode: Box::new(|octets| Ok(genesis::decode(octets).map(drop)?)),
    };
    samples.chain([whole]).collect()
}

/// Every sample.
pub(super) fn all() -> Vec<Sample> {
    let mut samples = transactions();
    samples.extend(leaves());
    samples.extend(records());
    samples
}
