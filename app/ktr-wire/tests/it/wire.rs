//! Sentences about octets: one content has one encoding, and every other is refused.
//! What a command may do is told elsewhere.

use std::collections::BTreeSet;

use ktr_core::{
    Command, Mandate,
    governance::{self, Subject},
    id::{Nonce, ProposalId},
    key::{Key, KeyBody, Revocation, RevocationReason, Role},
    time::Secs,
};
use ktr_testkit::{
    Actor, Cast,
    sample::{self, START},
};
use ktr_wire::{
    Refusal,
    genesis::{Incomplete, check, check_begun},
    limits::{CHAIN_ID_MAX, RECORDED_MAX, TRANSACTION_MAX},
    recorded::{Recorded, UsedNonce},
    refusal::{Envelope, Signature, Wire},
    signature::Packet,
    transaction::{Draft, Transaction, assemble, hash, signed},
};

fn body(command: Command) -> Vec<u8> {
    let draft = Draft {
        chain_id: "ktr-test-1".to_owned(),
        nonce: Nonce([7; 16]),
        expires_at: START.plus(Secs(60)),
        key_proof: sample::proof_of(&command, "ktr-test-1"),
        command,
        proposal: None,
    };
    draft.body()
}

#[test]
fn a_proposal_names_its_command_by_all_of_its_octets_and_by_its_chain_and_by_nothing_else() {
    let draft = |command: &Command, chain: &str, nonce| Draft {
        chain_id: chain.to_owned(),
        nonce: Nonce([nonce; 16]),
        expires_at: START.plus(Secs(u64::from(nonce))),
        key_proof: sample::proof_of(command, "ktr-test-1"),
        command: command.clone(),
        proposal: None,
    };
    let mut named = BTreeSet::new();
    for (name, command) in sample::commands() {
        let digest = draft(&command, "ktr-test-1", 7).command_digest();
        assert_eq!(draft(&command, "ktr-test-1", 8).command_digest(), digest);
        assert_ne!(draft(&command, "ktr-test-2", 7).command_digest(), digest);
        assert!(named.insert(digest), "{name} is named like another");
    }
}

fn signer() -> Actor {
    Actor::named("signer", START)
}

fn sent(body: &[u8]) -> Vec<u8> {
    let signature = signer().packet(&signed(body), START);
    assemble(body.to_vec(), signature)
}

fn read(body: &[u8]) -> Result<Transaction, Refusal> {
    Transaction::decode(&sent(body))
}

#[test]
fn every_prefix_and_every_appended_octet_is_refused() {
    for (name, command) in sample::commands() {
        let body = body(command);
        read(&body).expect(name);
        for len in 0..body.len() {
            assert!(read(&body[..len]).is_err(), "{name} cut at {len}");
        }
        for extra in [vec![0], vec![0x78, 1], vec![0xFF; 3]] {
            let longer = [body.clone(), extra].concat();
            assert!(read(&longer).is_err(), "{name} with more at its end");
        }
    }
}

#[test]
fn a_flipped_bit_never_leaves_the_same_hash_and_meaning() {
    let (_, command) = sample::commands().swap_remove(6);
    let body = body(command.clone());
    read(&body).expect("a good one");
    let original = hash(&sent(&body));
    for at in 0..body.len() * 8 {
        let mut flipped = body.clone();
        flipped[at / 8] ^= 1 << (at % 8);
        if read(&flipped).is_ok() {
            assert_ne!(hash(&sent(&flipped)), original);
        }
    }
}

#[test]
fn a_reserved_or_foreign_command_is_unknown() {
    let (_, command) = sample::commands().swap_remove(6);
    let body = body(command);
    // Everything before the command: chain id, nonce, expiry.
    let head = &body[..2 + 10 + 2 + 16 + 6];
    for number in [108_u32, 125, 144, 163, 191, 209, 220, 246, 259, 300] {
        let mut foreign = head.to_vec();
        let mut tag = (number << 3) | 2;
        while tag >= 0x80 {
            foreign.push(u8::try_from(tag & 0x7F).expect("seven bits") | 0x80);
            tag >>= 7;
        }
        foreign.push(u8::try_from(tag).expect("seven bits"));
        foreign.push(0);
        assert_eq!(read(&foreign), Err(Wire::Unknown.into()), "{number}");
    }
    assert_eq!(read(head), Err(Wire::NoCommand.into()));
}

