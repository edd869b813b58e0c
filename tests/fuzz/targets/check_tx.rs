//! `CheckTx` of a transaction: octets as they come, and a body that a known key signs, as far as the rules of the core. What is accepted
//! is accepted once.

#![no_main]

use std::sync::LazyLock;

use ktr_core::{
    id::{Height, MemberId},
    time::Time,
};
use ktr_ledger::{Block, Ledger, Memory, OneByOne, Overlay, Pending};
use ktr_testkit::{Actor, Cast, sample::CHAIN_ID};
use ktr_wire::{
    refusal::Envelope,
    transaction::{assemble, signed},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let (ledger, actors) = &*STAGE;
    let _refused = ledger.admit_one(octets, NOW, &OneByOne);
    // The first octet says who signs the rest.
    let Some((who, body)) = octets.split_first() else {
        return;
    };
    let actor = &actors[usize::from(*who) % actors.len()];
    let tx = assemble(body.to_vec(), actor.packet(&signed(body), NOW));
    let Ok(admitted) = ledger.admit_one(&tx, NOW, &OneByOne) else {
        return;
    };
    assert_eq!(admitted.signer, actor.fingerprint);
    let mut pending = Pending::default();
    if ledger.would_accept(&admitted, NOW, &mut pending).is_ok() {
        let again = ledger.would_accept(&admitted, NOW, &mut pending);
        assert_eq!(again, Err(Envelope::Replayed.into()));
    }
});

/// When the recorded transactions are good.
const NOW: Time = Time(1_900_000_000);

static STAGE: LazyLock<(Ledger, Vec<Actor>)> = LazyLock::new(stage);

/// A ledger whose first block admitted a member, and who acts on it.
fn stage() -> (Ledger, Vec<Actor>) {
    let cast = Cast::new(NOW);
    let (ledger, update) = Ledger::genesis(CHAIN_ID, cast.genesis()).expect("a fresh tree");
    let mut tree = Memory::default();
    tree.apply(&update);
    let reader = Overlay {
        pending: None,
        stored: &tree,
    };
    let member = MemberId([0x11; 16]);
    let block = Block {
        height: Height(1),
        time: NOW,
        misbehaviour: &[],
        txs: &[cast.admitting(CHAIN_ID, 0, member, NOW)],
    };
    let made = ledger.block(&reader, &OneByOne, &block);
    let (ledger, batch) = made.expect("the tree is readable");
    assert!(batch.results.iter().all(|result| result.refusal.is_none()));
    let mut actors = vec![cast.stranger(&format!("member-{member}"))];
    actors.extend([&cast.studio, &cast.releaser, &cast.collector].map(Actor::clone));
    for group in [cast.counties, cast.sidecars, cast.seats, cast.deputies] {
        actors.extend(group);
    }
    (ledger, actors)
}
