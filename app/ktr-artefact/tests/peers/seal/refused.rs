//! Every row that we refuse: bytes and signatures that were changed, keys that do not count, and what all peers let pass.
//! How the peers judge each of them was measured with GnuPG 2.2.40 and sqv 1.1.0.

use ktr_artefact::{
    finding::{Rule, rule},
    openpgp::{UserId, make_alliance_key, signing_fingerprint},
};
use ktr_core::{
    key::{Key, KeyBody},
    time::Secs,
};
use sequoia_openpgp::{
    Cert, Packet, Profile,
    armor::{Kind, Writer},
    cert::{CertBuilder, CipherSuite, SubkeyRevocationBuilder},
    packet::{
        Signature,
        signature::{
            SignatureBuilder,
            subpacket::{NotationData, NotationDataFlags, Subpacket, SubpacketValue},
        },
    },
    parse::Parse,
    policy::StandardPolicy,
    serialize::SerializeInto,
    types::{HashAlgorithm, KeyFlags, ReasonForRevocation, SignatureType},
};

use super::bench::{BAD, Bench, GNUPG, GOOD, Row, SQV, armoured, days, stamp, subkey_of};
use crate::world::now;

/// Every row of the table that we refuse.
pub(super) fn rows(bench: &Bench) -> Vec<Row> {
    [
        changed(bench),
        forms(bench),
        times_and_algorithms(bench),
        two_at_once(bench),
        names(bench),
        armour_and_packet(bench),
        revoked_and_expired(bench),
        foreign_keys(bench),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Bytes that are not those that were signed.
fn changed(bench: &Bench) -> Vec<Row> {
    let with = |name, change: fn(&mut Vec<u8>)| {
        let mut row = bench.bad(name, BAD, OTHER_BYTES, bench.world.seal.clone());
        change(&mut row.bundle);
        row
    };
    let mut flipped = Packet::from(bench.signature(bench.ours()))
        .to_vec()
        .unwrap();
    *flipped.last_mut().unwrap() ^= 1;
    let in_armour = in_armour(&flipped);
    let mut spaced = bench.world.bundle.clone();
    spaced.insert(1, b' ');
    let resealed = bench
        .ours()
        .sign_message(&mut bench.subkey(), &spaced)
        .unwrap();
    vec![
        with("bit in bundle", |bytes| bytes[100] ^= 1),
        with("newline added", |bytes| bytes.push(b'\n')),
        with("blank inside a string", |bytes| {
            let is_title = |window: &[u8]| window == b"KTR 7:";
            let at = bytes.windows(6).position(is_title).unwrap();
            bytes.insert(at.saturating_add(3), b' ');
        }),
        bench.bad("bit in signature", BAD, &[rule::BAD_SIGNATURE], in_armour),
        bench.bad(
            "bit in signature, not armoured",
            BAD,
            &[rule::SEAL_ARMOUR],
            flipped,
        ),
        bench.bad("empty file", BAD, &[rule::SEAL_PACKET], Vec::new()),
        Row {
            bundle: spaced,
            ..bench.bad(
                "non-canonical bytes well signed",
                GOOD,
                &[rule::OUTER_FORM],
                armoured(&[resealed]),
            )
        },
    ]
}

/// Signatures of another form than detached and binary.
fn forms(bench: &Bench) -> Vec<Row> {
    let text = |bytes: &[u8]| {
        let builder = bench.ours().set_type(SignatureType::Text);
        armoured(&[builder.sign_message(&mut bench.subkey(), bytes).unwrap()])
    };
    let lines = |end: &str| format!("{{{end}}}{end}").into_bytes();
    vec![
        bench.bad(
            "text mode",
            SQV,
            &[rule::SEAL_ALGORITHM],
            text(&bench.world.bundle),
        ),
        Row {
            bundle: lines("\r\n"),
            ..bench.bad(
                "text mode, CRLF changed",
                BAD,
                &[rule::SEAL_ALGORITHM],
                text(&lines("\n")),
            )
        },
        bench.bad(
            "inline message",
            BAD,
            &[rule::TOO_LARGE],
            bench.by_gpg(&["-z", "0", "--armor", "--sign"]),
        ),
        // The design page measured "good" for sqv here; sqv 1.1.0 says bad of a cleartext file that gpg wrote.
        bench.bad(
            "cleartext file",
            BAD,
            &[rule::TOO_LARGE],
            bench.by_gpg(&["--clear-sign"]),
        ),
    ]
}

/// Signatures of the wrong time, and with what the profile does not allow.
fn times_and_algorithms(bench: &Bench) -> Vec<Row> {
    let world = &bench.world;
    let second = std::time::Duration::from_secs(1);
    let expired = bench.ours().set_signature_validity_period(second).unwrap();
    let critical = bench
        .ours()
        .add_notation("x@relay.example", b"y", NotationDataFlags::empty(), true)
        .unwrap();
    let at = |time| bench.signed(bench.at(time));
    let sha1 = bench.ours().set_hash_algo(HashAlgorithm::SHA1);
    let by_primary = bench
        .ours()
        .sign_message(&mut bench.primary(), &world.bundle)
        .unwrap();
    vec![
        bench.bad(
            "signature expired",
            BAD,
            &[rule::SEAL_SUBPACKETS],
            bench.signed(expired),
        ),
        bench.bad(
            "older than its key",
            BAD,
            &[rule::SEAL_TIME],
            at(world.key.valid_from.minus(Secs(10))),
        ),
        bench.bad(
            "critical notation",
            BAD,
            &[rule::SEAL_NOTATIONS],
            bench.signed(critical),
        ),
        bench.bad(
            "by the certify-only primary",
            BAD,
            &[rule::NOT_THE_SEALED_KEY],
            armoured(&[by_primary]),
        ),
        bench.bad(
            "made in the future",
            GNUPG,
            &[rule::SEAL_TIME],
            at(now().plus(days(2))),
        ),
        bench.bad("SHA-1", GNUPG, &[rule::SEAL_ALGORITHM], bench.signed(sha1)),
        bench.bad(
            "outside the time window",
            GOOD,
            &[rule::SEAL_TIME],
            at(world.signed_at.minus(days(2))),
        ),
    ]
}

/// More than one signature.
fn two_at_once(bench: &Bench) -> Vec<Row> {
    let world = &bench.world;
    let good = || bench.signature(bench.ours());
    let stranger = alliance_made_at(bench, 396);
    let foreign = || {
        let mut key = subkey_of(&stranger);
        bench.ours().sign_message(&mut key, &world.bundle).unwrap()
    };
    let broken = || {
        let mut key = bench.subkey();
        bench.ours().sign_message(&mut key, b"other bytes").unwrap()
    };
    let blocks = |pair: [Vec<u8>; 2]| pair.concat();
    let seal = || world.seal.clone();
    vec![
        bench.bad(
            "two good signatures",
            GOOD,
            &[rule::SEAL_PACKET],
            armoured(&[good(), good()]),
        ),
        bench.bad(
            "good, then foreign",
            SQV,
            &[rule::SEAL_PACKET],
            armoured(&[good(), foreign()]),
        ),
        bench.bad(
            "foreign, then good",
            SQV,
            &[rule::SEAL_PACKET],
            armoured(&[foreign(), good()]),
        ),
        bench.bad(
            "good, then broken",
            SQV,
            &[rule::SEAL_PACKET],
            armoured(&[good(), broken()]),
        ),
        bench.bad(
            "broken, then good",
            SQV,
            &[rule::SEAL_PACKET],
            armoured(&[broken(), good()]),
        ),
        // The design page measured "bad" for gpgv here; of two copies of one good seal it says good.
        bench.bad(
            "two armour blocks",
            GOOD,
            &[rule::SEAL_ARMOUR],
            blocks([seal(), seal()]),
        ),
        bench.bad(
            "two armour blocks, the second foreign",
            SQV,
            &[rule::SEAL_ARMOUR],
            blocks([seal(), armoured(&[foreign()])]),
        ),
    ]
}

/// Well signed, but for something else.
fn names(bench: &Bench) -> Vec<Row> {
    let world = &bench.world;
    let release = world.release.id.to_string();
    let flags = || NotationDataFlags::empty().set_human_readable();
    let more = |name: &str, value: &str| {
        let builder = bench.ours();
        bench.signed(builder.add_notation(name, value, flags(), false).unwrap())
    };
    let unhashed = bench.ours().modify_unhashed_area(|mut area| {
        let notation = NotationData::new("x@relay.example", b"y", NotationDataFlags::empty());
        let notation = SubpacketValue::NotationData(notation);
        area.add(Subpacket::new(notation, false)?)?;
        Ok(area)
    });
    vec![
        bench.bad(
            "no notations",
            GOOD,
            &[rule::SEAL_NOTATIONS],
            bench.signed(bench.builder(world.signed_at, &[])),
        ),
        bench.bad(
            "other chain",
            GOOD,
            &[rule::SEAL_NOTATIONS],
            bench.named("ktr-test-2", &release, "release"),
        ),
        bench.bad(
            "other release",
            GOOD,
            &[rule::SEAL_NOTATIONS],
            bench.named("ktr-test-1", &"0".repeat(32), "release"),
        ),
        bench.bad(
            "other purpose",
            GOOD,
            &[rule::SEAL_NOTATIONS],
            bench.named("ktr-test-1", &release, "case"),
        ),
        bench.bad(
            "duplicate notation",
            GOOD,
            &[rule::SEAL_NOTATIONS],
            more("purpose@relay.example", "release"),
        ),
        bench.bad(
            "foreign notation",
            GOOD,
            &[rule::SEAL_NOTATIONS],
            more("x@relay.example", "y"),
        ),
        bench.bad(
            "notation in the unhashed area",
            GOOD,
            &[rule::SEAL_SUBPACKETS],
            bench.signed(unhashed.unwrap()),
        ),
    ]
}

/// Well signed, but written another way than ours.
fn armour_and_packet(bench: &Bench) -> Vec<Row> {
    let text = String::from_utf8(bench.world.seal.clone()).unwrap();
    let commented = text.replacen("\n\n", "\nComment: x\n\n", 1);
    let binary = Packet::from(bench.signature(bench.ours()))
        .to_vec()
        .unwrap();
    vec![
        bench.bad(
            "text before the armour",
            GOOD,
            &[rule::SEAL_ARMOUR],
            format!("hello\n\n{text}").into_bytes(),
        ),
        bench.bad(
            "text after the armour",
            GOOD,
            &[rule::SEAL_ARMOUR],
            format!("{text}\nhello\n").into_bytes(),
        ),
        bench.bad(
            "armour comment",
            GOOD,
            &[rule::SEAL_ARMOUR],
            commented.into_bytes(),
        ),
        bench.bad("wrong left 16", GOOD, &[rule::LEFT_16], wrong_left16(bench)),
        bench.bad("binary signature", GOOD, &[rule::SEAL_ARMOUR], binary),
    ]
}

/// The two octets before the integers, changed: no peer asks.
fn wrong_left16(bench: &Bench) -> Vec<u8> {
    let mut packet = Packet::from(bench.signature(bench.ours()))
        .to_vec()
        .unwrap();
    let head: usize = if packet[1] < 192 { 2 } else { 3 };
    let length = [
        packet[head.saturating_add(4)],
        packet[head.saturating_add(5)],
    ];
    let hashed = usize::from(u16::from_be_bytes(length));
    packet[head.saturating_add(8).saturating_add(hashed)] ^= 1;
    in_armour(&packet)
}

/// Octets in armour, whatever they are.
fn in_armour(octets: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Kind::Signature).unwrap();
    std::io::Write::write_all(&mut writer, octets).unwrap();
    writer.finalize().unwrap()
}

/// Keys that no longer count; gpgv says so on its status lines alone.
fn revoked_and_expired(bench: &Bench) -> Vec<Row> {
    let world = &bench.world;
    let mut signer = bench.primary();
    let subkey = bench.cert.keys().subkeys().next().unwrap().key().clone();
    let subkey_revocation = SubkeyRevocationBuilder::new()
        .set_signature_creation_time(stamp(world.signed_at.minus(days(1))).into())
        .unwrap()
        .set_reason_for_revocation(ReasonForRevocation::KeyCompromised, b"")
        .unwrap()
        .build(&mut signer, &bench.cert, subkey.parts_as_public(), None)
        .unwrap();
    let revocation = bench
        .cert
        .revoke(&mut signer, ReasonForRevocation::KeyCompromised, b"")
        .unwrap();
    let with = |name, ours, signature: Signature| {
        let cert = bench.cert.clone().strip_secret_key_material();
        let (cert, _changed) = cert.insert_packets([Packet::from(signature)]).unwrap();
        assert!(cert.with_policy(&StandardPolicy::new(), None).is_ok());
        Row {
            ring: cert.to_vec().unwrap(),
            ..bench.bad(name, GNUPG, ours, world.seal.clone())
        }
    };
    let short = alliance_made_at(bench, 1);
    let by_expired = by(bench, &short, bench.ours());
    vec![
        with(
            "subkey revoked",
            &[rule::NOT_UNDER_PINNED_KEY],
            subkey_revocation,
        ),
        with(
            "certificate revoked",
            &[rule::CERTIFICATE_REVOKED],
            revocation,
        ),
        Row {
            key: signing_key_of(bench, &short),
            ..under(
                bench.bad(
                    "subkey expired",
                    GNUPG,
                    &[rule::NOT_UNDER_PINNED_KEY],
                    by_expired,
                ),
                &[&short],
            )
        },
    ]
}

/// Keys of another owner, version or algorithm.
fn foreign_keys(bench: &Bench) -> Vec<Row> {
    let world = &bench.world;
    let other = alliance_made_at(bench, 396);
    let sixth = made(bench, Profile::RFC9580, CipherSuite::Cv25519);
    let rsa = made(bench, Profile::RFC4880, CipherSuite::RSA2k);
    let seal = || world.seal.clone();
    vec![
        under(
            bench.bad("other key", BAD, &[rule::NOT_UNDER_PINNED_KEY], seal()),
            &[&other],
        ),
        under(
            bench.bad(
                "v6 key and signature",
                BAD,
                &[rule::SEAL_PACKET],
                by(bench, &sixth, bench.ours()),
            ),
            &[&sixth],
        ),
        under(
            bench.bad(
                "RSA certificate in the ring as well",
                GOOD,
                &[rule::NOT_A_CERTIFICATE],
                seal(),
            ),
            &[&bench.cert, &rsa],
        ),
        under(
            bench.bad(
                "by an RSA key",
                GOOD,
                &[rule::SEAL_ALGORITHM],
                by(bench, &rsa, bench.ours()),
            ),
            &[&rsa],
        ),
    ]
}

/// The row with these certificates as the ring.
fn under(row: Row, certificates: &[&Cert]) -> Row {
    let public = |cert: &&Cert| {
        let cert = Cert::clone(cert).strip_secret_key_material();
        cert.to_vec().unwrap()
    };
    let ring = certificates.iter().flat_map(public).collect();
    Row { ring, ..row }
}

/// A seal by the first subkey of a certificate.
fn by(bench: &Bench, cert: &Cert, builder: SignatureBuilder) -> Vec<u8> {
    let mut key = subkey_of(cert);
    armoured(&[builder.sign_message(&mut key, &bench.world.bundle).unwrap()])
}

/// A certificate like the Alliance's, five days old, whose subkey lives so many days.
fn alliance_made_at(bench: &Bench, days_alive: u64) -> Cert {
    let id = UserId::parse("Alliance").unwrap();
    let made_at = bench.world.signed_at.minus(days(5));
    let made = make_alliance_key(&id, made_at, days_alive).unwrap();
    Cert::from_bytes(&made.secret.to_armoured().unwrap()).unwrap()
}

/// A certificate of another version or algorithm, as old as the Alliance's.
fn made(bench: &Bench, profile: Profile, suite: CipherSuite) -> Cert {
    CertBuilder::new()
        .set_profile(profile)
        .unwrap()
        .set_cipher_suite(suite)
        .set_creation_time(stamp(bench.world.key.valid_from))
        .add_userid("Alliance")
        .add_subkey(KeyFlags::empty().set_signing(), None, None)
        .generate()
        .unwrap()
        .0
}

/// The ledger's record of the signing subkey, when it was alive.
fn signing_key_of(bench: &Bench, cert: &Cert) -> Key {
    let certificate =
        ktr_artefact::openpgp::Certificate::from_bytes(&cert.to_vec().unwrap()).unwrap();
    let body = certificate
        .signing_key(bench.world.signed_at.minus(days(5)))
        .unwrap();
    Key {
        fingerprint: signing_fingerprint(&body),
        body: KeyBody::Sign(body),
        ..bench.world.key
    }
}

/// Of bytes that were not signed the left 16 bits are another digest's, but for one time in 65,536.
const OTHER_BYTES: &[Rule] = &[rule::LEFT_16, rule::BAD_SIGNATURE];
