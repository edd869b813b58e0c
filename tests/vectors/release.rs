//! A release: one form becomes the octets of a bundle, and its seal is judged case by case.
//! A seal has a random salt and a key that nobody keeps, so it is recorded once, and made anew only for another bundle.

use std::{fs, path::Path};

use ktr_artefact::{
    Day,
    alliance::{Alliance, AllianceDomain, AllianceName},
    form,
    openpgp::{Certificate, UserId, make_alliance_key, signing_fingerprint},
    seal::{Facts, Names, make, verify},
    stix::{self, Bundle, Case, ChainId, Plan, PublicSectors, Seed},
};
use ktr_core::{
    bundle::{Release, Retraction, RetractionReason},
    id::{Commitment, Fingerprint, SessionId},
    key::{Key, KeyBody, Revocation, RevocationReason, Role},
    time::Secs,
};
use ktr_testkit::{
    sample::{CHAIN_ID, START},
    vector,
};
use serde_json::{Value, json};

const FORM: &str = include_str!("../../app/ktr-artefact/tests/data/forms/02-embargo.json");
const SEED: Seed = Seed([0x77; 32]);
const SESSION: SessionId = SessionId(7);
const DAY: Secs = Secs(86_400);

fn alliance() -> Alliance {
    let name = AllianceName::parse("Test Alliance").expect("it is a name");
    let domain = AllianceDomain::parse("relay.example").expect("it is a domain");
    Alliance::mint(name, domain, &Seed([9; 32]))
}

fn chain() -> ChainId {
    ChainId::parse(CHAIN_ID).expect("it is a chain id")
}

fn bundle() -> Bundle {
    let read = form::read(FORM.as_bytes()).expect("it is a form");
    let cases = [Case {
        commitment: Commitment([0x22; 32]),
        nomination: form::check(&read).expect("it is accepted"),
    }];
    let day = |at| Day::of(at).expect("it is in range");
    let plan = Plan {
        alliance: &alliance(),
        chain: &chain(),
        session: SESSION,
        seed: SEED,
        day: day(START),
        previous: day(START.minus(Secs(28 * DAY.0))),
        public_sectors: &PublicSectors::default(),
        cases: &cases,
    };
    stix::build(&plan).expect("nothing is found in it")
}

#[test]
fn a_form_has_the_octets_of_its_bundle() {
    let built = bundle();
    let form: Value = serde_json::from_str(FORM).expect("it is JSON");
    let alliance = String::from_utf8(alliance().to_canonical().expect("it has a form"));
    vector::compare(
        "release",
        &json!({
            "form": form,
            "commitment": Commitment([0x22; 32]).to_string(),
            "alliance": alliance.expect("it is text"),
            "chain_id": CHAIN_ID,
            "session": SESSION.0,
            "seed": hex::encode(SEED.0),
            "built_at": START.0,
            "previous_session_at": START.minus(Secs(28 * DAY.0)).0,
            "bundle": String::from_utf8(built.bytes).expect("it is text"),
            "sha256": built.sha256.to_string(),
            "release": built.release.to_string(),
            "beacon": built.beacon.to_string(),
        }),
    );
}

/// A certificate and a seal in armour, and when it was made.
struct Sealed {
    certificate: String,
    seal: String,
}

impl Sealed {
    /// As recorded, if that is a seal of this bundle.
    fn recorded(bundle: &Bundle) -> Option<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/seal.json");
        let value: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        (text("sha256")? == bundle.sha256.to_string()).then_some(())?;
        Some(Self {
            certificate: text("certificate")?,
            seal: text("seal")?,
        })
    }

    fn made(bundle: &Bundle) -> Self {
        let (alliance, chain) = (alliance(), chain());
        let user = UserId::parse("Alliance").expect("it is a user id");
        let made_at = START.minus(DAY);
        let secret = make_alliance_key(&user, made_at, 396).expect("a key can be made");
        let names = Names {
            chain: &chain,
            release: bundle.release,
            domain: &alliance.domain,
        };
        let seal = make(&secret.secret, &names, START, &bundle.bytes).expect("it can be sealed");
        let certificate = secret.secret.certificate().to_armoured();
        let text = |octets| String::from_utf8(octets).expect("armour is text");
        Self {
            certificate: text(certificate.expect("it can be written")),
            seal: text(seal),
        }
    }
}

