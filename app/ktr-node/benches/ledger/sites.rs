//! Four real sites on this machine under one load: the Relay, the engine's kvstore behind its own socket, and the kvstore inside the engine.
//! Same engine, same configuration, same size of transactions; caps of block and signer are lifted for all.

use std::{
    env,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use ktr_abci::ServerBuilder;
use ktr_core::{
    id::ValidatorKey,
    time::{Secs, Time},
};
use ktr_node::{
    engine::{self, Document, Init, Keys},
    home::Home,
    limits::FRAME_MAX_BYTES,
    settings::Settings,
};
use ktr_testkit::table::{Table, rate};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    load::{CONNECTIONS, Connection, Load},
    node,
    traffic::{MEMBERS, Traffic},
};

const CHAIN_ID: &str = "ktr-sites-1";
const SITES: usize = 4;
const WARM_UP: Duration = Duration::from_secs(5);
/// More a second than any of the three takes.
const PREPARED_PER_SEC: u64 = 5_000;
/// How many nominations lie between one and its withdrawal: more than wait anywhere, fewer than a member may have open.
const LAG: u64 = 5 * MEMBERS;
/// The lines in which the engine differs from what a node writes. The mempools are the engine's usual size: in larger ones checking
/// takes all the time, and no blocks are made.
const CHANGES: [(&str, &str); 2] = [("size", "5000"), ("cache_size", "200000")];

/// What answers the engine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Under {
    Relay,
    Socket,
    BuiltIn,
}

pub(crate) fn measure(table: &mut Table, secs: u64) {
    let now = now();
    let traffic = Traffic::new(CHAIN_ID, Time(now.0 - 3_600)).living(Secs(1_800));
    let count = PREPARED_PER_SEC * (secs + 2 * WARM_UP.as_secs());
    eprintln!("signing {count} transactions");
    let ours = queues(&traffic, count, now);
    let size = ours[0].iter().map(Vec::len).sum::<usize>() / ours[0].len();
    let text = texts(count, size);

    let built_in = committed(&traffic, Under::BuiltIn, &text, secs);
    table.figure(
        "committed, four sites, kvstore inside the engine",
        &format!("{built_in:.0} tx/s"),
    );
    let relay = committed(&traffic, Under::Relay, &ours, secs);
    let beside = Beside {
        name: "kvstore inside the engine",
        bar: 0.65,
        speed: built_in,
    };
    beside.row(table, size, relay);
    if abci_cli().is_some() {
        let socket = committed(&traffic, Under::Socket, &text, secs);
        table.figure(
            "committed, four sites, abci-cli kvstore over its socket",
            &format!("{socket:.0} tx/s"),
        );
        let beside = Beside {
            name: "abci-cli kvstore",
            bar: 0.9,
            speed: socket,
        };
        beside.row(table, size, relay);
    } else {
        let why = "not measured: scripts/setup --bench installs it";
        table.figure("the same beside abci-cli kvstore", why);
    }
}

/// The Relay beside another.
struct Beside {
    name: &'static str,
    bar: f64,
    speed: f64,
}

impl Beside {
    fn row(&self, table: &mut Table, size: usize, relay: f64) {
        table.row(
            &format!(
                "committed, four sites, signed transactions of {size} B, beside {}",
                self.name
            ),
            &format!("{relay:.0} tx/s, {:.2} x", relay / self.speed),
            &format!("≥ {} x", self.bar),
            relay >= self.bar * self.speed,
        );
    }
}

/// Nominations and their withdrawals; what one member sends goes over one connection, in order.
fn queues(traffic: &Traffic, count: u64, at: Time) -> Vec<Vec<Vec<u8>>> {
    let width = SITES * CONNECTIONS;
    let place = |n: u64| usize::try_from(n % MEMBERS).unwrap() % width;
    let mut queues = vec![Vec::new(); width];
    for n in 0..count / 2 + LAG {
        queues[place(n)].push(traffic.submit(n, at));
        if let Some(before) = n.checked_sub(LAG) {
            queues[place(before)].push(traffic.withdraw(before, at));
        }
    }
    queues
}

