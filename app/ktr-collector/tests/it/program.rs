//! The program itself: init, start on a silent chain, SIGTERM, status.
//! A collector that reads a real chain is in the net tests.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use ktr_artefact::openpgp::{KeyUse, UserId, make_role_key};
use ktr_core::time::Time;
use ktr_testkit::Cast;
use tokio::time::timeout;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ktr-collector");

fn run(home: &Path, arguments: &[&str]) -> Output {
    let ran = Command::new(PROGRAM)
        .arg("--home")
        .arg(home)
        .args(arguments)
        .output();
    ran.expect("the program is built")
}

/// A home with everything but a node that answers.
fn home() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = free.local_addr().expect("bound").to_string();
    drop(free);
    let made = run(
        folder.path(),
        &[
            "init",
            "--listen",
            &listen,
            "--rpc",
            "http://127.0.0.1:9",
            "--localnet",
        ],
    );
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let cast = Cast::new(Time(1_790_000_000));
    let app_state = ktr_wire::genesis::to_json(&cast.genesis()).expect("json");
    let genesis = serde_json::json!({"chain_id": "ktr-test-1", "app_state": app_state});
    fs::write(folder.path().join("genesis.json"), genesis.to_string()).expect("written");
    let name = UserId::parse("collector").expect("a name");
    let key = make_role_key(&name, KeyUse::Sign, Time(1_790_000_000), 365).expect("a key");
    let path = folder.path().join("collector.pgp");
    fs::write(&path, key.secret.to_armoured().expect("armoured")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("private");
    folder
}

fn start(home: &Path) -> Child {
    let mut command = Command::new(PROGRAM);
    command
        .arg("--home")
        .arg(home)
        .arg("start")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("started")
}

#[tokio::test]
async fn it_stops_within_ten_seconds_on_sigterm_even_if_no_node_answers() {
    let home = home();
    let mut child = start(home.path());
    let stderr = child.stderr.take().expect("piped");
    // The first line is the alarm that the chain is silent: from then on it waits.
    let first = tokio::task::spawn_blocking(move || {
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(stderr));
        lines.next().expect("a line").expect("text")
    });
    let first = first.await.expect("read");
    assert!(first.contains("\"code\":\"chain-silent\""), "{first}");
    assert!(!first.contains("127.0.0.1"), "{first}");
    let pid = child.id().to_string();
    let killed = Command::new("kill")
        .args(["-TERM", &pid])
        .status()
        .expect("kill is there");
    assert!(killed.success());
    let ended = tokio::task::spawn_blocking(move || child.wait().expect("waited"));
    let ended = timeout(Duration::from_secs(10), ended)
        .await
        .expect("within 10 s");
    assert!(ended.expect("joined").success());
}

#[test]
fn every_form_of_status_carries_the_label() {
    let home = home();
    let counts = "{\"v\":1,\"unknown\":3,\"releases\":[{\"beacon\":\"ab\",\"cells\":[\
                  {\"hits\":8,\"interrupted\":false,\"ended\":true},{\"hits\":4,\"interrupted\":true,\"ended\":true},\
                  {\"hits\":77,\"interrupted\":false,\"ended\":false},{\"hits\":0,\"interrupted\":false,\"ended\":false},\
                  {\"hits\":0,\"interrupted\":false,\"ended\":false}]}]}";
    let counts = counts.replace("\"ab\"", &format!("\"{}\"", "ab".repeat(32)));
    fs::write(home.path().join("state/counts.json"), counts).expect("written");
    let label = "unauthenticated requests; may include retries, scanners and forgeries; no rate can be formed";
    for format in ["text", "json"] {
        let shown = run(home.path(), &["-o", format, "status"]);
        assert!(
            shown.status.success(),
            "{}",
            String::from_utf8_lossy(&shown.stderr)
        );
        let text = String::from_utf8(shown.stdout).expect("text");
        assert!(text.contains(label), "{text}");
        assert!(
            !text.contains("77"),
            "a bucket that still runs is not shown: {text}"
        );
        assert!(!text.contains('%'), "{text}");
        if format == "json" {
            let value: serde_json::Value = serde_json::from_str(&text).expect("json");
            assert_eq!(value["authenticated"], false);
            assert_eq!(value["buckets"][0]["hits"], 8);
            assert_eq!(
                value["buckets"][1]["hits"],
                serde_json::Value::Null,
                "four are withheld"
            );
        }
    }
}

#[test]
fn a_taken_port_is_named_in_one_line() {
    let home = home();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound");
    let path = home.path().join("collector.toml");
    let text = fs::read_to_string(&path).expect("there");
    let line = text
        .lines()
        .find(|line| line.starts_with("listen"))
        .expect("a line");
    fs::write(
        &path,
        text.replace(line, &format!("listen = \"{address}\"")),
    )
    .expect("written");
    let failed = run(home.path(), &["start"]);
    let stderr = String::from_utf8(failed.stderr).expect("text");
    assert_eq!(failed.status.code(), Some(1));
    assert!(
        stderr.contains(&address.to_string()) && stderr.trim_end().lines().count() == 1,
        "{stderr}"
    );
}

#[test]
fn wrong_usage_is_64_and_an_open_secret_is_refused() {
    let home = home();
    assert_eq!(run(home.path(), &["publish"]).status.code(), Some(64));
    let key = home.path().join("collector.pgp");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("set");
    let failed = run(home.path(), &["start"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("0600"));
}

#[test]
fn the_words_of_a_genesis_command_no_terminal() {
    let home = home();
    let path = home.path().join("genesis.json");
    let octets = fs::read(&path).expect("there");
    let mut genesis: serde_json::Value = serde_json::from_slice(&octets).expect("json");
    genesis["app_state"]["\u{1b}[2Jall is well"] = serde_json::json!(1);
    fs::write(&path, genesis.to_string()).expect("written");
    let failed = run(home.path(), &["status"]);
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8(failed.stderr).expect("text");
    let commands = |c: char| c.is_control() && c != '\n';
    assert!(!said.contains(commands), "{said:?}");
    assert!(
        said.contains("unknown field `\\u001b[2Jall is well`"),
        "{said}"
    );
    // and the file is called as the configuration has it
    let named = format!("ktr-collector: {}: app_state: ", path.display());
    assert!(said.contains(&named), "{said}");
}
