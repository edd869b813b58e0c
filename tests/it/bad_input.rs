//! The table of bad input before the in-process block: each row gets its code and changes nothing.
//! The net tests ask a real engine and its `CheckTx` the same.

use ktr_core::{
    Command,
    id::{CountyId, MemberId},
    membership::{self, Proof},
    time::Secs,
};
use ktr_ledger::OneByOne;
use ktr_testkit::Chain;
use ktr_tests::bad_input::{Row, Stage, envelope_rows, signature_rows, wire_rows};
use ktr_wire::Refusal;

const MEMBER: MemberId = MemberId([9; 16]);

/// A chain with one admitted member.
fn stage() -> (Chain, Stage) {
    let mut chain = Chain::begun();
    let member = chain.cast.stranger("member");
    let county = chain.cast.counties[0].clone();
    let command = Command::Membership(membership::Command::Admit {
        member: MEMBER,
        home: CountyId(1),
        key: member.body,
        fingerprint: member.fingerprint,
        valid_from: chain.cast.start,
        valid_until: chain.cast.start.plus(Secs(86_400)),
        proof: Proof::Holds,
    });
    let tx = chain.registering(&county, &member, &MEMBER, command);
    chain.judge(tx).expect("the home county admits");
    let stage = Stage {
        chain_id: chain.id().to_owned(),
        begun: chain.cast.start,
        now: chain.now(),
        member,
    };
    (chain, stage)
}

#[test]
fn every_row_of_bad_input_gets_its_code_and_changes_nothing() {
    let (mut chain, stage) = stage();
    let mut rows = wire_rows(&stage);
    rows.extend(signature_rows(&stage));
    rows.extend(envelope_rows(&stage));
    println!("{:<32} {:<18} code", "row", "judge");
    for (name, octets, code) in rows {
        let before = chain.state().clone();
        let refusal = chain.judge(octets).expect_err(name);
        println!("{name:<32} {:<18} {}", "in-process block", refusal.code());
        assert_eq!(refusal.code(), code, "{name}");
        assert_eq!(*chain.state(), before, "{name}");
    }
}

#[test]
fn a_block_is_refused_for_octets_and_signatures_only() {
    let (chain, stage) = stage();
    let refuses = |rows: Vec<Row>| {
        rows.into_iter().filter(|(_, octets, _)| {
            let judged = chain.ledger().admit_one(octets, chain.now(), &OneByOne);
            judged.is_err_and(Refusal::refuses_block)
        })
    };
    assert_eq!(refuses(wire_rows(&stage)).count(), 8);
    assert_eq!(refuses(signature_rows(&stage)).count(), 11);
    assert_eq!(refuses(envelope_rows(&stage)).count(), 0);
}
