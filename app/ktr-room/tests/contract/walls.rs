//! What the walls of a unit hide from a start that has to take over what the start before it left running. Namespaces of the kernel stand for
//! systemd's, and the doctor says whether it finds the homeserver: it looks as a start does. Where none may be made, a skip is counted.

use std::iter;
use std::path::Path;
use std::process::Command;

use ktr_room::config::Blanks;
use ktr_room::init;
use ktr_room::synapse::free_port;
use nix::unistd::Uid;
use serde_json::Value;

const UNITS: [&str; 2] = [
    include_str!("../../../../node-config/ktr-room.service"),
    include_str!("../../../../node-config/ktr-room-doctor.service"),
];

/// The walls that change /proc, with the option that systemd mounts it with.
const OF_PROC: [(&str, &str); 2] = [
    ("ProcSubset=pid", "subset=pid"),
    ("ProtectProc=invisible", "hidepid=invisible"),
];

/// What runs a program on a machine of its own.
fn machine() -> Command {
    // Nothing is hidden from the group of root, in which no service is.
    let mut machine = if Uid::effective().is_root() {
        let mut other = Command::new("setpriv");
        other.args(["--regid", "65534", "--clear-groups", "unshare"]);
        other
    } else {
        Command::new("unshare")
    };
    machine.args(["--user", "--map-root-user", "--mount"]);
    machine.args(["--pid", "--fork", "--mount-proc"]);
    machine
}

/// What this machine says against one with users of its own, and one more in it; `None` if nothing.
fn refusal() -> Option<String> {
    let probe = machine()
        .args(["unshare", "--user", "--map-root-user", "true"])
        .output()
        .expect("`unshare` and `setpriv` run: they are util-linux's");
    if probe.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&probe.stderr);
    Some(said.lines().next().unwrap_or("no reason").to_owned())
}

/// What a doctor behind a unit's walls says of a homeserver that a start before it left running, and that answers nobody.
fn found(unit: &str) -> String {
    let lines: Vec<&str> = unit.lines().collect();
    assert!(
        lines.contains(&"PrivateUsers=yes"),
        "each start has users of its own"
    );
    let strange = lines.iter().find(|line| {
        let of_proc = line.starts_with("ProtectProc=") || line.starts_with("ProcSubset=");
        of_proc && !OF_PROC.iter().any(|(known, _)| known == *line)
    });
    assert_eq!(strange, None, "a wall that this test does not build");
    let walls = OF_PROC.iter().filter(|(line, _)| lines.contains(line));
    let options: Vec<&str> = iter::once("rw")
        .chain(walls.map(|(_, option)| *option))
        .collect();
    let home = tempfile::tempdir().expect("folder");
    let blanks = Blanks {
        port: free_port().expect("a port"),
        ..Blanks::default()
    };
    let config = init::run(home.path(), &blanks).expect("init");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/walls.sh");
    let judged = machine()
        .arg("sh")
        .arg(script)
        .arg(&config.homeserver.data)
        .arg(options.join(","))
        .arg(env!("CARGO_BIN_EXE_ktr-room"))
        .arg("--home")
        .arg(home.path())
        .args(["-o", "json", "doctor"])
        .current_dir(home.path())
        .output()
        .expect("it runs");
    let answer: Value = serde_json::from_slice(&judged.stdout)
        .unwrap_or_else(|error| panic!("{error}: {judged:?}"));
    let mut findings = answer["findings"].as_array().expect("findings").iter();
    let homeserver = findings.find(|finding| finding["check"] == "homeserver");
    let says = &homeserver.expect("a finding")["says"];
    says.as_str().expect("text").to_owned()
}

#[test]
fn no_wall_of_the_unit_hides_a_homeserver_that_the_start_before_left_running() {
    if let Some(why) = refusal() {
        eprintln!("SKIPPED 1: no namespace of users may be made here: {why}");
        return;
    }
    for unit in UNITS {
        assert_eq!(found(unit), "it runs and does not answer on its port");
        // and the one that is left out would
        let hiding = format!("{unit}\nProtectProc=invisible\n");
        assert_eq!(found(&hiding), "it stands still, and its port is free");
    }
}
