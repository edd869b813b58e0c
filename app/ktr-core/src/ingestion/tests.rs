//! Sentences about counts: one test per rule.
//! Who counts, and how, is the collector's affair.

use super::{Bucket, Command, Rejection, Rm1, WindowId};
use crate::{
    Command as Any, RecordKey, Rejection as AnyRejection, State,
    governance::Parameters,
    id::{Fingerprint, SessionId, Sha256},
    session,
    tests::{DAY, START, collector, month, releaser, seal, send, studio},
    time::Time,
};

const OPENED: u64 = START + 2 * DAY + 300;
const HOUR: u64 = 3_600;

fn opened() -> State {
    let mut state = month();
    send(&mut state, START, releaser(), &seal(1, 1, &[1])).expect("the release desk seals");
    let open = Any::Session(session::Command::Open {
        session: SessionId(1),
    });
    send(&mut state, OPENED, studio(), &open).expect("the hour");
    state
}

fn publish(session: u32, bucket: u8, hits: Option<u64>) -> Any {
    Any::Ingestion(Command::Publish {
        session: SessionId(session),
        bucket: Bucket::new(bucket).expect("64 to 68 are buckets"),
        beacon: Sha256([8; 32]),
        hits,
        interrupted: false,
    })
}

fn refused(state: &mut State, now: u64, signer: Fingerprint, command: &Any) -> Rejection {
    let refusal = send(state, now, signer, command).expect_err("a rule says no");
    let AnyRejection::Ingestion(rule) = refusal else {
        panic!("another subject answered: {refusal}");
    };
    rule
}

#[test]
fn a_bucket_is_published_once_and_after_its_end() {
    let mut state = opened();
    let ends = [
        (64, 6),
        (65, 24),
        (66, 7 * 24),
        (67, 14 * 24),
        (68, 14 * 24),
    ];
    for (bucket, hours) in ends {
        let end = OPENED + hours * HOUR;
        let command = publish(1, bucket, Some(5));
        assert_eq!(
            refused(&mut state, end - 1, collector(), &command),
            Rejection::TooEarly
        );
        send(&mut state, end, collector(), &command).expect("the bucket is over");
        assert_eq!(
            refused(&mut state, end, collector(), &command),
            Rejection::AlreadyReported
        );
    }
}

#[test]
fn a_publication_changes_the_counts_of_its_session_alone() {
    let mut state = opened();
    let now = OPENED + 6 * HOUR;
    let events = send(&mut state, now, collector(), &publish(1, 64, Some(5)));
    for event in events.expect("the bucket is over") {
        assert_eq!(event.touches(), [RecordKey::Ingestion(SessionId(1))]);
    }
}

#[test]
fn a_count_under_five_is_withheld() {
    let mut state = opened();
    let now = OPENED + 6 * HOUR;
    let four = publish(1, 64, Some(4));
    assert_eq!(
        refused(&mut state, now, collector(), &four),
        Rejection::CountTooSmall
    );
    send(&mut state, now, collector(), &publish(1, 64, None)).expect("no cell");
}

#[test]
fn only_the_collector_counts_an_opened_session_by_its_beacon() {
    let mut state = opened();
    let now = OPENED + 6 * HOUR;
    let command = publish(1, 64, Some(8));
    assert_eq!(
        refused(&mut state, now, studio(), &command),
        Rejection::CollectorRequired
    );
    let unknown = publish(2, 64, Some(8));
    assert_eq!(
        refused(&mut state, now, collector(), &unknown),
        Rejection::SessionUnknown
    );
    let foreign = Any::Ingestion(Command::Publish {
        session: SessionId(1),
        bucket: Bucket::ALL[0],
        beacon: Sha256([9; 32]),
        hits: None,
        interrupted: false,
    });
    assert_eq!(
        refused(&mut state, now, collector(), &foreign),
        Rejection::BeaconUnknown
    );
    let mut waiting = month();
    assert_eq!(
        refused(&mut waiting, now, collector(), &command),
        Rejection::SessionNotOpened
    );
}

#[test]
fn a_command_of_rm1_is_not_enabled_whoever_sends_it_and_whatever_rm1_from_says() {
    let mut state = opened();
    let extend = Any::Ingestion(Command::Rm1(Rm1::Extend {
        session: SessionId(1),
        window: WindowId::new(1).expect("the first window"),
        closes_at: Time(OPENED + HOUR),
    }));
    let bounds = state.governance.parameters().clone();
    for rm1_from in [0, 1] {
        let parameters = Parameters {
            rm1_from,
            ..bounds.clone()
        };
        state.governance.set_parameters(parameters);
        for sender in [collector(), studio(), releaser()] {
            let said = refused(&mut state, OPENED, sender, &extend);
            assert_eq!(said, Rejection::NotEnabled);
        }
    }
}

#[test]
fn a_window_of_rm1_has_a_number_below_the_buckets() {
    let known = |number| WindowId::new(number).map(WindowId::number);
    assert_eq!(known(0), None);
    assert_eq!(known(1), Some(1));
    assert_eq!(known(63), Some(63));
    assert_eq!(known(64), None);
}

#[test]
fn buckets_have_the_numbers_above_the_windows_and_no_other() {
    assert_eq!(Bucket::ALL.map(Bucket::number), [64, 65, 66, 67, 68]);
    assert_eq!(Bucket::new(63), None);
    assert_eq!(Bucket::new(69), None);
}
