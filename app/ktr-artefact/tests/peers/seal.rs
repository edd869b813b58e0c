//! Table 7.4 of the design's bundle page with real gpgv and sqv. The law: what we accept, both accept; what either refuses, we refuse.

use std::process::Output;

use ktr_artefact::{
    openpgp::{Certificate, UserId, make_alliance_key, signing_fingerprint},
    seal::{Facts, normalise, verify},
};
use ktr_core::{
    id::Sha256,
    key::Key,
    time::{Secs, Time},
};
use sequoia_openpgp::{
    Cert, Packet,
    armor::{Kind, Writer},
    cert::SubkeyRevocationBuilder,
    crypto::KeyPair,
    packet::{
        Signature,
        signature::{SignatureBuilder, subpacket::NotationDataFlags},
    },
    parse::Parse,
    policy::StandardPolicy,
    serialize::{Serialize, SerializeInto},
    types::{HashAlgorithm, ReasonForRevocation, SignatureType, Timestamp},
};
use sha2::Digest;

use crate::{
    program::Home,
    world::{World, now},
};

/// What a peer says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Says {
    Good,
    Bad,
}

impl Says {
    fn of(output: &Output) -> Self {
        if output.status.success() {
            Self::Good
        } else {
            Self::Bad
        }
    }
}

/// One row: what is judged, and how gpgv and sqv judge it.
struct Row {
    name: &'static str,
    gpgv: Says,
    sqv: Says,
    bundle: Vec<u8>,
    seal: Vec<u8>,
    ring: Vec<u8>,
    key: Key,
}

/// A bench on which seals are made well and badly.
struct Bench {
    world: World,
    cert: Cert,
}

impl Bench {
    fn new() -> Self {
        let world = World::new();
        let cert = Cert::from_bytes(&world.secret.to_armoured().unwrap()).unwrap();
        Self { world, cert }
    }

    fn subkey(&self) -> KeyPair {
        let key = self.cert.keys().subkeys().next().unwrap().key().clone();
        key.parts_into_secret()
            .unwrap()
            .role_into_unspecified()
            .into_keypair()
            .unwrap()
    }

    fn primary(&self) -> KeyPair {
        let key = self.cert.primary_key().key().clone();
        key.parts_into_secret()
            .unwrap()
            .role_into_unspecified()
            .into_keypair()
            .unwrap()
    }

    fn builder(&self, at: Time, notations: &[(&str, &str)]) -> SignatureBuilder {
        let mut builder = SignatureBuilder::new(SignatureType::Binary)
            .set_hash_algo(HashAlgorithm::SHA256)
            .set_signature_creation_time(stamp(at))
            .unwrap();
        for (name, value) in notations {
            let flags = NotationDataFlags::empty().set_human_readable();
            let name = format!("{name}@{}", self.world.alliance.domain);
            builder = builder.add_notation(name, value, flags, false).unwrap();
        }
        builder
    }

    fn ours(&self) -> SignatureBuilder {
        let release = self.world.release.id.to_string();
        let names = [
            ("chain-id", "ktr-test-1"),
            ("release-id", release.as_str()),
            ("purpose", "release"),
        ];
        self.builder(self.world.signed_at, &names)
    }

    fn named(&self, chain: &str, release: &str, purpose: &str) -> Vec<u8> {
        let names = [
            ("chain-id", chain),
            ("release-id", release),
            ("purpose", purpose),
        ];
        self.signed(self.builder(self.world.signed_at, &names))
    }

    fn signed(&self, builder: SignatureBuilder) -> Vec<u8> {
        armoured(&[self.signature(builder)])
    }

    fn signature(&self, builder: SignatureBuilder) -> Signature {
        builder
            .sign_message(&mut self.subkey(), &self.world.bundle)
            .unwrap()
    }

    fn ring(&self) -> Vec<u8> {
        self.world.certificate.to_binary().unwrap()
    }

    fn row(&self, name: &'static str, gpgv: Says, sqv: Says, seal: Vec<u8>) -> Row {
        Row {
            name,
            gpgv,
            sqv,
            bundle: self.world.bundle.clone(),
            seal,
            ring: self.ring(),
            key: self.world.key,
        }
    }

