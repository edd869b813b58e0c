//! Four real sites at a steady pace for minutes: how long a transaction waits for its block when nobody presses, and what becomes of memory.
//! Each is due at a moment of its own, and waits from then on: whoever sends late has let it wait.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::time::{Secs, Time};
use ktr_testkit::{
    memory,
    table::{Table, percentile, rate},
};
use serde_json::{Value, json};

use crate::{
    load::{Connection, Load},
    network::{CHAIN_ID, Network, Under, now},
    traffic::{MEMBERS, Traffic},
};

/// Transactions a second.
const RATE: u64 = 200;
/// What 95 of 100 may wait.
const WAIT_MAX: Duration = Duration::from_secs(3);
/// Connections, over all sites. Each waits some 20 ms for an answer, because an engine collects what it asks its application.
const SENDERS: usize = 32;
/// How many nominations lie between one and its withdrawal: more than wait anywhere, fewer than a member may have open.
const LAG: u64 = 5 * MEMBERS;
/// Between two looks for the next block.
const LOOK: Duration = Duration::from_millis(20);
/// So long after the last is due, what is in no block is lost.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn measure(table: &mut Table, secs: u64) {
    let traffic = Traffic::new(CHAIN_ID, Time(now().0 - 3_600)).living(Secs(1_800));
    let network = Network::start(traffic.genesis(), Under::Relay);
    let admissions = traffic.admissions(now());
    Load::default().run(&network.rpc[..1], &[admissions]);
    network.until_idle();
    let before = Resident::of(&network);
    let steady = Steady {
        traffic: &traffic,
        network: &network,
        waiting: Mutex::default(),
        refused: AtomicU64::new(0),
    };
    let count = RATE * secs;
    let begun = Instant::now();
    let mut took = steady.run(count, begun);
    let elapsed = begun.elapsed();
    let after = Resident::of(&network);
    let [half, most, nearly_all] = [50, 95, 99].map(|percent| percentile(&mut took, percent));
    table.row(
        &format!("from a transaction to its executed block, four sites, {RATE} tx/s for {secs} s"),
        &format!("p50 {half:.2?}, p95 {most:.2?}, p99 {nearly_all:.2?}"),
        "p95 < 3 s",
        most < WAIT_MAX,
    );
    let accepted = u64::try_from(took.len()).unwrap();
    let refused = steady.refused.load(Ordering::SeqCst);
    table.row(
        &format!("of these {count}, accepted in blocks"),
        &format!(
            "{accepted}, {refused} refused: {:.0} tx/s",
            rate(accepted, elapsed)
        ),
        "all",
        accepted == count,
    );
    table.figure(
        "resident before and after it: four applications and the load in one process",
        &format!("{} and {} MiB", before.own / 1024, after.own / 1024),
    );
    table.figure(
        "resident before and after it: four engines together",
        &format!("{} and {} MiB", before.engines / 1024, after.engines / 1024),
    );
}

/// Memory in KiB.
struct Resident {
    own: u64,
    engines: u64,
}

impl Resident {
    fn of(network: &Network) -> Self {
        Self {
            own: memory::kib("self", "VmRSS"),
            engines: network.engines_kib(),
        }
    }
}

/// What is sent, and since when it waits.
struct Steady<'a> {
    traffic: &'a Traffic,
    network: &'a Network,
    /// By the text in which a block shows a transaction.
    waiting: Mutex<BTreeMap<String, Instant>>,
    refused: AtomicU64,
}

impl Steady<'_> {
    /// Sends so many, and gives how long each waited that a block holds and the ledger accepted.
    fn run(&self, count: u64, begun: Instant) -> Vec<Duration> {
        let mut next = self.network.height() + 1;
        let last = begun + due(count) + PATIENCE;
        let mut took = Vec::new();
        thread::scope(|scope| {
            let senders = (0..SENDERS).map(|place| {
                let first = u64::try_from(place).unwrap();
                let site = &self.network.rpc[place % self.network.rpc.len()];
                scope.spawn(move || self.send(site, first..count, begun))
            });
            let senders: Vec<_> = senders.collect();
            while Instant::now() < last {
                if senders.iter().all(ScopedJoinHandle::is_finished) && self.is_idle() {
                    break;
                }
                if let Some(block) = executed(&self.network.rpc[0], next) {
                    took.extend(self.seen(&block));
                    next += 1;
                } else {
                    thread::sleep(LOOK);
                }
            }
        });
        took
    }

    /// Every so-manyth of these, each when it is due.
    fn send(&self, site: &str, numbers: Range<u64>, begun: Instant) {
        let mut connection = Connection::to(site);
        for number in numbers.step_by(SENDERS) {
            let at = begun + due(number);
            thread::sleep(at.saturating_duration_since(Instant::now()));
            let tx = STANDARD.encode(self.signed(number));
            self.waiting.lock().unwrap().insert(tx.clone(), at);
            let call = json!({
                "jsonrpc": "2.0",
                "id": 0,
                "method": "broadcast_tx_sync",
                "params": {"tx": &tx},
            });
            let answer = connection.call(&serde_json::to_vec(&call).unwrap());
            if answer.pointer("/result/code") != Some(&0.into()) {
                eprintln!("refused: {answer}");
                self.waiting.lock().unwrap().remove(&tx);
                self.refused.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// First nominations alone, then a withdrawal after each.
    fn signed(&self, number: u64) -> Vec<u8> {
        match number.checked_sub(LAG) {
            None => self.traffic.submit(number, now()),
            Some(after) if after % 2 == 0 => self.traffic.submit(LAG + after / 2, now()),
            Some(after) => self.traffic.withdraw(after / 2, now()),
        }
    }

    fn is_idle(&self) -> bool {
        self.waiting.lock().unwrap().is_empty()
    }

    /// How long the accepted ones of a block waited.
    fn seen(&self, block: &[(String, bool)]) -> Vec<Duration> {
        let now = Instant::now();
        let mut took = Vec::new();
        for (tx, is_accepted) in block {
            let since = self.waiting.lock().unwrap().remove(tx);
            let waited = since.map(|since| now.saturating_duration_since(since));
            if *is_accepted {
                took.extend(waited);
            } else {
                self.refused.fetch_add(1, Ordering::SeqCst);
            }
        }
        took
    }
}

/// When the transaction of this number is sent, from the beginning on.
fn due(number: u64) -> Duration {
    Duration::from_micros(number * (1_000_000 / RATE))
}

/// The transactions of a block, once a site has executed it, and whether each was accepted.
fn executed(site: &str, height: u64) -> Option<Vec<(String, bool)>> {
    let results = get(site, &format!("/block_results?height={height}"))?;
    let results = results.get("txs_results")?.as_array().cloned();
    let codes = results.into_iter().flatten();
    let codes = codes.map(|result| result.get("code") == Some(&0.into()));
    let block = get(site, &format!("/block?height={height}"))?;
    let txs = block.pointer("/block/data/txs")?.as_array().cloned();
    let txs = txs.into_iter().flatten();
    let txs = txs.map(|tx| tx.as_str().unwrap().to_owned());
    Some(txs.zip(codes).collect())
}

/// One request of HTTP/1.0, whose answer may be long and ends with the connection; nothing if it is an error.
fn get(site: &str, path: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(site).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    let mut body: Value = serde_json::from_str(body).ok()?;
    body.get_mut("result").map(Value::take)
}
