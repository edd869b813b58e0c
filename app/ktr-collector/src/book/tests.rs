//! Which bucket a hit falls into, what a kill flags, and what is on disk.
//! The chain is a state made of records; no ledger runs.

use ktr_core::{
    State,
    bundle::Release,
    governance::Parameters,
    id::{Fingerprint, ReleaseId, SessionId, Sha256},
    ingestion::Bucket,
    session::{Hours, Session, Status},
    time::Time,
};

use super::{Book, Cell, LastRun, Record};
use crate::request::{Hit, Kind};

const OPENED: u64 = 1_000_000;
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const BEACON: Sha256 = Sha256([7; 32]);

/// A chain with one sealed release, whose session was opened or not.
pub(crate) fn chain(opened: bool) -> State {
    let hours = Hours {
        seeds_at: Time(OPENED - 600),
        opens_at: Time(OPENED),
        dissolves_at: Time(OPENED + HOUR),
    };
    let session = Session {
        id: SessionId(7),
        hours,
        languages: Vec::new(),
        revision: 0,
        roll: None,
        status: if opened {
            Status::Opened { at: Time(OPENED) }
        } else {
            Status::Scheduled
        },
        ended: false,
        reports: std::collections::BTreeMap::new(),
    };
    let release = Release {
        id: ReleaseId([1; 16]),
        session: SessionId(7),
        sha256: Sha256([2; 32]),
        size: 1,
        profile: 1,
        key: Fingerprint([3; 20]),
        beacon: BEACON,
        nominations: Vec::new(),
        sealed_at: Time(OPENED - 700),
        retracted: None,
    };
    [
        ktr_core::Record::Parameters(Parameters::default()),
        ktr_core::Record::Session(session),
        ktr_core::Record::Release(release),
    ]
    .into_iter()
    .collect()
}

fn hit(kind: Kind) -> Hit {
    Hit {
        beacon: BEACON,
        kind,
    }
}

fn opened() -> Book {
    Book::open(
        Record::default(),
        LastRun::Stopped,
        &chain(true),
        Time(OPENED - 1),
    )
}

fn cell(book: &Book, number: u8) -> Cell {
    let (_, tally) = book.tallies().next().expect("one release");
    tally
        .cell(Bucket::new(number).expect("a bucket"))
        .expect("its cell")
}

#[test]
fn a_hit_falls_into_the_bucket_of_its_time_since_opened() {
    for (kind, after, bucket) in [
        (Kind::First, 0, Some(64)),
        (Kind::First, 6 * HOUR - 1, Some(64)),
        (Kind::First, 6 * HOUR, Some(65)),
        (Kind::First, 24 * HOUR - 1, Some(65)),
        (Kind::First, 24 * HOUR, Some(66)),
        (Kind::First, 7 * DAY - 1, Some(66)),
        (Kind::First, 7 * DAY, Some(68)),
        (Kind::First, 14 * DAY, None),
        (Kind::Again, 0, Some(68)),
        (Kind::Again, 7 * DAY - 1, Some(68)),
        (Kind::Again, 7 * DAY, Some(67)),
        (Kind::Again, 14 * DAY - 1, Some(67)),
        (Kind::Again, 14 * DAY, None),
    ] {
        let mut book = opened();
        book.count(hit(kind), Time(OPENED + after));
        for number in 64..=68 {
            let expected = u64::from(bucket == Some(number));
            assert_eq!(
                cell(&book, number).hits,
                expected,
                "{kind:?} after {after} in {number}"
            );
        }
        assert_eq!(book.unknown(), u64::from(bucket.is_none()));
    }
}

#[test]
fn a_hit_before_opened_is_seen_is_a_first_hour_one() {
    let mut book = Book::open(
        Record::default(),
        LastRun::Stopped,
        &chain(false),
        Time(OPENED),
    );
    book.count(hit(Kind::First), Time(OPENED + 1));
    book.learn(&chain(true));
    book.count(hit(Kind::First), Time(OPENED + 2));
    assert_eq!(cell(&book, 64).hits, 2);
}

#[test]
fn unknown_hashes_share_one_number_and_take_no_memory() {
    let mut book = opened();
    for octet in 100..200 {
        let beacon = Sha256([octet; 32]);
        book.count(
            Hit {
                beacon,
                kind: Kind::First,
            },
            Time(OPENED),
        );
    }
    assert_eq!(book.unknown(), 100);
    assert_eq!(book.record().releases.len(), 1);
}

#[test]
fn an_ended_bucket_does_not_change_even_if_the_clock_goes_back() {
    let mut book = opened();
    book.count(hit(Kind::First), Time(OPENED));
    assert!(!book.close(Time(OPENED + 6 * HOUR - 1)));
    assert!(book.close(Time(OPENED + 6 * HOUR)));
    assert!(!book.close(Time(OPENED + 6 * HOUR)), "a bucket ends once");
    book.count(hit(Kind::First), Time(OPENED));
    assert_eq!(
        cell(&book, 64),
        Cell {
            hits: 1,
            interrupted: false,
            ended: true
        }
    );
    assert_eq!(book.unknown(), 1);
}

#[test]
fn the_rest_ends_together_with_the_last_bucket() {
    let mut book = opened();
    book.close(Time(OPENED + 14 * DAY - 1));
    assert!(!cell(&book, 67).ended && !cell(&book, 68).ended);
    book.close(Time(OPENED + 14 * DAY));
    assert!(cell(&book, 67).ended && cell(&book, 68).ended);
}

#[test]
fn a_kill_flags_the_buckets_that_ran_and_no_other() {
    let mut book = opened();
    book.count(hit(Kind::First), Time(OPENED));
    book.close(Time(OPENED + 6 * HOUR));
    let record = book.record();
    let now = Time(OPENED + 7 * HOUR);
    let stopped = Book::open(record.clone(), LastRun::Stopped, &chain(true), now);
    let killed = Book::open(record, LastRun::Killed, &chain(true), now);
    let flags = |book: &Book| [64, 65, 66, 67, 68].map(|number| cell(book, number).interrupted);
    assert_eq!(flags(&stopped), [false; 5]);
    assert_eq!(flags(&killed), [false, true, false, false, true]);
    assert_eq!(cell(&killed, 64).hits, 1, "what was written stays");
}

#[test]
fn counts_that_are_missing_on_disk_are_flagged() {
    let late = Book::open(
        Record::default(),
        LastRun::Stopped,
        &chain(true),
        Time(OPENED + 60),
    );
    assert!(cell(&late, 64).interrupted && !cell(&late, 65).interrupted);
    let early = Book::open(
        Record::default(),
        LastRun::Stopped,
        &chain(false),
        Time(OPENED),
    );
    assert!(!cell(&early, 64).interrupted);
}

#[test]
fn numbers_saturate() {
    let full = Cell {
        hits: u64::MAX,
        ..Cell::default()
    };
    assert_eq!(full.counted().hits, u64::MAX);
}

#[test]
fn the_record_is_read_as_it_was_written_and_nothing_else_is() {
    let mut book = opened();
    book.count(hit(Kind::Again), Time(OPENED));
    let octets = book.record().to_json().expect("json");
    assert_eq!(Record::from_json(&octets), Ok(book.record()));
    let text = String::from_utf8(octets).expect("text");
    for (from, to) in [
        ("\"v\": 1", "\"v\": 2"),
        ("\"hits\"", "\"at\": 1, \"hits\""),
        ("0707", "07"),
    ] {
        let bad = text.replacen(from, to, 1);
        assert_ne!(bad, text);
        assert!(Record::from_json(bad.as_bytes()).is_err(), "{from}");
    }
}
