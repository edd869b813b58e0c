//! A sealed release with real keys, the sidecar that receives it, and a member.
//! Nothing is judged here.

use std::sync::Arc;

use ktr_artefact::Day;
use ktr_artefact::alliance::{Alliance, AllianceDomain, AllianceName};
use ktr_artefact::archive;
use ktr_artefact::envelope::{self, Inner, Recipients};
use ktr_artefact::form;
use ktr_artefact::openpgp::{
    KeyUse, SecretCertificate, UserId, make_alliance_key, make_role_key, signing_fingerprint,
};
use ktr_artefact::seal;
use ktr_artefact::stix::{self, Case, ChainId, PublicSectors, Seed};
use ktr_core::bundle::Release;
use ktr_core::id::{Commitment, SessionId};
use ktr_core::key::{Key, KeyBody, Role};
use ktr_core::time::Time;
use ktr_room::adapter::openpgp::OpenPgp;
use ktr_room::plan::Sealed;

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

impl World {
    pub(crate) fn new() -> Self {
        let now = Time(ktr_room::port::Clock::local_ms(&ktr_room::SystemClock) / 1_000);
        let made_at = Time(now.0.saturating_sub(100_000));
        let domain = AllianceDomain::parse("relay.example").expect("a domain");
        let name = AllianceName::parse("Test Alliance").expect("a name");
        let alliance = Alliance::mint(name, domain, &Seed([9; 32]));
        let chain = ChainId::parse("ktr-test-1").expect("a chain id");
        let nomination = form::check(&form::read(FORM.as_bytes()).expect("json")).expect("a form");
        let cases = [Case {
            commitment: Commitment([1; 32]),
            nomination,
        }];
        let day = Day::of(now).expect("a day");
        let plan = stix::Plan {
            alliance: &alliance,
            chain: &chain,
            session: SESSION,
            seed: Seed([5; 32]),
            day,
            previous: day,
            public_sectors: &PublicSectors::default(),
            cases: &cases,
        };
        let built = stix::build(&plan).expect("a bundle");
        let id = UserId::parse("Alliance").expect("a user id");
        let releaser = make_alliance_key(&id, made_at, 396).expect("a key").secret;
        let key = ledger_key(&releaser, made_at, now);
        let names = seal::Names {
            chain: &chain,
            release: built.release,
            domain: &alliance.domain,
        };
        let asc = seal::make(&releaser, &names, now, &built.bytes).expect("a seal");
        let release = Release {
            id: built.release,
            session: SESSION,
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
        let certificate = releaser.certificate();
        let secret = Arc::new(role("room a", made_at));
        let cipher = OpenPgp {
            secret,
            alliance,
            certificate,
            chain,
        };
        let sealed = Sealed { release, key };
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
