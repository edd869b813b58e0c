//! The real OpenPGP behind the port: a release as the desk hands it over, a pass as its member opens it.
//! The peers gpg and sq judge the same envelopes where those are written.
#![expect(
    clippy::expect_used,
    reason = "test code: a broken expectation is a red test"
)]

#[path = "world/sealed.rs"]
mod world;

use std::sync::Arc;

use ktr_artefact::archive;
use ktr_artefact::envelope::{self, Expected, Inner, Purpose};
use ktr_artefact::openpgp::SecretCertificate;
use ktr_core::bundle::{Retraction, RetractionReason};
use ktr_core::id::{EncryptionKey, SessionId};
use ktr_core::time::Time;
use ktr_room::CipherError;
use ktr_room::adapter::openpgp::OpenPgp;
use ktr_room::limits::INBOX_FILE_MAX;
use ktr_room::plan::{Reported, Sealed, Session, Status, Times};
use ktr_room::port::Cipher;
use ktr_room::run::Inbox;

use world::{SESSION, World, role};

/// What the port says of a file.
fn opened(world: &World, file: &[u8]) -> Result<Vec<u8>, CipherError> {
    world
        .cipher
        .open_release(file, &world.sealed, SESSION)
        .map(|archive| archive.to_vec())
}

#[test]
fn a_release_is_taken_from_the_desk_with_and_without_an_inner_signature() {
    let world = World::new();
    let plain = world.handed_over(&world.archive, &world.cipher.secret, None);
    assert_eq!(opened(&world, &plain).expect("taken"), world.archive);
    let purpose = Purpose::parse("hand-over").expect("a purpose");
    let domain = &world.cipher.alliance.domain;
    let inner = Inner {
        secret: &world.releaser,
        at: world.now,
        purpose: &purpose,
        domain,
    };
    let signed = world.handed_over(&world.archive, &world.cipher.secret, Some(inner));
    assert_eq!(opened(&world, &signed).expect("taken"), world.archive);
}

#[test]
fn a_release_that_is_not_the_sealed_one_is_refused_whole() {
    let world = World::new();
    let mut flipped = archive::read(&world.archive).expect("an archive");
    if let Some(octet) = flipped.bundle.iter_mut().find(|octet| **octet == b'a') {
        *octet = b'b';
    }
    let flipped = archive::write(&flipped).expect("an archive");
    let to_us = |content: &[u8]| world.handed_over(content, &world.cipher.secret, None);
    let to_other = world.handed_over(&world.archive, &world.member, None);
    assert_eq!(opened(&world, &to_other), Err(CipherError::NotForUs));
    for (name, file) in [
        ("another bundle", to_us(&flipped)),
        ("no archive", to_us(b"hello")),
        ("no envelope", world.archive.clone()),
        ("nothing", Vec::new()),
    ] {
        assert!(
            matches!(opened(&world, &file), Err(CipherError::Release(_))),
            "{name}"
        );
    }
    let right = to_us(&world.archive);
    let other = world
        .cipher
        .open_release(&right, &world.sealed, SessionId(8));
    assert!(
        matches!(other, Err(CipherError::Release(_))),
        "another session"
    );
}

#[test]
fn a_release_that_was_retracted_before_its_hour_is_refused() {
    let mut world = World::new();
    let file = world.handed_over(&world.archive, &world.cipher.secret, None);
    world.sealed.release.retracted = Some(Retraction {
        at: world.now,
        reason: RetractionReason::VictimIdentifiable,
    });
    let refused = opened(&world, &file);
    assert!(
        matches!(&refused, Err(CipherError::Release(rule)) if rule.contains("304")),
        "{refused:?}"
    );
}

#[test]
fn a_pass_opens_for_its_member_alone_and_names_its_sidecar_and_purpose() {
    let world = World::new();
    let keys = [world
        .member
        .certificate()
        .encryption_key(world.now)
        .expect("a key")];
    let pass = world
        .cipher
        .encrypt_pass(b"{\"v\":1}", &keys)
        .expect("a pass");
    let by = [world
        .cipher
        .secret
        .certificate()
        .signing_key(world.now)
        .expect("a key")];
    let purpose = Purpose::parse("pass").expect("a purpose");
    let expected = Expected::Signed {
        by: &by,
        purpose: &purpose,
        domain: &world.cipher.alliance.domain,
    };
    let opened = envelope::open(&pass, &world.member, world.now, expected).expect("opens");
    assert_eq!(opened.content, b"{\"v\":1}");
    assert!(envelope::open(&pass, &world.cipher.secret, world.now, expected).is_err());
    assert!(envelope::open(&pass, &world.member, world.now, Expected::Unsigned).is_err());
}

#[test]
fn a_pass_for_a_probe_opens_with_its_sidecars_key_and_only_if_the_other_sidecar_signed_it() {
    let world = World::new();
    let sealed = |keys: &[EncryptionKey]| {
        world
            .cipher
            .encrypt_pass(b"the pass", keys)
            .expect("sealed")
    };
    let body = |of: &SecretCertificate| of.certificate().encryption_key(world.now).expect("a key");
    let signer = |of: &SecretCertificate| of.certificate().signing_key(world.now).expect("a key");
    let other = OpenPgp {
        secret: Arc::new(role("room b", Time(world.now.0.saturating_sub(1_000)))),
        ..world.cipher.clone()
    };
    let (ours, theirs) = (signer(&world.cipher.secret), signer(&other.secret));
    let pass = sealed(&[body(&other.secret)]);
    let opened = other.open_pass(&pass, &[ours]).expect("opened");
    assert_eq!(opened.as_slice(), b"the pass");
    assert!(matches!(
        other.open_pass(&pass, &[theirs]),
        Err(CipherError::Pass(_))
    ));
    assert!(matches!(
        other.open_pass(&pass, &[]),
        Err(CipherError::Pass(_))
    ));
    let mine = sealed(&[body(&world.member)]);
    assert_eq!(other.open_pass(&mine, &[ours]), Err(CipherError::NotForUs));
    let unsigned = world
        .cipher
        .encrypt_post(b"the pass", &[body(&other.secret)])
        .expect("sealed");
    assert!(matches!(
        other.open_pass(&unsigned, &[ours]),
        Err(CipherError::Pass(_))
    ));
}

