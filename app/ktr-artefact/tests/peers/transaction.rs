//! gpg and sq sign for the chain: what they write is normalised into the frozen profile, and what spoils it is named.

use ktr_artefact::openpgp::{
    Certificate, KeyUse, ProfileError, UserId, make_role_key, normalise, sign, verify,
};
use ktr_core::time::Secs;

use crate::{program::Home, world::now};

const MESSAGE: &[u8] = b"ktr/tx/1\nbody of a transaction";

/// gpg's own key with a mail address in its user id, as a person would have it.
fn gpg_with_key() -> (Home, String, Certificate) {
    let home = Home::new();
    home.gpg_ok(&[
        "--quick-generate-key",
        "Seat One <seat@relay.example>",
        "ed25519",
        "sign",
        "3y",
    ]);
    let listing = String::from_utf8(home.gpg_ok(&["--with-colons", "--list-keys"])).unwrap();
    let fingerprint = listing
        .lines()
        .find_map(|line| line.strip_prefix("fpr:"))
        .map(|rest| rest.trim_matches(':').to_owned())
        .unwrap();
    let certificate = Certificate::from_bytes(&home.gpg_ok(&["--export"])).unwrap();
    home.file("message", MESSAGE);
    (home, fingerprint, certificate)
}

fn signed(home: &Home, who: &str, options: &[&str]) -> Vec<u8> {
    let fixed = ["--disable-signer-uid", "--digest-algo", "SHA256", "-u", who];
    home.gpg_ok(
        &[
            &fixed[..],
            options,
            &["--detach-sign", "-o", "-", "message"],
        ]
        .concat(),
    )
}

fn accepted_by_gpgv_and_sqv(home: &Home, certificate: &Certificate, signature: &[u8]) {
    home.file("ring.pgp", &certificate.to_binary().unwrap());
    home.file("message", MESSAGE);
    home.file("message.sig", signature);
    for (program, arguments) in [
        (
            "gpgv",
            &["--keyring", "./ring.pgp", "message.sig", "message"][..],
        ),
        ("sqv", &["--keyring", "ring.pgp", "message.sig", "message"]),
    ] {
        let output = home.run(program, arguments);
        assert!(
            output.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn what_gpg_signs_becomes_a_packet_that_everybody_still_accepts() {
    let (home, fingerprint, certificate) = gpg_with_key();
    let key = certificate.signing_key(now().plus(Secs(5))).unwrap();
    let exact = format!("{fingerprint}!");
    for armour in [&[][..], &["--armor"]] {
        let normal = normalise(&signed(&home, &exact, armour)).unwrap();
        assert!(
            (107..=109).contains(&normal.as_bytes().len()),
            "{}",
            normal.as_bytes().len()
        );
        assert_eq!(normal.issuer().to_string(), fingerprint.to_lowercase());
        assert_eq!(verify(&normal, &key, MESSAGE), Ok(()));
        accepted_by_gpgv_and_sqv(&home, &certificate, normal.as_bytes());
    }
}

#[test]
fn each_option_of_gpg_that_spoils_a_signature_is_named() {
    let (home, fingerprint, _certificate) = gpg_with_key();
    let exact = format!("{fingerprint}!");
    for (options, expected, word) in [
        (&["--textmode"][..], ProfileError::TextMode, "textmode"),
        (
            &["--sig-policy-url", "http://x.example/"],
            ProfileError::PolicyUrl,
            "sig-policy-url",
        ),
        (
            &["--default-sig-expire", "1d"],
            ProfileError::Expiry,
            "default-sig-expire",
        ),
        (
            &["--include-key-block"],
            ProfileError::KeyBlock,
            "include-key-block",
        ),
        (
            &["--set-notation", "a@x.example=b"],
            ProfileError::Notation,
            "set-notation",
        ),
        (
            &["--sender", "seat@relay.example"],
            ProfileError::SignerUserId,
            "sender",
        ),
    ] {
        let mut arguments = vec!["--digest-algo", "SHA256", "-u", exact.as_str()];
        arguments.extend(options);
        arguments.extend(["--detach-sign", "-o", "-", "message"]);
        let error = normalise(&home.gpg_ok(&arguments)).unwrap_err();
        assert_eq!(error, expected, "{options:?}");
        assert!(error.to_string().contains(word), "{error}");
    }
    let mut by_mail = vec!["--digest-algo", "SHA256", "-u", "seat@relay.example"];
    by_mail.extend(["--detach-sign", "-o", "-", "message"]);
    assert_eq!(
        normalise(&home.gpg_ok(&by_mail)),
        Err(ProfileError::SignerUserId)
    );
    let sha1 = home.gpg_ok(&[
        "--digest-algo",
        "SHA384",
        "-u",
        &exact,
        "--detach-sign",
        "-o",
        "-",
        "message",
    ]);
    assert!(matches!(
        normalise(&sha1),
        Err(ProfileError::SignerUserId | ProfileError::Hash(_))
    ));
}

#[test]
fn sq_signs_in_the_profile_and_our_role_key_works_in_gpg() {
    let made_at = now().minus(Secs(86_400));
    let made = make_role_key(
        &UserId::parse("county 1").unwrap(),
        KeyUse::Sign,
        made_at,
        365,
    )
    .unwrap()
    .secret;
    let certificate = made.certificate();
    let key = certificate.signing_key(now()).unwrap();
    let home = Home::new();
    home.file("message", MESSAGE);
    home.file("key.asc", &made.to_armoured().unwrap());

    let output = home.run(
        "sq",
        &["sign", "--detached", "--signer-key", "key.asc", "message"],
    );
    assert!(
        output.status.success(),
        "sq: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let by_sq = normalise(&output.stdout).unwrap();
    assert_eq!(verify(&by_sq, &key, MESSAGE), Ok(()));
    accepted_by_gpgv_and_sqv(&home, &certificate, by_sq.as_bytes());

    home.gpg_ok(&["--import", "key.asc"]);
    let by_gpg = normalise(&signed(&home, &format!("{}!", made.primary()), &[])).unwrap();
    assert_eq!(verify(&by_gpg, &key, MESSAGE), Ok(()));

    let ours = sign(&made, now(), MESSAGE).unwrap();
    accepted_by_gpgv_and_sqv(&home, &certificate, ours.as_bytes());
}
