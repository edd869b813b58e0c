//! When a bucket is due, and with which number.
//! No node and no clock.

use ktr_core::{
    State,
    ingestion::{Bucket, Event, Published},
    time::{Secs, Time},
};

use super::due;
use crate::{
    action::Publication,
    book::{Book, LastRun, Record, tests::chain},
    request::{Hit, Kind},
};

const OPENED: u64 = 1_000_000;
const SIX_HOURS: u64 = 6 * 3_600;
const DELAY: Secs = Secs(600);

fn counted(hits: u64) -> (Book, State) {
    let state = chain(true);
    let mut book = Book::open(
        Record::default(),
        LastRun::Stopped,
        &state,
        Time(OPENED - 1),
    );
    let beacon = *book.tallies().next().expect("one release").0;
    for _ in 0..hits {
        book.count(
            Hit {
                beacon,
                kind: Kind::First,
            },
            Time(OPENED),
        );
    }
    book.close(Time(OPENED + SIX_HOURS));
    (book, state)
}

fn at(after: u64, hits: u64) -> Vec<Publication> {
    let (book, state) = counted(hits);
    due(&book, &state, Time(OPENED).plus(Secs(after)), DELAY)
}

#[test]
fn a_bucket_is_due_ten_minutes_after_its_end_and_not_before() {
    assert_eq!(at(SIX_HOURS + 599, 8), []);
    let ready = at(SIX_HOURS + 600, 8);
    let [one] = ready.as_slice() else {
        panic!("{ready:?}");
    };
    assert_eq!(
        (one.bucket.number(), one.hits, one.interrupted),
        (64, Some(8), false)
    );
}

#[test]
fn fewer_hits_than_five_give_no_number() {
    for (hits, shown) in [(0, None), (4, None), (5, Some(5)), (6, Some(6))] {
        let ready = at(SIX_HOURS + 600, hits);
        assert_eq!(ready.first().map(|one| one.hits), Some(shown), "{hits}");
    }
}

#[test]
fn what_the_chain_has_is_not_due_again() {
    let (book, mut state) = counted(8);
    let now = Time(OPENED + SIX_HOURS + 600);
    let one = *due(&book, &state, now, DELAY).first().expect("one is due");
    let published = Published {
        bucket: one.bucket,
        beacon: one.beacon,
        hits: one.hits,
        interrupted: one.interrupted,
        published_at: now,
    };
    let event = Event::Published {
        session: one.session,
        published,
    };
    ktr_core::evolve(&mut state, &ktr_core::Event::Ingestion(event));
    assert_eq!(due(&book, &state, now, DELAY), []);
}

#[test]
fn the_last_two_buckets_are_due_together() {
    let (mut book, state) = counted(0);
    let end = Time(OPENED + 14 * 86_400);
    book.close(end);
    let ready = due(&book, &state, end.plus(DELAY), DELAY);
    let buckets: Vec<u8> = ready.iter().map(|one| one.bucket.number()).collect();
    assert_eq!(buckets, [64, 65, 66, 67, 68]);
}

#[test]
fn the_command_carries_every_field() {
    let one = *at(SIX_HOURS + 600, 8).first().expect("one is due");
    let ktr_core::Command::Ingestion(ktr_core::ingestion::Command::Publish {
        session,
        bucket,
        beacon,
        hits,
        interrupted,
    }) = one.command()
    else {
        panic!("another command");
    };
    let back = Publication {
        session,
        bucket,
        beacon,
        hits,
        interrupted,
    };
    assert_eq!((back, bucket), (one, Bucket::ALL[0]));
}
