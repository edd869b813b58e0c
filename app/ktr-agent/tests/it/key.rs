//! The room key that `init` makes: for its owner alone, importable by GnuPG, registered with one command.
//! gpg judges; where it is missing the test fails.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use ktr_agent::{
    SystemClock,
    config::{Blanks, Config},
    init,
};

#[test]
fn gpg_imports_the_room_key_with_its_encryption_subkey() {
    let folder = tempfile::Builder::new()
        .prefix("k")
        .tempdir_in("/tmp")
        .expect("folder");
    let home = folder.path().join("agent");
    let made = init::run(&home, &Blanks::default(), 30, &SystemClock).expect("made");
    let secret = home.join("room.pgp");
    assert_eq!(
        fs::metadata(&secret).expect("there").permissions().mode() & 0o777,
        0o600
    );
    let gnupg = folder.path().join("g");
    fs::create_dir(&gnupg).expect("made");
    fs::set_permissions(&gnupg, fs::Permissions::from_mode(0o700)).expect("private");
    let gpg = |arguments: &[&str]| {
        let ran = Command::new("gpg")
            .arg("--homedir")
            .arg(&gnupg)
            .arg("--batch")
            .args(arguments)
            .output();
        let ran = ran.expect("gpg is installed");
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8(ran.stdout).expect("text")
    };
    gpg(&["--import", secret.to_str().expect("a path")]);
    let listed = gpg(&[
        "--with-colons",
        "--with-subkey-fingerprint",
        "--list-secret-keys",
    ]);
    let subkey = format!("fpr:::::::::{}:", made.room_key.to_string().to_uppercase());
    assert!(
        listed.contains("ssb:") && listed.contains(&subkey),
        "{listed}"
    );
    drop(
        Command::new("gpgconf")
            .arg("--homedir")
            .arg(&gnupg)
            .args(["--kill", "all"])
            .output(),
    );
}

#[test]
fn a_second_init_keeps_what_is_there() {
    let folder = tempfile::tempdir().expect("folder");
    let first = init::run(folder.path(), &Blanks::default(), 30, &SystemClock).expect("made");
    let other = Blanks {
        county: 2,
        ..Blanks::default()
    };
    assert_eq!(
        init::run(folder.path(), &other, 30, &SystemClock).expect("kept"),
        first
    );
    let config = Config::load(&folder.path().join("agent.toml")).expect("a configuration");
    assert_eq!(config.county.first().map(|county| county.id), Some(1));
}

#[test]
fn a_room_key_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    init::run(folder.path(), &Blanks::default(), 30, &SystemClock).expect("made");
    let secret = folder.path().join("room.pgp");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).expect("set");
    assert!(
        init::secret(&secret)
            .expect_err("refused")
            .to_string()
            .contains("0600")
    );
}
