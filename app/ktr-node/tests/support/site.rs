//! A real node in a folder of its own: the program and its engine.
//! It judges nothing; the sentences do.

#![expect(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "test code"
)]

use std::{
    collections::BTreeSet,
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
};

use ktr_core::{
    Genesis,
    governance::Parameters,
    id::{Sha256, ValidatorKey},
    time::{Secs, Time},
};
use ktr_node::{
    engine::Document,
    replay::{Caught, Line},
};
use ktr_testkit::{Cast, memory, wait};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;
use tendermint_proto::google::protobuf::Timestamp;

use super::{
    machine::{HOME, Machine},
    rpc::{Answered, Rpc, get},
};

/// The chain of these tests.
pub(crate) const CHAIN_ID: &str = "ktr-net-1";

const PROGRAM: &str = env!("CARGO_BIN_EXE_ktr-node");

/// A network namespace for a site, and the address in it at which this machine reaches the site.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) namespace: String,
    pub(crate) address: String,
}

/// One node in a folder of its own.
pub(crate) struct Site {
    /// Where node and engine run under their unit, if they do. Before the folder: it ends before that goes.
    machine: Option<Machine>,
    pub(crate) folder: TempDir,
    /// Of node and engine: in the site's folder, unless it lies on a disk of its own.
    home: PathBuf,
    pub(crate) cast: Cast,
    pub(crate) rpc: Rpc,
    p2p: String,
    metrics: String,
    engine_metrics: String,
    /// Where node and engine run, if not in this machine's own network.
    namespace: Option<String>,
    process: Option<Child>,
}

/// More chunks than a snapshot of any test has.
const CHUNKS_MOST: usize = 1_000;

impl Site {
    /// One site that has nearly all the power, so that it makes blocks alone; nothing runs yet.
    pub(crate) fn alone() -> Self {
        let site = Self::empty();
        site.init_alone();
        site
    }

    /// The same on a machine of its own, under the shipped unit; `None` where no such machine can be made.
    pub(crate) fn under_unit() -> Option<Self> {
        let mut site = Self::empty();
        let engine = program();
        let programs = [Path::new(PROGRAM), engine.as_path()];
        let machine = Machine::boot(site.folder.path(), programs)?;
        site.home = machine.home();
        site.machine = Some(machine);
        site.init_alone();
        site.machine().enable();
        Some(site)
    }

    /// The machine of a site that lives under its unit.
    pub(crate) fn machine(&self) -> &Machine {
        self.machine.as_ref().unwrap()
    }

    fn init_alone(&self) {
        let mut genesis = self.cast.genesis();
        for validator in &mut genesis.validators {
            validator.power = 1;
        }
        genesis.validators[0].key = self.key();
        genesis.validators[0].power = 1_000_000;
        self.init(&genesis, &[], "1s");
    }

    /// Three counties and the witness, all on this machine; nothing runs yet.
    pub(crate) fn four() -> Vec<Self> {
        Self::four_with("1s")
    }

    /// The same with another heartbeat.
    pub(crate) fn four_with(heartbeat: &str) -> Vec<Self> {
        Self::several(4, heartbeat)
    }

    /// The same, dialling each other at the address that `line` gives for who dials whom at which address.
    pub(crate) fn four_over(
        heartbeat: &str,
        line: impl FnMut(usize, usize, &str) -> String,
    ) -> Vec<Self> {
        Self::several_over(4, heartbeat, line)
    }

    /// The same, each in a network namespace of its own, where it listens for the others at every address.
    pub(crate) fn four_in(
        places: &[Place; 4],
        heartbeat: &str,
        line: impl FnMut(usize, usize, &str) -> String,
    ) -> Vec<Self> {
        Self::joined(places.iter().map(Self::at).collect(), heartbeat, line)
    }

    /// The same, node and engine each on a disk of its own that is there and empty.
    pub(crate) fn four_on(homes: [PathBuf; 4], heartbeat: &str) -> Vec<Self> {
        let sites = homes.map(|home| {
            let mut site = Self::empty();
            site.home = home;
            site
        });
        Self::joined(sites.into(), heartbeat, |_, _, address| address.to_owned())
    }

    /// Three counties of equal power without the witness: no block is made that one of them has not seen.
    pub(crate) fn strict_three() -> Vec<Self> {
        Self::several(3, "1s")
    }

    /// The first sites of the cast's genesis, each county with the same power.
    fn several(count: usize, heartbeat: &str) -> Vec<Self> {
        Self::several_over(count, heartbeat, |_, _, address| address.to_owned())
    }

