//! The shipped systemd units, judged by systemd itself: each is valid, and as closed as the design wants it.
//! Nothing is started here: `net.rs` starts the node's. Where systemd's judge is missing the tests fail.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

const NODE: &str = include_str!("../../../node-config/ktr-node.service");
const ROOM: &str = include_str!("../../../node-config/ktr-room.service");
const SESSION: &str = include_str!("../../../node-config/ktr-room-session.service");
const LISTEN: &str = include_str!("../../../node-config/ktr-room-listen.conf");
const DOCTOR: &str = include_str!("../../../node-config/ktr-room-doctor.service");

/// Every timer, with the unit that it starts.
const TIMERS: [(&str, &str, &str); 2] = [
    (
        "ktr-room-session",
        include_str!("../../../node-config/ktr-room-session.timer"),
        SESSION,
    ),
    (
        "ktr-room-doctor",
        include_str!("../../../node-config/ktr-room-doctor.timer"),
        DOCTOR,
    ),
];

/// Every program that is shipped with a unit.
const UNITS: [(&str, &str); 6] = [
    ("ktr-node", NODE),
    ("ktr-room", ROOM),
    ("ktr-room-session", SESSION),
    ("ktr-room-doctor", DOCTOR),
    (
        "ktr-agent",
        include_str!("../../../node-config/ktr-agent.service"),
    ),
    (
        "ktr-collector",
        include_str!("../../../node-config/ktr-collector.service"),
    ),
];

/// The lines that close a unit (design: assurance, section 4). A drop-in names whom it may dial beyond this machine.
const CLOSED: [&str; 32] = [
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "PrivateUsers=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "RestrictRealtime=yes",
    "RestrictNamespaces=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "RemoveIPC=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged",
    "CapabilityBoundingSet=",
    "UMask=0077",
    "LimitCORE=0",
    "LimitNOFILE=65536",
    "StateDirectoryMode=0700",
    "IPAddressDeny=any",
    "IPAddressAllow=localhost",
    "Restart=on-failure",
];

/// Which unit goes without which of them, and why.
const WITHOUT: [(&str, &str, &str); 10] = [
    ("ktr-room", "MemoryDenyWriteExecute=yes", PYTHON),
    ("ktr-room-session", "MemoryDenyWriteExecute=yes", PYTHON),
    ("ktr-room-doctor", "MemoryDenyWriteExecute=yes", PYTHON),
    ("ktr-room", "ProtectProc=invisible", TAKES_OVER),
    ("ktr-room-doctor", "ProtectProc=invisible", TAKES_OVER),
    (
        "ktr-room-doctor",
        "ProcSubset=pid",
        "it looks whether the machine has swap",
    ),
    (
        "ktr-room-doctor",
        "StateDirectoryMode=0700",
        "it has no folder of its own, and may write in none",
    ),
    (
        "ktr-room-doctor",
        "LimitNOFILE=65536",
        "it looks, and keeps nothing open",
    ),
    (
        "ktr-room-doctor",
        "Restart=on-failure",
        "its timer starts it again, and a failure is its answer",
    ),
    (
        "ktr-room-session",
        "Restart=on-failure",
        "a unit that RuntimeMaxSec= ended stays ended: its folder goes then",
    ),
];

const PYTHON: &str =
    "Synapse's Python makes callbacks at run time (cffi) and does not start with it";
const TAKES_OVER: &str =
    "a homeserver of an earlier start, in another user namespace, would not be seen";

/// What systemd says of a file.
///
/// # Panics
/// Without systemd: `scripts/setup` installs it.
fn analyzed(arguments: &[&str], path: &Path) -> Output {
    let mut judge = Command::new("systemd-analyze");
    let output = judge.args(arguments).arg(path).output();
    output.expect("systemd-analyze runs: scripts/setup installs systemd")
}

/// The verdict on the unit of `name`, with a program that exists on this machine in it.
fn judged(name: &str, unit: &str, arguments: &[&str]) -> Output {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(format!("{name}.service"));
    let program = if name.starts_with("ktr-room") {
        "ktr-room"
    } else {
        name
    };
    let built = unit.replace(
        &format!("ExecStart=/usr/bin/{program} "),
        concat!("ExecStart=", env!("CARGO_BIN_EXE_ktr-node"), " "),
    );
    assert_ne!(built, unit);
    fs::write(&path, built).unwrap();
    analyzed(arguments, &path)
}

const VERIFY: [&str; 2] = ["--man=no", "verify"];
const SECURITY: [&str; 3] = ["security", "--offline=true", "--threshold=20"];

#[test]
fn every_shipped_unit_is_judged() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../node-config");
    let mut shipped: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".service").map(str::to_owned))
        .collect();
    shipped.sort_unstable();
    let mut judged = UNITS.map(|(name, _)| name);
    judged.sort_unstable();
    assert_eq!(shipped, judged);
}

