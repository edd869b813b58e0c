//! Sites sign together what no chain has, as they would to deceive a light client: the evidence gets into a block of real engines, the log
//! names each of them, and power goes as far as the rules let it go.
//! Headers and votes are made here, as engines with other programs would make them. No light client is deceived, and none finds them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{
    Event, governance,
    id::{Height, ValidatorAddress, ValidatorKey},
};
use ktr_proof::log::{self, Frontier};
use ktr_testkit::signer::{Ballot, Kind, Signer};
use ktr_wire::recorded::Entry;
use prost::Message;
use serde_json::{Value, json};
use tendermint_proto::v0_38::types::{Header, SimpleValidator, Validator};

use super::{
    invariant::{Seen, evidence, is_of_misbehaviour, leaves},
    judge::{self, Judge},
    stores,
    twice::hand_over,
};
use crate::support::{CHAIN_ID, Site};

/// What the chain has of a height that is over, in the engine's words.
struct Told {
    header: Value,
    commit: Value,
    /// By power, then by address.
    set: Vec<Value>,
}

impl Told {
    fn of(site: &Site, height: u64) -> Self {
        let ask = |method: &str| {
            let answer = site.rpc.ask(&format!("/{method}?height={height}"));
            answer.unwrap()
        };
        let (signed, validators) = (ask("commit"), ask("validators"));
        let told = Self {
            header: signed["signed_header"]["header"].clone(),
            commit: signed["signed_header"]["commit"].clone(),
            set: validators["validators"].as_array().unwrap().clone(),
        };
        // What is made up from here is then judged by what it says, and not by how it is written.
        let (hash, of_set) = (hash_of(&told.header), hash_of_set(&told.set));
        assert_eq!(told.commit["block_id"]["hash"], hex::encode_upper(hash));
        assert_eq!(told.header["validators_hash"], hex::encode_upper(of_set));
        told
    }

    fn round(&self) -> u32 {
        self.commit["round"].as_u64().unwrap().try_into().unwrap()
    }

    /// Those of its validators whose keys these are, in their order.
    fn those(&self, signers: &[Signer]) -> Vec<Value> {
        let is_one = |validator: &&Value| {
            let address = &validator["address"];
            signers.iter().any(|signer| *address == signer.address)
        };
        self.set.iter().filter(is_one).cloned().collect()
    }

    /// Whether a validator's signature for the block is in its commit.
    fn has_signature_of(&self, validator: &Value) -> bool {
        let signatures = self.commit["signatures"].as_array().unwrap();
        signatures.iter().any(|signature| {
            signature["block_id_flag"].as_u64() == Some(FOR_THE_BLOCK)
                && signature["validator_address"] == validator["address"]
        })
    }
}

/// A header that no chain has, with the set that it names, and the round of its commit.
struct Lie {
    header: Value,
    round: u32,
    set: Vec<Value>,
    /// Whom the engine finds by it.
    named: Vec<Value>,
}

impl Lie {
    /// A state that nothing led to, and a set that is the liars alone.
    fn lunatic(above: &Told, liars: Vec<Value>) -> Self {
        let mut header = above.header.clone();
        header["app_hash"] = made_up();
        header["validators_hash"] = hex::encode_upper(hash_of_set(&liars)).into();
        Self {
            header,
            round: above.round(),
            named: liars.clone(),
            set: liars,
        }
    }

    /// A second block of the same height and round, on the chain's own state: who signed both did it twice.
    fn equivocation(told: &Told, signers: &[Signer]) -> Self {
        let mut named = told.those(signers);
        named.retain(|validator| told.has_signature_of(validator));
        let mut header = told.header.clone();
        header["data_hash"] = made_up();
        Self {
            header,
            round: told.round(),
            set: told.set.clone(),
            named,
        }
    }

    /// The same in a later round: whoever signed forgot what it had voted for before, and nobody can tell who did (amnesia).
    fn amnesia(told: &Told) -> Self {
        Self {
            round: told.round() + 1,
            ..Self::equivocation(told, &[])
        }
    }