    fn several_over(
        count: usize,
        heartbeat: &str,
        line: impl FnMut(usize, usize, &str) -> String,
    ) -> Vec<Self> {
        Self::joined((0..count).map(|_| Self::empty()).collect(), heartbeat, line)
    }

    /// One genesis for all of them, and each dials each other one.
    fn joined(
        mut sites: Vec<Self>,
        heartbeat: &str,
        mut line: impl FnMut(usize, usize, &str) -> String,
    ) -> Vec<Self> {
        let mut genesis = sites[0].cast.genesis();
        genesis.validators.truncate(sites.len());
        genesis.parameters = parameters();
        for (site, validator) in sites.iter().zip(&mut genesis.validators) {
            validator.key = site.key();
        }
        let peers: Vec<(String, String)> = sites
            .iter()
            .map(|site| (site.node_id(), site.p2p.clone()))
            .collect();
        for (place, site) in sites.iter_mut().enumerate() {
            let others = peers.iter().enumerate().filter(|(to, _)| *to != place);
            let others: Vec<String> = others
                .map(|(to, (id, address))| format!("{id}@{}", line(place, to, address)))
                .collect();
            site.cast = Cast::new(sites_start(&genesis));
            site.init(&genesis, &others, heartbeat);
        }
        sites
    }

    /// A site without a vote that begins with a snapshot of `others`, and trusts one header.
    pub(crate) fn joining(others: &[Self], height: u64, hash: &str) -> Self {
        let site = Self::empty();
        let peers = others.iter().map(Self::peer).collect::<Vec<_>>().join(",");
        let rpc = [0, 1]
            .map(|place: usize| others[place].rpc.address())
            .join(",");
        let (genesis, engine) = (others[0].folder.path().join("genesis.json"), program());
        let height = height.to_string();
        let own = ["--rpc", site.rpc.address(), "--p2p", &site.p2p];
        let from = ["--genesis", genesis.to_str().unwrap(), "--peers", &peers];
        let trusted = ["--trust-height", &height, "--trust-hash", hash];
        let mut arguments = vec!["init", "--localnet", "--join", &rpc];
        arguments.extend([own, from, trusted].concat());
        arguments.extend(["--engine", engine.to_str().unwrap()]);
        arguments.extend(["--own-metrics", &site.metrics]);
        site.run(&arguments);
        site
    }

    /// Where all of them answer.
    pub(crate) fn doors(sites: &[Self]) -> Vec<Rpc> {
        sites.iter().map(|site| site.rpc.clone()).collect()
    }

    /// The highest block that any of them has.
    pub(crate) fn highest(sites: &[Self]) -> u64 {
        sites.iter().filter_map(Self::height).max().unwrap()
    }

    /// Takes a snapshot every so many heights, from the next start on.
    pub(crate) fn take_snapshots(&self, every: u64) {
        let path = self.home().join("node.toml");
        let text = fs::read_to_string(&path).unwrap();
        let changed = text.replace(
            "snapshot_interval = 1440",
            &format!("snapshot_interval = {every}"),
        );
        assert_ne!(changed, text);
        fs::write(path, changed).unwrap();
    }

    /// Chunks of the snapshot that the site keeps of a height; 0 if it keeps none.
    pub(crate) fn snapshot_chunks(&self, height: u64) -> usize {
        let folder = self.home().join("snapshots").join(height.to_string());
        let is_there = |chunk: &usize| folder.join(chunk.to_string()).exists();
        (0..CHUNKS_MOST).take_while(is_there).count()
    }

    fn peer(&self) -> String {
        format!("{}@{}", self.node_id(), self.p2p)
    }

    fn node_id(&self) -> String {
        self.run(&["key", "--which", "node"]).trim().to_owned()
    }

    fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
        Self {
            machine: None,
            cast: Cast::new(Time(now().0 - 3_600)),
            home: folder.path().join("node"),
            folder,
            rpc: Rpc::new(free_address()),
            p2p: free_address(),
            metrics: free_address(),
            engine_metrics: free_address(),
            namespace: None,
            process: None,
        }
    }

    /// Ports need not be free on this machine: the namespace has all of them.
    fn at(place: &Place) -> Self {
        let answers = |port: u16| format!("{}:{port}", place.address);
        let mut site = Self::empty();
        site.rpc = Rpc::new(answers(26_657));
        site.p2p = String::from("0.0.0.0:26656");
        site.metrics = answers(26_661);
        site.engine_metrics = answers(26_660);
        site.namespace = Some(place.namespace.clone());
        site
    }

    /// The key that votes.
    pub(crate) fn key(&self) -> ValidatorKey {
        let key = self.run(&["key"]);
        ValidatorKey::from_slice(&hex::decode(key.trim()).unwrap()).unwrap()
    }

    fn init(&self, genesis: &Genesis, peers: &[String], heartbeat: &str) {
        let document = Document::new(CHAIN_ID, sites_start(genesis), genesis).unwrap();
        let path = self.folder.path().join("genesis.json");
        fs::write(&path, document.text().unwrap()).unwrap();
        // Under a unit `PATH` finds it.
        let machine = self.machine.as_ref();
        let engine = machine.map_or_else(program, |_| PathBuf::from("cometbft"));
        let peers = peers.join(",");
        let mut arguments = vec![
            "init",
            "--localnet",
            "--rpc",
            self.rpc.address(),
            "--p2p",
            &self.p2p,
        ];
        arguments.extend(["--genesis", path.to_str().unwrap()]);
        arguments.extend(["--engine", engine.to_str().unwrap()]);
        arguments.extend(["--heartbeat", heartbeat]);
        arguments.extend(["--peers", &peers, "--own-metrics", &self.metrics]);
        arguments.extend(["--metrics", &self.engine_metrics]);
        self.run(&arguments);
    }

    /// A machine in the place of one that is gone: a folder in which nothing lies yet, and other ports. Gives each old address with the new one,
    /// for the settings that come with the disk.
    pub(crate) fn moves(&mut self) -> [[String; 2]; 4] {
        let old = [
            self.rpc.address().to_owned(),
            self.p2p.clone(),
            self.metrics.clone(),
            self.engine_metrics.clone(),
        ];
        let addresses = old.map(|address| [address, free_address()]);
        let [[_, rpc], [_, p2p], [_, metrics], [_, engine_metrics]] = addresses.clone();
        self.home = self.folder.path().join("moved");
        self.rpc = Rpc::new(rpc);
        self.p2p = p2p;
        self.metrics = metrics;
        self.engine_metrics = engine_metrics;
        addresses
    }

    /// Runs the program and gives what it prints.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {answer}{errors}");
        answer
    }

    /// Starts the node.
    pub(crate) fn launch(&mut self) {
        if let Some(machine) = &self.machine {
            machine.start();
            return;
        }
        self.launch_with(&[]);
    }

    /// Starts the node with variables that its engine inherits.
    pub(crate) fn launch_with(&mut self, variables: &[(&str, &str)]) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        let process = self
            .starting()
            .arg("start")
            .envs(variables.iter().copied())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.process = Some(process);
    }

    /// Starts the node and waits until its engine has a block above `height`.
    pub(crate) fn start(&mut self, height: u64) {
        self.launch();
        self.wait_above(height);
    }

    /// Waits for a block above `height` and gives its height.
    pub(crate) fn wait_above(&self, height: u64) -> u64 {
        self.until("the chain goes on", || {
            self.height().filter(|now| *now > height)
        })
    }

    /// SIGKILL for the node and its engine at once.
    pub(crate) fn kill_both(&mut self) {
        let pid = fs::read_to_string(self.home().join("engine.pid")).unwrap();
        kill(Pid::from_raw(pid.parse().unwrap()), Signal::SIGKILL).unwrap();
        self.kill_node();
    }

    /// SIGKILL for the node alone.
    pub(crate) fn kill_node(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Stops the node and executes its blocks again, up to `last`; gives what `replay` says.
    pub(crate) fn replayed(&mut self, last: u64) -> String {
        let blocks = self.export(last);
        assert_eq!(self.stop(), 0);
        self.replay(&blocks)
    }

    /// Executes exported blocks again, beside the store of a site that is stopped; gives what `replay` says.
    pub(crate) fn replay(&self, blocks: &str) -> String {
        let path = self.folder.path().join("blocks.jsonl");
        fs::write(&path, blocks).unwrap();
        self.run(&["replay", "--blocks", path.to_str().unwrap()])
    }

    /// SIGTERM; gives the exit code.
    pub(crate) fn stop(&mut self) -> i32 {
        if let Some(machine) = &self.machine {
            return machine.stop();
        }
        let process = self.process.as_mut().unwrap();
        let pid = Pid::from_raw(process.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
        let status = wait::seen(120, || process.try_wait().unwrap());
        // One that goes on is killed with its site.
        let status = status.unwrap_or_else(|| panic!("it does not stop\n{}", self.end_of_log()));
        self.process = None;
        assert_eq!(status.signal(), None);
        status.code().unwrap()
    }

    /// Waits until the node ends by itself; gives the exit code.
    pub(crate) fn ended(&mut self) -> i32 {
        let process = self.process.as_mut().unwrap();
        let status = wait::seen(120, || process.try_wait().unwrap());
        let status = status.unwrap_or_else(|| panic!("it does not end\n{}", self.end_of_log()));
        self.process = None;
        status.code().unwrap()
    }

    /// SIGKILL for the engine alone.
    pub(crate) fn kill_engine(&self) {
        self.signal_engine(Signal::SIGKILL);
    }

    /// SIGKILL for the engine that a killed node had just started, if it had.
    pub(crate) fn kill_left_engine(&self) {
        let pid = fs::read_to_string(self.home().join("engine.pid"));
        if let Some(pid) = pid.ok().and_then(|pid| pid.parse().ok())
            && let Err(why) = kill(Pid::from_raw(pid), Signal::SIGKILL)
        {
            eprintln!("no engine was left: {why}");
        }
    }

    /// A signal for the engine alone.
    pub(crate) fn signal_engine(&self, signal: Signal) {
        let pid = fs::read_to_string(self.home().join("engine.pid")).unwrap();
        kill(Pid::from_raw(pid.parse().unwrap()), signal).unwrap();
    }

    /// A signal for the node alone.
    pub(crate) fn signal_node(&self, signal: Signal) {
        let pid = self.process.as_ref().unwrap().id();
        kill(Pid::from_raw(pid.try_into().unwrap()), signal).unwrap();
    }

    /// Takes octets off the end of the engine's write-ahead log; all of it, if there are no more.
    pub(crate) fn cut_engine_log(&self, octets: u64) {
        let path = self.home().join("engine/data/cs.wal/wal");
        let log = File::options().write(true).open(path).unwrap();
        let length = log.metadata().unwrap().len();
        log.set_len(length.saturating_sub(octets)).unwrap();
    }

    /// Resident memory of the node in MiB.
    pub(crate) fn resident_mib(&self) -> u64 {
        let pid = self.process.as_ref().unwrap().id();
        memory::kib(&pid.to_string(), "VmRSS") / 1024
    }

    /// The most memory of the node that was ever resident, in KiB.
    pub(crate) fn peak_kib(&self) -> u64 {
        let pid = self.process.as_ref().unwrap().id();
        memory::kib(&pid.to_string(), "VmHWM")
    }

    /// Submits a transaction; gives the code of `CheckTx`.
    pub(crate) fn submit(&self, tx: &[u8]) -> u64 {
        self.rpc.submit(tx).unwrap()
    }

    /// One query with proof.
    pub(crate) fn query(&self, path: &str, data: &[u8]) -> Answered {
        self.rpc.query(path, data).unwrap()
    }

    /// The app hash in a header.
    pub(crate) fn header_app_hash(&self, height: u64) -> Option<Sha256> {
        self.rpc.header_app_hash(height)
    }

    /// The height of the last block.
    pub(crate) fn height(&self) -> Option<u64> {
        self.rpc.height()
    }

    /// Blocks up to `last` as an auditor exports them, one line each.
    pub(crate) fn export(&self, last: u64) -> String {
        let lines = (1..=last).map(|height| {
            let answer = self.rpc.ask(&format!("/block?height={height}")).unwrap();
            let block = answer.get("block").unwrap();
            let time = block.pointer("/header/time").unwrap();
            let time: Timestamp = serde_json::from_value(time.clone()).unwrap();
            let hash = |name: &str| {
                let hash = block.pointer(&format!("/header/{name}")).unwrap();
                hash.as_str().unwrap().to_lowercase()
            };
            let line = Line {
                height,
                time: time.seconds.try_into().unwrap(),
                txs: serde_json::from_value(block.pointer("/data/txs").unwrap().clone()).unwrap(),
                misbehaviour: caught(block),
                app_hash: hash("app_hash"),
                last_results_hash: hash("last_results_hash"),
            };
            serde_json::to_string(&line).unwrap()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Takes the engine's blocks and states away and leaves what the validator signed.
    pub(crate) fn wipe_engine(&self) {
        let data = self.home().join("engine/data");
        for entry in fs::read_dir(data).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                fs::remove_dir_all(path).unwrap();
            }
        }
    }

    /// Asks until there is an answer; a minute is for a loaded machine.
    pub(crate) fn until<T>(&self, what: &str, ask: impl Fn() -> Option<T>) -> T {
        wait::seen(60, ask).unwrap_or_else(|| panic!("{what}: never\n{}", self.end_of_log()))
    }

    /// The last that node and engine said.
    pub(crate) fn end_of_log(&self) -> String {
        let log = self.log();
        let mut end: Vec<&str> = log.lines().rev().take(20).collect();
        end.reverse();
        end.join("\n")
    }

    /// The node's own metrics.
    pub(crate) fn figures(&self) -> String {
        get(&self.metrics, "/metrics").unwrap()
    }

    /// The engine that runs has called in order, by the node's own count.
    pub(crate) fn is_called_in_order(&self) {
        let figures = self.figures();
        assert!(
            figures.contains("ktr_grammar_breach_total 0\n"),
            "{figures}\n{}",
            self.end_of_log()
        );
    }

    /// So has every engine of this site, that of a killed node too: each call out of order is a line of the log.
    pub(crate) fn was_called_in_order(&self) {
        let log = self.log();
        let breach = log.lines().find(|line| line.contains("call out of order"));
        assert_eq!(breach, None);
    }

    /// The engine's.
    pub(crate) fn engine_figures(&self) -> String {
        get(&self.engine_metrics, "/metrics").unwrap()
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.home.clone()
    }

    /// What node and engine said.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("node.log")
    }

    fn command(&self) -> Command {
        let Some(machine) = &self.machine else {
            return self.at_home(Command::new(PROGRAM));
        };
        let mut command = machine.command("ktr-node");
        command.args(["--home", HOME]);
        command
    }

    /// The program where it runs for long. `ip` becomes the program that it is told to run, so that the process is the node's.
    fn starting(&self) -> Command {
        let Some(namespace) = &self.namespace else {
            return self.command();
        };
        let mut command = Command::new("ip");
        command.args(["netns", "exec", namespace, PROGRAM]);
        self.at_home(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        command.arg("--home").arg(self.home()).stdin(Stdio::null());
        command
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let pid = fs::read_to_string(self.home().join("engine.pid"));
        let pid = pid.ok().and_then(|pid| pid.parse().ok());
        let ended = pid.map(|pid| kill(Pid::from_raw(pid), Signal::SIGKILL));
        let reaped = process.kill().and_then(|()| process.wait());
        if !matches!((&ended, &reaped), (Some(Ok(())), Ok(_))) {
            eprintln!("not all of a node could be ended: {ended:?}, {reaped:?}");
        }
    }
}

/// Who lied, by the evidence in a block, as `ktr export-blocks` writes it.
fn caught(block: &Value) -> Vec<Caught> {
    let list = block.pointer("/evidence/evidence");
    let pieces = list.and_then(Value::as_array).into_iter().flatten();
    pieces.flat_map(named).collect()
}

/// Whom a piece of evidence names: a validator that signed two votes, or those that signed a header of another chain.
fn named(piece: &Value) -> Vec<Caught> {
    let one = |address: &Value, height: &Value| Caught {
        address: address.as_str().unwrap().to_lowercase(),
        height: height.as_str().unwrap().parse().unwrap(),
    };
    let told = &piece["value"];
    if let Some(vote) = told.get("vote_a") {
        return vec![one(&vote["validator_address"], &vote["height"])];
    }
    let liars = told["ByzantineValidators"].as_array().into_iter().flatten();
    let liars = liars.map(|liar| one(&liar["address"], &told["CommonHeight"]));
    liars.collect()
}

/// Those of networks of several sites: a session may be announced at once, and its buckets end after seconds.
pub(crate) fn parameters() -> Parameters {
    Parameters {
        schedule_ahead_secs: Secs(1),
        bucket_ends_secs: [1, 2, 3, 4].map(Secs),
        ..Parameters::default()
    }
}

/// Genesis time is when the first term begins.
const fn sites_start(genesis: &Genesis) -> Time {
    genesis.term.from
}

#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a real engine has real header times"
)]
pub(crate) fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    Time(since.unwrap().as_secs())
}

#[expect(clippy::disallowed_methods, reason = "a test has no arguments")]
fn program() -> PathBuf {
    let named = std::env::var("KTR_COMETBFT").map(PathBuf::from);
    let program = named.unwrap_or_else(|_| {
        PathBuf::from(std::env::var("HOME").unwrap()).join(".cache/ktr/bin/cometbft")
    });
    assert!(
        program.exists(),
        "these tests need CometBFT: name the program in KTR_COMETBFT"
    );
    program
}

fn free_address() -> String {
    // What is free again may come a second time, and then two engines of one test have one address.
    static GIVEN: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        if GIVEN.lock().unwrap().insert(address) {
            return address.to_string();
        }
    }
}
