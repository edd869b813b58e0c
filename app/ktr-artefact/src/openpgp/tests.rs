//! Keys, bodies and the frozen profile. Real gpg and sq judge in `tests/peers.rs`.

use ktr_core::time::Time;
use sequoia_openpgp::{
    Packet,
    packet::signature::{
        SignatureBuilder,
        subpacket::{NotationDataFlags, Subpacket, SubpacketTag, SubpacketValue},
    },
    serialize::SerializeInto,
    types::{HashAlgorithm, SignatureType},
};

use super::{
    Certificate, KeyUse, ProfileError, SecretCertificate, UserId, add_seal_subkey,
    encryption_fingerprint, encryption_key, make_alliance_key, make_role_key, normalise, sign,
    signing_fingerprint, signing_key, timestamp, verify,
};
use crate::finding::rule;

const MADE: Time = Time(1_790_000_000);
const DAY: u64 = 86_400;

fn role(key_use: KeyUse) -> SecretCertificate {
    make_role_key(&UserId::parse("county 1").unwrap(), key_use, MADE, 1_096)
        .unwrap()
        .secret
}

#[test]
fn bodies_go_to_the_ledger_and_come_back_as_the_same_keys() {
    let certificate = role(KeyUse::SignAndReceive).certificate();
    let signing = certificate.signing_key(MADE).unwrap();
    assert_eq!(signing_fingerprint(&signing), certificate.primary());
    assert_eq!(
        signing_key(&signing).unwrap().fingerprint().as_bytes(),
        certificate.primary().as_bytes()
    );
    let encryption = certificate.encryption_key(MADE).unwrap();
    let rebuilt = encryption_key(&encryption).unwrap();
    assert_eq!(
        rebuilt.fingerprint().as_bytes(),
        encryption_fingerprint(&encryption).as_bytes()
    );
}

#[test]
fn a_key_lives_from_its_making_to_its_end() {
    let certificate = role(KeyUse::Sign).certificate();
    assert!(certificate.signing_key(Time(MADE.0 - 1)).is_err());
    assert!(
        certificate
            .signing_key(Time(MADE.0 + 1_096 * DAY - 1))
            .is_ok()
    );
    assert!(
        certificate
            .signing_key(Time(MADE.0 + 1_096 * DAY + 1))
            .is_err()
    );
    assert_eq!(
        certificate.encryption_key(MADE).unwrap_err().rule,
        rule::NO_SUCH_KEY
    );
    let id = UserId::parse("county 1").unwrap();
    assert_eq!(
        make_role_key(&id, KeyUse::Sign, MADE, 1_097)
            .unwrap_err()
            .rule,
        rule::VALIDITY
    );
}

/// RFC 9580, 5.5.2 and 5.5.5.2: the primary key's prime is zero, and a signature binds a user id to it.
#[test]
fn a_key_of_dsa_is_refused_before_anybody_divides_by_its_prime() {
    let time = [0x60, 0, 0, 0];
    let (zero, one, three) = ([0, 0], [0, 1, 1], [0, 2, 3]);
    let key = [&[4][..], &time, &[17], &zero, &three, &three, &three].concat();
    let hashed = [&[5, 2][..], &time].concat();
    let signature = [
        &[4, 0x13, 17, 8, 0, 6][..],
        &hashed,
        &[0, 0, 0, 0],
        &one,
        &one,
    ]
    .concat();
    let packet = |tag: u8, body: &[u8]| {
        let length = u8::try_from(body.len()).unwrap();
        [&[0xc0 | tag, length][..], body].concat()
    };
    let parts = [packet(6, &key), packet(13, b"x"), packet(2, &signature)];
    let found = Certificate::from_bytes(&parts.concat()).unwrap_err();
    assert_eq!(found.rule, rule::NOT_A_CERTIFICATE);
}