#[test]
fn the_place_of_an_assertion_in_a_vote_is_reserved_and_refused() {
    let mut commands = sample::commands().into_iter();
    let approval = commands.find(|(name, _)| *name == "nomination.vote approve");
    let (_, command) = approval.expect("a vote");
    let body = body(command);
    // The vote is the body's end: a commitment and a verdict, 36 octets behind their length.
    let at = body.len() - 37;
    assert_eq!(body[at], 36);
    let assertions: [&[u8]; 2] = [&[0x22, 0], &[0x22, 1, 7]];
    for assertion in assertions {
        let mut asserted = [body.as_slice(), assertion].concat();
        asserted[at] += u8::try_from(assertion.len()).expect("two or three");
        assert_eq!(read(&asserted).map_err(Refusal::code), Err(3));
    }
}

#[test]
fn the_first_term_begins_at_the_genesis_time_or_before_so_that_it_is_event_0() {
    let genesis = Cast::new(START).genesis();
    assert_eq!(check_begun(&genesis, START), Ok(()));
    assert_eq!(check_begun(&genesis, START.plus(Secs(1))), Ok(()));
    let early = check_begun(&genesis, START.minus(Secs(1)));
    assert_eq!(early, Err(Incomplete::NotBegun));
}

#[test]
fn every_key_of_a_genesis_is_valid_at_the_genesis_time() {
    let whole = Cast::new(START).genesis();
    for at in 0..whole.keys.len() {
        let says = Err(Incomplete::NotValid(whole.keys[at].fingerprint));
        let mut late = whole.clone();
        late.keys[at].valid_from = START.plus(Secs(1));
        assert_eq!(check_begun(&late, START), says);
        assert_eq!(check_begun(&late, START.plus(Secs(1))), Ok(()));
        let mut over = whole.clone();
        over.keys[at].valid_until = START;
        assert_eq!(check_begun(&over, START), says);
        over.keys[at].valid_until = START.plus(Secs(1));
        assert_eq!(check_begun(&over, START), Ok(()));
    }
}

/// The same key, as one that was revoked and as one whose validity is over.
fn ended(key: Key) -> [Key; 2] {
    let revocation = Revocation {
        at: START,
        reason: RevocationReason::Retired,
    };
    let revoked = Key {
        revoked: Some(revocation),
        ..key
    };
    let expired = Key {
        expired: true,
        ..key
    };
    [revoked, expired]
}

#[test]
fn a_key_that_has_ended_is_neither_proposed_nor_in_a_genesis() {
    let genesis = Cast::new(START).genesis();
    assert_eq!(check(&genesis), Ok(()));
    let key = genesis.keys[0];
    for dead in ended(key) {
        let mut genesis = genesis.clone();
        genesis.keys[0] = dead;
        assert_eq!(check(&genesis), Err(Incomplete::Key(key.fingerprint)));
    }
    let propose = |key| {
        let subject = Subject::Keys(key);
        body(Command::Governance(governance::Command::Propose {
            proposal: ProposalId(1),
            digest: ktr_wire::digest::proposal("ktr-test-1", &subject),
            subject,
            until: START.plus(Secs(60)),
        }))
    };
    read(&propose(key)).expect("a live one may be proposed");
    for dead in ended(key) {
        assert_eq!(read(&propose(dead)), Err(Wire::OutOfRange.into()));
    }
}

#[test]
fn as_many_octets_as_the_limit_are_read_and_one_more_is_not() {
    let transaction = |len: usize| Transaction::decode(&vec![0xFF; len]);
    assert_eq!(transaction(TRANSACTION_MAX), Err(Wire::NotProtobuf.into()));
    assert_eq!(transaction(TRANSACTION_MAX + 1), Err(Wire::TooLarge.into()));
    let recorded = |len: usize| Recorded::decode(&vec![0xFF; len]);
    assert_eq!(recorded(RECORDED_MAX), Err(Wire::NotProtobuf));
    assert_eq!(recorded(RECORDED_MAX + 1), Err(Wire::TooLarge));
}

fn draft(chain_id: &str, proposal: Option<ProposalId>) -> Draft {
    let (_, command) = sample::commands().swap_remove(6);
    Draft {
        chain_id: chain_id.to_owned(),
        nonce: Nonce([7; 16]),
        expires_at: START.plus(Secs(60)),
        key_proof: sample::proof_of(&command, chain_id),
        command,
        proposal,
    }
}

#[test]
fn a_chain_has_a_name_and_not_too_long_a_one() {
    let named = |chain: &str| read(&draft(chain, None).body()).map(|read| read.chain_id);
    let longest = "k".repeat(CHAIN_ID_MAX);
    assert_eq!(named(&longest), Ok(longest.clone()));
    for wrong in [String::new(), longest + "k"] {
        assert_eq!(named(&wrong), Err(Wire::OutOfRange.into()), "{wrong}");
    }
}

