//! Four real sites on this machine under one load: the Relay, the engine's kvstore behind its own socket, and the kvstore inside the engine.
//! Same engine, same configuration, same size of transactions; caps of block and signer are lifted for all.

use std::{
    thread,
    time::{Duration, Instant},
};

use ktr_core::time::{Secs, Time};
use ktr_testkit::table::{Table, rate};

use crate::{
    load::{CONNECTIONS, Load},
    network::{CHAIN_ID, Network, Under, abci_cli, now},
    traffic::{MEMBERS, Traffic},
};

const SITES: usize = 4;
const WARM_UP: Duration = Duration::from_secs(5);
/// More a second than any of the three takes.
const PREPARED_PER_SEC: u64 = 10_000;
/// How many nominations lie between one and its withdrawal: more than wait anywhere, fewer than a member may have open.
const LAG: u64 = 5 * MEMBERS;
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
        size,
    };
    beside.row(table, relay, built_in);
    let beside = Beside {
        name: "abci-cli kvstore",
        bar: 0.9,
        size,
    };
    if abci_cli().is_some() {
        let socket = committed(&traffic, Under::Socket, &text, secs);
        table.figure(
            "committed, four sites, abci-cli kvstore over its socket",
            &format!("{socket:.0} tx/s"),
        );
        beside.row(table, relay, socket);
    } else {
        let missing = "KTR_ABCI_CLI names no program, scripts/setup --bench installs it";
        table.unmeasured(&beside.what(), missing, &beside.bar());
    }
}

/// The Relay beside another.
struct Beside {
    name: &'static str,
    bar: f64,
    /// Of a transaction, in octets.
    size: usize,
}

impl Beside {
    fn what(&self) -> String {
        let Self { name, size, .. } = self;
        format!("committed, four sites, signed transactions of {size} B, beside {name}")
    }

    fn bar(&self) -> String {
        format!("≥ {} x", self.bar)
    }

    fn row(&self, table: &mut Table, relay: f64, other: f64) {
        table.row(
            &self.what(),
            &format!("{relay:.0} tx/s, {:.2} x", relay / other),
            &self.bar(),
            relay >= self.bar * other,
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
    let network = Network::start(traffic.genesis(), under);
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