#[test]
fn certificates_survive_writing_and_reading_without_secrets() {
    let secret = role(KeyUse::SignAndReceive);
    let armoured = secret.to_armoured().unwrap();
    assert_eq!(
        SecretCertificate::from_bytes(&armoured).unwrap().primary(),
        secret.primary()
    );
    let public = Certificate::from_bytes(&armoured).unwrap();
    assert_eq!(public, secret.certificate());
    for form in [public.to_binary().unwrap(), public.to_armoured().unwrap()] {
        assert_eq!(Certificate::from_bytes(&form).unwrap(), public);
        assert_eq!(
            SecretCertificate::from_bytes(&form).unwrap_err().rule,
            rule::NO_SUCH_KEY
        );
    }
    let two = [
        public.to_binary().unwrap(),
        role(KeyUse::Sign).certificate().to_binary().unwrap(),
    ]
    .concat();
    assert_eq!(
        Certificate::from_bytes(&two).unwrap_err().rule,
        rule::NOT_A_CERTIFICATE
    );
    assert_eq!(
        Certificate::from_bytes(b"").unwrap_err().rule,
        rule::NOT_A_CERTIFICATE
    );
}

#[test]
fn a_user_id_names_a_role_and_no_person() {
    assert!(UserId::parse("Release desk of the Alliance").is_ok());
    for bad in ["joe@bank.example", "Joe <joe>", "", "two\nlines"] {
        assert_eq!(UserId::parse(bad), Err(rule::USER_ID), "{bad}");
    }
}

#[test]
fn the_alliance_signs_with_its_youngest_live_subkey_only() {
    let id = UserId::parse("Alliance").unwrap();
    let made = make_alliance_key(&id, MADE, 396).unwrap().secret;
    let first = made.certificate().signing_key(MADE).unwrap();
    assert_ne!(signing_fingerprint(&first), made.primary());
    let later = Time(MADE.0 + 366 * DAY);
    let renewed = add_seal_subkey(&made, later, 396).unwrap();
    assert_eq!(
        renewed
            .certificate()
            .signing_key(Time(later.0 - 1))
            .unwrap(),
        first
    );
    let second = renewed.certificate().signing_key(later).unwrap();
    assert_ne!(second, first);
    let after_the_first = Time(MADE.0 + 397 * DAY);
    assert_eq!(
        renewed.certificate().signing_key(after_the_first).unwrap(),
        second
    );
    let signature = sign(&renewed, after_the_first, b"bytes").unwrap();
    assert_eq!(signature.issuer(), signing_fingerprint(&second));
}

#[test]
fn the_key_that_is_named_signs_though_another_is_younger() {
    let id = UserId::parse("Alliance").unwrap();
    let made = make_alliance_key(&id, MADE, 396).unwrap().secret;
    let later = Time(MADE.0 + 366 * DAY);
    let renewed = add_seal_subkey(&made, later, 396).unwrap();
    let old = signing_fingerprint(&made.certificate().signing_key(MADE).unwrap());
    let new = signing_fingerprint(&renewed.certificate().signing_key(later).unwrap());
    for named in [old, new] {
        assert!(renewed.certificate().can_sign_with(&named, later));
        let narrowed = renewed.narrowed(&named, later).unwrap();
        assert_eq!(sign(&narrowed, later, b"bytes").unwrap().issuer(), named);
    }
    // The primary only certifies; the old subkey ends after 396 days.
    let after_the_first = Time(MADE.0 + 397 * DAY);
    for (named, at) in [(made.primary(), later), (old, after_the_first)] {
        assert!(!renewed.certificate().can_sign_with(&named, at));
        assert_eq!(
            renewed.narrowed(&named, at).unwrap_err().rule,
            rule::NO_SUCH_KEY
        );
    }
    // A role's primary signs itself.
    let role = role(KeyUse::SignAndReceive);
    let narrowed = role.narrowed(&role.primary(), MADE).unwrap();
    assert_eq!(
        sign(&narrowed, MADE, b"bytes").unwrap().issuer(),
        role.primary()
    );
    assert!(narrowed.certificate().encryption_key(MADE).is_ok());
}