#[test]
fn a_command_rests_on_the_proposal_that_it_names_or_on_none() {
    // The digest that a proposal names is the command's alone.
    let command = draft("ktr-test-1", None).command_digest();
    for proposal in [None, Some(ProposalId(3))] {
        let read = read(&draft("ktr-test-1", proposal).body()).expect("a good one");
        let mandate = proposal.map(|proposal| Mandate { proposal, command });
        assert_eq!(read.mandate, mandate);
    }
}

#[test]
fn a_transaction_counts_to_the_second_on_its_own_chain() {
    let good = read(&draft("ktr-test-1", None).body()).expect("a good one");
    let parameters = Cast::new(START).genesis().parameters;
    let fits = |chain: &str, now| good.fits(chain, now, &parameters);
    let last = START.plus(Secs(60));
    let first = last.minus(parameters.tx_window_secs);
    for now in [first, START, last] {
        assert_eq!(fits("ktr-test-1", now), Ok(()));
        assert_eq!(fits("ktr-test-2", now), Err(Envelope::WrongChain));
    }
    let (early, late) = (first.minus(Secs(1)), last.plus(Secs(1)));
    assert_eq!(fits("ktr-test-1", early), Err(Envelope::ExpiryTooFar));
    assert_eq!(fits("ktr-test-1", late), Err(Envelope::Expired));
}

#[test]
fn a_used_nonce_is_read_back_from_its_line_and_from_no_other() {
    let used = UsedNonce {
        signer: signer().fingerprint,
        nonce: Nonce([7; 16]),
        expires_at: START,
    };
    let line = used.line();
    assert_eq!(line.len(), UsedNonce::LEN);
    assert_eq!(UsedNonce::from_line(&line), Some(used));
    assert_eq!(UsedNonce::from_line(&line[1..]), None);
    assert_eq!(UsedNonce::from_line(&[line, vec![0]].concat()), None);
}

#[test]
fn a_signature_packet_has_one_shape() {
    let octets = b"what is signed";
    let good = signer().packet(octets, START);
    Packet::parse(&good).expect("a good one");
    let with = |at: usize, octet: u8| {
        let mut packet = good.clone();
        packet[at] = octet;
        packet
    };
    let cases = [
        ("old header", with(0, 0x88), Signature::Shape),
        (
            "length of another packet",
            with(1, good[1] - 1),
            Signature::Shape,
        ),
        ("version 6", with(2, 6), Signature::Shape),
        ("text mode", with(3, 1), Signature::Shape),
        ("algorithm 27", with(4, 27), Signature::Shape),
        ("SHA-1", with(5, 2), Signature::Hash),
        ("user id of the signer", with(9, 28), Signature::Subpacket),
        (
            "fingerprint of version 6",
            with(10, 6),
            Signature::Subpacket,
        ),
        (
            "two packets",
            [good.clone(), good.clone()].concat(),
            Signature::Shape,
        ),
        ("nothing", Vec::new(), Signature::Shape),
        (
            "more than a signature may be",
            vec![0xC2; 1_025],
            Signature::Shape,
        ),
    ];
    for (name, packet, refusal) in cases {
        assert_eq!(Packet::parse(&packet), Err(refusal), "{name}");
    }
}

#[test]
fn a_signature_is_made_while_its_key_is_valid_and_no_later_than_the_skew_allows() {
    let signer = signer();
    let key = Key {
        fingerprint: signer.fingerprint,
        body: KeyBody::Sign(signer.body),
        role: Role::Studio,
        valid_from: START,
        valid_until: START.plus(Secs(1_000)),
        revoked: None,
        expired: false,
    };
    let now = START.plus(Secs(100));
    let claim = |created| {
        let packet = Packet::parse(&signer.packet(b"octets", created)).expect("a good one");
        let claim = packet.claim(b"octets", Some(&key), now, Secs(300));
        claim.expect("a key that is live")
    };
    for created in [START, now, now.plus(Secs(300))] {
        assert_eq!(claim(created).settle(true), Ok(()), "{created}");
        assert_eq!(claim(created).settle(false), Err(Signature::Bad));
        assert!(claim(created).equation.holds());
    }
    for created in [START.minus(Secs(1)), now.plus(Secs(301))] {
        assert_eq!(claim(created).settle(true), Err(Signature::Time));
    }
}