/// What the kvstore takes, in the same size.
fn texts(count: u64, size: usize) -> Vec<Vec<Vec<u8>>> {
    let width = u64::try_from(SITES * CONNECTIONS).unwrap();
    let text = |n: u64| {
        let mut text = format!("k{n}=").into_bytes();
        text.resize(size, b'v');
        text
    };
    let queue = |place| {
        (0..count / width)
            .map(|n| text(n * width + place))
            .collect()
    };
    (0..width).map(queue).collect()
}

/// Transactions that four sites commit in a second.
fn committed(traffic: &Traffic, under: Under, queues: &[Vec<Vec<u8>>], secs: u64) -> f64 {
    let network = Network::start(traffic, under);
    if under == Under::Relay {
        let admissions = traffic.admissions(now());
        Load::default().run(&network.rpc[..1], &[admissions]);
        network.until_idle();
    }
    let load = Load::default();
    thread::scope(|scope| {
        scope.spawn(|| load.run(&network.rpc, queues));
        thread::sleep(WARM_UP);
        let (first, begun) = (network.height(), Instant::now());
        thread::sleep(Duration::from_secs(secs));
        let (last, took) = (network.height(), begun.elapsed());
        load.end();
        let count = network.txs(first, last);
        let (taken, refused) = load.counts();
        eprintln!(
            "{count} transactions in {} blocks; the mempools took {taken} and refused {refused}",
            last - first
        );
        assert!(
            !load.is_exhausted(),
            "the load ended before the measure did"
        );
        rate(count, took)
    })
}

struct Network {
    /// Stopped in this order.
    engines: Vec<Killed>,
    applications: Vec<Killed>,
    rpc: Vec<String>,
    _folder: TempDir,
}

impl Network {
    fn start(traffic: &Traffic, under: Under) -> Self {
        let folder = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
        let homes: Vec<Home> = (0..SITES)
            .map(|n| Home::new(folder.path().join(format!("site-{n}"))))
            .collect();
        let settings = make(traffic, &homes, folder.path(), under);
        let mut network = Self {
            engines: Vec::new(),
            applications: Vec::new(),
            rpc: settings.iter().map(|of| of.rpc_laddr.clone()).collect(),
            _folder: folder,
        };
        for (home, settings) in homes.iter().zip(&settings) {
            network
                .applications
                .extend(application(home, settings, under));
        }
        for (home, settings) in homes.iter().zip(&settings) {
            let mut command = Command::new(&settings.engine_binary);
            command.arg("start").arg("--home").arg(home.engine());
            network
                .engines
                .push(Killed::start(command, &home.path().join("engine.log")));
        }
        network.until("a first block", |network| network.height() > 0);
        network
    }

    fn until(&self, what: &str, seen: impl Fn(&Self) -> bool) {
        let met = (0..600).any(|_| {
            thread::sleep(Duration::from_millis(100));
            seen(self)
        });
        assert!(met, "waited in vain for {what}");
    }

    fn until_idle(&self) {
        self.until("empty mempools", |network| {
            network.rpc.iter().all(|site| {
                let waiting = Connection::to(site).ask("num_unconfirmed_txs", &json!({}));
                waiting["n_txs"] == "0"
            })
        });
    }

    fn height(&self) -> u64 {
        let Ok(_) = std::net::TcpStream::connect(&self.rpc[0]) else {
            return 0;
        };
        let status = Connection::to(&self.rpc[0]).ask("status", &json!({}));
        number(&status["sync_info"]["latest_block_height"])
    }

    /// Transactions in the blocks above `first`, up to `last`.
    fn txs(&self, first: u64, last: u64) -> u64 {
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
            let server = ServerBuilder::new(FRAME_MAX_BYTES);
            let server = server.bind_unix(settings.socket(home), node).unwrap();
            drop(thread::spawn(move || server.listen()));
            None
        }
    }
}

/// The home folders of four sites.
fn make(traffic: &Traffic, homes: &[Home], folder: &Path, under: Under) -> Vec<Settings> {
    let keys: Vec<Keys> = homes
        .iter()
        .map(|home| engine::keys(home, None).unwrap())
        .collect();
    let mut genesis = traffic.genesis();
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
fn abci_cli() -> Option<PathBuf> {
    let program = env::var("KTR_ABCI_CLI").ok().map(PathBuf::from);
    program.filter(|program| program.is_file())
}

fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// A real engine has real header times.
fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Time(since.unwrap().as_secs())
}
