//! Sentences about `ktr-room doctor`: what is wrecked is named, and nothing else is.
//! The homeserver is the one in memory, its Python a script, its process a shell that waits, the kernel a folder.

use std::fs::{self, Permissions};
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ktr_core::id::{CountyId, EncryptionKey};
use ktr_os::{Finding, Verdict};
use ktr_room::adapter::matrix::{Http, ensure_bot};
use ktr_room::config::{Blanks, Config, ListenTable, Profile};
use ktr_room::doctor::{Machine, examine};
use ktr_room::plan::{Neighbour, Outlook};
use ktr_room::port::{Chain, Sent};
use ktr_room::report::Report;
use ktr_room::synapse::Install;
use ktr_room::timing::Timing;
use ktr_room::{ChainError, RoomError, init};

use super::chain::Ledger;
use super::ground::SERVER;
use super::mock::{Mock, SECRET};
use super::poll::clock_ms;

/// A county's place in which nothing is wrong: a homeserver that runs, a chain that answers.
struct Place {
    config: Config,
    machine: Machine,
    ledger: Ledger,
    /// Why the chain cannot be followed.
    unfollowed: Option<RoomError>,
    mock: Mock,
    process: Option<Child>,
    /// Somebody at the homeserver's port.
    taken: Option<TcpListener>,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn sound() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let mock = Mock::boot().await;
        let python = folder.path().join("python");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/python.sh");
        symlink(script, &python).expect("a link");
        let blanks = Blanks {
            server_name: SERVER.to_owned(),
            port: mock.port(),
            python: python.display().to_string(),
            neighbours: [2, 3].map(door).to_vec(),
            ..Blanks::default()
        };
        let home = folder.path().join("county");
        let mut config = init::run(&home, &blanks).expect("init");
        config.on_alarm = vec![python.display().to_string()];
        private(&config.chain.sidecar_key);
        let http = Http::new(&mock.base()).expect("a client");
        let bot = ensure_bot(&http, SERVER, SECRET, &config.state.join("bot.json")).await;
        bot.expect("a bot");
        let yaml = config.homeserver.data.join("homeserver.yaml");
        let mut waits = Command::new("sh");
        waits
            .args(["-c", "echo; exec >&-; read line", "sh"])
            .arg(yaml);
        waits.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = waits.spawn().expect("a process");
        // Its command line is not to be seen before it runs: the kernel lets the parent go on a moment earlier.
        let said = process.stdout.as_mut().expect("what it says");
        said.read_exact(&mut [0]).expect("that it runs");
        let pid = config.homeserver.data.join("homeserver.pid");
        fs::write(pid, process.id().to_string()).expect("a pid");
        let machine = Machine {
            proc: folder.path().join("proc"),
            cgroup: folder.path().join("cgroup"),
            free_percent: |_| Some(50),
            in_memory: |_| Some(true),
            now_ms: clock_ms,
            answer: Duration::ZERO,
            blocks: Duration::ZERO,
        };
        let place = Self {
            config,
            machine,
            ledger: Ledger::with(3, [10, 20, 30], b"bundle"),
            unfollowed: None,
            mock,
            process: Some(process),
            taken: None,
            _folder: folder,
        };
        place.python("1", "1.163.2");
        place.kernel("swaps", SWAPLESS);
        place.of_process("limits", &format!("{CORE}0       unlimited bytes\n"));
        place.of_process("cgroup", "0::/ktr.slice/ktr-room.service\n");
        place
    }

    /// Ends the homeserver's process, and gives it a port at which nobody answers.
    fn stop(&mut self) {
        let mut process = self.process.take().expect("it runs");
        end(&mut process);
        self.fall_silent();
    }

    /// Gives the homeserver a port at which nobody answers.
    fn fall_silent(&mut self) {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        self.move_to(&free);
    }

    /// Gives the homeserver the port of somebody who takes no requests.
    fn lose_port(&mut self) {
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        self.move_to(&taken);
        self.taken = Some(taken);
    }

    fn move_to(&mut self, listener: &TcpListener) {
        self.config.homeserver.port = listener.local_addr().expect("an address").port();
        let install = Install::of(&self.config);
        install.write().expect("the homeserver's files");
    }

    /// What its Python answers: whether freed pages are wiped, and the version that is installed.
    fn python(&self, wipes: &str, version: &str) {
        let python = &self.config.homeserver.python;
        fs::write(python.with_extension("wipes"), wipes).expect("a file");
        fs::write(python.with_extension("version"), version).expect("a file");
    }

    /// What the kernel says.
    fn kernel(&self, name: &str, text: &str) {
        let path = self.machine.proc.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// What the kernel says about the homeserver.
    fn of_process(&self, name: &str, text: &str) {
        let id = self.process.as_ref().expect("it runs").id();
        self.kernel(&format!("{id}/{name}"), text);
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.config.homeserver.data.join(name);
        let text = fs::read_to_string(&path).expect("a file");
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replacen(from, to, 1)).expect("written");
    }

    async fn examined(&mut self) -> Vec<Finding> {
        let chain = match self.unfollowed.take() {
            Some(error) => Err(error),
            None => Ok(self.ledger.clone()),
        };
        examine(&self.config, chain, &self.machine).await
    }
}

