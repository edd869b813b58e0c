//! A transaction: what is accepted re-encodes to the same octets.

#![no_main]

use ktr_wire::transaction::{self, Transaction};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(transaction) = Transaction::decode(octets) {
        assert_eq!(transaction.hash, transaction::hash(octets));
        assert!(!transaction.chain_id.is_empty());
    }
});
