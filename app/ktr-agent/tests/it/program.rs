//! The program itself: init, start on a silent chain, SIGTERM, status, mark.
//! An agent in a real room is in the net tests.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use ktr_core::{governance::Network, id::CountyId, time::Time};
use ktr_testkit::Cast;
use tokio::time::timeout;

use crate::support::world::World;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ktr-agent");
const MEMBER: &str = "00112233445566778899aabbccddeeff";

fn run(home: &Path, arguments: &[&str]) -> Output {
    let ran = Command::new(PROGRAM)
        .arg("--home")
        .arg(home)
        .args(arguments)
        .output();
    ran.expect("the program is built")
}

fn init(home: &Path) -> String {
    let made = run(
        home,
        &[
            "init",
            "--member",
            MEMBER,
            "--county",
            "1",
            "--rpc",
            "http://127.0.0.1:9",
        ],
    );
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    String::from_utf8(made.stdout).expect("text")
}

/// Lays the network's files beside the configuration.
fn lay_out(home: &Path, world: &World) {
    let alliance = world.trusted.alliance.to_canonical().expect("canonical");
    let mut genesis = Cast::new(Time(1_790_000_000)).genesis();
    genesis.network = Network {
        counties: 3,
        host: CountyId(1),
        alliance: ktr_wire::digest::sha256(&[&alliance]),
    };
    let app_state = ktr_wire::genesis::to_json(&genesis).expect("json");
    let genesis = serde_json::json!({"chain_id": "ktr-test-1", "app_state": app_state});
    fs::write(home.join("genesis.json"), genesis.to_string()).expect("written");
    fs::write(home.join("alliance.json"), alliance).expect("written");
    let certificate = world.trusted.certificate.to_binary().expect("binary");
    fs::write(home.join("alliance.pgp"), certificate).expect("written");
}

#[test]
fn init_prints_the_command_that_registers_the_room_key() {
    let folder = tempfile::tempdir().expect("folder");
    let printed = init(folder.path());
    let command = format!("ktr member add-key --member {MEMBER} --purpose room --cert ");
    assert!(printed.contains(&command), "{printed}");
    assert!(folder.path().join("room.pub.asc").exists());
    assert!(!printed.contains("PRIVATE"), "{printed}");
}

#[tokio::test]
async fn it_stops_within_ten_seconds_on_sigterm_even_if_no_node_answers() {
    let folder = tempfile::tempdir().expect("folder");
    init(folder.path());
    lay_out(folder.path(), &World::new());
    let mut command = Command::new(PROGRAM);
    command
        .arg("--home")
        .arg(folder.path())
        .arg("start")
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    let stderr = child.stderr.take().expect("piped");
    let said = tokio::task::spawn_blocking(move || {
        let lines = std::io::BufRead::lines(std::io::BufReader::new(stderr));
        let lines = lines.map(|line| line.expect("text"));
        lines.take(2).collect::<Vec<_>>().join("\n")
    });
    let said = said.await.expect("read");
    assert!(said.contains("\"code\":\"chain-silent\""), "{said}");
    assert!(
        !said.contains("127.0.0.1") && !said.contains(MEMBER),
        "{said}"
    );
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
fn an_alliance_that_the_genesis_does_not_pin_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    init(folder.path());
    lay_out(folder.path(), &World::new());
    let path = folder.path().join("alliance.json");
    let text = fs::read_to_string(&path).expect("there");
    fs::write(&path, text.replace("Test Alliance", "Some Alliance")).expect("written");
    let failed = run(folder.path(), &["start"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("alliance.json"));
}

#[test]
fn status_is_there_before_anything_happened_and_an_unknown_release_cannot_be_marked() {
    let folder = tempfile::tempdir().expect("folder");
    init(folder.path());
    let shown = run(folder.path(), &["-o", "json", "status"]);
    let value: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("json");
    assert_eq!(value["signed"], serde_json::json!([]));
    assert_eq!(value["measure"], "off");
    let marked = run(folder.path(), &["mark", "ingested", &"ab".repeat(16)]);
    assert_eq!(marked.status.code(), Some(1));
    assert_eq!(
        run(folder.path(), &["mark", "ingested", "ab"])
            .status
            .code(),
        Some(64)
    );
}

#[test]
fn the_words_of_a_genesis_command_no_terminal() {
    let folder = tempfile::tempdir().expect("folder");
    init(folder.path());
    lay_out(folder.path(), &World::new());
    let path = folder.path().join("genesis.json");
    let octets = fs::read(&path).expect("there");
    let mut genesis: serde_json::Value = serde_json::from_slice(&octets).expect("json");
    genesis["app_state"]["\u{1b}[2Jall is well"] = serde_json::json!(1);
    fs::write(&path, genesis.to_string()).expect("written");
    let failed = run(folder.path(), &["start"]);
    assert_eq!(failed.status.code(), Some(1));
    let said = String::from_utf8(failed.stderr).expect("text");
    let commands = |c: char| c.is_control() && c != '\n';
    assert!(!said.contains(commands), "{said:?}");
    assert!(
        said.contains("unknown field `\\u001b[2Jall is well`"),
        "{said}"
    );
    // and the file is called as the configuration has it
    let named = format!("ktr-agent: {}: app_state: ", path.display());
    assert!(said.contains(&named), "{said}");
}
