//! Networks that lose a county: how long a transaction waits for its block without it, and how soon a network of three equal ones goes on.
//! Transactions are sent one by one, as members send them.

use std::{
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ktr_core::{
    id::MemberId,
    time::{Secs, Time},
};
use ktr_testkit::table::{Table, percentile};
use serde_json::json;

use crate::{
    load::Connection,
    network::{CHAIN_ID, Network, Under, now},
    site::{self, Site},
    traffic::Traffic,
};

/// Transactions of a busy month: 11 nominations, their votes, a session.
const MONTH_TXS: u64 = 60;
/// The county that is lost.
const LOST: usize = 2;
/// What a month allows.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// How soon a network that stood still goes on.
const RESUMED_MAX: Duration = Duration::from_secs(10);

pub(crate) fn measure(table: &mut Table) {
    let traffic = Traffic::new(CHAIN_ID, Time(now().0 - 3_600)).living(Secs(1_800));
    let mut took = without_a_county(&traffic);
    let (half, most) = (percentile(&mut took, 50), percentile(&mut took, 95));
    table.row(
        &format!(
            "from a transaction to its block, four sites, a county down, {MONTH_TXS} transactions"
        ),
        &format!("p50 {half:.2?}, p95 {most:.2?}"),
        "p95 < 5 s",
        most < WAIT_MAX,
    );
    let resumed = resumed();
    table.row(
        "from the start of the third of three equal counties, node and engine, to the next block",
        &format!("{resumed:.2?}"),
        "< 10 s",
        resumed < RESUMED_MAX,
    );
}

/// How long each transaction waited.
fn without_a_county(traffic: &Traffic) -> Vec<Duration> {
    let mut network = Network::start(traffic.genesis(), Under::Relay);
    network.kill_site(LOST);
    let admissions = traffic.admissions(now());
    let mut connection = Connection::to(&network.rpc[0]);
    let one = |tx: &Vec<u8>| {
        let begun = Instant::now();
        let tx = json!({"tx": STANDARD.encode(tx)});
        let answer = connection.ask("broadcast_tx_commit", &tx);
        assert_eq!(answer["tx_result"]["code"], 0, "{answer}");
        begun.elapsed()
    };
    let count = usize::try_from(MONTH_TXS).unwrap();
    admissions.iter().take(count).map(one).collect()
}

/// How long the first block took after the start of the third county's node: its key guard, its store and its engine are in it.
fn resumed() -> Duration {
    let mut sites = Site::strict_three();
    for site in &mut sites {
        site.launch();
    }
    for site in &sites {
        site.wait_above(2);
    }
    sites[LOST].kill_both();
    let tx = sites[0]
        .cast
        .admitting(site::CHAIN_ID, 0, MemberId([7; 16]), now());
    assert_eq!(sites[0].submit(&tx), 0);
    // Two of three have voted: only the third can move it.
    let height = sites[0].until("a halt", || {
        let (step, votes) = sites[0].rpc.waits_at()?;
        let (other, seen) = sites[1].rpc.waits_at()?;
        let all = votes.contains(" 200/300") && seen.contains(" 200/300");
        (all && step == other).then(|| sites[0].height())?
    });
    thread::sleep(WAIT_MAX);
    assert_eq!(sites[0].height(), Some(height), "it did not halt");
    let begun = Instant::now();
    sites[LOST].launch();
    sites[0].wait_above(height);
    begun.elapsed()
}
