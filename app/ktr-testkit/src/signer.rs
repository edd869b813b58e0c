//! A validator's key, as its engine keeps it, what a second engine with a copy of it would sign, and the evidence of two such votes.
//! Which votes are lies is for the sentences of tests, and what they are worth for the engine that judges them.

use std::{fmt::Write, fs, path::Path};

use ed25519_consensus::SigningKey;
use serde_json::{Value, json};
pub use tendermint::vote::Type as Kind;
use tendermint::{Hash, PrivateKey, Signature, Vote};

/// A validator's key.
#[derive(Clone, Debug)]
pub struct Signer {
    /// As the engine writes addresses.
    pub address: String,
    key: SigningKey,
}

/// A vote for a block of this hash, whose one part has the same hash, or for none.
#[derive(Clone, Copy, Debug)]
pub struct Ballot<'a> {
    /// The chain, by its name.
    pub chain: &'a str,
    /// Whether it is a prevote.
    pub kind: Kind,
    /// The height that is voted on.
    pub height: u64,
    /// The round of the height.
    pub round: u32,
    /// When it is said to be cast, as an engine writes times.
    pub time: &'a Value,
    /// The hash of the block.
    pub block: Option<[u8; 32]>,
}

impl Signer {
    /// The key in a node's folder.
    #[must_use]
    pub fn of(home: &Path) -> Self {
        let file = fs::read(home.join("engine/config/priv_validator_key.json"));
        let file: Value = serde_json::from_slice(&file.expect("a key")).expect("JSON");
        let key = serde_json::from_value(file["priv_key"].clone());
        let key: PrivateKey = key.expect("a private key");
        let key = key.ed25519_signing_key().expect("a key of Ed25519");
        let octets: [u8; 32] = key.as_bytes().try_into().expect("32 octets");
        Self {
            address: file["address"].as_str().expect("an address").to_owned(),
            key: SigningKey::from(octets),
        }
    }

    /// A vote with its signature, as an engine writes votes.
    #[must_use]
    pub fn vote(&self, ballot: &Ballot<'_>) -> Value {
        let hash = ballot.block.map_or(Hash::None, Hash::Sha256).to_string();
        let parts = u8::from(ballot.block.is_some());
        let mut vote = json!({
            "type": i32::from(ballot.kind),
            "height": ballot.height.to_string(),
            "round": ballot.round,
            "block_id": {"hash": hash, "parts": {"total": parts, "hash": hash}},
            "timestamp": ballot.time,
            "validator_address": self.address,
            "validator_index": 0,
            "signature": "",
            "extension": null,
            "extension_signature": null,
        });
        let mut read: Vote = serde_json::from_value(vote.clone()).expect("a vote");
        let chain = ballot.chain.parse().expect("a chain's name");
        let signed = self.key.sign(&read.clone().into_signable_vec(chain));
        read.signature = Signature::new(signed.to_bytes()).expect("a signature");
        let signed = serde_json::to_value(read).expect("JSON");
        vote["signature"] = signed["signature"].clone();
        vote
    }

    /// The evidence that the key, which has `power` of `total`, signed a vote for none and another one for a block; all else is as the ballot says.
    #[must_use]
    pub fn twice(&self, ballot: &Ballot<'_>, [power, total]: [u64; 2]) -> Value {
        let vote = |block| self.vote(&Ballot { block, ..*ballot });
        json!({
            "type": "tendermint/DuplicateVoteEvidence",
            "value": {
                "vote_a": vote(None),
                "vote_b": vote(Some([7; 32])),
                "TotalVotingPower": total.to_string(),
                "ValidatorPower": power.to_string(),
                "Timestamp": ballot.time,
            },
        })
    }
}

/// Where an engine is handed evidence by a plain question.
#[must_use]
pub fn handing(evidence: &Value) -> String {
    let mut path = "/broadcast_evidence?evidence=".to_owned();
    for octet in evidence.to_string().bytes() {
        write!(path, "%{octet:02X}").expect("a text has room");
    }
    path
}

#[cfg(test)]
mod tests {
    use ed25519_consensus::SigningKey;
    use serde_json::json;
    use tendermint::Vote;

    use super::{Ballot, Kind, Signer, handing};

    #[test]
    fn a_vote_is_signed_as_the_engine_writes_it_for_a_signature() {
        let signer = Signer {
            address: "0A".repeat(20),
            key: SigningKey::from([3; 32]),
        };
        let ballot = Ballot {
            chain: "c-1",
            kind: Kind::Precommit,
            height: 5,
            round: 2,
            time: &json!("2027-01-15T08:00:00Z"),
            block: None,
        };
        // The length; the kind; height and round, each of eight octets; no block; the second 1,800,000,000; the chain.
        let octets = b"\x21\x08\x02\x11\x05\0\0\0\0\0\0\0\x19\x02\0\0\0\0\0\0\0\x2a\x06\x08\x80\xa4\xa7\xda\x06\x32\x03c-1";
        let vote = signer.vote(&ballot);
        let read: Vote = serde_json::from_value(vote.clone()).unwrap();
        let signature = read.signature.unwrap().into_bytes();
        assert_eq!(signature, signer.key.sign(octets).to_bytes());
        // and another one for a block is no copy of it
        let both = signer.twice(&ballot, [1, 4]);
        assert_eq!(both["value"]["vote_a"], vote);
        assert_ne!(both["value"]["vote_b"]["signature"], vote["signature"]);
    }

    #[test]
    fn evidence_stands_in_a_path_octet_by_octet() {
        let path = handing(&json!({"a": 1}));
        assert_eq!(path, "/broadcast_evidence?evidence=%7B%22%61%22%3A%31%7D");
    }
}
