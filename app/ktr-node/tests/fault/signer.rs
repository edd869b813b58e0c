//! A validator's key, as its engine keeps it, and what a second engine with a copy of it would sign; and the evidence, for an engine to judge.
//! Which votes are lies is for `twice.rs` and `lunatic.rs`.

use std::{fmt::Write, fs};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_consensus::SigningKey;
use prost::Message;
use serde_json::Value;
use tendermint_proto::v0_38::types::{
    CanonicalBlockId, CanonicalPartSetHeader, CanonicalVote, SignedMsgType,
};

use crate::support::{CHAIN_ID, Site};

/// A validator's key.
pub(super) struct Signer {
    /// As the engine writes addresses.
    pub(super) address: String,
    key: SigningKey,
}

/// A vote for a block of this hash, whose one part has the same hash, or for none.
#[derive(Clone, Copy)]
pub(super) struct Ballot<'a> {
    pub(super) kind: SignedMsgType,
    pub(super) height: u64,
    pub(super) round: u32,
    pub(super) time: &'a Value,
    pub(super) block: Option<[u8; 32]>,
}

impl Signer {
    pub(super) fn of(site: &Site) -> Self {
        let path = site.home().join("engine/config/priv_validator_key.json");
        let file: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let key = file["priv_key"]["value"].as_str().unwrap();
        let key: [u8; 32] = STANDARD.decode(key).unwrap()[..32].try_into().unwrap();
        Self {
            address: file["address"].as_str().unwrap().to_owned(),
            key: SigningKey::from(key),
        }
    }

    /// The signature under a vote, base64.
    pub(super) fn sign(&self, ballot: &Ballot<'_>) -> String {
        let signed = CanonicalVote {
            r#type: ballot.kind.into(),
            height: ballot.height.try_into().unwrap(),
            round: ballot.round.into(),
            block_id: ballot.block.map(|hash| CanonicalBlockId {
                hash: hash.to_vec(),
                part_set_header: Some(CanonicalPartSetHeader {
                    total: 1,
                    hash: hash.to_vec(),
                }),
            }),
            timestamp: Some(serde_json::from_value(ballot.time.clone()).unwrap()),
            chain_id: CHAIN_ID.to_owned(),
        };
        let signature = self.key.sign(&signed.encode_length_delimited_to_vec());
        STANDARD.encode(signature.to_bytes())
    }
}

/// Hands evidence to a site's engine, which judges it.
///
/// # Errors
/// What the engine answers where it refuses it.
pub(super) fn hand_over(site: &Site, evidence: &Value) -> Result<(), Value> {
    let answer = site.rpc.whole(&question(evidence)).unwrap_or_default();
    if answer.get("result").is_some() {
        Ok(())
    } else {
        Err(answer)
    }
}

fn question(evidence: &Value) -> String {
    let mut path = "/broadcast_evidence?evidence=".to_owned();
    for octet in evidence.to_string().bytes() {
        write!(path, "%{octet:02X}").unwrap();
    }
    path
}
