//! A built and sealed release around the present, because gpgv and sqv ask the clock.
//! Ours does not: its facts are arguments.

use ktr_artefact::{
    Day,
    alliance::{Alliance, AllianceDomain, AllianceName},
    finding::Finding,
    form,
    openpgp::{Certificate, SecretCertificate, UserId, make_alliance_key, signing_fingerprint},
    seal::{Facts, Names, make},
    stix::{self, Attempt, Bundle, Case, ChainId, Plan, PublicSectors, Seed},
};
use ktr_core::{
    bundle::Release,
    id::{Commitment, Fingerprint, SessionId, SigningKey},
    key::{Key, KeyBody, Role},
    time::{Secs, Time},
};
use sequoia_openpgp::types::Timestamp;

pub(crate) const FORMS: [&str; 4] = [
    include_str!("../data/forms/01-ceranakeeper.json"),
    include_str!("../data/forms/02-embargo.json"),
    include_str!("../data/forms/03-oilrig.json"),
    include_str!("../data/forms/04-industroyer.json"),
];

/// The present, from the library: peers judge by it.
pub(crate) fn now() -> Time {
    Time(u64::from(u32::from(Timestamp::now())))
}

pub(crate) fn alliance() -> Alliance {
    let name = AllianceName::parse("Test Alliance").unwrap();
    Alliance::mint(
        name,
        AllianceDomain::parse("relay.example").unwrap(),
        &Seed([9; 32]),
    )
}

pub(crate) fn chain() -> ChainId {
    ChainId::parse("ktr-test-1").unwrap()
}

pub(crate) fn bundle(signed_at: Time) -> Bundle {
    let checked = |form: &str| form::check(&form::read(form.as_bytes()).unwrap()).unwrap();
    let cases: Vec<Case> = FORMS
        .iter()
        .zip(1..)
        .map(|(form, n)| Case {
            commitment: Commitment([n; 32]),
            nomination: checked(form),
        })
        .collect();
    bundle_of(Seed([5; 32]), &cases, signed_at).unwrap()
}

/// A bundle of these cases in session 7.
pub(crate) fn bundle_of(seed: Seed, cases: &[Case], signed_at: Time) -> Result<Bundle, Finding> {
    attempt_of(seed, cases, signed_at, &|_| false).bundle
}

/// The same, with all that was found; the board lets some findings stand.
pub(crate) fn attempt_of(
    seed: Seed,
    cases: &[Case],
    signed_at: Time,
    stands: &dyn Fn(&Finding) -> bool,
) -> Attempt {
    let plan = Plan {
        alliance: &alliance(),
        chain: &chain(),
        session: SessionId(7),
        seed,
        day: Day::of(signed_at).unwrap(),
        previous: Day::of(signed_at.minus(Secs(28 * 86_400))).unwrap(),
        public_sectors: &PublicSectors::default(),
        cases,
    };
    stix::attempt(&plan, stands)
}

/// When the keys of a world were made.
fn made_at(signed_at: Time) -> Time {
    signed_at.minus(Secs(10 * 86_400))
}

/// The ledger's record of a signing key of the Alliance.
pub(crate) fn key_of(body: SigningKey, signed_at: Time) -> Key {
    Key {
        fingerprint: signing_fingerprint(&body),
        body: KeyBody::Sign(body),
        role: Role::Releaser,
        valid_from: made_at(signed_at),
        valid_until: made_at(signed_at).plus(Secs(396 * 86_400)),
        revoked: None,
        expired: false,
    }
}

/// The ledger's record of the release.
pub(crate) fn release_of(built: &Bundle, key: Fingerprint, signed_at: Time) -> Release {
    Release {
        id: built.release,
        session: SessionId(7),
        sha256: built.sha256,
        size: u64::try_from(built.bytes.len()).unwrap(),
        profile: 1,
        key,
        beacon: built.beacon,
        nominations: built.nominations.clone(),
        sealed_at: signed_at.plus(Secs(30)),
        retracted: None,
    }
}

/// A sealed release and the facts about it.
pub(crate) struct World {
    pub(crate) alliance: Alliance,
    pub(crate) chain: ChainId,
    pub(crate) secret: SecretCertificate,
    pub(crate) certificate: Certificate,
    pub(crate) bundle: Vec<u8>,
    pub(crate) seal: Vec<u8>,
    pub(crate) signed_at: Time,
    pub(crate) release: Release,
    pub(crate) key: Key,
}

impl World {
    pub(crate) fn new() -> Self {
        let signed_at = now().minus(Secs(60));
        Self::of(bundle(signed_at), signed_at)
    }

    /// The release of a bundle, under a new key of the Alliance.
    pub(crate) fn of(built: Bundle, signed_at: Time) -> Self {
        let (alliance, chain) = (alliance(), chain());
        let made_at = made_at(signed_at);
        let secret = make_alliance_key(&UserId::parse("Alliance").unwrap(), made_at, 396)
            .unwrap()
            .secret;
        let certificate = secret.certificate();
        let key = key_of(certificate.signing_key(signed_at).unwrap(), signed_at);
        let names = Names {
            chain: &chain,
            release: built.release,
            domain: &alliance.domain,
        };
        let seal = make(&secret, &names, signed_at, &built.bytes).unwrap();
        let release = release_of(&built, key.fingerprint, signed_at);
        Self {
            alliance,
            chain,
            secret,
            certificate,
            bundle: built.bytes,
            seal,
            signed_at,
            release,
            key,
        }
    }
    /// What is known of the release.
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            chain: &self.chain,
            alliance: &self.alliance,
            pinned: self.certificate.primary(),
            release: &self.release,
            key: &self.key,
        }
    }
}
