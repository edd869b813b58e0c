//! A STIX bundle of a stranger: the strict reader accepts canonical bytes only.

#![no_main]

use ktr_artefact::stix;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let _contents = stix::read(octets);
});
