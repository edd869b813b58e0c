//! The archive of a release: what is accepted is written to the same octets, but for the padding.

#![no_main]

use ktr_artefact::archive;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(release) = archive::read(octets) {
        let written = archive::write(&release).expect("what was read can be written");
        assert!(octets.starts_with(&written));
    }
});
