//! The good set: what all judges accept.
//! Everything else is in `refused.rs`.

use ktr_artefact::seal::{make, normalise};
use sequoia_openpgp::types::HashAlgorithm;

use super::{
    bench::{Bench, GOOD, Row},
    table::{ACCEPTED, verdict_in},
};
use crate::world::now;

/// Every row of the good set.
pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    let world = &bench.world;
    let fingerprint = bench.subkey().public().fingerprint();
    let fingerprint_only = bench.ours().set_issuer_fingerprint(fingerprint).unwrap();
    let sha512 = bench.ours().set_hash_algo(HashAlgorithm::SHA512);
    let late = make(&world.secret, &bench.names(), now(), &world.bundle).unwrap();
    vec![
        bench.row("ours", GOOD, world.seal.clone()),
        bench.row("ours, made by hand", GOOD, bench.signed(bench.ours())),
        bench.row("ours, of this moment", GOOD, late),
        bench.row(
            "fingerprint only, no key id",
            GOOD,
            bench.signed(fingerprint_only),
        ),
        bench.row("SHA-512", GOOD, bench.signed(sha512)),
        bench.row("by gpg, normalised", GOOD, by_gpg(bench)),
    ]
}

fn by_gpg(bench: &Bench) -> Vec<u8> {
    normalise(&bench.by_gpg(&["--armor", "--detach-sign"])).unwrap()
}

#[test]
fn a_seal_by_gpg_is_refused_as_gpg_writes_it() {
    let bench = Bench::new();
    let raw = bench.by_gpg(&["--armor", "--detach-sign"]);
    let verdict = verdict_in(&bench, &bench.row("as gpg writes it", GOOD, raw));
    assert_ne!(verdict, ACCEPTED);
}
