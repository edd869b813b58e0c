//! Sentences about records: what restores a state has one encoding, too.
//! Their octets are recorded as vectors.

use ktr_core::Record;
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
