//! Sentences about members and their keys: one test per rule.
//! Whether a key proof is good is judged on the wire; here it is a given.

use super::{Command, Event, Proof, Rejection, Standing};
use crate::{
    Command as Any, Event as AnyEvent, Rejection as AnyRejection, State,
    id::{CountyId, EncryptionKey, Fingerprint, SigningKey},
    key::{KeyBody, Purpose, RevocationReason},
    tests::{
        DAY, START, admit, county, fp, leave, member, member_id, network, pass, reinstate, seat,
        send, send_mandated, suspend,
    },
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

fn rotate(old: Fingerprint, new: Fingerprint, proof: Proof) -> Command {
    Command::RotateKey {
        member: member_id(1),
        old,
        key: SigningKey([15; 51]),
        fingerprint: new,
        valid_from: Time(START),
        valid_until: Time(START + DAY),
        proof,
    }
}

#[test]
fn a_rotated_key_ends_in_its_block() {
    let mut state = one_member();
    send(&mut state, START, member(1), &Any::Membership(room(1))).expect("a key for the room");
    let holds = Proof::Holds;
    let cases = [
        (
            county(2),
            rotate(member(1), fp(15, 1), holds),
            Rejection::OwnerRequired,
        ),
        (
            member(1),
            rotate(fp(10, 9), fp(15, 1), holds),
            Rejection::KeyUnknown,
        ),
        (
            member(1),
            rotate(fp(10, 1), fp(15, 1), holds),
            Rejection::KeyUnknown,
        ),
        (
            member(1),
            rotate(member(1), member(1), holds),
            Rejection::KeyKnown,
        ),
        (
            member(1),
            rotate(member(1), fp(15, 1), Proof::Fails),
            Rejection::KeyProofFails,
        ),
    ];
    for (signer, command, rule) in cases {
        assert_eq!(refused(&mut state, signer, command), rule);
    }
    let command = Any::Membership(rotate(member(1), fp(15, 1), Proof::Holds));
    send(&mut state, START, member(1), &command).expect("its own key");
    assert_eq!(
        refused(&mut state, member(1), room(2)),
        Rejection::KeyNotLive
    );
    assert_eq!(
        refused(&mut state, fp(15, 1), rotate(member(1), fp(15, 2), holds)),
        Rejection::KeyRevoked
    );
    send(&mut state, START, fp(15, 1), &Any::Membership(room(2))).expect("the successor acts");
}

#[test]
fn a_lost_key_is_replaced_by_the_home_county() {
    let mut state = one_member();
    let command = Any::Membership(rotate(member(1), fp(15, 1), Proof::Holds));
    send(&mut state, START, county(1), &command).expect("the home county may");
    send(&mut state, START, fp(15, 1), &Any::Membership(room(1))).expect("the successor acts");
}

#[test]
fn a_fifth_key_does_not_come_by_rotation_of_an_expired_one() {
    let mut state = one_member();
    let short = add(KeyBody::Sign(SigningKey([40; 51])), 40);
    send(&mut state, START, member(1), &Any::Membership(short)).expect("for a day");
    let later = START + 2 * DAY;
    for n in 41..=43 {
        let Command::AddKey {
            member: owner,
            body,
            fingerprint,
            proof,
            ..
        } = add(KeyBody::Sign(SigningKey([n; 51])), n)
        else {
            panic!("add makes an AddKey");
        };
        let lasting = Any::Membership(Command::AddKey {
            member: owner,
            body,
            fingerprint,
            valid_from: Time(later),
            valid_until: Time(later + DAY),
            proof,
        });
        send(&mut state, later, member(1), &lasting).expect("up to four");
    }
    let Command::RotateKey {
        member: owner,
        old,
        key,
        fingerprint,
        proof,
        ..
    } = rotate(fp(10, 40), fp(15, 1), Proof::Holds)
    else {
        panic!("rotate makes a RotateKey");
    };
    let fifth = Any::Membership(Command::RotateKey {
        member: owner,
        old,
        key,
        fingerprint,
        valid_from: Time(later),
        valid_until: Time(later + DAY),
        proof,
    });
    let refusal = send(&mut state, later, member(1), &fifth).expect_err("it would be the fifth");
    assert_eq!(refusal, AnyRejection::Membership(Rejection::KeysTooMany));
}

#[test]
fn a_suspended_member_asks_for_nothing_and_receives_nothing() {
    let mut state = one_member();
    send(&mut state, START, member(1), &Any::Membership(room(1))).expect("a key for the room");
    send(&mut state, START, county(1), &suspend(1, 1)).expect("the home county may");
    for command in [
        room(2),
        revoke(fp(10, 1)),
        rotate(member(1), fp(15, 1), Proof::Holds),
    ] {
        assert_eq!(
            refused(&mut state, member(1), command),
            Rejection::MemberSuspended
        );
    }
    let owner = member_id(1);
    let live = |state: &State| {
        let keys = &state.membership;
        keys.live_keys(&owner, Purpose::Room, Time(START)).count()
    };
    assert_eq!(live(&state), 0);
    send(
        &mut state,
        START,
        county(1),
        &Any::Membership(revoke(member(1))),
    )
    .expect("its home county still answers for it");
    send(&mut state, START, county(1), &reinstate(1, 2)).expect("the home county may");
    assert_eq!(live(&state), 1);
}

#[test]
fn another_county_suspends_only_with_a_mandate_that_serves_once() {
    let mut state = one_member();
    let refuse = |state: &mut State, signer, command: &Any| {
        let refusal = send(state, START, signer, command).expect_err("a rule says no");
        let AnyRejection::Membership(rule) = refusal else {
            panic!("another subject answered: {refusal}");
        };
        rule
    };
    let cases = [
        (county(2), suspend(1, 1), Rejection::MandateRequired),
        (member(1), suspend(1, 1), Rejection::MandateRequired),
        (county(1), suspend(2, 1), Rejection::MemberUnknown),
        (county(1), suspend(1, 2), Rejection::TurnNotNext),
        (county(1), reinstate(1, 1), Rejection::MemberNotSuspended),
    ];
    for (signer, command, rule) in cases {
        assert_eq!(refuse(&mut state, signer, &command), rule);
    }
    send_mandated(&mut state, START, county(2), &suspend(1, 1)).expect("two counties agreed");
    assert_eq!(
        refuse(&mut state, county(1), &suspend(1, 2)),
        Rejection::MemberSuspended
    );
    send(&mut state, START, county(1), &reinstate(1, 2)).expect("the home county may");
    let again = send_mandated(&mut state, START, county(2), &suspend(1, 1));
    assert_eq!(again, Err(AnyRejection::Membership(Rejection::TurnNotNext)));
}

#[test]
fn leaving_is_final_and_nobody_elses() {
    let mut state = one_member();
    let refuse = |state: &mut State, signer, command: &Any| {
        send(state, START, signer, command).expect_err("a rule says no")
    };
    let foreign = refuse(&mut state, county(1), &leave(1));
    assert_eq!(foreign, AnyRejection::Membership(Rejection::MemberRequired));
    send(&mut state, START, county(1), &suspend(1, 1)).expect("the home county may");
    send(&mut state, START, member(1), &leave(1)).expect("a suspended member may go");
    let gone = AnyRejection::Membership(Rejection::MemberLeft);
    let cases = [
        (member(1), leave(1)),
        (member(1), Any::Membership(room(1))),
        (county(1), Any::Membership(room(1))),
        (county(1), suspend(1, 2)),
        (county(1), reinstate(1, 2)),
    ];
    for (signer, command) in cases {
        assert_eq!(refuse(&mut state, signer, &command), gone);
    }
    let known = refuse(&mut state, county(1), &admit(1, 1));
    assert_eq!(known, AnyRejection::Membership(Rejection::MemberKnown));
    let standing = state.membership.member(&member_id(1)).map(|m| m.standing);
    assert_eq!(standing, Some(Standing::Left { at: Time(START) }));
}

#[test]
fn a_key_whose_validity_is_over_is_said_to_be_expired_once() {
    let mut state = one_member();
    for n in [1, 2] {
        send(&mut state, START, member(1), &Any::Membership(room(n))).expect("for a day");
    }
    let revoked = Any::Membership(revoke(fp(10, 2)));
    send(&mut state, START, member(1), &revoked).expect("one ends before");
    assert!(pass(&mut state, START + DAY - 1).is_empty());
    let expired = Event::KeyExpired {
        member: member_id(1),
        fingerprint: fp(10, 1),
    };
    assert_eq!(
        pass(&mut state, START + DAY),
        [AnyEvent::Membership(expired)]
    );
    assert!(pass(&mut state, START + 2 * DAY).is_empty());
}

#[test]
fn a_key_makes_room_in_the_second_in_which_it_ends() {
    let mut state = one_member();
    for n in 1..=4 {
        send(&mut state, START, member(1), &Any::Membership(room(n))).expect("up to four");
    }
    let Command::AddKey {
        member: owner,
        body,
        fingerprint,
        proof,
        ..
    } = room(5)
    else {
        panic!("room makes an AddKey");
    };
    let fifth = Any::Membership(Command::AddKey {
        member: owner,
        body,
        fingerprint,
        valid_from: Time(START),
        valid_until: Time(START + 9 * DAY),
        proof,
    });
    let early = send(&mut state, START + DAY - 1, member(1), &fifth);
    assert_eq!(early, Err(AnyRejection::Membership(Rejection::KeysTooMany)));
    send(&mut state, START + DAY, member(1), &fifth).expect("four have ended");
}

#[test]
fn every_member_is_in_the_list_of_members() {
    let mut state = one_member();
    send(&mut state, START, county(2), &admit(2, 2)).expect("another home county");
    let ids: alloc::vec::Vec<_> = state.membership.members().map(|known| known.id).collect();
    assert_eq!(ids, [member_id(1), member_id(2)]);
}
