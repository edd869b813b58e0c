//! A leaf of the event log: what is accepted re-encodes to the same octets.

#![no_main]

use ktr_wire::recorded::Recorded;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(recorded) = Recorded::decode(octets) {
        assert_eq!(recorded.encode(), octets);
    }
});
