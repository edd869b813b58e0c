//! A certificate, armoured or not: read or refused.

#![no_main]

use ktr_artefact::openpgp::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(certificate) = Certificate::from_bytes(octets) {
        let binary = certificate
            .to_binary()
            .expect("what was read can be written");
        assert!(Certificate::from_bytes(&binary).is_ok());
    }
});
