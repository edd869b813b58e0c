//! A network of real engines on this machine, each with the Relay, the engine's kvstore behind a socket, or the kvstore inside the engine.
//! Same engine and same configuration for all; caps of block and signer are lifted.

use std::{
    env,
    fs::{self, File},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::SystemTime,
};

use ktr_abci::ServerBuilder;
use ktr_core::{Genesis, id::ValidatorKey, time::Time};
use ktr_node::{
    engine::{self, Document, Init, Keys},
    home::Home,
    limits::FRAME_MAX_BYTES,
    settings::Settings,
};
use ktr_testkit::{memory, wait};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{load::Connection, node};

pub(crate) const CHAIN_ID: &str = "ktr-a-chain-of-sites-side-by-side-1";
/// The lines in which the engine differs from what a node writes. The mempools are the engine's usual size: in larger ones checking
/// takes all the time, and no blocks are made.
const CHANGES: [(&str, &str); 2] = [("size", "5000"), ("cache_size", "200000")];

/// What answers the engine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    Relay,
    Socket,
    BuiltIn,
}

/// Engines and their applications.
pub(crate) struct Network {
    /// Stopped before the applications.
    engines: Vec<Option<Killed>>,
    /// Killed with the network.
    _applications: Vec<Killed>,
    sites: Vec<(Home, Settings)>,
    pub(crate) rpc: Vec<String>,
    _folder: TempDir,
}

impl Network {
    /// A site for each validator of the genesis, whose keys are made here.
    pub(crate) fn start(genesis: Genesis, under: Under) -> Self {
        let folder = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
        let homes: Vec<Home> = (0..genesis.validators.len())
            .map(|n| Home::new(folder.path().join(format!("site-{n}"))))
            .collect();
        let settings = make(genesis, &homes, folder.path(), under);
        let rpc = settings.iter().map(|of| of.rpc_laddr.clone()).collect();
        let sites: Vec<(Home, Settings)> = homes.into_iter().zip(settings).collect();
        let applications = sites
            .iter()
            .filter_map(|(home, settings)| application(home, settings, under));
        let mut network = Self {
            _applications: applications.collect(),
            engines: sites.iter().map(|_| None).collect(),
            sites,
            rpc,
            _folder: folder,
        };
        for place in 0..network.sites.len() {
            network.start_site(place);
        }
        network.until("a first block", |network| network.height() > 0);
        network
    }

    /// Starts the engine of a site.
    pub(crate) fn start_site(&mut self, place: usize) {
        let (home, settings) = &self.sites[place];
        let mut command = Command::new(&settings.engine_binary);
        command.arg("start").arg("--home").arg(home.engine());
        let log = home.path().join("engine.log");
        self.engines[place] = Some(Killed::start(command, &log));
    }

    /// Kills the engine of a site: the others hear of it no more.
    pub(crate) fn kill_site(&mut self, place: usize) {
        drop(self.engines[place].take());
    }

    pub(crate) fn until(&self, what: &str, seen: impl Fn(&Self) -> bool) {
        wait::until(what, 60, || seen(self).then_some(()));
    }

    pub(crate) fn until_idle(&self) {
        self.until("empty mempools", |network| {
            network.rpc.iter().all(|site| {
                let waiting = Connection::to(site).ask("num_unconfirmed_txs", &json!({}));
                waiting["n_txs"] == "0"
            })
        });
    }

    pub(crate) fn height(&self) -> u64 {
        let Ok(_) = TcpStream::connect(&self.rpc[0]) else {
            return 0;
        };
        let status = Connection::to(&self.rpc[0]).ask("status", &json!({}));
        number(&status["sync_info"]["latest_block_height"])
    }

    /// Resident memory of all engines together, in KiB.
    pub(crate) fn engines_kib(&self) -> u64 {
        let engines = self.engines.iter().flatten();
        let resident = engines.map(|engine| memory::kib(&engine.0.id().to_string(), "VmRSS"));
        resident.sum()
    }

    /// Transactions in the blocks above `first`, up to `last`.
    pub(crate) fn txs(&self, first: u64, last: u64) -> u64 {
        let mut connection = Connection::to(&self.rpc[0]);
        let one = |height: u64| {
            let range = json!({"minHeight": height.to_string(), "maxHeight": height.to_string()});
            let answer = connection.ask("blockchain", &range);
            number(&answer["block_metas"][0]["num_txs"])
        };
        (first + 1..=last).map(one).sum()
    }
}

