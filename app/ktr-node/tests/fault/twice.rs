//! A validator's key signs two votes of one round: its evidence gets into a block of real engines, the log names it, its power goes.
//! The votes are made here, as a second engine with a copied key would make them. That nobody signs twice otherwise is for `invariant.rs`.

use ktr_core::{Event, governance, id::Height};
use ktr_wire::recorded::Entry;
use serde_json::{Value, json};
use tendermint_proto::v0_38::types::SignedMsgType;

use super::{
    invariant::{Seen, evidence, is_of_misbehaviour, leaves},
    judge::{self, Judge},
    signer::{Ballot, Signer, hand_over},
    stores,
};
use crate::support::Site;

/// A prevote of the first round of a height, for a block of this hash or for none.
fn prevote(signer: &Signer, height: u64, time: &Value, block: Option<[u8; 32]>) -> Value {
    let ballot = Ballot {
        kind: SignedMsgType::Prevote,
        height,
        round: 0,
        time,
        block,
    };
    let hash = block.map_or_else(String::new, hex::encode_upper);
    json!({
        "type": 1,
        "height": height.to_string(),
        "round": 0,
        "block_id": {"hash": hash, "parts": {"total": u8::from(block.is_some()), "hash": hash}},
        "timestamp": time,
        "validator_address": signer.address,
        "validator_index": 0,
        "signature": signer.sign(&ballot),
    })
}

/// That a key, which has `power` of `total`, signed for a block and for none.
fn caught(signer: &Signer, height: u64, time: &Value, [power, total]: [u64; 2]) -> Value {
    json!({
        "type": "tendermint/DuplicateVoteEvidence",
        "value": {
            "vote_a": prevote(signer, height, time, None),
            "vote_b": prevote(signer, height, time, Some([7; 32])),
            "TotalVotingPower": total.to_string(),
            "ValidatorPower": power.to_string(),
            "Timestamp": time,
        },
    })
}

#[test]
fn a_validator_that_signs_twice_is_named_and_has_no_power_two_heights_later() {
    // given four sites, and a height that is over
    let mut sites = Site::four();
    for site in &mut sites {
        site.launch();
    }
    let first = &sites[0];
    first.wait_above(OVER);
    let mut seen = Seen::default();
    seen.look(first);
    let block = first.rpc.ask(&format!("/block?height={OVER}")).unwrap();
    let time = block.pointer("/block/header/time").unwrap();
    // when the third one's key has signed twice in it
    let signer = Signer::of(&sites[2]);
    let powers = first.cast.genesis().validators;
    let powers = powers.iter().map(|site| site.power);
    let powers: Vec<u64> = powers.collect();
    let both = caught(&signer, OVER, time, [powers[2], powers.iter().sum()]);
    assert_eq!(hand_over(first, &both), Ok(()));
    // then it stands in a block, and the log names who it was
    let leaf = first.until("the validator is caught", || {
        leaves(first).into_iter().find(is_of_misbehaviour)
    });
    assert!(matches!(
        leaf.entry,
        Entry::Event(Event::Governance(governance::Event::Misbehaved {
            height: Height(OVER),
            removed: Some(_),
            ..
        }))
    ));
    let at = leaf.height.0;
    let block = first.rpc.ask(&format!("/block?height={at}")).unwrap();
    assert_eq!(evidence(&block), Some(1));
    seen.look(first);
    // and it votes on one height more, and then no longer, and the others go on
    first.wait_above(at + 2);
    let votes_on = |height: u64| {
        let path = format!("/validators?height={height}");
        let answer = first.rpc.ask(&path).unwrap();
        let set = answer["validators"].as_array().unwrap();
        set.iter().any(|site| site["address"] == signer.address)
    };
    assert_eq!([at + 1, at + 2].map(votes_on), [true, false]);
    // and every site still shows that it happened, blocks later: an alarm asks every quarter of a minute
    for site in &sites {
        site.wait_above(at + 2);
        assert!(site.figures().contains("ktr_misbehaved_total 1\n"));
    }
    // and all else holds that holds of every chain
    let mut judge = Judge::new(Site::doors(&sites));
    assert_eq!(judge.judge_all(at + 2, &[]), Ok(()));
    seen.judge_but_signing(&sites);
    judge::executes_again(&mut sites);
    stores::judged(&sites);
}

/// A height of which evidence may tell.
const OVER: u64 = 2;