#[test]
fn systemd_accepts_each_unit_without_a_word() {
    for (name, unit) in UNITS {
        let verdict = judged(name, unit, &VERIFY);
        let said = String::from_utf8_lossy(&verdict.stderr);
        assert!(
            verdict.status.success() && said.is_empty(),
            "{name}: {said}"
        );
        // and a misspelt line would have been said
        let misspelt = unit.replace("ProtectHome=", "ProtectHouse=");
        let verdict = judged(name, &misspelt, &VERIFY);
        assert!(String::from_utf8_lossy(&verdict.stderr).contains("ProtectHouse"));
    }
}

#[test]
fn systemd_finds_each_unit_closed() {
    for (name, unit) in UNITS {
        let verdict = judged(name, unit, &SECURITY);
        let said = String::from_utf8_lossy(&verdict.stdout);
        assert!(verdict.status.success(), "{name}: {said}");
        // and a unit without its capability line would not have passed
        let open = unit.replace("CapabilityBoundingSet=\n", "");
        let verdict = judged(name, &open, &SECURITY);
        assert!(!verdict.status.success(), "{name}");
    }
}

/// What systemd does not weigh, or weighs so little that a unit would still pass without it.
#[test]
fn every_unit_has_each_line_that_closes_it_or_a_reason_to_go_without() {
    for (name, unit) in UNITS {
        for line in CLOSED {
            let (key, _) = line.split_once('=').unwrap();
            // A later line of the same key would undo it.
            let of_key = |line: &&str| line.split_once('=').is_some_and(|(of, _)| of == key);
            let shipped: Vec<&str> = unit.lines().filter(of_key).collect();
            let goes_without = WITHOUT
                .iter()
                .any(|(of, left_out, _)| *of == name && *left_out == line);
            if goes_without {
                assert!(!shipped.contains(&line), "{name} has {line} after all");
            } else {
                let wanted: Vec<&str> = CLOSED.into_iter().filter(of_key).collect();
                assert_eq!(shipped, wanted, "{name}");
            }
        }
    }
    // and no reason is for a line or a unit that is none
    for (name, line, _) in WITHOUT {
        assert!(UNITS.iter().any(|(shipped, _)| *shipped == name), "{name}");
        assert!(CLOSED.contains(&line), "{line}");
    }
}

/// No plaintext may reach a disk.
#[test]
fn no_memory_is_swapped_out_but_the_node_s() {
    for (name, unit) in UNITS {
        // The node holds nothing that is not public but keys, which the engine reads from disk anyway.
        let swaps = !unit.contains("\nMemorySwapMax=0\n");
        assert_eq!(swaps, name == "ktr-node", "{name}");
    }
}

/// The drop-in of a room that ends TLS by itself, beside the unit that it opens.
#[test]
fn a_room_that_listens_is_opened_by_its_drop_in_and_stays_closed_otherwise() {
    for (drop_in, is_right) in [
        (LISTEN.to_owned(), true),
        (LISTEN.replace("PrivateUsers=", "PrivateUsurers="), false),
    ] {
        let folder = TempDir::new().unwrap();
        let unit = folder.path().join("ktr-room.service");
        let program = concat!("ExecStart=", env!("CARGO_BIN_EXE_ktr-node"), " ");
        fs::write(&unit, ROOM.replace("ExecStart=/usr/bin/ktr-room ", program)).unwrap();
        let beside = folder.path().join("ktr-room.service.d");
        fs::create_dir(&beside).unwrap();
        fs::write(beside.join("listen.conf"), &drop_in).unwrap();
        let verified = analyzed(&VERIFY, &unit);
        let said = String::from_utf8_lossy(&verified.stderr);
        assert_eq!(said.is_empty(), is_right, "{said}");
        let closed = analyzed(&SECURITY, &unit);
        let said = String::from_utf8_lossy(&closed.stdout);
        assert!(closed.status.success(), "{said}");
        assert!(
            said.contains("non-localhost"),
            "the drop-in was read: {said}"
        );
    }
    // and the page shows what is shipped
    let page = include_str!("../../../docs/src/operating/room.md");
    let lines = LISTEN.lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        assert!(page.contains(line), "{line}");
    }
}

