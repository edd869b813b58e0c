//! A snapshot of a stranger: whatever its octets are, it is refused, unless its roots lead to the app hash that is trusted.
//!
//! The reader is the node's own file; the rest of that crate, and RocksDB with it, is compiled in no fuzz target.

#![no_main]

#[path = "../../../app/ktr-node/src/limits.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "the reader asks for three of them"
)]
mod limits;
#[path = "../../../app/ktr-node/src/snapshot/read.rs"]
mod read;
#[path = "../../../app/ktr-node/src/store/whole.rs"]
#[expect(dead_code, reason = "no store adopts it here")]
mod whole;
#[path = "../../../app/ktr-node/src/snapshot/window.rs"]
mod window;

mod store {
    pub(crate) use crate::whole::Whole;
}

use ktr_core::id::Sha256;
use libfuzzer_sys::fuzz_target;
use read::{Refused, read};

fuzz_target!(|octets: &[u8]| {
    assert!(read(octets, &GENESIS, &NOBODYS).is_err());
    let stream = [HEAD, &GENESIS.0, octets].concat();
    let found = match read(&stream, &GENESIS, &NOBODYS) {
        Err(Refused::AppHash(found)) => found,
        Err(refused) => {
            assert!(!matches!(refused, Refused::Head | Refused::Genesis));
            return;
        }
        Ok(_) => panic!("nothing leads to this app hash"),
    };
    // What is whole is read under its own app hash.
    let whole = read(&stream, &GENESIS, &found).expect("only the app hash was another");
    assert_eq!(whole.app_hash(), found);
});

/// With what a stream begins, as `app/ktr-node/src/snapshot/mod.rs` has it.
const HEAD: &[u8] = b"ktr/snapshot/1\n";
const GENESIS: Sha256 = Sha256([7; 32]);
const NOBODYS: Sha256 = Sha256([0; 32]);
