//! The table of bad input before the in-process block: each row gets its code and changes nothing.
//! The net tests ask a real engine and its `CheckTx` the same.

use ktr_core::{
    Command,
    id::CountyId,
    key::RevocationReason,
    membership::{self, Proof},
    time::Secs,
};
use ktr_ledger::OneByOne;
use ktr_testkit::{
    Chain,
    bad_input::{AHEAD, MEMBERS, Row, Stage, crowd, envelope_rows, signature_rows, wire_rows},
};
use ktr_wire::Refusal;

/// A chain with three admitted members, one of whom has lost its key.
fn stage() -> (Chain, Stage) {
    let mut chain = Chain::begun();
    let county = chain.cast.counties[0].clone();
    let [member, early, revoked] =
        ["member", "early", "revoked"].map(|name| chain.cast.stranger(name));
    let begun = chain.now();
    let ahead = [Secs(0), AHEAD, Secs(0)];
    for ((actor, id), ahead) in [&member, &early, &revoked]
        .into_iter()
        .zip(MEMBERS)
        .zip(ahead)
    {
        let command = Command::Membership(membership::Command::Admit {
            member: id,
            home: CountyId(1),
            key: actor.body,
            fingerprint: actor.fingerprint,
            valid_from: begun.plus(ahead),
            valid_until: begun.plus(Secs(86_400)),
            proof: Proof::Holds,
        });
        let tx = chain.registering(&county, actor, &id, command);
        chain.judge(tx).expect("the home county admits");
    }
    let revoke = membership::Command::RevokeKey {
        member: MEMBERS[2],
        fingerprint: revoked.fingerprint,
        reason: RevocationReason::Compromised,
    };
    let revoked_by = chain.send(&county, Command::Membership(revoke));
    revoked_by.expect("the home county revokes");
    let stage = Stage {
        chain_id: chain.id().to_owned(),
        begun,
        now: chain.now(),
        member,
        early,
        revoked,
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
    assert_eq!(refuses(signature_rows(&stage)).count(), 13);
    assert_eq!(refuses(envelope_rows(&stage)).count(), 0);
}

#[test]
fn the_65th_transaction_of_a_signer_in_one_block_is_one_too_many() {
    let (mut chain, stage) = stage();
    let batch = chain.block(&crowd(&stage));
    let codes = batch
        .results
        .iter()
        .map(|result| result.refusal.map(Refusal::code));
    let codes: Vec<_> = codes.collect();
    println!(
        "{:<32} {:<18} 124",
        "one too many of a signer", "in-process block"
    );
    assert_eq!(codes[0], None);
    assert_eq!(codes.iter().filter(|code| **code == Some(124)).count(), 1);
    assert_eq!(codes[64], Some(124));
}
