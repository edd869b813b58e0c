//! A machine of its own whose init is systemd, with a node's programs and its shipped unit where a page puts them.
//! It judges nothing. Where no such machine can be made, a skip is counted.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::{
    collections::BTreeSet,
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use ktr_testkit::wait;
use tempfile::TempDir;

/// What namespaces of the kernel and a systemd in them make of a folder (`machine.sh`).
pub(crate) struct Machine {
    folder: PathBuf,
    /// The number that its init has here.
    init: String,
    process: Child,
}

impl Machine {
    /// One with node and engine in `/usr`, on which `folder` has the name that it has here; `None` where none can be made.
    pub(crate) fn boot(folder: &Path, programs: [&Path; 2]) -> Option<Self> {
        if let Some(why) = refusal(programs) {
            eprintln!("SKIPPED 1: no machine with an init of its own may be made here: {why}");
            return None;
        }
        lay_out(folder);
        let said = File::create(folder.join("machine.log")).unwrap();
        let process = made(folder, programs, &INIT).stderr(said).spawn().unwrap();
        let init = wait::until("the machine's init has a number", BOOTED_SECS, || {
            fs::read_to_string(folder.join("pid")).ok()
        });
        let machine = Self {
            folder: folder.to_owned(),
            init: init.trim().to_owned(),
            process,
        };
        wait::until("systemd has started the machine", BOOTED_SECS, || {
            let asked = machine
                .command("systemctl")
                .arg("is-system-running")
                .output();
            // A unit of the system that finds no machine here to its liking is not what is judged.
            let is_up = ["running\n", "degraded\n"].map(str::as_bytes);
            is_up.contains(&&*asked.unwrap().stdout).then_some(())
        });
        Some(machine)
    }

    /// A program on the machine, which root runs.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.init, "--mount", "--pid", program]);
        command.env("PATH", PATH).stdin(Stdio::null());
        command
    }

    /// Runs one to its end and gives what it prints.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let ended = self.command(program).args(arguments).output().unwrap();
        assert!(ended.status.success(), "{program} {arguments:?}: {ended:?}");
        String::from_utf8(ended.stdout).unwrap()
    }

    /// What the node's own user is told.
    pub(crate) fn told(&self, arguments: &[&str]) -> String {
        let user = ["--reuid", USER, "--regid", USER, "--clear-groups"];
        let node = ["ktr-node", "--home", HOME];
        self.run("setpriv", &[&user[..], &node[..], arguments].concat())
    }

    /// The node's folder as it is seen from here.
    pub(crate) fn home(&self) -> PathBuf {
        self.root().join(HOME.trim_start_matches('/'))
    }

    /// Gives the node's folder to its user and its unit to systemd.
    pub(crate) fn enable(&self) {
        self.run("chown", &["-R", "ktr-node:", HOME]);
        self.run("systemctl", &["enable", "ktr-node"]);
    }

    /// More lines for the unit.
    pub(crate) fn amend(&self, lines: &str) {
        let path = self.root().join(DROP_INS).join("amended.conf");
        fs::write(path, lines).unwrap();
        self.run("systemctl", &["daemon-reload"]);
    }

    pub(crate) fn start(&self) {
        self.run("systemctl", &["start", "ktr-node"]);
    }

    /// Stops the unit; gives what it leaves for alarms: the exit code, or -1 after a signal.
    pub(crate) fn stop(&self) -> i32 {
        self.run("systemctl", &["stop", "ktr-node"]);
        self.exit().unwrap()
    }

    /// What the unit left of the last end, if it was not started since.
    pub(crate) fn exit(&self) -> Option<i32> {
        let figure = fs::read_to_string(self.root().join("run/ktr-node/exit.prom")).ok()?;
        figure.strip_prefix("ktr_exit_status ")?.trim().parse().ok()
    }

    /// The process that the unit started, by its number on the machine.
    pub(crate) fn main_process(&self) -> String {
        let shown = self.run(
            "systemctl",
            &["show", "--property=MainPID", "--value", "ktr-node"],
        );
        shown.trim().to_owned()
    }

    /// Every name on the machine's disk, in `/run` and among its programs, but for the node's own folder and systemd's notes.
    pub(crate) fn names(&self) -> BTreeSet<PathBuf> {
        let mut names = BTreeSet::new();
        let mut ahead = vec![self.root(), self.folder.join("programs")];
        let apart = [self.home(), self.root().join("run/systemd")];
        while let Some(folder) = ahead.pop() {
            // Whoever is stopped takes its folders along.
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            for path in entries.map(|entry| entry.path()) {
                let is_apart = apart.contains(&path);
                if path.is_dir() && !path.is_symlink() && !is_apart {
                    ahead.push(path.clone());
                }
                names.insert(path.strip_prefix(&self.folder).unwrap().to_owned());
            }
        }
        names
    }

    fn root(&self) -> PathBuf {
        self.folder.join(ROOT)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if let Err(why) = self.process.wait() {
            eprintln!("a machine may be left: {why}");
        }
    }
}