#[test]
fn our_own_signatures_are_in_the_profile() {
    let secret = role(KeyUse::Sign);
    let signature = sign(&secret, MADE, b"ktr/tx/1\nbody").unwrap();
    assert_eq!(
        (signature.issuer(), signature.created_at()),
        (secret.primary(), MADE)
    );
    assert!(signature.as_bytes().len() <= 191);
    assert_eq!(normalise(signature.as_bytes()).as_ref(), Ok(&signature));
    let key = secret.certificate().signing_key(MADE).unwrap();
    assert_eq!(verify(&signature, &key, b"ktr/tx/1\nbody"), Ok(()));
    assert_eq!(
        verify(&signature, &key, b"ktr/tx/1\nbodz")
            .unwrap_err()
            .rule,
        rule::BAD_SIGNATURE
    );
    let other = role(KeyUse::Sign).certificate().signing_key(MADE).unwrap();
    assert!(verify(&signature, &other, b"ktr/tx/1\nbody").is_err());
}

/// A signature with something more in its hashed area or another type.
fn spoiled(
    change: impl FnOnce(SignatureBuilder) -> sequoia_openpgp::Result<SignatureBuilder>,
) -> Vec<u8> {
    let secret = role(KeyUse::Sign);
    let mut signer = secret.signer(MADE).unwrap();
    let builder = SignatureBuilder::new(SignatureType::Binary)
        .set_hash_algo(HashAlgorithm::SHA256)
        .set_signature_creation_time(timestamp(MADE).unwrap())
        .unwrap();
    let signature = change(builder)
        .unwrap()
        .sign_message(&mut signer, b"bytes")
        .unwrap();
    Packet::from(signature).to_vec().unwrap()
}

#[test]
fn each_spoiler_is_named() {
    let subpacket = |value| {
        move |builder: SignatureBuilder| {
            builder.modify_hashed_area(|mut area| {
                area.add(Subpacket::new(value, false)?)?;
                Ok(area)
            })
        }
    };
    let hour = std::time::Duration::from_hours(1);
    for (bytes, expected) in [
        (
            spoiled(|b| Ok(b.set_type(SignatureType::Text))),
            ProfileError::TextMode,
        ),
        (
            spoiled(|b| Ok(b.set_hash_algo(HashAlgorithm::SHA384))),
            ProfileError::Hash(9),
        ),
        (
            spoiled(|b| b.set_signature_validity_period(hour)),
            ProfileError::Expiry,
        ),
        (
            spoiled(|b| b.set_policy_uri("http://x.example")),
            ProfileError::PolicyUrl,
        ),
        (
            spoiled(|b| b.set_signers_user_id("joe")),
            ProfileError::SignerUserId,
        ),
        (
            spoiled(|b| b.add_notation("a@b.example", b"c", NotationDataFlags::empty(), false)),
            ProfileError::Notation,
        ),
        (
            spoiled(subpacket(SubpacketValue::Unknown {
                tag: SubpacketTag::Unknown(38),
                body: vec![0; 300],
            })),
            ProfileError::KeyBlock,
        ),
        (
            spoiled(subpacket(SubpacketValue::Unknown {
                tag: SubpacketTag::Unknown(99),
                body: vec![0],
            })),
            ProfileError::Subpacket(99),
        ),
    ] {
        assert_eq!(normalise(&bytes).unwrap_err(), expected);
    }
}

#[test]
fn bytes_that_are_no_signature_are_refused() {
    let good = sign(&role(KeyUse::Sign), MADE, b"bytes")
        .unwrap()
        .as_bytes()
        .to_vec();
    let twice = [good.clone(), good.clone()].concat();
    assert_eq!(normalise(&twice), Err(ProfileError::SeveralPackets));
    for bad in [
        &good[..good.len() - 1],
        &[],
        b"-----BEGIN PGP SIGNATURE-----\n",
        &[0xc2],
        &[0x88, 5, 4, 0],
    ] {
        assert_eq!(normalise(bad), Err(ProfileError::NotASignature));
    }
    assert_eq!(normalise(&vec![0xc2; 20_000]), Err(ProfileError::TooLarge));
}
