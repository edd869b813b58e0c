//! Sentences about members and their keys: one test per rule.
//! Whether a key proof is good is judged on the wire; here it is a given.

use super::{Command, Proof, Rejection};
use crate::{
    Command as Any, Rejection as AnyRejection, State,
    id::{CountyId, EncryptionKey, Fingerprint, SigningKey},
    key::{KeyBody, Purpose, RevocationReason},
    tests::{DAY, START, admit, county, fp, member, member_id, network, seat, send},
    time::Time,
};

fn refused(state: &mut State, signer: Fingerprint, command: Command) -> Rejection {
    let refusal = send(state, START, signer, &Any::Membership(command));
    let refusal = refusal.expect_err("a rule says no");
    let AnyRejection::Membership(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

fn one_member() -> State {
    let mut state = network();
    send(&mut state, START, county(1), &admit(1, 1)).expect("the home county admits");
    state
}

fn admission(key: u8, from: u64, until: u64, proof: Proof) -> Command {
    Command::Admit {
        member: member_id(2),
        home: CountyId(1),
        key: SigningKey([key; 51]),
        fingerprint: member(key),
        valid_from: Time(from),
        valid_until: Time(until),
        proof,
    }
}

fn add(body: KeyBody, n: u8) -> Command {
    Command::AddKey {
        member: member_id(1),
        body,
        fingerprint: fp(10, n),
        valid_from: Time(START),
        valid_until: Time(START + DAY),
        proof: Proof::Holds,
    }
}

fn room(n: u8) -> Command {
    add(KeyBody::Room(EncryptionKey([n; 56])), n)
}

fn revoke(fingerprint: Fingerprint) -> Command {
    let reason = RevocationReason::Compromised;
    Command::RevokeKey {
        member: member_id(1),
        fingerprint,
        reason,
    }
}

#[test]
fn a_home_county_admits_with_a_proven_key() {
    let mut state = one_member();
    let far = START + 1_096 * DAY;
    let cases = [
        (
            county(2),
            admission(2, START, far, Proof::Holds),
            Rejection::CountyRequired,
        ),
        (
            seat(1),
            admission(2, START, far, Proof::Holds),
            Rejection::CountyRequired,
        ),
        (
            county(1),
            admission(1, START, far, Proof::Holds),
            Rejection::KeyKnown,
        ),
        (
            county(1),
            admission(2, START, far, Proof::Fails),
            Rejection::KeyProofFails,
        ),
        (
            county(1),
            admission(2, START, START, Proof::Holds),
            Rejection::ValidityEmpty,
        ),
        (
            county(1),
            admission(2, START - 9, START, Proof::Holds),
            Rejection::ValidityEmpty,
        ),
        (
            county(1),
            admission(2, START + 301, far, Proof::Holds),
            Rejection::ValidityTooSoon,
        ),
        (
            county(1),
            admission(2, START, far + 1, Proof::Holds),
            Rejection::ValidityTooLong,
        ),
        (
            fp(99, 9),
            admission(2, START, far, Proof::Holds),
            Rejection::KeyNotLive,
        ),
    ];
    for (signer, command, rule) in cases {
        assert_eq!(refused(&mut state, signer, command), rule);
    }
    let again = send(&mut state, START, county(1), &admit(1, 1)).expect_err("it is a member");
    assert_eq!(again, AnyRejection::Membership(Rejection::MemberKnown));
    let last_day = Any::Membership(admission(2, START + 300, far + 300, Proof::Holds));
    send(&mut state, START, county(1), &last_day).expect("the longest validity, at the skew");
}

#[test]
fn keys_are_changed_by_the_member_or_its_home_county() {
    let mut state = one_member();
    assert_eq!(
        refused(&mut state, county(2), room(1)),
        Rejection::OwnerRequired
    );
    send(&mut state, START, member(1), &Any::Membership(room(1))).expect("the member may");
    send(&mut state, START, county(1), &Any::Membership(room(2))).expect("the home county may");
    assert_eq!(refused(&mut state, member(1), room(2)), Rejection::KeyKnown);
    let unknown = Command::RevokeKey {
        member: member_id(3),
        fingerprint: fp(10, 1),
        reason: RevocationReason::Retired,
    };
    assert_eq!(
        refused(&mut state, county(1), unknown),
        Rejection::MemberUnknown
    );
}

#[test]
fn a_member_has_at_most_four_live_keys_of_a_purpose() {
    let mut state = one_member();
    for n in 1..=4 {
        send(&mut state, START, member(1), &Any::Membership(room(n))).expect("up to four");
    }
    assert_eq!(
        refused(&mut state, member(1), room(5)),
        Rejection::KeysTooMany
    );
    let signing = add(KeyBody::Sign(SigningKey([20; 51])), 20);
    send(&mut state, START, member(1), &Any::Membership(signing)).expect("another purpose");
    send(
        &mut state,
        START,
        member(1),
        &Any::Membership(revoke(fp(10, 1))),
    )
    .expect("one ends");
    send(&mut state, START, member(1), &Any::Membership(room(5))).expect("that makes room");
    let owner = member_id(1);
    let live = state
        .membership
        .live_keys(&owner, Purpose::Room, Time(START));
    assert_eq!(live.count(), 4);
}

#[test]
fn keys_dated_ahead_count_as_live_ones() {
    let mut state = one_member();
    for n in 1..=4 {
        let Command::AddKey {
            member,
            body,
            fingerprint,
            valid_until,
            proof,
            ..
        } = room(n)
        else {
            panic!("room makes an AddKey");
        };
        let valid_from = Time(START + 300);
        let ahead = Command::AddKey {
            member,
            body,
            fingerprint,
            valid_from,
            valid_until,
            proof,
        };
        send(
            &mut state,
            START,
            crate::tests::member(1),
            &Any::Membership(ahead),
        )
        .expect("up to four");
    }
    assert_eq!(
        refused(&mut state, member(1), room(5)),
        Rejection::KeysTooMany
    );
}

#[test]
fn a_revoked_key_acts_no_more_and_is_revoked_once() {
    let mut state = one_member();
    assert_eq!(
        refused(&mut state, member(1), revoke(fp(10, 1))),
        Rejection::KeyUnknown
    );
    assert_eq!(
        refused(&mut state, county(1), revoke(county(1))),
        Rejection::KeyUnknown
    );
    send(
        &mut state,
        START,
        member(1),
        &Any::Membership(revoke(member(1))),
    )
    .expect("its own key");
    assert_eq!(
        refused(&mut state, member(1), room(1)),
        Rejection::KeyNotLive
    );
    assert_eq!(
        refused(&mut state, county(1), revoke(member(1))),
        Rejection::KeyRevoked
    );
}
