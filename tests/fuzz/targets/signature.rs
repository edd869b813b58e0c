//! The packet of the frozen OpenPGP profile: one packet or refused.

#![no_main]

use ktr_wire::signature::{Packet, digest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(packet) = Packet::parse(octets) {
        assert!(!digest(&packet, b"signed").is_empty());
    }
});