#[test]
fn a_post_is_random_each_time_and_refuses_a_body_that_is_no_key() {
    let world = World::new();
    let keys = [world
        .member
        .certificate()
        .encryption_key(world.now)
        .expect("a key")];
    let post = || {
        world
            .cipher
            .encrypt_post(&world.archive, &keys)
            .expect("a post")
    };
    assert_ne!(post(), post());
    let nonsense = [EncryptionKey([7; 56])];
    assert_eq!(
        world.cipher.encrypt_post(&world.archive, &nonsense),
        Err(CipherError::Key)
    );
    // One such body among good ones is no post either: whoever encrypts has to find it.
    let [good] = keys;
    assert_eq!(
        world
            .cipher
            .encrypt_post(&world.archive, &[good, nonsense[0]]),
        Err(CipherError::Key)
    );
    assert!(world.cipher.is_usable(&good));
    assert!(!world.cipher.is_usable(&nonsense[0]));
}

#[test]
fn a_hand_over_above_twenty_mib_is_refused_unread_and_keeps_out_no_good_one() {
    let world = World::new();
    let folder = tempfile::tempdir().expect("a folder");
    let good = world.handed_over(&world.archive, &world.cipher.secret, None);
    // Sparse, and it begins as a good one does: only its length is wrong.
    let path = folder.path().join("a.pgp");
    std::fs::write(&path, &good).expect("written");
    let file = std::fs::OpenOptions::new().write(true).open(&path);
    let file = file.expect("opened");
    let session = opened_session(&world);
    let mut inbox = Inbox::new(folder.path().to_owned());
    let mut look = || {
        let seen = inbox.look(&Unopened, &session);
        (seen, inbox.archive().is_some())
    };
    for length in [INBOX_FILE_MAX.saturating_add(1), 1 << 40] {
        file.set_len(length).expect("a sparse file");
        assert_eq!(look(), (ktr_room::seen::Inbox::Bad, false));
    }
    std::fs::write(folder.path().join("b.pgp"), &good).expect("written");
    let seen = inbox.look(&world.cipher, &session);
    assert_eq!(seen, ktr_room::seen::Inbox::Good);
    assert_eq!(inbox.archive(), Some(world.archive.as_slice()));
}

#[test]
fn what_cannot_be_read_in_the_inbox_is_refused_and_stops_nothing() {
    let world = World::new();
    let session = opened_session(&world);
    let folder = tempfile::tempdir().expect("a folder");
    // Reading it fails even for root, who may read everything else.
    std::os::unix::fs::symlink("/proc/self/mem", folder.path().join("a.pgp")).expect("a link");
    let mut inbox = Inbox::new(folder.path().to_owned());
    let seen = inbox.look(&world.cipher, &session);
    assert_eq!(seen, ktr_room::seen::Inbox::Bad);
    let good = world.handed_over(&world.archive, &world.cipher.secret, None);
    std::fs::write(folder.path().join("b.pgp"), &good).expect("written");
    let seen = inbox.look(&world.cipher, &session);
    assert_eq!(seen, ktr_room::seen::Inbox::Good);
    // and a folder that is none
    let mut inbox = Inbox::new(folder.path().join("b.pgp"));
    let seen = inbox.look(&world.cipher, &session);
    assert_eq!(seen, ktr_room::seen::Inbox::Bad);
}

/// The release's session in its hour.
fn opened_session(world: &World) -> Session {
    Session {
        id: SESSION,
        times: Times {
            seeds_at: 1,
            opens_at: 2,
            dissolves_at: 3,
        },
        status: Status::Opened,
        opened_at: Some(1),
        ward_seeded: true,
        sealed: Some(world.sealed.clone()),
        reported: Reported::default(),
        gates: Vec::new(),
    }
}

/// A cipher that takes everything; it must not be asked.
struct Unopened;

impl Cipher for Unopened {
    fn is_usable(&self, _key: &EncryptionKey) -> bool {
        false
    }

    fn open_release(
        &self,
        file: &[u8],
        _sealed: &Sealed,
        _session: SessionId,
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, CipherError> {
        Ok(zeroize::Zeroizing::new(file.to_vec()))
    }

    fn encrypt_post(
        &self,
        _archive: &[u8],
        _keys: &[EncryptionKey],
    ) -> Result<Vec<u8>, CipherError> {
        Err(CipherError::Key)
    }

    fn encrypt_pass(&self, _pass: &[u8], _keys: &[EncryptionKey]) -> Result<Vec<u8>, CipherError> {
        Err(CipherError::Key)
    }

    fn open_pass(
        &self,
        _sealed: &[u8],
        _by: &[ktr_core::id::SigningKey],
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, CipherError> {
        Err(CipherError::Key)
    }
}
