//! A source of a draft in each format: what is taken is in normal form and within the form's bounds, what is written is JSON.

#![no_main]

use ktr_artefact::{
    draft::{self, Format, Wanted},
    ioc::Value,
    limits,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let _format = Format::of(octets);
    for format in [Format::Misp, Format::Stix, Format::Csv] {
        let Ok(drafted) = draft::read(octets, format, Wanted::Unflagged) else {
            continue;
        };
        assert!(drafted.iocs.len() <= limits::IOCS_MAX);
        assert!(drafted.refused.len() <= limits::DRAFT_REFUSED_MAX);
        assert!(drafted.listed.len() <= limits::DRAFT_KINDS_MAX + 1);
        for ioc in &drafted.iocs {
            let value = Value::parse(ioc.kind, &ioc.value).expect("what was taken is a value");
            assert_eq!(value.text(), ioc.value);
        }
        drafted.to_form().expect("a draft has a form");
    }
});
