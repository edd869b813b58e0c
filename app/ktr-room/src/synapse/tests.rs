//! The homeserver's files: what is written, with which modes, and that secrets are made once.
//! A real homeserver reads them in `tests/`.

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{self, Child, Command, Stdio};

use super::{Homeserver, Install, Launch, free_port, left_behind};
use crate::error::RoomError;

fn install(folder: &Path) -> Install {
    Install {
        server_name: "county-a.test".to_owned(),
        port: 18_008,
        data: folder.to_owned(),
        postgres: None,
    }
}

#[test]
fn every_blank_of_the_configuration_is_filled() {
    let folder = tempfile::tempdir().expect("folder");
    install(folder.path()).write().expect("written");
    for name in ["homeserver.yaml", "log.yaml"] {
        let text = fs::read_to_string(folder.path().join(name)).expect("file");
        for blank in ["@SERVER@", "@PORT@", "@DATABASE@", "@DIR@"] {
            assert!(!text.contains(blank), "{blank} in {name}");
        }
    }
}

#[test]
fn a_cluster_is_named_with_its_password_file_and_no_password() {
    let folder = tempfile::tempdir().expect("folder");
    let place = "host=/run/pg,database=synapse,user=room,data=/var/pg,password_file=/etc/ktr/pass";
    let mut install = install(folder.path());
    install.postgres = Some(place.parse().expect("a place"));
    let [(_, text), _] = install.texts().expect("texts");
    let line = text.lines().find(|line| line.starts_with("database:"));
    let wanted = r#"database: {name: psycopg2, args: {host: "/run/pg", port: 5432, dbname: "synapse", user: "room", passfile: "/etc/ktr/pass", cp_min: 2, cp_max: 10}}"#;
    assert_eq!(line, Some(wanted));
}

#[test]
fn what_the_homeserver_ends_by_itself_when_nobody_is_alive_is_switched_on() {
    let folder = tempfile::tempdir().expect("folder");
    let [(_, text), _] = install(folder.path()).texts().expect("texts");
    for wanted in [
        "max_event_delay_duration: 24h",
        "enable_ephemeral_messages: true",
        "forget_rooms_on_leave: true",
        "forgotten_room_retention_period: 1s",
        "media_retention: {local_media_lifetime: 60m, remote_media_lifetime: 60m}",
    ] {
        let mut lines = text.lines().filter_map(|line| line.split('#').next());
        assert!(lines.any(|line| line.trim_end() == wanted), "{wanted}");
    }
}

#[test]
fn secrets_are_private_and_made_once() {
    let folder = tempfile::tempdir().expect("folder");
    install(folder.path()).write().expect("written");
    let names = [
        "registration.secret",
        "macaroon.secret",
        "form.secret",
        "signing.key",
    ];
    let read = |name: &str| fs::read(folder.path().join(name)).expect("secret");
    let first = names.map(read);
    install(folder.path()).write().expect("written");
    assert_eq!(first, names.map(read));
    for name in names {
        let mode = fs::metadata(folder.path().join(name))
            .expect("secret")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let key = String::from_utf8(read("signing.key")).expect("text");
    let words: Vec<&str> = key.split_whitespace().collect();
    assert!(
        matches!(words.as_slice(), ["ed25519", id, seed] if id.starts_with("a_") && seed.len() == 43)
    );
}

#[test]
fn a_secret_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    install(folder.path()).write().expect("written");
    let path = folder.path().join("form.secret");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("mode");
    assert!(matches!(
        install(folder.path()).write(),
        Err(RoomError::SecretExposed(_))
    ));
}

#[test]
fn a_name_or_folder_that_would_break_the_configuration_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let bad = Install {
        server_name: "county\": x".to_owned(),
        ..install(folder.path())
    };
    assert!(matches!(bad.write(), Err(RoomError::Config { .. })));
    let bad = install(&folder.path().join("a{b"));
    assert!(matches!(bad.write(), Err(RoomError::Config { .. })));
}

/// A shell that runs with a folder's configuration, and ends when it is dropped.
struct LeftBehind(Child);

impl LeftBehind {
    fn on(data: &Path) -> Self {
        let mut waits = Command::new("sh");
        waits
            .args(["-c", "echo; exec >&-; read line", "sh"])
            .arg(data.join("homeserver.yaml"));
        waits.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = waits.spawn().expect("a process");
        // Its command line is not to be seen before it runs.
        let said = process.stdout.as_mut().expect("what it says");
        said.read_exact(&mut [0]).expect("that it runs");
        Self(process)
    }
}

impl Drop for LeftBehind {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().expect("it ends");
    }
}

#[tokio::test]
async fn a_homeserver_whose_pid_file_is_gone_or_names_another_is_taken_over_and_ends_when_told() {
    for named in [
        None,
        Some("nonsense".to_owned()),
        Some(process::id().to_string()),
    ] {
        let folder = tempfile::tempdir().expect("folder");
        let data = folder.path().to_owned();
        if let Some(named) = &named {
            fs::write(data.join("homeserver.pid"), named).expect("a pid file");
        }
        let left = LeftBehind::on(&data);
        let launch = Launch {
            python: "/nowhere/python".into(),
            data: data.clone(),
            port: free_port().expect("a port"),
            extra: None,
        };
        let mut taken = Homeserver::begin(launch).expect("it is found");
        assert_eq!(u32::try_from(taken.pid()), Ok(left.0.id()), "{named:?}");
        assert!(taken.alive(), "{named:?}");
        taken.stop().await.expect("it ends");
        assert!(!data.join("homeserver.pid").exists(), "{named:?}");
        assert_eq!(left_behind(&data).expect("a look"), None, "{named:?}");
    }
}

/// A shell in Python's place, which runs these words.
fn shell(data: &Path, words: &str) -> Launch {
    // It runs a file that is called as the module is.
    fs::write(data.join("synapse.app.homeserver"), words).expect("a file");
    Launch {
        python: "/bin/sh".into(),
        data: data.to_owned(),
        port: free_port().expect("a port"),
        extra: None,
    }
}

#[tokio::test]
async fn a_homeservers_temporary_files_lie_in_its_data_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let launch = shell(folder.path(), "echo \"$TMPDIR $SQLITE_TMPDIR\"; exit 1");
    Homeserver::start(launch).await.expect_err("it is dead");
    let said = fs::read_to_string(folder.path().join("homeserver.out")).expect("a file");
    let place = folder.path().display();
    // Before it a shell complains that `-m` wants a terminal.
    let last = said.lines().last();
    assert_eq!(last, Some(format!("{place} {place}").as_str()));
}

#[tokio::test]
async fn what_a_homeserver_wrote_before_it_died_is_in_its_own_file_and_in_no_error() {
    let folder = tempfile::tempdir().expect("folder");
    let words = "echo 'no such room: !CANARY of @m-CANARY:county-a.test' >&2; exit 1";
    let launch = shell(folder.path(), words);
    let error = Homeserver::start(launch).await.expect_err("it is dead");
    assert!(matches!(error, RoomError::ServerDead(_)), "{error}");
    let (said, kept) = (error.to_string(), folder.path().join("homeserver.out"));
    assert!(!said.contains("CANARY"), "{said}");
    assert!(said.contains(&kept.display().to_string()), "{said}");
    let kept = fs::read_to_string(kept).expect("a file");
    assert!(kept.contains("@m-CANARY"), "{kept}");
}