fn number(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

/// A process that is killed when dropped.
struct Killed(Child);

impl Killed {
    fn start(mut command: Command, log: &Path) -> Self {
        let log = File::create(log).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Self(command.stdin(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// The application of a site, where it is not the engine's own.
fn application(home: &Home, settings: &Settings, under: Under) -> Option<Killed> {
    match under {
        Under::BuiltIn => None,
        Under::Socket => {
            let mut command = Command::new(abci_cli()?);
            let address = format!("unix://{}", settings.socket(home).display());
            command.args(["kvstore", "--address", &address, "--log_level", "error"]);
            Some(Killed::start(command, &home.path().join("kvstore.log")))
        }
        Under::Relay => {
            let node = node::open(&home.store(), CHAIN_ID, now);
            let ahead = node.clone();
            let server =
                ServerBuilder::new(FRAME_MAX_BYTES).on_ahead(move |txs| ahead.check_ahead(txs));
            let server = server.bind_unix(settings.socket(home), node).unwrap();
            drop(thread::spawn(move || server.listen()));
            None
        }
    }
}

/// The home folders of the sites.
fn make(mut genesis: Genesis, homes: &[Home], folder: &Path, under: Under) -> Vec<Settings> {
    let keys: Vec<Keys> = homes
        .iter()
        .map(|home| Keys::ensure(home, None).unwrap())
        .collect();
    for (validator, keys) in genesis.validators.iter_mut().zip(&keys) {
        validator.key = ValidatorKey(keys.validator);
    }
    let document = Document::new(CHAIN_ID, genesis.term.from, &genesis).unwrap();
    let shared = folder.join("genesis.json");
    fs::write(&shared, document.text().unwrap()).unwrap();
    let p2p: Vec<String> = homes.iter().map(|_| free_address()).collect();
    let one = |place: usize| {
        let others = (0..homes.len()).filter(|other| *other != place);
        let settings = Settings {
            engine_binary: program(),
            rpc_laddr: free_address(),
            p2p_laddr: p2p[place].clone(),
            metrics_laddr: String::new(),
            persistent_peers: others
                .map(|other| format!("{}@{}", keys[other].node_id, p2p[other]))
                .collect(),
            allow_duplicate_ip: true,
            ..Settings::new(CHAIN_ID)
        };
        let from = Init {
            genesis: &shared,
            settings: settings.clone(),
            validator_key: None,
        };
        engine::init(&homes[place], from).unwrap();
        lift(&homes[place], under);
        settings
    };
    (0..homes.len()).map(one).collect()
}

/// Lifts the caps in the engine's two files.
fn lift(home: &Home, under: Under) {
    let mut config = fs::read_to_string(home.engine_config()).unwrap();
    let mut changes = CHANGES.to_vec();
    if under == Under::BuiltIn {
        changes.push(("proxy_app", "\"kvstore\""));
    }
    for (key, value) in changes {
        let head = format!("{key} = ");
        let line = config.lines().find(|line| line.starts_with(&head));
        match line.map(str::to_owned) {
            Some(line) => config = config.replacen(&line, &format!("{head}{value}"), 1),
            None => config = config.replacen("[mempool]", &format!("[mempool]\n{head}{value}"), 1),
        }
    }
    fs::write(home.engine_config(), config).unwrap();
    let path = home.engine_config().with_file_name("genesis.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut genesis: Value = serde_json::from_str(&text).unwrap();
    genesis["consensus_params"]["block"]["max_bytes"] = json!("4194304");
    fs::write(&path, serde_json::to_vec(&genesis).unwrap()).unwrap();
}

/// The engine's program, of exactly the version that the Relay runs.
fn program() -> PathBuf {
    let program = env::var("KTR_COMETBFT").map_or_else(|_| "cometbft".into(), PathBuf::from);
    let output = Command::new(&program).arg("version").output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        engine::VERSION
    );
    program
}

/// The engine's own kvstore as a program.
pub(crate) fn abci_cli() -> Option<PathBuf> {
    let program = env::var("KTR_ABCI_CLI").ok().map(PathBuf::from);
    program.filter(|program| program.is_file())
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// A real engine has real header times.
pub(crate) fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Time(since.unwrap().as_secs())
}
