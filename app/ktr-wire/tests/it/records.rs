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