/// All that a verdict depends on.
#[derive(Clone)]
struct Question {
    chain: ChainId,
    pinned: Fingerprint,
    release: Release,
    key: Key,
    bundle: Vec<u8>,
    seal: Vec<u8>,
}

impl Question {
    fn new(bundle: Bundle, sealed: &Sealed, certificate: &Certificate) -> Self {
        let body = certificate.signing_key(START).expect("it can sign");
        let key = Key {
            fingerprint: signing_fingerprint(&body),
            body: KeyBody::Sign(body),
            role: Role::Releaser,
            valid_from: START.minus(DAY),
            valid_until: START.plus(Secs(395 * DAY.0)),
            revoked: None,
            expired: false,
        };
        let size = u64::try_from(bundle.bytes.len()).expect("it is small");
        Self {
            chain: chain(),
            pinned: certificate.primary(),
            release: Release {
                id: bundle.release,
                session: SESSION,
                sha256: bundle.sha256,
                size,
                profile: 1,
                key: key.fingerprint,
                beacon: bundle.beacon,
                nominations: bundle.nominations,
                sealed_at: START.plus(Secs(30)),
                retracted: None,
            },
            key,
            bundle: bundle.bytes,
            seal: sealed.seal.as_bytes().to_vec(),
        }
    }

    /// 0, or the code of the first finding.
    fn code(&self, certificate: &Certificate) -> u16 {
        let facts = Facts {
            chain: &self.chain,
            alliance: &alliance(),
            pinned: self.pinned,
            release: &self.release,
            key: &self.key,
        };
        let verdict = verify(&facts, &self.bundle, &self.seal, certificate);
        verdict.map_or_else(|finding| finding.rule.code(), |_verified| 0)
    }

    fn revoked(&mut self, reason: RevocationReason) {
        let at = START.plus(DAY);
        self.key.revoked = Some(Revocation { at, reason });
    }
}

/// What is changed in a good release.
type Change = (&'static str, fn(&mut Question));

const CHANGES: [Change; 14] = [
    ("nothing", |_| ()),
    ("its key was retired a day later", |question| {
        question.revoked(RevocationReason::Retired);
    }),
    ("a blank behind the bundle", |question| {
        question.bundle.push(b' ');
    }),
    ("the ledger knows another size", |question| {
        question.release.size += 1;
    }),
    ("the ledger knows another key", |question| {
        question.release.key = Fingerprint([0x33; 20]);
    }),
    ("it was retracted", |question| {
        question.release.retracted = Some(Retraction {
            at: START.plus(DAY),
            reason: RetractionReason::Quality,
        });
    }),
    ("a line before the armour", |question| {
        question.seal.splice(0..0, *b"a line\n");
    }),
    ("two blocks of armour", |question| {
        question.seal.extend(question.seal.clone());
    }),
    ("another chain", |question| {
        question.chain = ChainId::parse("ktr-other-1").expect("it is a chain id");
    }),
    (
        "sealed on the ledger a day and a second later",
        |question| {
            question.release.sealed_at = START.plus(Secs(DAY.0 + 1));
        },
    ),
    (
        "sealed on the ledger 301 seconds before it was signed",
        |question| {
            question.release.sealed_at = START.minus(Secs(301));
        },
    ),
    ("its key was stolen", |question| {
        question.revoked(RevocationReason::Compromised);
    }),
    ("another primary key is pinned", |question| {
        question.pinned = Fingerprint([0x33; 20]);
    }),
    ("another session", |question| {
        question.release.session = SessionId(8);
    }),
];

#[test]
fn a_seal_has_its_verdicts() {
    let built = bundle();
    let sealed = Sealed::recorded(&built).unwrap_or_else(|| Sealed::made(&built));
    let sha256 = built.sha256.to_string();
    let certificate = Certificate::from_bytes(sealed.certificate.as_bytes()).expect("it is one");
    let good = Question::new(built, &sealed, &certificate);
    let verdicts = CHANGES.iter().map(|(name, change)| {
        let mut question = good.clone();
        change(&mut question);
        json!({ "changed": name, "code": question.code(&certificate) })
    });
    vector::compare(
        "seal",
        &json!({
            "sha256": sha256,
            "certificate": sealed.certificate,
            "seal": sealed.seal,
            "signed_at": START.0,
            "sealed_at": good.release.sealed_at.0,
            "primary": good.pinned.to_string(),
            "key": good.key.fingerprint.to_string(),
            "verdicts": verdicts.collect::<Vec<Value>>(),
        }),
    );
}
