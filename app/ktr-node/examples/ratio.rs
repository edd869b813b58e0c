//! Measures blocks per second of one real engine with our application, against the same engine and server with one in memory.
//! It judges nothing but prints the bar beside the ratio, and it sends no transaction: every block is empty.
//!
//! `cargo run -p ktr-node --example ratio`, with the engine's program in `KTR_COMETBFT` or as `cometbft` in `PATH`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measuring tool"
)]

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::{Duration, SystemTime},
};

use ktr_abci::ServerBuilder;
use ktr_core::{id::ValidatorKey, time::Time};
use ktr_node::{
    application::{Node, Ports},
    engine::{self, Document, Init},
    halt::Told,
    home::Home,
    limits::FRAME_MAX_BYTES,
    settings::Settings,
    store::Store,
};
use ktr_testkit::Cast;
use serde_json::Value;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{ExecTxResult, RequestFinalizeBlock, ResponseFinalizeBlock};
use tokio::time::Instant;

const CHAIN_ID: &str = "ktr-ratio-1";
const TURNS: usize = 2;
const WARM_UP: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(10);
/// What real / in-memory should reach.
const BAR: f64 = 0.7;
/// The lines in which the engine differs from what a node writes: blocks follow one another at once.
const CHANGES: [(&str, &str); 6] = [
    ("timeout_propose", "\"100ms\""),
    ("timeout_prevote", "\"10ms\""),
    ("timeout_precommit", "\"10ms\""),
    ("timeout_commit", "\"0s\""),
    ("create_empty_blocks", "true"),
    ("create_empty_blocks_interval", "\"0s\""),
];

/// Keeps nothing and says yes; what is not here the trait answers with ok.
#[derive(Clone)]
struct InMemory;

impl Application for InMemory {
    fn finalize_block(&self, request: RequestFinalizeBlock) -> ResponseFinalizeBlock {
        ResponseFinalizeBlock {
            tx_results: vec![ExecTxResult::default(); request.txs.len()],
            app_hash: vec![7; 32].into(),
            ..ResponseFinalizeBlock::default()
        }
    }
}

/// Blocks in a time.
#[derive(Clone, Copy, Default)]
struct Pace {
    blocks: u64,
    took: Duration,
}

impl Pace {
    fn per_second(self) -> f64 {
        f64::from(u32::try_from(self.blocks).unwrap()) / self.took.as_secs_f64()
    }

    fn print(self, name: &str) {
        let (blocks, seconds) = (self.blocks, self.took.as_secs_f64());
        let per_second = self.per_second();
        println!("{name:<12} {blocks:>7} {seconds:>8.2} {per_second:>9.1}");
    }
}

fn main() {
    println!("application   blocks  seconds  blocks/s");
    let (mut real, mut in_memory) = (Pace::default(), Pace::default());
    for turn in 1..=TURNS {
        let ours = measure(open);
        ours.print("real");
        let theirs = measure(|_| InMemory);
        theirs.print("in-memory");
        print_ratio(&format!("turn {turn}"), ours, theirs);
        for (sum, pace) in [(&mut real, ours), (&mut in_memory, theirs)] {
            sum.blocks += pace.blocks;
            sum.took += pace.took;
        }
    }
    print_ratio("all", real, in_memory);
}

fn print_ratio(what: &str, real: Pace, in_memory: Pace) {
    let ratio = real.per_second() / in_memory.per_second();
    println!("real/in-memory, {what}: {ratio:.2} (bar {BAR})");
}

/// The application as a node runs it, on the disk of its home.
fn open(home: &Home) -> Node {
    Node::open(Ports {
        chain_id: CHAIN_ID.to_owned(),
        store: Store::open(&home.store()).unwrap(),
        clock: Box::new(now),
        halt: Box::new(Told(|reason| println!("{reason:?}"))),
    })
    .unwrap()
}

