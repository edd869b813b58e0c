//! Each step refuses what it must. gpgv and sqv judge the same cases in `tests/peers.rs`.

use ktr_core::{
    bundle::{Release, Retraction, RetractionReason},
    id::{Commitment, SessionId},
    key::{Key, KeyBody, Revocation, RevocationReason, Role},
    time::{Secs, Time},
};

use super::{Facts, Names, make, normalise, verify, verify_intended};
use crate::{
    alliance::{Alliance, AllianceDomain, AllianceName},
    day::Day,
    finding::{Rule, rule},
    form,
    openpgp::{Certificate, SecretCertificate, UserId, make_alliance_key, signing_fingerprint},
    stix::{self, Case, ChainId, Plan, PublicSectors, Seed},
};

const FORM: &str = include_str!("../../tests/data/forms/01-ceranakeeper.json");
/// 2026-11-25T12:00:00Z.
const SIGNED: Time = Time(1_795_608_000);

/// A sealed release and all facts about it.
struct World {
    alliance: Alliance,
    chain: ChainId,
    secret: SecretCertificate,
    certificate: Certificate,
    bundle: Vec<u8>,
    seal: Vec<u8>,
    release: Release,
    key: Key,
}

impl World {
    fn new() -> Self {
        let name = AllianceName::parse("Test Alliance").unwrap();
        let alliance = Alliance::mint(
            name,
            AllianceDomain::parse("relay.example").unwrap(),
            &Seed([9; 32]),
        );
        let chain = ChainId::parse("ktr-test-1").unwrap();
        let nomination = form::check(&form::read(FORM.as_bytes()).unwrap()).unwrap();
        let built = stix::build(&Plan {
            alliance: &alliance,
            chain: &chain,
            session: SessionId(7),
            seed: Seed([5; 32]),
            day: Day::of(SIGNED).unwrap(),
            previous: Day::of(SIGNED).unwrap(),
            public_sectors: &PublicSectors::default(),
            cases: &[Case {
                commitment: Commitment([1; 32]),
                nomination,
            }],
        })
        .unwrap();
        let made_at = Time(SIGNED.0 - 1_000_000);
        let secret = make_alliance_key(&UserId::parse("Alliance").unwrap(), made_at, 396)
            .unwrap()
            .secret;
        let body = secret.certificate().signing_key(SIGNED).unwrap();
        let key = Key {
            fingerprint: signing_fingerprint(&body),
            body: KeyBody::Sign(body),
            role: Role::Releaser,
            valid_from: made_at,
            valid_until: made_at.plus(Secs(396 * 86_400)),
            revoked: None,
            expired: false,
        };
        let names = Names {
            chain: &chain,
            release: built.release,
            domain: &alliance.domain,
        };
        let seal = make(&secret, &names, SIGNED, &built.bytes).unwrap();
        let release = Release {
            id: built.release,
            session: SessionId(7),
            sha256: built.sha256,
            size: u64::try_from(built.bytes.len()).unwrap(),
            profile: 1,
            key: key.fingerprint,
            beacon: built.beacon,
            nominations: built.nominations,
            sealed_at: Time(SIGNED.0 + 600),
            retracted: None,
        };
        let certificate = secret.certificate();
        Self {
            alliance,
            chain,
            secret,
            certificate,
            bundle: built.bytes,
            seal,
            release,
            key,
        }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            chain: &self.chain,
            alliance: &self.alliance,
            pinned: self.certificate.primary(),
            release: &self.release,
            key: &self.key,
        }
    }

    fn verdict(&self) -> Option<Rule> {
        verify(&self.facts(), &self.bundle, &self.seal, &self.certificate)
            .err()
            .map(|finding| finding.rule)
    }
}

#[test]
fn our_own_seal_passes_before_and_after_it_is_on_the_ledger() {
    let world = World::new();
    let verified = verify(
        &world.facts(),
        &world.bundle,
        &world.seal,
        &world.certificate,
    )
    .unwrap();
    assert_eq!((verified.signed_at, verified.checked.cases), (SIGNED, 1));
    let intended = verify_intended(
        &world.facts(),
        &world.bundle,
        &world.seal,
        &world.certificate,
    );
    assert_eq!(intended.as_ref(), Ok(&verified));
    assert!(world.seal.len() < 600, "{}", world.seal.len());
}

