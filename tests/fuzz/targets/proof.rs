//! Proofs of a stranger: an ics23 proof, a path and a consistency proof either hold or are refused.

#![no_main]

use ktr_core::id::Sha256;
use ktr_proof::{
    log::{self, Head},
    state,
};
use ktr_wire::record;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some((first, rest)) = octets.split_first_chunk() else {
        return;
    };
    let Some((second, rest)) = rest.split_first_chunk() else {
        return;
    };
    let [first, second] = [first, second].map(|size| u64::from_be_bytes(*size));
    let Some((length, rest)) = rest.split_first() else {
        return;
    };
    let hashes: Vec<Sha256> = rest
        .chunks_exact(32)
        .filter_map(Sha256::from_slice)
        .collect();
    let (leaf, root) = (log::leaf(rest), log::empty());
    // A root of nothing is nobody's root: none of these can hold.
    assert!(log::verify(&leaf, first, &hashes, second, &root).is_err());
    let [before, after] = [first, second].map(|size| Head { size, root });
    if first > 0 && first != second {
        assert!(log::verify_consistency(&before, &after, &hashes).is_err());
    }
    let (key, proof) = rest.split_at(usize::from(*length).min(rest.len()));
    if let Ok(key) = record::decode_key(key) {
        assert!(state::verify(key, Some(rest), proof, &root).is_err());
        assert!(state::verify(key, None, proof, &root).is_err());
    }
});
