//! A STIX bundle of a stranger: the strict reader accepts canonical bytes only.

#![no_main]

use ktr_artefact::{canonical, stix};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if stix::read(octets).is_ok() {
        let text = std::str::from_utf8(octets).expect("canonical JSON is UTF-8");
        assert_eq!(canonical::check(text), Ok(()));
    }
});