#[test]
fn a_seal_that_would_be_too_old_in_its_block_is_not_sent() {
    let sent_after = |secs: u64| {
        let mut world = World::new();
        world.release.sealed_at = Time(SIGNED.0 + secs);
        let facts = world.facts();
        let (bundle, seal) = (&world.bundle, &world.seal);
        let judged = verify_intended(&facts, bundle, seal, &world.certificate);
        judged.err().map(|finding| finding.rule)
    };
    assert_eq!(sent_after(86_400 - 3_600), None);
    assert_eq!(sent_after(86_400 - 3_599), Some(rule::SEAL_TIME));
    let mut world = World::new();
    world.release.sealed_at = Time(SIGNED.0 - 301);
    let judged = verify_intended(
        &world.facts(),
        &world.bundle,
        &world.seal,
        &world.certificate,
    );
    assert_eq!(judged.unwrap_err().rule, rule::SEAL_TIME);
}

#[test]
fn the_ledger_s_word_comes_first() {
    type Change = fn(&mut World);
    let table: [(&str, Change, Rule); 7] = [
        (
            "hash",
            |world| world.release.sha256.0[0] ^= 1,
            rule::NOT_THE_SEALED_BYTES,
        ),
        (
            "bytes",
            |world| world.bundle.push(b'\n'),
            rule::NOT_THE_SEALED_BYTES,
        ),
        (
            "size",
            |world| world.release.size = 1,
            rule::NOT_THE_SEALED_SIZE,
        ),
        (
            "profile",
            |world| world.release.profile = 2,
            rule::NOT_THE_SEALED_PROFILE,
        ),
        (
            "key",
            |world| world.release.key.0[0] ^= 1,
            rule::NOT_THE_SEALED_KEY,
        ),
        (
            "retracted",
            |world| {
                world.release.retracted = Some(Retraction {
                    at: world.release.sealed_at,
                    reason: RetractionReason::Quality,
                });
            },
            rule::RETRACTED,
        ),
        (
            "endless seal",
            |world| world.seal = vec![b'a'; 2_049],
            rule::TOO_LARGE,
        ),
    ];
    for (name, change, expected) in table {
        let mut world = World::new();
        change(&mut world);
        assert_eq!(world.verdict(), Some(expected), "{name}");
    }
}

#[test]
fn the_armour_is_ours_to_the_byte() {
    let world = World::new();
    let text = String::from_utf8(world.seal.clone()).unwrap();
    let commented = text.replacen("\n\n", "\nComment: hello\n\n", 1);
    for (name, bad, expected) in [
        ("text before", format!("hello\n{text}"), rule::SEAL_ARMOUR),
        ("text after", format!("{text}hello\n"), rule::SEAL_ARMOUR),
        ("comment", commented, rule::SEAL_ARMOUR),
        (
            "no final newline",
            text.trim_end().to_owned(),
            rule::SEAL_ARMOUR,
        ),
        (
            "carriage returns",
            text.replace('\n', "\r\n"),
            rule::SEAL_ARMOUR,
        ),
        ("two blocks", format!("{text}{text}"), rule::SEAL_ARMOUR),
        ("empty", String::new(), rule::SEAL_PACKET),
        ("prose", "hello".to_owned(), rule::SEAL_PACKET),
    ] {
        let refused = verify(
            &world.facts(),
            &world.bundle,
            bad.as_bytes(),
            &world.certificate,
        )
        .unwrap_err();
        assert!(
            [expected, rule::SEAL_PACKET].contains(&refused.rule),
            "{name}: {refused}"
        );
    }
}

