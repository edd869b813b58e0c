//! A store that grows by powers of ten: what a transaction costs there, what the process takes up, and how soon it answers after SIGKILL.
//! The store grows in a process of its own, because that one is killed.

use ktr_node::store::Kept;
use ktr_testkit::{
    memory,
    table::{Table, ratio},
};
use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    node::{self, CHAIN_ID, START, time_of},
    traffic::{BLOCK_TXS, Traffic},
};

/// Where it begins: as many as there are members, each of them admitted. The blocks whose cost counts there are larger than the store: it
/// ends with about six thousand.
const FIRST: u64 = 1_000;
/// What the cost at the end is held against: below it nothing is old enough to be removed.
const SMALL: u64 = 10_000;
/// How many blocks a cost is the mean of.
const MEAN_BLOCKS: u32 = 10;
/// And below [`SMALL`], where ten blocks of a thousand would be the next power.
const FEW_BLOCKS: u32 = 5;
/// So little that every block whose cost counts also removes what an earlier one made stale, as where a chain is older than its window.
const KEPT: Kept = Kept {
    versions: 8,
    ..Kept::NODE
};

pub(crate) fn measure(table: &mut Table, events: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut small = None;
    let powers = std::iter::successors(Some(FIRST), |at| at.checked_mul(10));
    for at in powers.take_while(|at| *at <= events) {
        let (cost, resident) = grown(folder.path(), at);
        let answered = answered(folder.path());
        let size = size(at);
        let what = format!("cost of a transaction at {size}");
        if at < SMALL {
            table.figure(&what, &format!("{cost:.1?}; {resident} MiB resident"));
        } else {
            let base = *small.get_or_insert(cost);
            let dearer = ratio(cost, base);
            table.row(
                &what,
                &format!("{cost:.1?}, {dearer:.2} x that at {SMALL}; {resident} MiB resident"),
                "≤ 1.3 x",
                dearer <= 1.3,
            );
        }
        let what = format!("answering after kill -9, {size}");
        let took = format!("{answered:.2?}");
        match bar(at) {
            Some(secs) => table.row(
                &what,
                &took,
                &format!("< {secs} s"),
                answered < Duration::from_secs(secs),
            ),
            None => table.figure(&what, &took),
        }
    }
}

/// So many events, as a row says it.
fn size(at: u64) -> String {
    if at == FIRST {
        let end = FIRST + u64::from(FEW_BLOCKS) * BLOCK_TXS;
        return format!("{at} events (about {end} at its end)");
    }
    format!("{at} events")
}

/// How many blocks the cost at so many events is the mean of.
const fn blocks(events: u64) -> u32 {
    if events < SMALL {
        FEW_BLOCKS
    } else {
        MEAN_BLOCKS
    }
}

/// Seconds in which a node has to answer again with so many events; the design says nothing of more than 10⁶.
const fn bar(events: u64) -> Option<u64> {
    match events {
        ..=100_000 => Some(2),
        100_001..=1_000_000 => Some(5),
        _ => None,
    }
}

fn myself(what: &str, folder: &Path, events: u64) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .arg(what)
        .arg(folder)
        .arg("--events")
        .arg(events.to_string());
    command.stdout(Stdio::piped()).spawn().unwrap()
}

fn line_of(child: &mut Child) -> String {
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    line.trim().to_owned()
}

/// Lets the store grow and kills the process; gives the cost of a transaction and its resident MiB.
fn grown(folder: &Path, events: u64) -> (Duration, u64) {
    eprintln!("growing to {events} events");
    let mut child = myself("--grow", folder, events);
    let line = line_of(&mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    let (nanos, kib) = line.split_once(' ').unwrap();
    let cost = Duration::from_nanos(nanos.parse().unwrap());
    (cost, kib.parse::<u64>().unwrap() / 1_024)
}

/// From the start of a process to its answer.
fn answered(folder: &Path) -> Duration {
    let begun = Instant::now();
    let mut child = myself("--answer", folder, 0);
    let line = line_of(&mut child);
    let took = begun.elapsed();
    assert!(child.wait().unwrap().success() && line.parse::<u64>().unwrap() > 0);
    took
}

/// The process that grows: goes on from what is there, prints the cost of the last blocks, and waits to be killed.
pub(crate) fn grow(folder: &Path, events: u64) {
    let traffic = Traffic::new(CHAIN_ID, START);
    let node = node::open_keeping(KEPT, folder, CHAIN_ID, || START);
    let mut height = node::height(&node);
    if height == 0 {
        node::init(&node, &traffic);
        height = 1;
        node::block(&node, height, traffic.admissions(time_of(height)));
    }
    // A block of a thousand transactions logs an event each, and one leaf of nonces.
    let blocks = blocks(events);
    let last = events / (BLOCK_TXS + 1) + 1 + u64::from(blocks);
    let mut took = Duration::ZERO;
    while height < last {
        height += 1;
        let txs = traffic.block((height - 2) * BLOCK_TXS, time_of(height));
        let one = node::block(&node, height, txs);
        if height + u64::from(blocks) > last {
            took += one;
        }
    }
    let cost = took / blocks / u32::try_from(BLOCK_TXS).unwrap();
    println!("{} {}", cost.as_nanos(), memory::kib("self", "VmRSS"));
    loop {
        thread::park();
    }
}

/// The process that answers: opens what is there, says its height, and ends.
pub(crate) fn answer(folder: &Path) {
    let node = node::open_keeping(KEPT, folder, CHAIN_ID, || START);
    println!("{}", node::height(&node));
}
