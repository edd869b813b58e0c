//! Wrong usage is 64, no node is 4, a refusal is 1; help is an answer; a secret that others can read is not used.
//! Numbers are of design page ledger, section 14.

use std::os::unix::fs::PermissionsExt;

use crate::run::{answer, ktr, ktr_where};

fn code(words: &[&str]) -> Option<i32> {
    let folder = tempfile::tempdir().expect("a folder");
    ktr(folder.path(), words).status.code()
}

#[test]
fn wrong_usage_is_sixty_four() {
    let lines: [&[&str]; 6] = [
        &[],
        &["dance"],
        &["keys", "new"],
        &["board", "vote", "not-hex", "approve", "--key", "k"],
        &["query", "weather", "1", "--rpc", "http://127.0.0.1:1"],
        &["session", "open", "0", "--key", "k"],
    ];
    for line in lines {
        assert_eq!(code(line), Some(64), "{line:?}");
    }
}

#[test]
fn a_bundle_is_built_with_warninglists_or_expressly_without() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = [
        "bundle",
        "build",
        "--session",
        "1",
        "--cases",
        "none",
        "--key",
        "none.asc",
        "--seed",
        "seed",
        "--out",
        "out",
    ];
    let neither: &[&str] = &[];
    for more in [neither, &["--warninglists", "none", "--no-warninglists"]] {
        let ran = ktr(folder.path(), &[&words[..], more].concat());
        let told = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(64), "{told}");
        assert!(told.contains("--no-warninglists"), "{told}");
    }
    // With either it goes on, to the folder of lists or to the chain, which are not there.
    for more in [&["--warninglists", "none"][..], &["--no-warninglists"]] {
        let ran = ktr(folder.path(), &[&words[..], more].concat());
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(
            !ran.status.success() && ran.status.code() != Some(64),
            "{told}"
        );
    }
}

#[test]
fn help_and_version_are_answers() {
    for line in [
        &["--help"][..],
        &["--version"],
        &["board", "vote", "--help"],
    ] {
        assert_eq!(code(line), Some(0), "{line:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_a_refusal_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = ktr(folder.path(), &["genesis", "check", "none.json"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("none.json"));
}

#[test]
fn a_secret_that_others_can_read_is_not_used() {
    let folder = tempfile::tempdir().expect("a folder");
    answer(
        folder.path(),
        &["keys", "new", "--role-text", "studio", "--out", "k.asc"],
    );
    let path = folder.path().join("k.asc");
    let mode = |path: &std::path::Path| {
        std::fs::metadata(path).map(|found| found.permissions().mode() & 0o777)
    };
    assert_eq!(mode(&path).ok(), Some(0o600));
    std::fs::write(folder.path().join("body"), [1]).expect("written");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("changed");
    let ran = ktr(
        folder.path(),
        &["tx", "sign", "body", "--out", "t", "--key", "k.asc"],
    );
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("chmod 600"));
}

#[test]
fn a_key_is_never_written_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = ["keys", "new", "--role-text", "studio", "--out", "k.asc"];
    answer(folder.path(), &words);
    assert_eq!(ktr(folder.path(), &words).status.code(), Some(1));
}

#[test]
fn an_error_is_json_where_json_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = ktr(
        folder.path(),
        &["-o", "json", "genesis", "check", "none.json"],
    );
    let told: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(told.get("ok"), Some(&serde_json::Value::Bool(false)));
}

#[test]
fn wrong_usage_for_programs_is_one_value_on_stderr() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines: [&[&str]; 4] = [
        &["-o", "json", "dance"],
        &["dance", "-o", "json"],
        &["keys", "new", "--output=json"],
        // Understood by the parser, and wrong all the same.
        &["-o", "json", "query", "weather", "1"],
    ];
    for line in lines {
        let ran = ktr(folder.path(), line);
        assert_eq!(ran.status.code(), Some(64), "{line:?}");
        assert_eq!(ran.stdout, b"", "{line:?}");
        let told: serde_json::Value = serde_json::from_slice(&ran.stderr).expect("one value");
        assert_eq!(told.get("ok"), Some(&serde_json::Value::Bool(false)));
        assert!(told.get("error").is_some_and(serde_json::Value::is_string));
        for name in ["code", "name", "findings"] {
            assert!(told.get(name).is_some(), "{line:?}: {name}");
        }
    }
    let ran = ktr_where(folder.path(), &[("KTR_OUTPUT", "json")], &["dance"]);
    assert!(serde_json::from_slice::<serde_json::Value>(&ran.stderr).is_ok());
}

#[test]
fn a_flag_outweighs_what_the_environment_says_of_another_signer() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = ["keys", "new", "--role-text", "studio", "--out", "k.asc"];
    answer(folder.path(), &new);
    let export = |variables: &[(&str, &str)], flags: &[&str]| {
        let words = [&["keys", "export"][..], flags].concat();
        let ran = ktr_where(folder.path(), variables, &words);
        (
            ran.status.code(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let (code, told) = export(&[("KTR_KEY", "k.asc")], &[]);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = export(&[("KTR_KEY", "k.asc")], &["--sq", "absent.pgp"]);
    assert!(code == Some(1) && told.contains("absent.pgp"), "{told}");
    let (code, told) = export(&[("KTR_GPG", "00"), ("KTR_SQ", "no")], &["--key", "k.asc"]);
    assert_eq!(code, Some(0), "{told}");
    // Neither outweighs the other.
    let (code, told) = export(&[("KTR_GPG", "00"), ("KTR_KEY", "k.asc")], &[]);
    assert_eq!(code, Some(64), "{told}");
    let (code, told) = export(&[], &["--sq", "a", "--key", "k.asc"]);
    assert_eq!(code, Some(64), "{told}");
}

#[test]
fn an_exported_certificate_holds_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = ["keys", "new", "--role-text", "studio", "--out", "k.asc"];
    answer(folder.path(), &new);
    let told = ktr(folder.path(), &["keys", "export", "--key", "k.asc"]);
    let words = ["keys", "export", "--key", "k.asc", "--out", "k.out"];
    answer(folder.path(), &words);
    let written = std::fs::read_to_string(folder.path().join("k.out")).expect("written");
    let made = std::fs::read_to_string(folder.path().join("k.asc.pub")).expect("made");
    assert_eq!(written, made);
    assert_eq!(String::from_utf8_lossy(&told.stdout), made);
    assert!(written.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----"));
}

#[test]
fn a_nomination_is_not_held_for_yesterday() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = [
        "nominate",
        "case.json",
        "--key",
        "k.asc",
        "--at",
        "2020-01-01T00:00:00Z",
    ];
    let ran = ktr(folder.path(), &words);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(64), "{told}");
    assert!(told.contains("passed"), "{told}");
}
