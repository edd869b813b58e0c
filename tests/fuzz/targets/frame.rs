//! A stream of ABCI frames: read within the limit, whatever it announces.

#![no_main]

use ktr_abci::contract::requests_in;
use libfuzzer_sys::fuzz_target;

/// Octets of the largest frame here; the real limit would only make a run slower.
const LIMIT: usize = 65_536;

fuzz_target!(|octets: &[u8]| {
    assert!(requests_in(octets, LIMIT) <= octets.len());
});