    /// The evidence of it with the signatures of these, against a chain that is common up to a height.
    fn signed_by(&self, signers: &[Signer], common: &Told) -> Value {
        let hash = hash_of(&self.header);
        let ballot = Ballot {
            chain: CHAIN_ID,
            kind: Kind::Precommit,
            height: int64(&self.header["height"]),
            round: self.round,
            time: &self.header["time"],
            block: Some(hash),
        };
        let signatures = self.set.iter().map(|validator| {
            let mut signers = signers.iter();
            let signer = signers.find(|signer| validator["address"] == signer.address);
            signer.map_or_else(absent, |signer| {
                json!({
                    "block_id_flag": FOR_THE_BLOCK,
                    "validator_address": signer.address,
                    "timestamp": ballot.time,
                    "signature": signer.vote(&ballot)["signature"],
                })
            })
        });
        let signatures: Vec<Value> = signatures.collect();
        let powers = common.set.iter();
        let powers = powers.map(|validator| int64(&validator["voting_power"]));
        let total: u64 = powers.sum();
        let hash = hex::encode_upper(hash);
        json!({
            "type": "tendermint/LightClientAttackEvidence",
            "value": {
                "ConflictingBlock": {
                    "signed_header": {
                        "header": self.header,
                        "commit": {
                            "height": self.header["height"],
                            "round": self.round,
                            "block_id": {"hash": hash, "parts": {"total": 1, "hash": hash}},
                            "signatures": signatures,
                        },
                    },
                    "validator_set": {"validators": self.set, "proposer": self.set[0]},
                },
                "CommonHeight": common.header["height"],
                "ByzantineValidators": self.named,
                "TotalVotingPower": total.to_string(),
                "Timestamp": common.header["time"],
            },
        })
    }
}

/// The place of a validator that did not sign.
fn absent() -> Value {
    json!({
        "block_id_flag": 1,
        "validator_address": "",
        "timestamp": "0001-01-01T00:00:00Z",
        "signature": null,
    })
}

/// A hash of nothing.
fn made_up() -> Value {
    hex::encode_upper([7_u8; 32]).into()
}

/// A number of 64 bits, which the engine writes as text.
fn int64(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

/// The hash of a header: of each of its fields, in their order, in the encoding of one protobuf value.
fn hash_of(header: &Value) -> [u8; 32] {
    let header: Header = serde_json::from_value(header.clone()).unwrap();
    tree(&[
        header.version.unwrap().encode_to_vec(),
        header.chain_id.encode_to_vec(),
        header.height.encode_to_vec(),
        header.time.unwrap().encode_to_vec(),
        header.last_block_id.unwrap().encode_to_vec(),
        header.last_commit_hash.encode_to_vec(),
        header.data_hash.encode_to_vec(),
        header.validators_hash.encode_to_vec(),
        header.next_validators_hash.encode_to_vec(),
        header.consensus_hash.encode_to_vec(),
        header.app_hash.encode_to_vec(),
        header.last_results_hash.encode_to_vec(),
        header.evidence_hash.encode_to_vec(),
        header.proposer_address.encode_to_vec(),
    ])
}

/// The hash of a set, in its order.
fn hash_of_set(set: &[Value]) -> [u8; 32] {
    let leaves = set.iter().map(|validator| {
        let validator: Validator = serde_json::from_value(validator.clone()).unwrap();
        let simple = SimpleValidator {
            pub_key: validator.pub_key,
            voting_power: validator.voting_power,
        };
        simple.encode_to_vec()
    });
    tree(&leaves.collect::<Vec<_>>())
}

/// The engine's tree is that of RFC 6962.
fn tree(leaves: &[Vec<u8>]) -> [u8; 32] {
    let mut tree = Frontier::default();
    for leaf in leaves {
        tree.append(log::leaf(leaf));
    }
    tree.root().0
}

fn addresses(set: &[Value]) -> Vec<Value> {
    let addresses = set.iter().map(|validator| validator["address"].clone());
    addresses.collect()
}

/// Who votes on a height, by address.
fn voters(site: &Site, height: u64) -> Vec<Value> {
    let path = format!("/validators?height={height}");
    let answer = site.rpc.ask(&path).unwrap();
    addresses(answer["validators"].as_array().unwrap())
}

fn key_of(validator: &Value) -> ValidatorKey {
    let key = validator["pub_key"]["value"].as_str().unwrap();
    ValidatorKey::from_slice(&STANDARD.decode(key).unwrap()).unwrap()
}

/// What the log says of a validator; `removed` is its key, if its power goes.
fn misbehaved(validator: &Value, removed: Option<ValidatorKey>) -> Entry {
    let address = hex::decode(validator["address"].as_str().unwrap()).unwrap();
    Entry::Event(Event::Governance(governance::Event::Misbehaved {
        address: ValidatorAddress::from_slice(&address).unwrap(),
        height: Height(COMMON),
        removed,
    }))
}

/// Waits until the log has these after so many others that were caught; gives the height of their block, which has one piece of evidence.
fn are_caught(site: &Site, before: usize, expected: &[Entry]) -> u64 {
    let mut caught = site.until("the evidence is in a block", || {
        let log = leaves(site).into_iter().filter(is_of_misbehaviour);
        let caught = log.collect::<Vec<_>>();
        (caught.len() > before).then_some(caught)
    });
    let caught = caught.split_off(before);
    let said: Vec<_> = caught.iter().map(|leaf| &leaf.entry).collect();
    assert_eq!(said, expected.iter().collect::<Vec<_>>());
    let at = caught[0].height;
    assert!(caught.iter().all(|leaf| leaf.height == at), "{caught:?}");
    let block = site.rpc.ask(&format!("/block?height={}", at.0)).unwrap();
    assert_eq!(evidence(&block), Some(1));
    at.0
}

/// Four sites that have both heights, and the next one too: a commit stands in the block after it.
fn beyond_both() -> Vec<Site> {
    let mut sites = Site::four();
    for site in &mut sites {
        site.launch();
    }
    for site in &sites {
        site.wait_above(ABOVE);
    }
    sites
}

#[test]
fn sites_that_sign_what_no_chain_has_are_all_named_and_no_more_lose_their_power_than_may() {
    // given four sites, heights that are over, and the keys of two counties and of the witness
    let mut sites = beyond_both();
    let first = &sites[0];
    let mut seen = Seen::default();
    seen.look(first);
    let keys = [0, 1, 3].map(|place: usize| Signer::of(&sites[place].home()));
    let common = Told::of(first, COMMON);
    let all = addresses(&common.set);
    // when the counties sign a header of a state that nothing led to and of a set that is they alone
    let lunatic = Lie::lunatic(&Told::of(first, ABOVE), common.those(&keys[..2]));
    let told = lunatic.signed_by(&keys, &common);
    assert_eq!(hand_over(first, &told), Ok(()));
    // then both are named, and only the first of them goes: without the other, two would remain
    let (one, other) = (&lunatic.named[0], &lunatic.named[1]);
    let named = [misbehaved(one, Some(key_of(one))), misbehaved(other, None)];
    let at = are_caught(first, 0, &named);
    first.wait_above(at + 2);
    let mut left = all.clone();
    left.retain(|address| *address != one["address"]);
    assert_eq!(
        [at + 1, at + 2].map(|height| voters(first, height)),
        [all, left.clone()]
    );
    seen.look(first);
    // and when they and the witness turn out to have signed a second block of a height, who signed both is named
    let twice = Lie::equivocation(&common, &keys);
    let told = twice.signed_by(&keys, &common);
    assert_eq!(hand_over(first, &told), Ok(()));
    let named = twice.named.iter().map(|one| misbehaved(one, None));
    let named: Vec<Entry> = named.collect();
    let at = are_caught(first, 2, &named);
    // and nobody more goes, and the chain goes on at every site
    let figure = format!("ktr_misbehaved_total {}\n", 2 + named.len());
    for site in &sites {
        site.wait_above(at + 2);
        assert!(site.figures().contains(&figure), "{}", site.figures());
    }
    assert_eq!(voters(first, at + 2), left);
    // and all else holds that holds of every chain
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(at + 2, &[]), Ok(()));
    seen.judge_but_signing(&sites);
    judge::executes_again(&mut sites);
    stores::judged(&sites);
}