    /// Whether ours accepts, with the ledger's hash, size and key and the pinned primary set to what is judged: only the seal shall decide.
    fn accepts(&self, row: &Row) -> bool {
        let mut release = self.world.release.clone();
        release.sha256 = Sha256(sha2::Sha256::digest(&row.bundle).into());
        release.size = u64::try_from(row.bundle.len()).unwrap();
        release.key = row.key.fingerprint;
        let certificate = Certificate::from_bytes(&row.ring).unwrap();
        let facts = Facts {
            release: &release,
            key: &row.key,
            pinned: certificate.primary(),
            ..self.world.facts()
        };
        verify(&facts, &row.bundle, &row.seal, &certificate).is_ok()
    }
}

fn stamp(at: Time) -> Timestamp {
    Timestamp::from(u32::try_from(at.0).unwrap())
}

fn armoured(signatures: &[Signature]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), Kind::Signature).unwrap();
    for signature in signatures {
        Packet::from(signature.clone())
            .serialize(&mut writer)
            .unwrap();
    }
    writer.finalize().unwrap()
}

/// How gpgv and sqv judge.
fn peers(row: &Row) -> (Says, Says) {
    let home = Home::new();
    home.file("alliance.pgp", &row.ring);
    home.file("bundle.json", &row.bundle);
    home.file("bundle.json.asc", &row.seal);
    let files = ["bundle.json.asc", "bundle.json"];
    let gpgv = home.run(
        "gpgv",
        &[&["--keyring", "./alliance.pgp"][..], &files].concat(),
    );
    let sqv = home.run(
        "sqv",
        &[&["--keyring", "alliance.pgp"][..], &files].concat(),
    );
    (Says::of(&gpgv), Says::of(&sqv))
}

#[test]
fn gpgv_sqv_and_we_accept_our_seal() {
    let bench = Bench::new();
    let made = bench.row("made", Says::Good, Says::Good, bench.world.seal.clone());
    let by_hand = bench.row(
        "by hand",
        Says::Good,
        Says::Good,
        bench.signed(bench.ours()),
    );
    let sha512 = bench.signed(bench.ours().set_hash_algo(HashAlgorithm::SHA512));
    for row in [
        made,
        by_hand,
        bench.row("SHA-512", Says::Good, Says::Good, sha512),
    ] {
        assert_eq!(peers(&row), (Says::Good, Says::Good), "{}", row.name);
        assert!(bench.accepts(&row), "{}", row.name);
    }
}