#[test]
fn the_seal_is_bound_to_chain_release_time_and_key() {
    type Change = fn(&mut World);
    let table: [(&str, Change, Rule); 9] = [
        (
            "other chain",
            |world| world.chain = ChainId::parse("ktr-test-2").unwrap(),
            rule::SEAL_NOTATIONS,
        ),
        (
            "other release",
            |world| world.release.id.0[0] ^= 1,
            rule::SEAL_NOTATIONS,
        ),
        (
            "too early",
            |world| world.release.sealed_at = Time(SIGNED.0 + 86_401),
            rule::SEAL_TIME,
        ),
        (
            "too late",
            |world| world.release.sealed_at = Time(SIGNED.0 - 301),
            rule::SEAL_TIME,
        ),
        (
            "not yet valid",
            |world| world.key.valid_from = Time(SIGNED.0 + 1),
            rule::KEY_NOT_LIVE,
        ),
        (
            "no longer valid",
            |world| world.key.valid_until = SIGNED,
            rule::KEY_NOT_LIVE,
        ),
        (
            "compromised later",
            |world| {
                let at = Time(SIGNED.0 + 999);
                world.key.revoked = Some(Revocation {
                    at,
                    reason: RevocationReason::Compromised,
                });
            },
            rule::KEY_NOT_LIVE,
        ),
        (
            "retired before",
            |world| {
                world.key.revoked = Some(Revocation {
                    at: SIGNED,
                    reason: RevocationReason::Retired,
                });
            },
            rule::KEY_NOT_LIVE,
        ),
        (
            "other session",
            |world| world.release.session = SessionId(8),
            rule::NOT_THE_SEALED_RELEASE,
        ),
    ];
    for (name, change, expected) in table {
        let mut world = World::new();
        change(&mut world);
        assert_eq!(world.verdict(), Some(expected), "{name}");
    }
    let mut world = World::new();
    world.key.revoked = Some(Revocation {
        at: Time(SIGNED.0 + 1),
        reason: RevocationReason::Retired,
    });
    assert_eq!(world.verdict(), None, "a key retired later keeps its seals");
}

#[test]
fn another_certificate_is_refused_even_with_the_same_name() {
    let (world, other) = (World::new(), World::new());
    let refused = verify(
        &world.facts(),
        &world.bundle,
        &world.seal,
        &other.certificate,
    )
    .unwrap_err();
    assert_eq!(refused.rule, rule::NOT_UNDER_PINNED_KEY);
    let facts = Facts {
        pinned: other.certificate.primary(),
        ..world.facts()
    };
    let refused = verify(&facts, &world.bundle, &world.seal, &other.certificate).unwrap_err();
    assert_eq!(refused.rule, rule::NOT_UNDER_PINNED_KEY);
}

#[test]
fn the_day_of_the_build_is_near_the_seal() {
    let mut world = World::new();
    let late = Time(SIGNED.0 + 3 * 86_400);
    let names = Names {
        chain: &world.chain,
        release: world.release.id,
        domain: &world.alliance.domain,
    };
    world.seal = make(&world.secret, &names, late, &world.bundle).unwrap();
    world.release.sealed_at = late;
    assert_eq!(world.verdict(), Some(rule::DAY_AWAY_FROM_SEAL));
}

#[test]
fn a_day_that_would_be_too_far_away_in_its_block_is_not_sent() {
    // The day after that of the build ends a day and twelve hours after SIGNED, which is noon.
    let day_after = Time(SIGNED.0 + 86_400 + 12 * 3_600);
    for (before_its_end, expected) in [
        (3_601, None),
        (3_600, Some(rule::DAY_AWAY_FROM_SEAL)),
        (1, Some(rule::DAY_AWAY_FROM_SEAL)),
    ] {
        let mut world = World::new();
        let now = day_after.minus(Secs(before_its_end));
        let names = Names {
            chain: &world.chain,
            release: world.release.id,
            domain: &world.alliance.domain,
        };
        world.seal = make(&world.secret, &names, now, &world.bundle).unwrap();
        world.release.sealed_at = now;
        assert_eq!(world.verdict(), None, "in that second it would still pass");
        let facts = world.facts();
        let judged = verify_intended(&facts, &world.bundle, &world.seal, &world.certificate);
        assert_eq!(judged.err().map(|finding| finding.rule), expected);
    }
}

#[test]
fn a_normalised_seal_of_ours_is_itself() {
    let world = World::new();
    assert_eq!(normalise(&world.seal), Ok(world.seal.clone()));
}