#[test]
fn a_second_block_of_a_later_round_gets_into_no_block_and_nobody_is_named() {
    // given four sites, a height that is over, and the keys of two counties and of the witness
    let mut sites = beyond_both();
    let mut seen = Seen::default();
    seen.look(&sites[0]);
    let keys = [0, 1, 3].map(|place: usize| Signer::of(&sites[place].home()));
    let common = Told::of(&sites[0], COMMON);
    // when the engine of the witness hears that they have signed a second block of it in a later round, which it believes
    let told = Lie::amnesia(&common).signed_by(&keys, &common);
    assert_eq!(hand_over(&sites[3], &told), Ok(()));
    // then no other engine believes the witness
    for site in &sites[..3] {
        site.until("the evidence is refused", || {
            site.log().contains(REFUSED).then_some(())
        });
    }
    // and the chain goes on at every site
    let at = Site::highest(&sites) + 2;
    for site in &sites {
        site.wait_above(at);
        assert!(site.figures().contains("ktr_misbehaved_total 0\n"));
    }
    // and all holds that holds of every chain: no block has evidence, and the log names nobody
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(at, &[]), Ok(()));
    seen.judge(&sites);
    judge::executes_again(&mut sites);
    stores::judged(&sites);
}

/// What an engine says of evidence that names nobody and came from a peer: what is empty on the way is not what is absent in its own.
const REFUSED: &str = "expected nil validators from an amnesia light client attack but got 0";

/// As the engine writes a signature for the block of the commit.
const FOR_THE_BLOCK: u64 = 2;

/// The height up to which the chain is common. Its set is that of the genesis, and so is the next one's.
const COMMON: u64 = 2;

/// The height of the lunatic header.
const ABOVE: u64 = 3;
