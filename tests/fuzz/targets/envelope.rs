//! The envelope of cases, hand-overs, passes and posts: octets alone are refused, and one that was changed on its way opens to what was in it or not at all.

#![no_main]

use std::sync::OnceLock;

use ktr_artefact::{
    envelope::{Expected, Recipients, open, seal},
    openpgp::{KeyUse, SecretCertificate, UserId, make_role_key},
};
use ktr_core::{id::EncryptionKey, time::Time};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let (secret, key) = ME.get_or_init(me);
    assert!(open(octets, secret, NOW, Expected::Unsigned).is_err());
    let Some((edits, content)) = edits(octets) else {
        return;
    };
    let recipients = Recipients::of_bodies(&[*key], &[7; 32]).expect("one key is one recipient");
    let mut envelope = seal(content, &recipients, None).expect("anything can be sealed");
    for [high, low, bits] in edits {
        let place = usize::from(u16::from_be_bytes([*high, *low]));
        let place = place.checked_rem(envelope.len()).unwrap_or(0);
        if let Some(octet) = envelope.get_mut(place) {
            *octet ^= bits;
        }
    }
    if let Ok(opened) = open(&envelope, secret, NOW, Expected::Unsigned) {
        assert_eq!((opened.content.as_slice(), opened.signed), (content, None));
    }
});

/// The first octet says how many changes there are; each is a place and the bits that are turned. The rest is the content.
fn edits(octets: &[u8]) -> Option<(&[[u8; 3]], &[u8])> {
    let (first, rest) = octets.split_first()?;
    let (edits, content) = rest.split_at_checked(3 * usize::from(first % 8))?;
    Some((edits.as_chunks().0, content))
}

static ME: OnceLock<(SecretCertificate, EncryptionKey)> = OnceLock::new();
const NOW: Time = Time(1_900_000_000);

fn me() -> (SecretCertificate, EncryptionKey) {
    let role = UserId::parse("member").expect("a role");
    let made = make_role_key(&role, KeyUse::SignAndReceive, Time(NOW.0 - 1), 30);
    let secret = made.expect("a key can be made").secret;
    let key = secret
        .certificate()
        .encryption_key(NOW)
        .expect("it receives");
    (secret, key)
}
