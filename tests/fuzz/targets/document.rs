//! The engine's `genesis.json` of a stranger: what is accepted is written and read to the same document, and what may begin a chain may have
//! begun one.
//!
//! The reader is the node's own file; the rest of that crate, and RocksDB with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/engine/genesis.rs"]
mod document;

mod key {
    use ktr_wire::digest::sha256;

    /// As `app/ktr-node/src/engine/key.rs` has it.
    pub(crate) fn address(public: &[u8; 32]) -> Vec<u8> {
        sha256(&[public]).0.iter().copied().take(20).collect()
    }
}

use document::{Document, GenesisError};
use ktr_core::time::Time;
use ktr_testkit::sample::CHAIN_ID;
use ktr_wire::genesis;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok((document, genesis)) = Document::begun(octets) {
        let (again, same) = Document::begun(&text(&document)).expect("and read");
        assert_eq!(again.chain_id(), document.chain_id());
        assert_eq!(same, genesis);
    }
    if let Ok(document) = Document::parse(octets) {
        let again = Document::parse(&text(&document)).expect("and read");
        assert_eq!(again, document);
        let (begun, _) = Document::begun(octets).expect("it can begin a chain");
        assert!(begun.is_same(&document));
    }
    // As `app_state` of a whole document.
    if let Ok(genesis) = genesis::from_json(octets) {
        let document = Document::new(CHAIN_ID, BEGINS, &genesis).expect("it was read");
        match Document::parse(&text(&document)) {
            Ok(same) => assert_eq!(same, document),
            // No key or no term has begun by then.
            Err(refused) => assert!(matches!(refused, GenesisError::AppState(_)), "{refused}"),
        }
        let (_, same) = Document::begun(&text(&document)).expect("it is written as one");
        assert_eq!(same, genesis);
    }
});

fn text(document: &Document) -> Vec<u8> {
    let text = document.text().expect("what was read can be written");
    text.into_bytes()
}

/// When the chain of the vector's `app_state` begins.
const BEGINS: Time = Time(1_900_000_000);
