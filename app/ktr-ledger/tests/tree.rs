//! Sentences about the state tree: the records of a block, put at once, make what they make one after the other.
//! The judge is `jmt`'s own call for one value after another.
#![expect(
    clippy::unwrap_used,
    reason = "a tree in memory that cannot be read is a bug"
)]

use std::collections::BTreeMap;

use jmt::{KeyHash, Sha256Jmt};
use ktr_core::{RecordKey, id::MemberId};
use ktr_ledger::{Memory, tree};
use ktr_wire::record;
use proptest::prelude::*;

/// What a block changes.
type Records = BTreeMap<RecordKey, Vec<u8>>;

fn member(n: u128) -> RecordKey {
    RecordKey::Member(MemberId(n.to_be_bytes()))
}

fn hash(key: RecordKey) -> KeyHash {
    KeyHash::with::<sha2::Sha256>(record::key_octets(key))
}

/// Puts the records of a block; root, nodes, values, stale nodes and counts are those of the judge.
fn put(memory: &mut Memory, version: u64, records: &Records) {
    let values = records
        .iter()
        .map(|(key, value)| (hash(*key), Some(value.clone())));
    let judge = Sha256Jmt::new(memory).put_value_set(values, version);
    let (wanted, batch) = judge.unwrap();
    let records: Vec<_> = records
        .iter()
        .map(|(key, value)| (*key, value.clone()))
        .collect();
    let (root, update) = tree::update(memory, version, &records).unwrap();
    assert_eq!(root.0, wanted.0, "root of version {version}");
    assert_eq!(update.batch, batch, "change by version {version}");
    memory.apply(&update);
}

/// Members all over the tree, and some whose leaves share the way of the first two nibbles.
fn keys() -> Vec<RecordKey> {
    let is_near = |key: &RecordKey| hash(*key).0.starts_with(&[0]);
    let near = (0..).map(member).filter(is_near).take(32);
    (0..32).map(member).chain(near).collect()
}

/// Few values, so that some are put again as they are.
fn any_block() -> impl Strategy<Value = Records> {
    let key = prop::sample::select(keys());
    let value = prop::collection::vec(0_u8..3, 0..2);
    prop::collection::btree_map(key, value, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn records_put_at_once_change_the_tree_as_one_after_the_other(blocks in prop::collection::vec(any_block(), 1..12)) {
        let mut memory = Memory::default();
        for (version, records) in (0..).zip(&blocks) {
            put(&mut memory, version, records);
        }
    }
}

#[test]
fn a_version_without_a_record_has_the_tree_of_the_one_before() {
    let one = Records::from([(member(1), vec![1])]);
    let mut memory = Memory::default();
    for (version, records) in (0..).zip([Records::new(), one, Records::new()]) {
        put(&mut memory, version, &records);
    }
    let roots = [0, 1, 2].map(|version| tree::root_of(&memory, version).unwrap());
    assert_eq!(roots[0].0, *b"SPARSE_MERKLE_PLACEHOLDER_HASH__");
    assert_ne!(roots[1], roots[0]);
    assert_eq!(roots[2], roots[1]);
}
