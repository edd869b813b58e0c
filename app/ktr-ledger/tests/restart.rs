//! Sentences about a ledger that starts again or goes no further: which nonces still count, and what it says when it stops.
//! Where the lists lie meanwhile is the node's affair.

use std::collections::BTreeMap;

use ktr_core::{
    governance::Upgrade,
    id::{Fingerprint, Height, Nonce},
    time::Time,
};
use ktr_ledger::{Replay, Stopped, Unreadable};
use ktr_wire::recorded::UsedNonce;

const SIGNER: Fingerprint = Fingerprint([1; 20]);

fn used(n: u8, expires_at: u64) -> UsedNonce {
    UsedNonce {
        signer: SIGNER,
        nonce: Nonce([n; 16]),
        expires_at: Time(expires_at),
    }
}

#[test]
fn a_restart_remembers_what_a_running_ledger_would_and_leaves_out_what_is_over() {
    let lists = [
        vec![used(1, 99)],
        // The same nonce again, after its first list was over.
        vec![used(1, 200)],
        // One of two is over: the list counts whole.
        vec![used(2, 99), used(3, 100)],
        vec![],
    ];
    let lists: BTreeMap<_, _> = (1..).map(Height).zip(lists).collect();
    let mut running = Replay::default();
    for (height, list) in &lists {
        running.remember(*height, list);
        running.forget(Time(if height.0 == 1 { 100 } else { 99 }));
    }
    let mut restored = Replay::restored(lists, Time(100));
    running.forget(Time(100));
    assert_eq!(restored, running);
    assert_eq!(restored.len(), 3);
    for n in 1..=3 {
        assert!(restored.contains(&SIGNER, &Nonce([n; 16])), "{n}");
    }
    restored.forget(Time(101));
    assert!(restored.contains(&SIGNER, &Nonce([1; 16])));
    assert!(!restored.contains(&SIGNER, &Nonce([3; 16])));
    restored.forget(Time(201));
    assert!(restored.is_empty());
}

#[test]
fn a_ledger_that_stops_names_the_version_that_goes_on_or_what_cannot_be_read() {
    let halted = Stopped::Halted(Upgrade {
        app_version: 2,
        height: Height(40),
    });
    let words = halted.to_string();
    assert!(
        words.contains("height 40") && words.contains("version 2"),
        "{words}"
    );
    let missing = Stopped::from(Unreadable::RootMissing(7)).to_string();
    assert!(missing.contains("tree version 7"), "{missing}");
    let store = Stopped::from(Unreadable::Store("no such node".to_owned())).to_string();
    assert!(store.contains("no such node"), "{store}");
}
