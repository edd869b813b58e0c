//! A STIX pattern: read or refused, in linear time and without a panic.

#![no_main]

use ktr_artefact::pattern::Pattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(text) = std::str::from_utf8(octets) {
        let _pattern = Pattern::parse(text);
    }
});