#[test]
fn a_seal_that_gpg_made_is_accepted_by_all_once_normalised() {
    let bench = Bench::new();
    let home = Home::new();
    home.file("key.asc", &bench.world.secret.to_armoured().unwrap());
    home.file("bundle.json", &bench.world.bundle);
    home.gpg_ok(&["--import", "key.asc"]);
    let chain = "chain-id@relay.example=ktr-test-1".to_owned();
    let release = format!("release-id@relay.example={}", bench.world.release.id);
    let subkey = format!("{}!", bench.world.key.fingerprint);
    let raw = home.gpg_ok(&[
        "--disable-signer-uid",
        "--digest-algo",
        "SHA256",
        "-u",
        &subkey,
        "--set-notation",
        &chain,
        "--set-notation",
        &release,
        "--set-notation",
        "purpose@relay.example=release",
        "--armor",
        "--detach-sign",
        "-o",
        "-",
        "bundle.json",
    ]);
    let mut bench = bench;
    bench.world.release.sealed_at = now();
    let row = bench.row("gpg", Says::Good, Says::Good, normalise(&raw).unwrap());
    assert_eq!(peers(&row), (Says::Good, Says::Good));
    assert!(bench.accepts(&row));
    assert!(!bench.accepts(&bench.row("raw", Says::Good, Says::Good, raw)));
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of rows")]
fn what_either_peer_refuses_we_refuse() {
    let bench = Bench::new();
    let world = &bench.world;
    let changed = |change: fn(&mut Vec<u8>)| {
        let mut row = bench.row("", Says::Bad, Says::Bad, world.seal.clone());
        change(&mut row.bundle);
        row
    };
    let other = make_alliance_key(
        &UserId::parse("Alliance").unwrap(),
        world.key.valid_from,
        396,
    )
    .unwrap();
    let critical = bench
        .ours()
        .add_notation("x@relay.example", b"y", NotationDataFlags::empty(), true)
        .unwrap();
    let primary = bench
        .ours()
        .sign_message(&mut bench.primary(), &world.bundle)
        .unwrap();
    let release = world.release.id.to_string();
    let names = [
        ("chain-id", "ktr-test-1"),
        ("release-id", release.as_str()),
        ("purpose", "release"),
    ];
    let at = |time: Time| bench.signed(bench.builder(time, &names));
    let mut flipped = Packet::from(bench.signature(bench.ours()))
        .to_vec()
        .unwrap();
    *flipped.last_mut().unwrap() ^= 1;
    let rows = vec![
        Row {
            name: "bit in bundle",
            ..changed(|bytes| bytes[100] ^= 1)
        },
        Row {
            name: "newline added",
            ..changed(|bytes| bytes.push(b'\n'))
        },
        Row {
            name: "blank inside a string",
            ..changed(|bytes| {
                let at = bytes
                    .windows(6)
                    .position(|window| window == b"KTR 7:")
                    .unwrap();
                bytes.insert(at + 3, b' ');
            })
        },
        bench.row("bit in signature", Says::Bad, Says::Bad, flipped),
        Row {
            name: "other key",
            ring: other.secret.certificate().to_binary().unwrap(),
            ..bench.row("", Says::Bad, Says::Bad, world.seal.clone())
        },
        bench.row(
            "older than its key",
            Says::Bad,
            Says::Bad,
            at(world.key.valid_from.minus(Secs(10))),
        ),
        bench.row(
            "critical notation",
            Says::Bad,
            Says::Bad,
            bench.signed(critical),
        ),
        bench.row(
            "by the certify-only primary",
            Says::Bad,
            Says::Bad,
            armoured(&[primary]),
        ),
        bench.row("empty", Says::Bad, Says::Bad, Vec::new()),
        bench.row(
            "made in the future",
            Says::Good,
            Says::Bad,
            at(now().plus(Secs(200_000))),
        ),
        bench.row(
            "SHA-1",
            Says::Good,
            Says::Bad,
            bench.signed(bench.ours().set_hash_algo(HashAlgorithm::SHA1)),
        ),
        bench.row(
            "text mode",
            Says::Bad,
            Says::Good,
            bench.signed(bench.ours().set_type(SignatureType::Text)),
        ),
    ];
    judge(&bench, rows);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of rows")]
fn we_refuse_what_both_peers_let_pass() {
    let bench = Bench::new();
    let world = &bench.world;
    let release = world.release.id.to_string();
    let flags = || NotationDataFlags::empty().set_human_readable();
    let duplicate = bench
        .ours()
        .add_notation("purpose@relay.example", b"release", flags(), false)
        .unwrap();
    let foreign = bench
        .ours()
        .add_notation("x@relay.example", b"y", flags(), false)
        .unwrap();
    let unhashed = bench.ours().modify_unhashed_area(|mut area| {
        use sequoia_openpgp::packet::signature::subpacket::{
            NotationData, Subpacket, SubpacketValue,
        };
        let notation = NotationData::new("x@relay.example", b"y", NotationDataFlags::empty());
        area.add(Subpacket::new(
            SubpacketValue::NotationData(notation),
            false,
        )?)?;
        Ok(area)
    });
    let names = [
        ("chain-id", "ktr-test-1"),
        ("release-id", release.as_str()),
        ("purpose", "release"),
    ];
    let outside = bench.signed(bench.builder(world.signed_at.minus(Secs(2 * 86_400)), &names));
    let text = String::from_utf8(world.seal.clone()).unwrap();
    let binary = Packet::from(bench.signature(bench.ours()))
        .to_vec()
        .unwrap();
    let mut spaced = world.bundle.clone();
    spaced.insert(1, b' ');
    let resealed = armoured(&[bench
        .ours()
        .sign_message(&mut bench.subkey(), &spaced)
        .unwrap()]);
    // The design page measured "bad" for gpgv here; for two copies of one good seal it says good.
    let two_blocks = [world.seal.clone(), world.seal.clone()].concat();
    let two = [bench.signature(bench.ours()), bench.signature(bench.ours())];
    let rows = vec![
        bench.row(
            "two good signatures",
            Says::Good,
            Says::Good,
            armoured(&two),
        ),
        bench.row("two armour blocks", Says::Good, Says::Good, two_blocks),
        bench.row(
            "no notations",
            Says::Good,
            Says::Good,
            bench.signed(bench.builder(world.signed_at, &[])),
        ),
        bench.row(
            "other chain",
            Says::Good,
            Says::Good,
            bench.named("ktr-test-2", &release, "release"),
        ),
        bench.row(
            "other release",
            Says::Good,
            Says::Good,
            bench.named("ktr-test-1", &"0".repeat(32), "release"),
        ),
        bench.row(
            "other purpose",
            Says::Good,
            Says::Good,
            bench.named("ktr-test-1", &release, "case"),
        ),
        bench.row(
            "duplicate notation",
            Says::Good,
            Says::Good,
            bench.signed(duplicate),
        ),
        bench.row(
            "foreign notation",
            Says::Good,
            Says::Good,
            bench.signed(foreign),
        ),
        bench.row(
            "notation in the unhashed area",
            Says::Good,
            Says::Good,
            bench.signed(unhashed.unwrap()),
        ),
        bench.row(
            "text before the armour",
            Says::Good,
            Says::Good,
            format!("hello\n\n{text}").into_bytes(),
        ),
        bench.row(
            "text after the armour",
            Says::Good,
            Says::Good,
            format!("{text}\nhello\n").into_bytes(),
        ),
        bench.row(
            "armour comment",
            Says::Good,
            Says::Good,
            text.replacen("\n\n", "\nComment: x\n\n", 1).into_bytes(),
        ),
        bench.row("outside the time window", Says::Good, Says::Good, outside),
        bench.row(
            "wrong left 16",
            Says::Good,
            Says::Good,
            wrong_left16(&bench),
        ),
        bench.row("binary signature", Says::Good, Says::Good, binary),
        Row {
            name: "non-canonical bytes well signed",
            bundle: spaced,
            ..bench.row("", Says::Good, Says::Good, resealed)
        },
    ];
    judge(&bench, rows);
}

#[test]
fn expired_and_revoked_keys_pass_gpgv_alone() {
    let bench = Bench::new();
    let world = &bench.world;
    let policy = StandardPolicy::new();
    let mut signer = bench.primary();
    let revoke_at = world.signed_at.minus(Secs(86_400));
    let subkey = bench.cert.keys().subkeys().next().unwrap().key().clone();
    let subkey_revocation = SubkeyRevocationBuilder::new()
        .set_signature_creation_time(stamp(revoke_at).into())
        .unwrap()
        .set_reason_for_revocation(ReasonForRevocation::KeyCompromised, b"")
        .unwrap()
        .build(&mut signer, &bench.cert, subkey.parts_as_public(), None)
        .unwrap();
    let revocation = bench
        .cert
        .revoke(&mut signer, ReasonForRevocation::KeyCompromised, b"")
        .unwrap();
    let with = |signature: Signature| {
        let cert = bench.cert.clone().strip_secret_key_material();
        let (cert, _changed) = cert.insert_packets([Packet::from(signature)]).unwrap();
        assert!(cert.with_policy(&policy, None).is_ok());
        cert.to_vec().unwrap()
    };
    let short_made_at = world.signed_at.minus(Secs(5 * 86_400));
    let id = UserId::parse("Alliance").unwrap();
    let short = make_alliance_key(&id, short_made_at, 1).unwrap().secret;
    let short_cert = Cert::from_bytes(&short.to_armoured().unwrap()).unwrap();
    let pair = short_cert
        .keys()
        .subkeys()
        .next()
        .unwrap()
        .key()
        .clone()
        .parts_into_secret()
        .unwrap();
    let mut expired = pair.role_into_unspecified().into_keypair().unwrap();
    let by_expired = bench
        .ours()
        .sign_message(&mut expired, &world.bundle)
        .unwrap();
    let body = short.certificate().signing_key(short_made_at).unwrap();
    let key = Key {
        fingerprint: signing_fingerprint(&body),
        ..world.key
    };
    let rows = vec![
        Row {
            name: "subkey revoked",
            ring: with(subkey_revocation),
            ..bench.row("", Says::Good, Says::Bad, world.seal.clone())
        },
        Row {
            name: "certificate revoked",
            ring: with(revocation),
            ..bench.row("", Says::Good, Says::Bad, world.seal.clone())
        },
        Row {
            name: "subkey expired",
            ring: short.certificate().to_binary().unwrap(),
            key,
            ..bench.row("", Says::Good, Says::Bad, armoured(&[by_expired]))
        },
    ];
    judge(&bench, rows);
}

/// Each row: the peers judge as measured, and ours refuses.
fn judge(bench: &Bench, rows: Vec<Row>) {
    let mut wrong = Vec::new();
    for row in rows {
        let found = peers(&row);
        if found != (row.gpgv, row.sqv) {
            wrong.push(format!("{}: gpgv and sqv say {found:?}", row.name));
        }
        if bench.accepts(&row) {
            wrong.push(format!("{}: accepted by us", row.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The two octets before the integers, changed: neither peer asks.
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
    let mut writer = Writer::new(Vec::new(), Kind::Signature).unwrap();
    std::io::Write::write_all(&mut writer, &packet).unwrap();
    writer.finalize().unwrap()
}
