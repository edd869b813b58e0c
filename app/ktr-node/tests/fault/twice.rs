//! A validator's key signs two votes of one round: its evidence gets into a block of real engines, the log names it, its power goes.
//! The votes are made here, as a second engine with a copied key would make them. That nobody signs twice otherwise is for `invariant.rs`.

use ktr_core::{Event, governance, id::Height};
use ktr_testkit::signer::{Ballot, Kind, Signer, handing};
use ktr_wire::recorded::Entry;
use serde_json::Value;

use super::{
    invariant::{Seen, evidence, is_of_misbehaviour, leaves},
    judge::{self, Judge},
    stores,
};
use crate::support::{CHAIN_ID, Site};

/// Hands evidence to a site's engine, which judges it.
///
/// # Errors
/// What the engine answers where it refuses it.
pub(super) fn hand_over(site: &Site, evidence: &Value) -> Result<(), Value> {
    let answer = site.rpc.whole(&handing(evidence)).unwrap_or_default();
    if answer.get("result").is_some() {
        Ok(())
    } else {
        Err(answer)
    }
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
    let signer = Signer::of(&sites[2].home());
    let powers = first.cast.genesis().validators;
    let powers = powers.iter().map(|site| site.power);
    let powers: Vec<u64> = powers.collect();
    let ballot = Ballot {
        chain: CHAIN_ID,
        kind: Kind::Prevote,
        height: OVER,
        round: 0,
        time,
        block: None,
    };
    let both = signer.twice(&ballot, [powers[2], powers.iter().sum()]);
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
