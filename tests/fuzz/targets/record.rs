//! A record of the state tree under its key: what is accepted re-encodes to the same octets.

#![no_main]

use ktr_wire::record;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    // The first octet says how long the key is, so that every kind can be met.
    let Some((length, rest)) = octets.split_first() else {
        return;
    };
    let Some((key, value)) = rest.split_at_checked(usize::from(*length)) else {
        return;
    };
    let Ok(key) = record::decode_key(key) else {
        return;
    };
    if let Ok(record) = record::decode(key, value) {
        assert_eq!(record::encode(&record), value);
    }
});
