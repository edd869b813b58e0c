//! `app_state` of a genesis: what is accepted is written and read to the same genesis.

#![no_main]

use ktr_wire::genesis;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(read) = genesis::from_json(octets) {
        let written = genesis::to_json(&read).expect("what was read can be written");
        let again = genesis::from_json(written.to_string().as_bytes());
        assert_eq!(again.expect("and read"), read);
    }
});
