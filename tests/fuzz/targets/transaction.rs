//! A transaction: read or refused, and what was read is judged without a panic.

#![no_main]

use ktr_core::{governance::Parameters, time::Time};
use ktr_wire::transaction::Transaction;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(transaction) = Transaction::decode(octets) {
        let (now, parameters) = (transaction.expires_at, Parameters::default());
        assert!(
            transaction
                .fits(&transaction.chain_id, now, &parameters)
                .is_ok()
        );
        assert!(transaction.claim(None, Time(0), &parameters).is_err());
    }
});
