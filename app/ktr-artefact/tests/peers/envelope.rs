//! gpg and sq open our envelope; keys that gpg made can receive it; the archive inside is one for tar.

use ktr_artefact::{
    archive::{self, Release},
    envelope::{Expected, Recipients, open, seal},
    openpgp::{Certificate, KeyUse, SecretCertificate, UserId, make_role_key},
};
use ktr_core::{id::EncryptionKey, time::Secs};

use crate::{program::Home, world::now};

fn key() -> SecretCertificate {
    let id = UserId::parse("member room").unwrap();
    make_role_key(&id, KeyUse::SignAndReceive, now().minus(Secs(3_600)), 365)
        .unwrap()
        .secret
}

fn release() -> Release {
    Release {
        bundle: b"{\"id\":\"x\"}".to_vec(),
        seal: b"-----BEGIN PGP SIGNATURE-----\n".to_vec(),
    }
}

#[test]
fn gpg_and_sq_open_it_as_one_of_many_and_tar_unpacks_it() {
    let me = key();
    let mut bodies: Vec<EncryptionKey> = (0..10)
        .map(|_| key().certificate().encryption_key(now()).unwrap())
        .collect();
    bodies.push(me.certificate().encryption_key(now()).unwrap());
    let archive = archive::write(&release()).unwrap();
    let recipients = Recipients::of_bodies(&bodies, &[3; 32]).unwrap();
    let message = seal(&archive, &recipients, None).unwrap();

    let home = Home::new();
    home.file("key.asc", &me.to_armoured().unwrap());
    home.file("release.pgp", &message);
    home.gpg_ok(&["--import", "key.asc"]);
    // gpg counts each foreign slot as an error and, without scdaemon, ends with 2: its status lines say what happened.
    let output = home.gpg(&[
        "--status-fd",
        "1",
        "-o",
        "opened.tar",
        "--decrypt",
        "release.pgp",
    ]);
    let status = String::from_utf8_lossy(&output.stdout);
    assert!(
        status.contains("DECRYPTION_OKAY") && status.contains("GOODMDC"),
        "{status}"
    );
    assert_eq!(
        std::fs::read(home.path().join("opened.tar")).unwrap(),
        archive
    );

    let output = home.run(
        "sq",
        &["decrypt", "--recipient-key", "key.asc", "release.pgp"],
    );
    assert!(
        output.status.success(),
        "sq: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.stdout, archive);

    home.file("release.tar", &archive);
    let listing = home.run("tar", &["tvf", "release.tar", "--numeric-owner", "--utc"]);
    let lines = String::from_utf8(listing.stdout).unwrap();
    assert!(
        listing.status.success() && lines.lines().count() == 2,
        "{lines}"
    );
    assert!(
        lines
            .lines()
            .all(|line| line.starts_with("-rw-r--r-- 0/0") && line.contains("1970-01-01")),
        "{lines}"
    );
    assert!(home.run("tar", &["xf", "release.tar"]).status.success());
    assert_eq!(
        std::fs::read(home.path().join("bundle.json")).unwrap(),
        release().bundle
    );

    let opened = open(&message, &me, now(), Expected::Unsigned).unwrap();
    assert_eq!(archive::read(&opened.content), Ok(release()));
}

#[test]
fn an_archive_of_gnu_tar_in_our_form_is_read_and_another_is_not() {
    let home = Home::new();
    home.file("bundle.json", &release().bundle);
    home.file("bundle.json.asc", &release().seal);
    let fixed = [
        "--format=ustar",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
        "--mtime=@0",
        "--mode=0644",
        "-cf",
    ];
    let made = |name: &str, files: &[&str]| {
        let output = home.run("tar", &[&fixed[..], &[name], files].concat());
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::read(home.path().join(name)).unwrap()
    };
    assert_eq!(
        archive::read(&made("a.tar", &["bundle.json", "bundle.json.asc"])),
        Ok(release())
    );
    assert!(archive::read(&made("b.tar", &["bundle.json.asc", "bundle.json"])).is_err());
    assert!(archive::read(&made("c.tar", &["bundle.json"])).is_err());
}

#[test]
fn a_key_that_gpg_made_receives_by_its_body_as_it_stands() {
    let home = Home::new();
    home.gpg_ok(&["--quick-generate-key", "room", "ed25519", "cert,sign", "1y"]);
    let listing = String::from_utf8(home.gpg_ok(&["--with-colons", "--list-keys"])).unwrap();
    let fingerprint = listing
        .lines()
        .find_map(|line| line.strip_prefix("fpr:"))
        .unwrap()
        .trim_matches(':')
        .to_owned();
    home.gpg_ok(&["--quick-add-key", &fingerprint, "cv25519", "encr", "1y"]);
    let certificate = Certificate::from_bytes(&home.gpg_ok(&["--export"])).unwrap();
    let at = now().plus(Secs(5));
    let body = certificate.encryption_key(at).unwrap();
    for recipients in [
        Recipients::of_bodies(&[body], &[1; 32]).unwrap(),
        Recipients::of_certificates(&[certificate], at, &[1; 32]).unwrap(),
    ] {
        home.file("message.pgp", &seal(b"content", &recipients, None).unwrap());
        assert_eq!(home.gpg_ok(&["--decrypt", "message.pgp"]), b"content");
    }
}

#[test]
fn what_gpg_encrypts_with_compression_is_not_our_envelope() {
    let me = key();
    let home = Home::new();
    home.file("key.asc", &me.certificate().to_armoured().unwrap());
    home.gpg_ok(&["--import", "key.asc"]);
    home.file("content", &[b'a'; 1_000]);
    let to = me.primary().to_string();
    let made = |compression: &str| {
        let arguments = [
            "--trust-model",
            "always",
            "--rfc4880",
            "--cipher-algo",
            "AES256",
            "--compress-algo",
            compression,
        ];
        home.gpg_ok(
            &[
                &arguments[..],
                &["-R", &to, "--encrypt", "-o", "-", "content"],
            ]
            .concat(),
        )
    };
    assert!(open(&made("zlib"), &me, now(), Expected::Unsigned).is_err());
    let plain = open(&made("uncompressed"), &me, now(), Expected::Unsigned).unwrap();
    assert_eq!(plain.content, vec![b'a'; 1_000]);
}