/// What this machine says against one with an init of its own; `None` if nothing.
fn refusal(programs: [&Path; 2]) -> Option<String> {
    let folder = TempDir::new().unwrap();
    lay_out(folder.path());
    let mut probe = made(folder.path(), programs, &["true"]);
    let mut probe = probe.stderr(Stdio::piped()).spawn().unwrap();
    // It ends by itself, and not because nobody holds it.
    let held = probe.stdin.take();
    let ended = probe.wait_with_output().unwrap();
    drop(held);
    if ended.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Some(said.lines().next().unwrap_or("no reason").to_owned())
}

/// The script with what is its machine's init.
fn made(folder: &Path, programs: [&Path; 2], init: &[&str]) -> Command {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/machine.sh");
    let mut made = Command::new("unshare");
    made.args(["--mount", "sh", script, "outside"]);
    made.arg(folder).args(programs).args(init);
    made.stdin(Stdio::piped()).stdout(Stdio::null());
    made
}

/// The disk of a machine on which a county has its node's unit, its user, and homes of others.
fn lay_out(folder: &Path) {
    let root = folder.join(ROOT);
    for place in [
        DROP_INS,
        "var/lib",
        "var/tmp",
        "tmp",
        "home/other",
        "root/other",
    ] {
        fs::create_dir_all(root.join(place)).unwrap();
    }
    for (place, mode) in [("", 0o755), ("tmp", 0o1777), ("var/tmp", 0o1777)] {
        fs::set_permissions(root.join(place), Permissions::from_mode(mode)).unwrap();
    }
    let write = |name: &str, text: &str| fs::write(root.join("etc").join(name), text).unwrap();
    write(
        "passwd",
        &format!("root:x:0:0::/root:/bin/sh\nktr-node:x:{USER}:{USER}::/:/bin/false\n"),
    );
    write("group", &format!("root:x:0:\nktr-node:x:{USER}:\n"));
    // One that has none is at its first boot.
    write("machine-id", &format!("{USER:0>32}\n"));
    for target in TARGETS {
        let name = format!("systemd/system/{target}.target");
        write(&name, "[Unit]\nDefaultDependencies=no\n");
    }
    write("systemd/system/ktr-node.service", UNIT);
    let log = folder.join("node.log");
    let log = format!(
        "[Service]\nStandardOutput=append:{}\nStandardError=inherit\n",
        log.display()
    );
    fs::write(root.join(DROP_INS).join("log.conf"), log).unwrap();
}

/// The node's folder on the machine.
pub(super) const HOME: &str = "/var/lib/ktr-node";

/// Where a program on the machine finds others.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// As it is shipped.
const UNIT: &str = include_str!("../../../../node-config/ktr-node.service");

/// Below the folder of a machine, what it has as `/`.
const ROOT: &str = "root";

/// Below that, what a county says of the unit.
const DROP_INS: &str = "etc/systemd/system/ktr-node.service.d";

/// What every unit wants of a machine, and its first. There are no others.
const TARGETS: [&str; 5] = ["basic", "multi-user", "network", "shutdown", "sysinit"];

/// It says nothing to the kernel's log, which is this machine's.
const INIT: [&str; 4] = [
    "/usr/lib/systemd/systemd",
    "--system",
    "--log-target=null",
    "--unit=multi-user.target",
];

/// The node's user on the machine.
const USER: &str = "4711";

/// Within which an init without anything to do is there.
const BOOTED_SECS: u64 = 60;