/// A new chain in a folder of its own, warmed up, then measured.
fn measure<App: Application>(open: impl FnOnce(&Home) -> App) -> Pace {
    let folder = tempfile::Builder::new().prefix("ktr").tempdir().unwrap();
    let home = Home::new(folder.path().join("node"));
    let settings = make(&home);
    let server = ServerBuilder::new(FRAME_MAX_BYTES)
        .bind_unix(settings.socket(&home), open(&home))
        .unwrap();
    let stop = server.stop_handle();
    let serving = thread::spawn(move || server.listen());
    let engine = Engine::start(&home, settings);
    thread::sleep(WARM_UP);
    let (first, begun) = (engine.height().unwrap(), Instant::now());
    thread::sleep(MEASURED);
    let (last, ended) = (engine.height().unwrap(), Instant::now());
    drop(engine);
    stop.stop();
    serving.join().unwrap().unwrap();
    assert!(last > first, "the chain stands still at height {last}");
    Pace {
        blocks: last - first,
        took: ended - begun,
    }
}

/// The home folder of a site that has nearly all the power, so that it makes blocks alone.
fn make(home: &Home) -> Settings {
    let keys = engine::keys(home, None).unwrap();
    let mut genesis = Cast::new(Time(now().0 - 3_600)).genesis();
    for validator in &mut genesis.validators {
        validator.power = 1;
    }
    let site = genesis.validators.first_mut().unwrap();
    site.key = ValidatorKey(keys.validator);
    site.power = 1_000_000;
    let document = Document::new(CHAIN_ID, genesis.term.from, &genesis).unwrap();
    let shared = home.path().join("genesis.json");
    fs::write(&shared, document.text().unwrap()).unwrap();
    let settings = Settings {
        engine_binary: program(),
        rpc_laddr: free_address(),
        p2p_laddr: free_address(),
        metrics_laddr: String::new(),
        ..Settings::new(CHAIN_ID)
    };
    let from = Init {
        genesis: &shared,
        settings: settings.clone(),
        validator_key: None,
    };
    engine::init(home, from).unwrap();
    let mut config = fs::read_to_string(home.engine_config()).unwrap();
    for (key, value) in CHANGES {
        let head = format!("{key} = ");
        let line = config.lines().find(|line| line.starts_with(&head));
        let line = line.unwrap().to_owned();
        config = config.replacen(&format!("\n{line}\n"), &format!("\n{head}{value}\n"), 1);
    }
    fs::write(home.engine_config(), config).unwrap();
    settings
}

/// A running engine. It is killed when dropped.
struct Engine {
    child: Child,
    rpc: String,
}

impl Engine {
    /// Starts it and waits, for a minute at most, until it has a block.
    fn start(home: &Home, settings: Settings) -> Self {
        let log = File::create(home.path().join("engine.log")).unwrap();
        let mut command = Command::new(&settings.engine_binary);
        command.arg("start").arg("--home").arg(home.engine());
        command.stdout(log);
        let engine = Self {
            child: command.spawn().unwrap(),
            rpc: settings.rpc_laddr,
        };
        let has_block = (0..600).any(|_| {
            thread::sleep(Duration::from_millis(100));
            engine.height().is_some_and(|height| height > 0)
        });
        assert!(has_block, "the engine makes no block");
        engine
    }

    /// One request of HTTP/1.0, whose answer comes in one piece and ends with the connection.
    fn height(&self) -> Option<u64> {
        let mut stream = TcpStream::connect(&self.rpc).ok()?;
        write!(stream, "GET /status HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (_, body) = answer.split_once("\r\n\r\n")?;
        let body: Value = serde_json::from_str(body).ok()?;
        let height = body.pointer("/result/sync_info/latest_block_height")?;
        height.as_str()?.parse().ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The engine's program, of exactly the version that the Relay runs.
fn program() -> PathBuf {
    let program = std::env::var("KTR_COMETBFT").map_or_else(|_| "cometbft".into(), PathBuf::from);
    let output = Command::new(&program).arg("version").output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    assert_eq!(version.trim(), engine::VERSION);
    program
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
