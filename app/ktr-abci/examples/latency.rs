//! Measures one synchronous call and its Flush, and one large frame, through the stock server and
//! through ours, in one run. It compares on this machine, now; it is no test.

#![expect(clippy::print_stdout, reason = "it prints its figures")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};

use ktr_abci::{
    ServerBuilder,
    contract::{Peer, RawPeer},
};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{RequestCheckTx, RequestEcho, request::Value as Call};

/// Answers everything by default, so that only the server is measured.
#[derive(Clone)]
struct Nothing;

impl Application for Nothing {}

const LARGE_BYTES: usize = 64 * 1024 * 1024;
const LIMIT_BYTES: usize = LARGE_BYTES.saturating_mul(2);
const STOCK_CALLS: usize = 200;
const OUR_CALLS: usize = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let stock = tendermint_abci::ServerBuilder::default().bind("127.0.0.1:0", Nothing)?;
    let stock_addr = stock.local_addr();
    drop(thread::spawn(move || {
        stock.listen().map_err(|error| error.to_string())
    }));

    let tcp = ServerBuilder::new(LIMIT_BYTES).bind("127.0.0.1:0", Nothing)?;
    let (tcp_addr, tcp_stop) = (tcp.local_addr(), tcp.stop_handle());
    let tcp = thread::spawn(move || tcp.listen());

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("abci.sock");
    let unix = ServerBuilder::new(LIMIT_BYTES).bind_unix(&path, Nothing)?;
    let unix_stop = unix.stop_handle();
    let unix = thread::spawn(move || unix.listen());

    let measured = [
        (
            "stock, TCP",
            measure(&mut RawPeer::tcp(stock_addr)?, STOCK_CALLS)?,
        ),
        (
            "ours, TCP",
            measure(&mut RawPeer::tcp(tcp_addr)?, OUR_CALLS)?,
        ),
        (
            "ours, Unix socket",
            measure(&mut RawPeer::unix(&path)?, OUR_CALLS)?,
        ),
    ];
    let [(_, stock), ..] = measured;
    for (name, figures) in measured {
        println!(
            "{name:18} call + Flush p50 {:>9.1?} p99 {:>9.1?} (stock: x {:.0}, x {:.0}), \
             frame of 64 MiB {:>8.1?} (stock: x {:.1})",
            figures.p50,
            figures.p99,
            ratio(stock.p50, figures.p50),
            ratio(stock.p99, figures.p99),
            figures.large,
            ratio(stock.large, figures.large),
        );
    }
    tcp_stop.stop();
    unix_stop.stop();
    tcp.join().map_err(|_panic| "server panicked")??;
    unix.join().map_err(|_panic| "server panicked")??;
    Ok(())
}

#[derive(Debug, Clone, Copy)]
struct Figures {
    p50: Duration,
    p99: Duration,
    large: Duration,
}

fn measure(peer: &mut impl Peer, calls: usize) -> Result<Figures, Box<dyn Error>> {
    let echo = Call::Echo(RequestEcho {
        message: "x".repeat(100),
    });
    for _ in 0..20 {
        peer.call(echo.clone())?;
    }
    let mut took = Vec::with_capacity(calls);
    for _ in 0..calls {
        let call = echo.clone();
        let start = Instant::now();
        peer.call(call)?;
        took.push(start.elapsed());
    }
    took.sort_unstable();
    let tx = vec![7; LARGE_BYTES];
    let large = Call::CheckTx(RequestCheckTx {
        tx: tx.into(),
        ..RequestCheckTx::default()
    });
    let start = Instant::now();
    peer.call(large)?;
    let large = start.elapsed();
    Ok(Figures {
        p50: at(&took, 50)?,
        p99: at(&took, 99)?,
        large,
    })
}

fn at(sorted: &[Duration], percent: usize) -> Result<Duration, Box<dyn Error>> {
    let index = sorted.len().saturating_mul(percent).div_euclid(100);
    Ok(*sorted.get(index).ok_or("nothing was measured")?)
}

#[expect(clippy::float_arithmetic, reason = "a ratio to print")]
fn ratio(stock: Duration, ours: Duration) -> f64 {
    stock.as_secs_f64() / ours.as_secs_f64()
}
