//! The table of bad input: every row of wire, signature and envelope with the code it gets in a block.
//! The judge here is the in-process block; the net tests ask a real engine and its `CheckTx` the same.

use ktr_core::{
    Command,
    id::{Commitment, CountyId, MemberId, Nonce},
    membership::{self, Proof},
    nomination::{self, Severity, Verdict},
    time::{Secs, Time},
};
use ktr_testkit::{Actor, Chain};
use ktr_wire::{
    Refusal,
    transaction::{Draft, assemble, signed},
};

const MEMBER: MemberId = MemberId([9; 16]);

/// A chain with one admitted member.
fn stage() -> (Chain, Actor) {
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
    (chain, member)
}

fn submit(now: Time, severity: Severity) -> Command {
    Command::Nomination(nomination::Command::Submit {
        commitment: Commitment([1; 32]),
        severity,
        matrix_version: 1,
        decide_by: now.plus(Secs(7_200)),
    })
}

fn draft(chain: &Chain, command: Command) -> Draft {
    Draft {
        chain_id: chain.id().to_owned(),
        nonce: Nonce([1; 16]),
        expires_at: chain.now().plus(Secs(60)),
        command,
        key_proof: Vec::new(),
    }
}

/// Name of the row, the octets, and the code they get.
type Row = (&'static str, Vec<u8>, u32);

/// Rows whose body is foreign.
fn wire_rows(chain: &Chain, member: &Actor) -> Vec<Row> {
    let body = draft(chain, submit(chain.now(), Severity::High)).body();
    let with = |body: Vec<u8>| {
        let signature = member.packet(&signed(&body), chain.now());
        assemble(body, signature)
    };
    let short_nonce = {
        let mut cut = body.clone();
        cut.remove(14);
        cut[13] = 15;
        cut
    };
    let unknown_severity = {
        let mut other = body.clone();
        let at = other
            .windows(2)
            .rposition(|pair| pair == [0x10, 3])
            .expect("severity high");
        other[at + 1] = 9;
        other
    };
    let no_command = body[..2 + 10 + 2 + 16 + 6].to_vec();
    vec![
        ("more than 16,384 octets", vec![0; 16_385], 1),
        ("garbage", vec![0xFF; 64], 2),
        (
            "a field nobody knows",
            with([body.clone(), vec![0x20, 1]].concat()),
            3,
        ),
        (
            "a default on the wire",
            with([vec![0x0A, 0], body.clone()].concat()),
            3,
        ),
        ("a nonce of 15 octets", with(short_nonce), 4),
        ("no command", with(no_command.clone()), 5),
        (
            "a reserved command",
            with([no_command, vec![0xC2, 6, 0]].concat()),
            6,
        ),
        ("a severity nobody knows", with(unknown_severity), 6),
    ]
}

/// Rows whose signature is foreign.
fn signature_rows(chain: &Chain, member: &Actor) -> Vec<Row> {
    let now = chain.now();
    let body = draft(chain, submit(now, Severity::High)).body();
    let good = member.packet(&signed(&body), now);
    let with = |at: usize, octet: u8| {
        let mut packet = good.clone();
        packet[at] = octet;
        assemble(body.clone(), packet)
    };
    let last = good.len() - 1;
    let unhashed_at = 2 + 6 + 29;
    let unhashed = {
        let mut packet = good.clone();
        packet.splice(unhashed_at..unhashed_at + 2, [0, 3, 2, 101, 0]);
        packet[1] += 3;
        assemble(body.clone(), packet)
    };
    let stranger = chain.cast.stranger("stranger").packet(&signed(&body), now);
    let dated = |time: Time| assemble(body.clone(), member.packet(&signed(&body), time));
    vec![
        ("text mode", with(3, 1), 100),
        (
            "two packets",
            assemble(body.clone(), [good.clone(), good.clone()].concat()),
            100,
        ),
        ("SHA-1", with(5, 2), 104),
        ("the signer's user id", with(9, 28), 101),
        ("an expiry inside", with(9, 3), 101),
        ("junk in the unhashed area", unhashed, 102),
        ("an unknown signer", assemble(body.clone(), stranger), 105),
        (
            "wrong left 16 bits",
            with(unhashed_at + 2, good[unhashed_at + 2] ^ 1),
            103,
        ),
        ("a bit of the signature", with(last, good[last] ^ 1), 108),
        ("dated ten minutes ahead", dated(now.plus(Secs(600))), 109),
        (
            "dated before its key",
            dated(chain.cast.start.minus(Secs(1))),
            109,
        ),
    ]
}

/// Rows whose envelope is foreign, and one that a rule refuses.
fn envelope_rows(chain: &Chain, member: &Actor) -> Vec<Row> {
    let now = chain.now();
    let good = draft(chain, submit(now, Severity::High));
    let sign = |draft: &Draft| member.sign(draft, now);
    let other = Draft {
        chain_id: "ktr-other-1".to_owned(),
        ..good.clone()
    };
    let expired = Draft {
        expires_at: now.minus(Secs(1)),
        ..good.clone()
    };
    let far = Draft {
        expires_at: now.plus(Secs(86_401)),
        ..good.clone()
    };
    let medium = Draft {
        command: submit(now, Severity::Medium),
        ..good.clone()
    };
    let vote = nomination::Command::Vote {
        commitment: Commitment([1; 32]),
        verdict: Verdict::Approve,
    };
    let forbidden = Draft {
        nonce: Nonce([2; 16]),
        command: Command::Nomination(vote),
        ..good.clone()
    };
    vec![
        ("made for another chain", sign(&other), 120),
        ("expired", sign(&expired), 121),
        ("expires too far ahead", sign(&far), 122),
        ("MEDIUM", sign(&medium), 1_204),
        ("the same nonce again", sign(&good), 123),
        ("a vote by a member on nothing", sign(&forbidden), 1_207),
    ]
}

#[test]
fn every_row_of_bad_input_gets_its_code_and_changes_nothing() {
    let (mut chain, member) = stage();
    let mut rows = wire_rows(&chain, &member);
    rows.extend(signature_rows(&chain, &member));
    rows.extend(envelope_rows(&chain, &member));
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
    let (chain, member) = stage();
    let refuses = |rows: Vec<Row>| {
        rows.into_iter().filter(|(_, octets, _)| {
            let judged = chain.ledger().admit(octets, chain.now());
            judged.is_err_and(Refusal::refuses_block)
        })
    };
    assert_eq!(refuses(wire_rows(&chain, &member)).count(), 8);
    assert_eq!(refuses(signature_rows(&chain, &member)).count(), 11);
    assert_eq!(refuses(envelope_rows(&chain, &member)).count(), 0);
}
