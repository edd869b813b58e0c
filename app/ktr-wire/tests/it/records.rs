//! Sentences about records: what restores a state has one encoding, too.
//! Their octets are recorded as vectors.

use std::collections::BTreeSet;

use ktr_core::{
    Record, RecordKey,
    governance::{Federation, NextHost, Resolved, Upgrade},
    id::{CountyId, Height, Sha256},
    session::Status,
    time::Time,
};
use ktr_testkit::sample;
use ktr_wire::{record, refusal::Wire};

#[test]
fn a_set_out_of_order_or_doubled_is_refused() {
    let cleared = sample::records().into_iter().find(|record| {
        matches!(record, Record::Nomination(nomination) if nomination.approvals.len() == 3)
    });
    let cleared = cleared.expect("a cleared nomination is a sample");
    let value = record::encode(&cleared);
    assert_eq!(record::decode(cleared.key(), &value), Ok(cleared.clone()));
    // Field 2, packed: the seats 1, 2, 3.
    for seats in [[2, 1, 3], [1, 1, 3]] {
        let wrong = [0x12, 3, seats[0], seats[1], seats[2]];
        let at = value
            .windows(5)
            .position(|window| window == [0x12, 3, 1, 2, 3]);
        let at = at.expect("three seats");
        let mut other = value.clone();
        other[at..at + 5].copy_from_slice(&wrong);
        assert_eq!(record::decode(cleared.key(), &other), Err(Wire::OutOfRange));
    }
}

#[test]
fn a_session_is_read_as_it_was_written_wherever_it_stands() {
    let [at, opened_at] = [Time(1_800_003_600), Time(1_800_000_000)];
    let places = [
        Status::Scheduled,
        Status::Cancelled { at },
        Status::Opened { at },
        Status::Closed {
            opened_at,
            at,
            attendance: None,
        },
    ];
    let session = sample::records().into_iter().find_map(|record| {
        if let Record::Session(session) = record {
            Some(session)
        } else {
            None
        }
    });
    let mut session = session.expect("a session is a sample");
    for status in places {
        session.status = status;
        let record = Record::Session(session.clone());
        let value = record::encode(&record);
        assert_eq!(record::decode(record.key(), &value), Ok(record));
    }
}

#[test]
fn a_record_under_a_foreign_key_is_refused() {
    let records = sample::records();
    let keys: Vec<_> = records.iter().map(Record::key).collect();
    for record in &records {
        let value = record::encode(record);
        for key in keys.iter().filter(|key| **key != record.key()) {
            assert!(record::decode(*key, &value).is_err());
        }
    }
}

#[test]
fn a_record_is_found_by_its_octets_and_by_its_kind_and_id_alike() {
    for record in sample::records() {
        let key = record.key();
        let octets = record::key_octets(key);
        assert_eq!(record::decode_key(&octets), Ok(key));
        let (tag, id) = octets.split_first().expect("a tag and an id");
        let kind = record::KINDS.iter().find(|(_, known)| known == tag);
        let (kind, _) = kind.expect("every tag has a name");
        assert_eq!(record::key_of(kind, id), Ok(key), "{kind}");
        let longer = [id, &[0]].concat();
        assert_eq!(
            record::key_of(kind, &longer),
            Err(Wire::OutOfRange),
            "{kind}"
        );
        assert_eq!(
            record::decode_key(&[octets.as_slice(), &[0]].concat()),
            Err(Wire::OutOfRange),
            "{kind}"
        );
    }
    assert_eq!(record::key_of("board", &[]), Err(Wire::Unknown));
    for foreign in [&[][..], b"x", b"z0000"] {
        assert_eq!(record::decode_key(foreign), Err(Wire::OutOfRange));
    }
}

#[test]
fn no_record_is_written_as_nothing_and_none_is_read_from_nothing() {
    for record in sample::records() {
        let key = record.key();
        assert!(!record::encode(&record).is_empty(), "{key:?}");
        assert_eq!(record::decode(key, &[]), Err(Wire::OutOfRange), "{key:?}");
    }
}

/// Resolutions of which those are there whose bits are set.
fn resolutions(bits: u32) -> Record {
    let has = |bit: u32| bits & (1 << bit) != 0;
    let upgrade = Upgrade {
        app_version: 2,
        height: Height(7),
    };
    Record::Resolved(Resolved {
        next_host: has(0).then_some(NextHost {
            region: CountyId(2),
            from: Time(9),
        }),
        roots: has(1).then_some(Sha256([1; 32])),
        federation: has(2).then_some(Federation {
            sha256: Sha256([2; 32]),
            sequence: 1,
        }),
        planned: has(3).then_some(upgrade),
        reached: has(4).then_some(upgrade),
    })
}

#[test]
fn whichever_resolutions_are_left_their_record_has_octets_of_its_own() {
    let values = (0..32).map(|bits| {
        let record = resolutions(bits);
        let value = record::encode(&record);
        assert!(!value.is_empty(), "{bits:05b}");
        assert_eq!(record::decode(RecordKey::Resolved, &value), Ok(record));
        value
    });
    let values: BTreeSet<_> = values.collect();
    assert_eq!(values.len(), 32);
}

#[test]
fn a_record_of_resolutions_holds_something_or_says_that_it_holds_nothing() {
    let nothing = record::encode(&resolutions(0));
    assert_eq!(nothing, [0x30, 1]);
    for bits in 1..32 {
        let both = [record::encode(&resolutions(bits)), nothing.clone()].concat();
        let read = record::decode(RecordKey::Resolved, &both);
        assert_eq!(read, Err(Wire::OutOfRange), "{bits:05b}");
    }
    let denied = record::decode(RecordKey::Resolved, &[0x30, 0]);
    assert_eq!(denied, Err(Wire::NotCanonical));
}
