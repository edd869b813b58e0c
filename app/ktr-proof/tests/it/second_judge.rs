//! Sentences about commits with two judges: our own check, and the light-client verifier that others use.
//! Every commit that ours accepts the other accepts too; where ours alone refuses, the row says so.

use ktr_proof::commit;
use ktr_testkit::second_judge;
use tendermint::{
    Hash,
    block::{CommitSig, signed_header::SignedHeader},
    chain,
    validator::Set,
};

use crate::engine::{chain_of, recorded, signed, validators};

/// What the two judges say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Say {
    BothAccept,
    BothRefuse,
    /// Ours checks every signature and every place; the other stops at two thirds and looks signers up by address.
    OursAloneRefuses,
}

/// One commit, and who accepts it.
struct Row {
    name: &'static str,
    commit: &'static str,
    change: fn(&mut SignedHeader),
    say: Say,
}

/// Flips one bit of the signature at a place.
fn break_signature(header: &mut SignedHeader, place: usize) {
    let (CommitSig::BlockIdFlagCommit { signature, .. }
    | CommitSig::BlockIdFlagNil { signature, .. }) = &mut header.commit.signatures[place]
    else {
        return;
    };
    let mut octets = signature.as_ref().expect("signed").as_bytes().to_vec();
    octets[0] ^= 1;
    *signature = octets.try_into().ok();
}

/// Votes for nothing that pass for votes for the block.
pub(crate) fn nil_as_commit(header: &mut SignedHeader) {
    for entry in &mut header.commit.signatures {
        if let CommitSig::BlockIdFlagNil {
            validator_address,
            timestamp,
            signature,
        } = entry
        {
            *entry = CommitSig::BlockIdFlagCommit {
                validator_address: *validator_address,
                timestamp: *timestamp,
                signature: signature.clone(),
            };
        }
    }
}

fn break_nil(header: &mut SignedHeader) {
    let is_nil = |entry: &CommitSig| matches!(entry, CommitSig::BlockIdFlagNil { .. });
    let place = header.commit.signatures.iter().position(is_nil);
    break_signature(header, place.expect("a nil vote"));
}

fn twice(header: &mut SignedHeader) {
    header.commit.signatures[3] = header.commit.signatures[0].clone();
}

const fn row(
    name: &'static str,
    commit: &'static str,
    change: fn(&mut SignedHeader),
    say: Say,
) -> Row {
    Row {
        name,
        commit,
        change,
        say,
    }
}

const ROWS: [Row; 16] = [
    row("four votes", "all", |_| {}, Say::BothAccept),
    row("an absent vote", "absent", |_| {}, Say::BothAccept),
    row("a nil vote", "nil", |_| {}, Say::BothAccept),
    row(
        "a broken signature at 0",
        "all",
        |header| break_signature(header, 0),
        Say::BothRefuse,
    ),
    row(
        "a broken signature at 1",
        "all",
        |header| break_signature(header, 1),
        Say::BothRefuse,
    ),
    row(
        "a broken signature at 2",
        "all",
        |header| break_signature(header, 2),
        Say::BothRefuse,
    ),
    row(
        "a broken signature at 3",
        "all",
        |header| break_signature(header, 3),
        Say::OursAloneRefuses,
    ),
    row(
        "a broken signature for nil",
        "nil",
        break_nil,
        Say::OursAloneRefuses,
    ),
    row(
        "a nil vote shown as a vote",
        "nil",
        nil_as_commit,
        Say::BothRefuse,
    ),
    row(
        "200 of 301",
        "all",
        |header| {
            header.commit.signatures[0] = CommitSig::BlockIdFlagAbsent;
            header.commit.signatures[3] = CommitSig::BlockIdFlagAbsent;
        },
        Say::BothRefuse,
    ),
    row(
        "an entry less",
        "all",
        |header| drop(header.commit.signatures.pop()),
        Say::BothRefuse,
    ),
    row(
        "an entry more",
        "all",
        |header| header.commit.signatures.push(CommitSig::BlockIdFlagAbsent),
        Say::BothRefuse,
    ),
    row(
        "two entries swapped",
        "all",
        |header| header.commit.signatures.swap(0, 1),
        Say::OursAloneRefuses,
    ),
    row("one vote twice", "all", twice, Say::BothRefuse),
    row(
        "another app hash",
        "all",
        |header| header.header.app_hash = vec![0; 32].try_into().expect("32 octets"),
        Say::BothRefuse,
    ),
    row(
        "no block id",
        "all",
        |header| header.commit.block_id.hash = Hash::None,
        Say::BothRefuse,
    ),
];

#[test]
fn every_commit_gets_the_same_verdict_from_two_judges_or_ours_is_the_stricter() {
    let recorded = recorded();
    let set = Set::without_proposer(validators(&recorded));
    let chain_id: chain::Id = chain_of(&recorded).parse().expect("a chain id");
    println!("{:<28} {:<8} light-client verifier", "commit", "ours");
    let word = |accepts| if accepts { "accepts" } else { "refuses" };
    for Row {
        name,
        commit,
        change,
        say,
    } in ROWS
    {
        let mut header = signed(&recorded["commits"][commit]);
        change(&mut header);
        let ours = commit::verify(chain_id.as_str(), &set, &header.header, &header.commit).is_ok();
        let other = second_judge::accepts(&chain_id, &set, &header);
        println!("{name:<28} {:<8} {}", word(ours), word(other));
        let said = match (ours, other) {
            (true, true) => Say::BothAccept,
            (false, false) => Say::BothRefuse,
            (false, true) => Say::OursAloneRefuses,
            (true, false) => panic!("{name}: only ours accepts"),
        };
        assert_eq!(said, say, "{name}");
    }
}

#[test]
fn a_commit_of_another_chain_or_set_is_refused_by_both() {
    let recorded = recorded();
    let header = signed(&recorded["commits"]["all"]);
    let set = Set::without_proposer(validators(&recorded));
    let mut few = validators(&recorded);
    few.pop();
    let few = Set::without_proposer(few);
    let chain_id: chain::Id = chain_of(&recorded).parse().expect("a chain id");
    let other: chain::Id = "ktr-other-1".parse().expect("a chain id");
    for (chain_id, set) in [(&other, &set), (&chain_id, &few)] {
        let ours = commit::verify(chain_id.as_str(), set, &header.header, &header.commit);
        assert!(ours.is_err());
        assert!(!second_judge::accepts(chain_id, set, &header));
    }
}
