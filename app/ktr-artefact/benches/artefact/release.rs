//! The whole of strict verification of a release of 10,000 objects, and what stix2-validator and gpgv take for the same two files.
//! stix2-validator asks stix2-patterns about every pattern itself.

use std::time::{Duration, Instant};

use ktr_artefact::{seal::verify, stix};
use ktr_core::time::Secs;
use ktr_testkit::table::{Table, percentile, ratio};

use crate::{
    large,
    program::Home,
    python,
    world::{World, now},
};

/// Four objects each.
const INDICATORS: usize = 2_500;
const RUNS: usize = 5;

pub(crate) fn measure(table: &mut Table) {
    let signed_at = now().minus(Secs(60));
    let world = World::of(large::bundle(5, INDICATORS, 1, signed_at), signed_at);
    let objects = stix::read(&world.bundle).unwrap().objects.len();
    let mut took: Vec<Duration> = std::iter::repeat_with(|| {
        let begun = Instant::now();
        verify(
            &world.facts(),
            &world.bundle,
            &world.seal,
            &world.certificate,
        )
        .unwrap();
        begun.elapsed()
    })
    .take(RUNS)
    .collect();
    let ours = percentile(&mut took, 50);
    table.row(
        &format!(
            "verify a release of {objects} objects, {} octets",
            world.bundle.len()
        ),
        &format!("{ours:.1?}"),
        "< 1 s",
        ours < Duration::from_secs(1),
    );
    let theirs = chain(&world);
    let faster = ratio(theirs, ours);
    table.row(
        "the same by stix2-validator (which asks stix2-patterns) and gpgv",
        &format!("{theirs:.1?}: ours is {faster:.0} x as fast"),
        "≥ 50 x",
        faster >= 50.0,
    );
}

/// How long the others take; both have to accept.
fn chain(world: &World) -> Duration {
    let home = Home::new();
    home.file("alliance.pgp", &world.certificate.to_binary().unwrap());
    home.file("bundle.json", &world.bundle);
    home.file("bundle.json.asc", &world.seal);
    let begun = Instant::now();
    let validated = python::validate(&home, &["bundle.json"]);
    let signed = [
        "--keyring",
        "./alliance.pgp",
        "bundle.json.asc",
        "bundle.json",
    ];
    let signed = home.run("gpgv", &signed);
    let took = begun.elapsed();
    let words = String::from_utf8_lossy(&validated.stdout);
    assert!(
        validated.status.success() && signed.status.success(),
        "{words}"
    );
    took
}
