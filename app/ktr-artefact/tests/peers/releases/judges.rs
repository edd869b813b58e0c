//! Judges of whole releases: our own verifiers, two more libraries for canonical bytes, the OASIS validator, three readers of STIX, and
//! gpg, gpgv and sqv. Python's judges see many releases at once: starting them is what takes long.

use ktr_artefact::{leak, seal::verify};
use serde_json::Value;

use super::{made::Made, tally::Tally};
use crate::{
    program::Home,
    python,
    schema::Schemas,
    seal::{Peers, Says, judged},
    version,
};

/// Bundles that one run of a Python program is given.
const AT_ONCE: usize = 100;

/// What all of them say.
pub(super) fn all(made: &[Made]) -> Vec<Tally> {
    let mut tallies = vec![
        ours(made),
        leaks(made),
        second_library(made),
        third_library(made),
        schemas(made),
        validator(made),
        stix2(made),
        rstix(made),
        misp(made),
    ];
    tallies.extend(signatures(made));
    tallies
}

fn ours(made: &[Made]) -> Tally {
    let mut tally = Tally::new("strict verification, as of ktr verify", OURS, RELEASES);
    for Made { world, .. } in made {
        let verified = verify(
            &world.facts(),
            &world.bundle,
            &world.seal,
            &world.certificate,
        );
        tally.take(verified.map(drop).map_err(|finding| finding.to_string()));
    }
    tally
}

/// With no dictionary: what looks like an identifier.
fn leaks(made: &[Made]) -> Tally {
    let mut tally = Tally::new("leak verifier, classes alone", OURS, RELEASES);
    let nobody = leak::Dictionary::of::<&str>(&[], &[]).unwrap();
    for Made { world, .. } in made {
        let found = leak::check(&world.bundle, &nobody);
        tally.take(
            found
                .first()
                .map_or(Ok(()), |finding| Err(finding.to_string())),
        );
    }
    tally
}

fn second_library(made: &[Made]) -> Tally {
    let mut tally = Tally::new(
        "serde_jcs (RFC 8785)",
        &version::of_crate("serde_jcs"),
        RELEASES,
    );
    for Made { world, .. } in made {
        let value: Value = serde_json::from_slice(&world.bundle).unwrap();
        let same = serde_jcs::to_vec(&value).unwrap() == world.bundle;
        tally.hold(same, || String::from("other octets"));
    }
    tally
}

fn third_library(made: &[Made]) -> Tally {
    let version = version::of_package("rfc8785", "rfc8785");
    let mut tally = Tally::new("rfc8785 of Python", &version, RELEASES);
    for some in made.chunks(AT_ONCE) {
        for (digest, Made { world, .. }) in python::canonical(&bundles(some)).iter().zip(some) {
            let same = *digest == world.release.sha256.to_string();
            tally.hold(same, || String::from("other octets"));
        }
    }
    tally
}

fn schemas(made: &[Made]) -> Tally {
    let mut tally = Tally::new(
        "OASIS's schemas, object by object, by jsonschema",
        &version::of_crate("jsonschema"),
        RELEASES,
    );
    let schemas = Schemas::read();
    for Made { world, .. } in made {
        tally.take(schemas.judge(&world.bundle));
    }
    tally
}

fn bundles(some: &[Made]) -> Vec<&[u8]> {
    let bundles = some.iter().map(|made| made.world.bundle.as_slice());
    bundles.collect()
}

/// The extension by which OASIS's markings say TLP 2.0. Its definition is OASIS's own and stands in no bundle.
const TLP: &str = "extensions.extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// Every check it has, on the text as it stands; it asks for the definition of TLP, and for nothing else.
fn rstix(made: &[Made]) -> Tally {
    let mut tally = Tally::new(
        "rstix, all but the definition of TLP",
        &version::of_crate("rstix"),
        RELEASES,
    );
    let validator = rstix::Validator::consumer_strict();
    for Made { world, .. } in made {
        let report = validator.validate_json_str(str::from_utf8(&world.bundle).unwrap());
        let known = |error: &&rstix::Diagnostic| error.property_path.as_deref() == Some(TLP);
        let errors = report.errors().filter(|error| !known(error));
        let errors: Vec<String> = errors.map(|error| format!("{error:?}")).collect();
        tally.hold(errors.is_empty(), || errors.join(", "));
    }
    tally
}

/// Each indicator once in the event of its report.
fn misp(made: &[Made]) -> Tally {
    let version = version::of_package("misp-stix", "misp_stix_converter");
    let mut tally = Tally::new("misp-stix, every indicator once", &version, RELEASES);
    for some in made.chunks(AT_ONCE) {
        for [asked, kept, all] in python::import_bundles(&bundles(some)) {
            let right = asked == kept && asked == all;
            tally.hold(right, || format!("{kept} of {asked}, {all} in all"));
        }
    }
    tally
}

/// The schema forbids short names of hives by an expression that is tied to the beginning in its first branch alone: a key with `hku` in
/// the middle of a word is refused, though its hive is spelled out.
const HIVES: &str = "should not be valid under {'pattern': '^HKLM|HKCC|";

fn validator(made: &[Made]) -> Tally {
    let mut tally = Tally::new(
        "stix2-validator, all but short hives inside a key",
        &version::of_package("stix2-validator", "stix2validator"),
        RELEASES,
    );
    for some in made.chunks(AT_ONCE) {
        let home = Home::new();
        let names: Vec<String> = (0..some.len())
            .map(|number| format!("{number}.json"))
            .collect();
        for (name, Made { world, .. }) in names.iter().zip(some) {
            home.file(name, &world.bundle);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let words = python::validate(&home, &names).stdout;
        let words = String::from_utf8_lossy(&words);
        let mut results = words.split("Results for: ").skip(1);
        for _ in some {
            let result = results.next().unwrap_or("no result");
            let errors: Vec<&str> = result
                .lines()
                .filter(|line| line.starts_with("    [X]"))
                .collect();
            let known = |line: &&str| line.contains("key: 'HKEY_") && line.contains(HIVES);
            let known = !errors.is_empty() && errors.iter().all(known);
            let valid = result.contains("STIX JSON: Valid") || known;
            tally.hold(valid, || result.to_owned());
        }
    }
    tally
}

fn stix2(made: &[Made]) -> Tally {
    let mut tally = Tally::new(
        "python-stix2, ids of all observables",
        &version::of_package("stix2", "stix2"),
        RELEASES,
    );
    for some in made.chunks(AT_ONCE) {
        for read in python::read_bundles(&bundles(some)) {
            let right = read.objects == read.read && read.equal_ids == read.observables;
            tally.hold(right, || format!("{read:?}"));
        }
    }
    tally
}

fn signatures(made: &[Made]) -> [Tally; 3] {
    let mut tallies =
        ["gpg", "gpgv", "sqv"].map(|name| Tally::new(name, &version::of_program(name), RELEASES));
    for Made { world, .. } in made {
        let ring = world.certificate.to_binary().unwrap();
        let Peers { gpg, gpgv, sqv } = judged(&ring, &world.bundle, &world.seal);
        for (tally, says) in tallies.iter_mut().zip([gpg, gpgv, sqv]) {
            tally.hold(says == Says::Good, || String::from("bad"));
        }
    }
    tallies
}

const OURS: &str = env!("CARGO_PKG_VERSION");
const RELEASES: &str = "releases";
