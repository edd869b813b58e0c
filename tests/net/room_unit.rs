//! The unit of one session, as systemd starts it: what it ends with where nothing is to be done for it, which decides whether it is started
//! again. Real engines and no homeserver: none is booted by then.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use ktr_room::{
    config::{Blanks, Config},
    synapse::free_port,
    timing::Timing,
    trust,
};

use crate::{
    alone,
    localnet::Net,
    programs,
    room_chain::{installed, shown},
};

/// County 1's sidecar, with a homeserver for each session, and alarms that write their codes into a file.
fn config(net: &Net, home: &Path, calls: &Path) -> Config {
    let blanks = Blanks {
        // One node alone: what it has shown it does not forget.
        rpc: net.rpc().into_iter().take(1).collect(),
        pass_port: free_port().expect("a port"),
        python: "python3".to_owned(),
        timing: Timing::localnet(),
        ..Blanks::default()
    };
    let config = installed(net, home, &blanks);
    let path = home.join("room.toml");
    let mut text = fs::read_to_string(&path).expect("a configuration");
    let command = format!(
        "on_alarm = [\"sh\", \"-c\", \"echo $0 >> {}\"]",
        calls.display()
    );
    for (usual, own) in [
        ("profile = \"standing\"", "profile = \"per-session\""),
        ("on_alarm = []", command.as_str()),
    ] {
        assert!(text.contains(usual), "{usual} in {text}");
        text = text.replace(usual, own);
    }
    fs::write(&path, text).expect("written");
    config
}

/// What became of the unit's program, which has two minutes to end by itself.
fn started(home: &Path) -> Output {
    Command::new("timeout")
        .arg("120")
        .arg(programs().join("ktr-room"))
        .arg("--home")
        .arg(home)
        .args(["start", "--one-session"])
        .output()
        .expect("the program runs")
}

#[test]
fn a_unit_that_came_too_early_for_a_session_of_the_day_ends_with_75_and_rings_and_without_one_with_0()
 {
    let _turn = alone();
    let net = Net::up();
    let home = tempfile::tempdir().expect("a folder");
    let calls = home.path().join("calls");
    let config = config(&net, home.path(), &calls);
    let idle = started(home.path());
    assert_eq!(idle.status.code(), Some(0), "{idle:?}");
    assert!(!calls.exists(), "nobody is called");
    let studio = net.key("studio");
    let hours = [
        "--seeds-at",
        "+14392s",
        "--opens-at",
        "+14400s",
        "--dissolves-at",
        "+14680s",
    ];
    net.ktr(&[&["session", "schedule", "--key", &studio], hours.as_slice()].concat());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (chain, _) = trust::connect(&config).expect("what belongs together");
        shown(&chain, "the session", |_| true).await;
    });
    let early = started(home.path());
    assert_eq!(early.status.code(), Some(75), "{early:?}");
    let called = fs::read_to_string(&calls).expect("somebody was called");
    assert_eq!(called, "room.unit_too_early\n");
}
