//! A sealed release with real keys, the sidecar that receives it, and a member.
//! Nothing is judged here.

use std::sync::Arc;

use ktr_artefact::Day;
use ktr_artefact::alliance::{Alliance, AllianceDomain, AllianceName};
use ktr_artefact::archive;
use ktr_artefact::envelope::{self, Inner, Recipients};
use ktr_artefact::form;
use ktr_artefact::openpgp::{
    Certificate, KeyUse, SecretCertificate, UserId, make_alliance_key, make_role_key,
    signing_fingerprint,
};
use ktr_artefact::seal;
use ktr_artefact::stix::{self, Case, ChainId, PublicSectors, Seed};
use ktr_core::bundle::Release;
use ktr_core::id::{Commitment, SessionId};
use ktr_core::key::{Key, KeyBody, Role};
use ktr_core::time::Time;
use ktr_room::adapter::openpgp::OpenPgp;
use ktr_room::plan::Sealed;
use serde_json::Value;

const FORM: &str = include_str!("../../../ktr-artefact/tests/data/forms/01-ceranakeeper.json");
/// The session of the release.
pub(crate) const SESSION: SessionId = SessionId(4);

/// A sealed release, the sidecar that receives it, and a member.
pub(crate) struct World {
    pub(crate) cipher: OpenPgp,
    pub(crate) sealed: Sealed,
    pub(crate) archive: Vec<u8>,
    pub(crate) releaser: SecretCertificate,
    pub(crate) member: SecretCertificate,
    pub(crate) now: Time,
}

/// When the keys were made.
fn made_at(now: Time) -> Time {
    Time(now.0.saturating_sub(100_000))
}

/// A key of a role.
pub(crate) fn role(name: &str, at: Time) -> SecretCertificate {
    let id = UserId::parse(name).expect("a user id");
    make_role_key(&id, KeyUse::SignAndReceive, at, 30)
        .expect("a key")
        .secret
}

/// The ledger's record of the releaser's key.
fn ledger_key(releaser: &SecretCertificate, made_at: Time, now: Time) -> Key {
    let body = releaser
        .certificate()
        .signing_key(now)
        .expect("a signing key");
    Key {
        fingerprint: signing_fingerprint(&body),
        body: KeyBody::Sign(body),
        role: Role::Releaser,
        valid_from: made_at,
        valid_until: Time(now.0.saturating_add(100_000)),
        revoked: None,
        expired: false,
    }
}

/// What a sidecar with this key, or a member, judges by.
pub(crate) fn cipher(secret: Arc<SecretCertificate>, certificate: Certificate) -> OpenPgp {
    let domain = AllianceDomain::parse("relay.example").expect("a domain");
    let name = AllianceName::parse("Test Alliance").expect("a name");
    OpenPgp {
        secret,
        alliance: Alliance::mint(name, domain, &Seed([9; 32])),
        certificate,
        chain: ChainId::parse("ktr-test-1").expect("a chain id"),
    }
}

/// The form of the release's case, with more indicators.
fn nomination(more: u32) -> form::Nomination {
    let mut form: Value = serde_json::from_str(FORM).expect("json");
    let iocs = form.pointer_mut("/iocs").and_then(Value::as_array_mut);
    let iocs = iocs.expect("indicators");
    let first = iocs.first().cloned().expect("a digest");
    iocs.extend((0..more).map(|number| {
        let mut ioc = first.clone();
        let digest = ktr_room::name::sha256(&number.to_be_bytes()).to_string();
        *ioc.get_mut("value").expect("a value") = digest.into();
        ioc
    }));
    let octets = serde_json::to_vec(&form).expect("json");
    form::check(&form::read(&octets).expect("json")).expect("a form")
}

/// The release of a desk for a session, with so many more indicators, and its archive.
pub(crate) fn sealed(
    cipher: &OpenPgp,
    releaser: &SecretCertificate,
    (session, more): (SessionId, u32),
    now: Time,
) -> (Sealed, Vec<u8>) {
    let cases = [Case {
        commitment: Commitment([1; 32]),
        nomination: nomination(more),
    }];
    let day = Day::of(now).expect("a day");
    let plan = stix::Plan {
        alliance: &cipher.alliance,
        chain: &cipher.chain,
        session,
        seed: Seed([5; 32]),
        day,
        previous: day,
        public_sectors: &PublicSectors::default(),
        cases: &cases,
    };
    let built = stix::build(&plan).expect("a bundle");
    let key = ledger_key(releaser, made_at(now), now);
    let names = seal::Names {
        chain: &cipher.chain,
        release: built.release,
        domain: &cipher.alliance.domain,
    };
    let asc = seal::make(releaser, &names, now, &built.bytes).expect("a seal");
    let release = Release {
        id: built.release,
        session,
        sha256: built.sha256,
        size: u64::try_from(built.bytes.len()).expect("small"),
        profile: 1,
        key: key.fingerprint,
        beacon: built.beacon,
        nominations: built.nominations,
        sealed_at: now,
        retracted: None,
    };
    let files = archive::Release {
        bundle: built.bytes,
        seal: asc,
    };
    let archive = archive::write(&files).expect("an archive");
    (Sealed { release, key }, archive)
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_more_indicators(0)
    }

    /// The same with so many more indicators in the release's one case: each makes it about 800 octets larger.
    pub(crate) fn with_more_indicators(more: u32) -> Self {
        let now = Time(ktr_room::port::Clock::local_ms(&ktr_room::SystemClock) / 1_000);
        let made_at = made_at(now);
        let id = UserId::parse("Alliance").expect("a user id");
        let releaser = make_alliance_key(&id, made_at, 396).expect("a key").secret;
        let certificate = releaser.certificate();
        let secret = Arc::new(role("room a", made_at));
        let cipher = cipher(secret, certificate);
        let (sealed, archive) = sealed(&cipher, &releaser, (SESSION, more), now);
        Self {
            cipher,
            sealed,
            archive,
            releaser,
            member: role("member", made_at),
            now,
        }
    }

    /// What the desk writes for this sidecar.
    pub(crate) fn handed_over(
        &self,
        content: &[u8],
        to: &SecretCertificate,
        inner: Option<Inner<'_>>,
    ) -> Vec<u8> {
        let keys = [to.certificate().encryption_key(self.now).expect("a key")];
        let recipients = Recipients::of_bodies(&keys, &[3; 32]).expect("recipients");
        envelope::seal(content, &recipients, inner).expect("an envelope")
    }
}