/// A unit that lives for one session is the room's in everything but what ends it.
#[test]
fn a_room_of_one_session_is_as_closed_as_one_that_stays_and_ends_by_itself() {
    let said = |unit: &'static str| -> Vec<&str> {
        let lines = unit.lines();
        lines
            .filter(|line| line.contains('=') && !line.starts_with('#'))
            .collect()
    };
    let (stays, once) = (said(ROOM), said(SESSION));
    let only_stays: Vec<_> = stays.iter().filter(|line| !once.contains(line)).collect();
    let only_once: Vec<_> = once.iter().filter(|line| !stays.contains(line)).collect();
    assert_eq!(
        only_stays,
        [
            &"Description=Knowledge Transfer Relay: room of a county",
            // However often it fails, it is started again.
            &"StartLimitIntervalSec=0",
            &"ExecStart=/usr/bin/ktr-room --home /var/lib/ktr-room start",
            // A sidecar that dies leaves the homeserver to its nets.
            &"KillMode=process",
            &"Restart=on-failure",
            &"WantedBy=multi-user.target",
        ]
    );
    // What hides a process of another start is not in the unit that has to take one over, nor in the doctor's.
    assert!(!DOCTOR.contains("\nProtectProc="));
    assert_eq!(
        only_once,
        [
            &"Description=Knowledge Transfer Relay: room of a county, one session",
            &"Conflicts=ktr-room.service",
            &"StartLimitIntervalSec=300",
            &"StartLimitBurst=10",
            &"ExecStart=/usr/bin/ktr-room --home /var/lib/ktr-room start --one-session",
            // What a session leaves goes with its unit.
            &"KillMode=mixed",
            &"RuntimeDirectory=ktr-room",
            &"RuntimeDirectoryMode=0700",
            &"RuntimeDirectoryPreserve=restart",
            &"RuntimeMaxSec=3h",
            // A unit that RuntimeMaxSec= ended stays ended: its folder goes then.
            &"Restart=on-abort",
            &"RestartForceExitStatus=1",
            &"ProtectProc=invisible",
        ]
    );
}

#[test]
fn systemd_accepts_each_timer_without_a_word_and_would_have_said_a_misspelt_line() {
    for (name, timer, unit) in TIMERS {
        let folder = TempDir::new().unwrap();
        let service = unit.replace(
            "/usr/bin/ktr-room ",
            concat!(env!("CARGO_BIN_EXE_ktr-node"), " "),
        );
        fs::write(folder.path().join(format!("{name}.service")), service).unwrap();
        let path = folder.path().join(format!("{name}.timer"));
        for (timer, is_right) in [
            (timer.to_owned(), true),
            (timer.replace("OnCalendar=", "OnColander="), false),
        ] {
            fs::write(&path, timer).unwrap();
            let verdict = analyzed(&VERIFY, &path);
            let said = String::from_utf8_lossy(&verdict.stderr);
            assert_eq!(said.is_empty(), is_right, "{name}: {said}");
        }
    }
}

/// What looks at a room's place is as closed as what runs there, and sees the machine's swap.
#[test]
fn the_doctor_is_as_closed_as_the_room_but_for_the_machines_swap() {
    let closing = |unit: &'static str| -> Vec<&str> {
        let lines = unit
            .lines()
            .skip_while(|line| !line.starts_with("IPAddressDeny="));
        let lines = lines.take_while(|line| *line != "[Install]");
        lines
            .filter(|line| line.contains('=') && !line.starts_with('#'))
            .collect()
    };
    let mut room = closing(ROOM);
    room.retain(|line| *line != "ProcSubset=pid");
    assert_eq!(closing(DOCTOR), room);
}

/// The alarms of exits stand on one line of shell: as systemd hands it over, it leaves the code, or -1 after a signal.
#[test]
fn a_node_that_ended_leaves_its_exit_where_alarms_find_it() {
    let line = NODE.lines().find_map(|line| {
        let line = line.strip_prefix("ExecStopPost=-/bin/sh -c '")?;
        line.strip_suffix('\'')
    });
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("exit.prom");
    let shell = line.unwrap().replace("$$", "$");
    let shell = shell.replace("/run/ktr-node", folder.path().to_str().unwrap());
    for (code, status, left) in [
        ("exited", "13", "13"),
        ("exited", "0", "0"),
        ("killed", "KILL", "-1"),
        ("dumped", "ABRT", "-1"),
    ] {
        let ended = Command::new("/bin/sh")
            .args(["-c", &shell])
            .envs([("EXIT_CODE", code), ("EXIT_STATUS", status)])
            .status();
        assert!(ended.unwrap().success());
        let figure = format!("ktr_exit_status {left}\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), figure);
        // node_exporter is another user
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o644
        );
    }
    let start = NODE.lines().find(|line| line.starts_with("ExecStartPre="));
    assert_eq!(
        start,
        Some("ExecStartPre=-/bin/rm -f /run/ktr-node/exit.prom")
    );
}

#[test]
fn the_codes_that_no_restart_mends_are_those_of_the_program() {
    use ktr_node::exit::Exit;
    let codes = [
        Exit::Halted,
        Exit::Store,
        Exit::KeyGuard,
        Exit::AppHash,
        Exit::Usage,
    ];
    let codes = codes.map(|exit| exit.code().to_string()).join(" ");
    assert!(NODE.contains(&format!("\nRestartPreventExitStatus={codes}\n")));
    // and a wrong argument stays wrong for every unit that is started again
    for (name, unit) in UNITS {
        let again = unit.lines().any(|line| line.starts_with("Restart="));
        let ended = unit.lines().any(|line| {
            let codes = line.strip_prefix("RestartPreventExitStatus=");
            codes.is_some_and(|codes| codes.split(' ').any(|code| code == "64"))
        });
        assert_eq!(ended, again, "{name}");
    }
}
