//! The seal: of all octets only the recorded ones pass strict verification, and what is normalised does not change again.

#![no_main]

use std::sync::OnceLock;

use ktr_artefact::{
    alliance::Alliance,
    openpgp::{Certificate, signing_fingerprint},
    seal::{Facts, normalise, verify},
    stix::{ChainId, Seed},
};
use ktr_core::{
    bundle::Release,
    id::SessionId,
    key::{Key, KeyBody, Role},
    time::{Secs, Time},
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|octets: &[u8]| {
    if let Ok(seal) = normalise(octets) {
        assert_eq!(normalise(&seal).as_ref(), Ok(&seal));
    }
    let world = WORLD.get_or_init(World::recorded);
    assert_eq!(world.accepts(octets), octets == world.seal.as_slice());
});

static WORLD: OnceLock<World> = OnceLock::new();

/// The recorded release and its seal.
struct World {
    alliance: Alliance,
    chain: ChainId,
    certificate: Certificate,
    bundle: Vec<u8>,
    seal: Vec<u8>,
    release: Release,
    key: Key,
}

impl World {
    fn recorded() -> Self {
        let read = |text| serde_json::from_str::<Value>(text).expect("a vector is JSON");
        let release = read(include_str!("../../vectors/release.json"));
        let sealed = read(include_str!("../../vectors/seal.json"));
        let text = |value: &Value, name: &str| value[name].as_str().expect("a text").to_owned();
        let number = |value: &Value, name: &str| value[name].as_u64().expect("a number");
        let signed_at = Time(number(&sealed, "signed_at"));
        let certificate = text(&sealed, "certificate");
        let certificate = Certificate::from_bytes(certificate.as_bytes()).expect("it is one");
        let body = certificate.signing_key(signed_at).expect("it can sign");
        let bundle = text(&release, "bundle").into_bytes();
        // The seed of `tests/vectors/release.rs`.
        let seed = Seed([0x77; 32]);
        let key = Key {
            fingerprint: signing_fingerprint(&body),
            body: KeyBody::Sign(body),
            role: Role::Releaser,
            valid_from: Time(0),
            valid_until: signed_at.plus(Secs(1)),
            revoked: None,
            expired: false,
        };
        let world = Self {
            alliance: Alliance::from_canonical(text(&release, "alliance").as_bytes())
                .expect("it is canonical"),
            chain: ChainId::parse(&text(&release, "chain_id")).expect("it is one"),
            certificate,
            seal: text(&sealed, "seal").into_bytes(),
            release: Release {
                id: seed.release_id(),
                session: SessionId(7),
                sha256: ktr_wire::digest::sha256(&[&bundle]),
                size: u64::try_from(bundle.len()).expect("it is small"),
                profile: 1,
                key: key.fingerprint,
                beacon: seed.bundle_id().beacon(),
                nominations: Vec::new(),
                sealed_at: Time(number(&sealed, "sealed_at")),
                retracted: None,
            },
            bundle,
            key,
        };
        assert!(world.accepts(&world.seal));
        world
    }

    fn accepts(&self, seal: &[u8]) -> bool {
        let facts = Facts {
            chain: &self.chain,
            alliance: &self.alliance,
            pinned: self.certificate.primary(),
            release: &self.release,
            key: &self.key,
        };
        verify(&facts, &self.bundle, seal, &self.certificate).is_ok()
    }
}