/// It ends with its place.
impl Drop for Place {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            end(process);
        }
    }
}

const SWAPLESS: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
const CORE: &str = "Limit Soft Hard Units\nMax processes 9 9 processes\nMax core file size        ";

/// A file that only its owner may read.
fn private(path: &Path) {
    fs::write(path, "secret").expect("a file");
    open(path, 0o600);
}

fn open(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
}

/// The shell reads the end of its input.
fn end(process: &mut Child) {
    drop(process.stdin.take());
    process.wait().expect("it ends");
}

fn of(findings: &[Finding], verdict: Verdict) -> Vec<(&str, &str)> {
    let found = findings.iter().filter(|found| found.verdict == verdict);
    found
        .map(|found| (found.check, found.says.as_str()))
        .collect()
}

/// What is done to a place, which check must name it, and with which words.
type Wreck = (&'static str, fn(&mut Place), &'static str, &'static str);

const OF_FOLDER: [Wreck; 12] = [
    (
        "a line of the homeserver's configuration that was changed",
        |place| {
            place.edit(
                "homeserver.yaml",
                "max_event_delay_duration: 24h",
                "max_event_delay_duration: 1h",
            );
        },
        "homeserver-config",
        "homeserver.yaml: max_event_delay_duration is not as init writes it",
    ),
    (
        "posts that would not destroy themselves",
        |place| place.edit("homeserver.yaml", "enable_ephemeral_messages: true", ""),
        "homeserver-config",
        "homeserver.yaml: enable_ephemeral_messages is not as init writes it",
    ),
    (
        "a line that was added below one that says the opposite",
        |place| {
            place.edit(
                "homeserver.yaml",
                "push: {enabled: false}",
                "push: {enabled: false}\npush: {enabled: true}",
            );
        },
        "homeserver-config",
        "homeserver.yaml: push is not as init writes it",
    ),
    (
        "a listener off loopback",
        |place| place.edit("homeserver.yaml", "['127.0.0.1']", "['0.0.0.0']"),
        "homeserver-config",
        "homeserver.yaml: listeners is not as init writes it",
    ),
    (
        "a log that would name attendees",
        |place| place.edit("log.yaml", "ERROR", "INFO"),
        "homeserver-config",
        "log.yaml: root is not as init writes it",
    ),
    (
        "a homeserver that was never installed",
        |place| fs::remove_file(place.config.homeserver.data.join("log.yaml")).expect("removed"),
        "homeserver-config",
        "log.yaml is missing or no text",
    ),
    (
        "a secret that others can read",
        |place| open(&place.config.county_secret, 0o640),
        "modes",
        "county_secret can be read by others: its mode must be 0600",
    ),
    (
        "a key of TLS that is not there",
        |place| {
            place.config.listen = Some(ListenTable {
                address: "127.0.0.1:443".parse().expect("an address"),
                certificate: place.config.state.join("room.crt"),
                key: place.config.state.join("room.key"),
            });
        },
        "modes",
        "listen.key cannot be judged",
    ),
    (
        "a folder that others may enter",
        |place| open(&place.config.state, 0o750),
        "modes",
        "state has mode 750, must be 700: others could enter it",
    ),
    (
        "a file in a folder's place",
        |place| {
            fs::remove_dir(&place.config.inbox).expect("removed");
            private(&place.config.inbox);
        },
        "modes",
        "inbox is no folder",
    ),
    (
        "an alarm that calls nobody",
        |place| place.config.on_alarm = vec!["/nowhere/page".to_owned()],
        "alarm",
        "on_alarm names no program that can be run",
    ),
    (
        "a program for alarms that may not be run",
        |place| place.config.on_alarm = vec![place.config.county_secret.display().to_string()],
        "alarm",
        "on_alarm names no program that can be run",
    ),
];

const OF_MACHINE: [Wreck; 3] = [
    (
        "swap that the homeserver may use",
        |place| place.kernel("swaps", &format!("{SWAPLESS}/dev/sda2 partition 9 0 -2\n")),
        "swap",
        "the homeserver may be swapped out",
    ),
    (
        "a homeserver that would leave a core dump",
        |place| place.of_process("limits", &format!("{CORE}unlimited unlimited bytes\n")),
        "core-dump",
        "LimitCORE=0 in the unit",
    ),
    (
        "a disk that is nearly full",
        |place| {
            place.machine.free_percent = |path| Some(if path.ends_with("state") { 4 } else { 50 });
        },
        "disk",
        "4 % of the disk of state is free",
    ),
];

const OF_HOMESERVER: [Wreck; 10] = [
    (
        "a Python whose SQLite keeps freed pages",
        |place| place.python("0", "1.163.2"),
        "secure-delete",
        "does not wipe freed pages",
    ),
    (
        "a homeserver of another version",
        |place| {
            place.python("1", "1.164.0");
            place
                .mock
                .change(|foreign| foreign.version = Some("1.164.0"));
        },
        "version",
        "Synapse 1.164.0 was never swept clean",
    ),
    (
        "a homeserver that was upgraded and not started again",
        |place| {
            place
                .mock
                .change(|foreign| foreign.version = Some("1.162.0"));
        },
        "version",
        "Synapse 1.162.0 runs and 1.163.2 is installed: start it again",
    ),
    (
        "a homeserver without delayed events",
        |place| place.mock.change(|foreign| foreign.undelayed = true),
        "capabilities",
        "delayed events may wait 0 ms, 7200000 are needed",
    ),
    (
        "a homeserver that takes too few of them",
        |place| {
            place.mock.change(|foreign| foreign.max_scheduled = Some(7));
            place
                .ledger
                .change(|inner| inner.neighbours = vec![neighbour()]);
        },
        "capabilities",
        "7 delayed events may wait, 4 guests need more",
    ),
    (
        "a bot whose token is refused",
        |place| {
            let bot = place.config.state.join("bot.json");
            let text = fs::read_to_string(&bot).expect("a bot");
            fs::write(bot, text.replacen("\"token\":\"", "\"token\":\"x", 1)).expect("written");
        },
        "homeserver",
        "it does not know the bot: another homeserver answers, or this one lost its data",
    ),
    (
        "another server on the homeserver's port",
        |place| end(&mut place.process.take().expect("it runs")),
        "homeserver",
        "something answers on its port, and no homeserver of homeserver.data runs",
    ),
    (
        "a homeserver that does not say its version",
        |place| {
            place.mock.fail(Some(Box::new(|kind, _| {
                kind.ends_with("server_version")
                    .then(|| (500, String::new()))
            })));
        },
        "homeserver",
        "the homeserver answered 500 to server version",
    ),
    (
        "a homeserver that runs and does not answer",
        Place::fall_silent,
        "homeserver",
        "it runs and does not answer on its port",
    ),
    (
        "a port that somebody else has",
        |place| {
            place.stop();
            place.lose_port();
        },
        "homeserver",
        "is taken: set another one in room.toml",
    ),
];

const OF_CHAIN: [Wreck; 4] = [
    (
        "files of the chain that do not belong together",
        |place| place.unfollowed = Some(RoomError::Chain(ChainError::Unsigned)),
        "chain",
        "could not be signed",
    ),
    (
        "a chain that proves nothing",
        |place| place.ledger.change(|inner| inner.silent = true),
        "chain",
        "no node of chain.rpc gives a proven answer",
    ),
    (
        "a chain that proves what was long ago",
        |place| place.machine.now_ms = || clock_ms() + 200_000,
        "chain",
        "its node catches up or was restored, or the chain stands",
    ),
    (
        "a clock that is far off",
        |place| place.ledger.change(|inner| inner.skew_ms = Some(5_001)),
        "skew",
        "this clock is 5001 ms from the chain's: nothing is seeded above 5000",
    ),
];

/// A county at whose door this one asks.
fn door(county: u8) -> (u8, String, String) {
    let url = |port: u16| format!("http://127.0.0.1:{port}");
    (county, url(18_019), url(18_018))
}

/// A county that probes.
fn neighbour() -> Neighbour {
    Neighbour {
        county: CountyId(2),
        encryption_keys: vec![EncryptionKey([9; 56])],
        signing_keys: Vec::new(),
    }
}

#[tokio::test]
async fn a_sound_place_has_nothing_wrong_and_nothing_weak() {
    let mut place = Place::sound().await;
    let findings = place.examined().await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
    assert_eq!(of(&findings, Verdict::Weak), [], "{findings:#?}");
}

#[tokio::test]
async fn every_wreck_is_named_and_nothing_else_is() {
    let wrecks = OF_FOLDER.into_iter().chain(OF_MACHINE);
    for (what, wreck, check, words) in wrecks.chain(OF_HOMESERVER).chain(OF_CHAIN) {
        let mut place = Place::sound().await;
        wreck(&mut place);
        let findings = place.examined().await;
        let wrong = of(&findings, Verdict::Wrong);
        assert!(
            matches!(wrong.as_slice(), [(named, says)] if *named == check && says.contains(words)),
            "{what}: {findings:#?}"
        );
    }
}

#[tokio::test]
async fn a_homeserver_that_stands_still_is_judged_by_what_is_installed() {
    let mut place = Place::sound().await;
    place.stop();
    let findings = place.examined().await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
    let unverified = of(&findings, Verdict::Unverified);
    for check in ["capabilities", "core-dump"] {
        assert!(
            unverified.iter().any(|(named, _)| *named == check),
            "{findings:#?}"
        );
    }
    // and an unknown version is wrong before it ever ran
    place.python("1", "1.164.0");
    let wrong = place.examined().await;
    assert!(
        matches!(of(&wrong, Verdict::Wrong).as_slice(), [("version", _)]),
        "{wrong:#?}"
    );
}

/// A chain during whose answer the homeserver is booted.
struct Slow {
    ledger: Ledger,
    pid_file: PathBuf,
    pid: String,
}

impl Chain for Slow {
    async fn outlook(&self) -> Result<Outlook, ChainError> {
        fs::write(&self.pid_file, &self.pid).expect("a pid");
        self.ledger.outlook().await
    }

    fn sign(&self, report: &Report) -> Result<Vec<u8>, ChainError> {
        self.ledger.sign(report)
    }

    async fn send(&self, signed: &[u8]) -> Result<Sent, ChainError> {
        self.ledger.send(signed).await
    }
}

#[tokio::test]
async fn a_homeserver_that_is_booted_while_the_chain_is_asked_is_no_stranger_on_its_port() {
    let place = Place::sound().await;
    let pid_file = place.config.homeserver.data.join("homeserver.pid");
    let chain = Slow {
        ledger: place.ledger.clone(),
        pid: fs::read_to_string(&pid_file).expect("a pid"),
        pid_file: pid_file.clone(),
    };
    fs::remove_file(pid_file).expect("it is not booted yet");
    let findings = examine(&place.config, Ok(chain), &place.machine).await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
}

#[tokio::test]
async fn a_homeserver_for_one_session_is_not_missed_before_its_boot_and_lies_in_memory() {
    let mut place = Place::sound().await;
    place.config.homeserver.profile = Profile::PerSession;
    place.stop();
    for folder in [&place.config.homeserver.data, &place.config.inbox] {
        fs::remove_dir_all(folder).expect("removed as the unit ends");
    }
    place.machine.in_memory = |path| path.exists().then_some(true);
    let findings = place.examined().await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
    // one that stays is missed
    place.config.homeserver.profile = Profile::Standing;
    let findings = place.examined().await;
    let wrong = of(&findings, Verdict::Wrong);
    assert!(
        wrong
            .iter()
            .any(|(_, says)| says.contains("homeserver.data is missing")),
        "{findings:#?}"
    );
    // and on a disk nothing that is removed is gone
    let mut place = Place::sound().await;
    place.machine.in_memory = |_| Some(false);
    let findings = place.examined().await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
    place.config.homeserver.profile = Profile::PerSession;
    let findings = place.examined().await;
    let wrong = of(&findings, Verdict::Wrong);
    assert!(
        matches!(wrong.as_slice(), [("place", says)] if says.starts_with("homeserver.data lies on a disk")),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn swap_is_no_fault_if_the_unit_keeps_the_homeserver_out_of_it() {
    let mut place = Place::sound().await;
    place.kernel("swaps", &format!("{SWAPLESS}/dev/sda2 partition 9 0 -2\n"));
    let slice = place.machine.cgroup.join("ktr.slice");
    fs::create_dir_all(&slice).expect("a folder");
    fs::write(slice.join("memory.swap.max"), "0\n").expect("a limit");
    let findings = place.examined().await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
    // and one that is not running has shown nothing
    place.stop();
    let findings = place.examined().await;
    assert!(
        matches!(of(&findings, Verdict::Weak).as_slice(), [("swap", _)]),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn what_works_and_should_not_stay_so_is_weak() {
    let mut place = Place::sound().await;
    place.config.on_alarm.clear();
    place.config.neighbour.truncate(1);
    place.config.timing = Timing::localnet();
    place.ledger.change(|inner| inner.skew_ms = Some(2_001));
    let findings = place.examined().await;
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
    let weak: Vec<&str> = of(&findings, Verdict::Weak)
        .iter()
        .map(|(check, _)| *check)
        .collect();
    assert_eq!(weak, ["settings", "alarm", "witnesses", "skew"]);
}

#[tokio::test]
async fn a_chain_without_two_blocks_leaves_the_skew_unverified() {
    let mut place = Place::sound().await;
    place.ledger.change(|inner| inner.skew_ms = None);
    let findings = place.examined().await;
    let unverified = of(&findings, Verdict::Unverified);
    assert!(
        unverified.iter().any(|(check, _)| *check == "skew"),
        "{findings:#?}"
    );
    assert_eq!(of(&findings, Verdict::Wrong), [], "{findings:#?}");
}
