//! A nomination form: what is accepted in canonical bytes has these bytes.

#![no_main]

use ktr_artefact::form;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(document) = form::read(octets) {
        let canonical = document
            .to_canonical()
            .expect("what was read can be written");
        assert_eq!(form::read_canonical(&canonical).as_ref(), Ok(&document));
        let _findings = form::check(&document);
    }
});
