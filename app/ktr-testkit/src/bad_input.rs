//! The table of bad input: rows of wire, signature and envelope with the code that each gets.
//! Who judges them is the tests' affair: the in-process block, or a real engine's `CheckTx`.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::missing_panics_doc,
    reason = "a test stops at what cannot be"
)]

use ktr_core::{
    Command,
    id::{Commitment, MemberId, Nonce},
    nomination::{self, Severity, Verdict},
    time::{Secs, Time},
};
use ktr_wire::transaction::{Draft, assemble, signed};

use crate::Actor;

/// A chain on which one member is admitted.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The chain.
    pub chain_id: String,
    /// Since when the member's key counts.
    pub begun: Time,
    /// Header time, as near as it is known.
    pub now: Time,
    /// The member.
    pub member: Actor,
    /// A member whose key counts only [`AHEAD`] after `begun`.
    pub early: Actor,
    /// A member whose key its county has revoked.
    pub revoked: Actor,
}

/// How far ahead of its admission a key is dated that does not count yet: within the skew of 300 s.
pub const AHEAD: Secs = Secs(290);

/// The ids of the three members: [`Stage::member`], [`Stage::early`], [`Stage::revoked`].
pub const MEMBERS: [MemberId; 3] = [MemberId([9; 16]), MemberId([10; 16]), MemberId([11; 16])];

fn submit(now: Time, severity: Severity) -> Command {
    submit_of(now, 1, severity)
}

fn submit_of(now: Time, case: u8, severity: Severity) -> Command {
    Command::Nomination(nomination::Command::Submit {
        commitment: Commitment([case; 32]),
        severity,
        matrix_version: 1,
        decide_by: now.plus(Secs(7_200)),
    })
}

fn draft(stage: &Stage, command: Command) -> Draft {
    Draft {
        chain_id: stage.chain_id.clone(),
        nonce: Nonce([1; 16]),
        expires_at: stage.now.plus(Secs(60)),
        command,
        proposal: None,
        key_proof: Vec::new(),
    }
}

/// Name of the row, the octets, and the code they get.
pub type Row = (&'static str, Vec<u8>, u32);

/// Rows whose body is foreign.
#[must_use]
pub fn wire_rows(stage: &Stage) -> Vec<Row> {
    let body = draft(stage, submit(stage.now, Severity::High)).body();
    let with = |body: Vec<u8>| {
        let signature = stage.member.packet(&signed(&body), stage.now);
        assemble(body, signature)
    };
    // After the chain id: tag, length, and 16 octets of nonce; then tag and five octets of expiry.
    let nonce_at = 2 + stage.chain_id.len();
    let short_nonce = {
        let mut cut = body.clone();
        cut.remove(nonce_at + 2);
        cut[nonce_at + 1] = 15;
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
    let no_command = body[..nonce_at + 2 + 16 + 6].to_vec();
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
            with([no_command, vec![0xEA, 7, 0]].concat()),
            6,
        ),
        ("a severity nobody knows", with(unknown_severity), 6),
    ]
}

/// Rows whose signature is foreign.
#[must_use]
pub fn signature_rows(stage: &Stage) -> Vec<Row> {
    let now = stage.now;
    let body = draft(stage, submit(now, Severity::High)).body();
    let good = stage.member.packet(&signed(&body), now);
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
    let stranger = Actor::named("stranger", stage.begun).packet(&signed(&body), now);
    let by = |actor: &Actor| assemble(body.clone(), actor.packet(&signed(&body), now));
    let dated = |time: Time| assemble(body.clone(), stage.member.packet(&signed(&body), time));
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
        ("a revoked key", by(&stage.revoked), 107),
        ("a key that does not count yet", by(&stage.early), 106),
        (
            "wrong left 16 bits",
            with(unhashed_at + 2, good[unhashed_at + 2] ^ 1),
            103,
        ),
        ("a bit of the signature", with(last, good[last] ^ 1), 108),
        ("dated ten minutes ahead", dated(now.plus(Secs(600))), 109),
        (
            "dated before its key",
            dated(stage.begun.minus(Secs(1))),
            109,
        ),
    ]
}

/// More good transactions of one signer than may stand in one block, or wait for one; the first has the nonce of
/// "the same nonce again" in [`envelope_rows`].
#[must_use]
pub fn crowd(stage: &Stage) -> Vec<Vec<u8>> {
    let one = |n: u8| {
        let mut nonce = [1; 16];
        nonce[15] = n;
        let draft = Draft {
            nonce: Nonce(nonce),
            ..draft(stage, submit_of(stage.now, n, Severity::High))
        };
        stage.member.sign(&draft, stage.now)
    };
    (1..=65).map(one).collect()
}

/// Rows whose envelope is foreign, and one that a rule refuses.
#[must_use]
pub fn envelope_rows(stage: &Stage) -> Vec<Row> {
    let now = stage.now;
    let good = draft(stage, submit(now, Severity::High));
    let sign = |draft: &Draft| stage.member.sign(draft, now);
    let other = Draft {
        chain_id: "ktr-other-1".to_owned(),
        ..good.clone()
    };
    let expired = Draft {
        expires_at: now.minus(Secs(1)),
        ..good.clone()
    };
    let far = Draft {
        expires_at: now.plus(Secs(2 * 86_400)),
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
