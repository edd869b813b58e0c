//! The five ways a call can take: which server, over what, from which peer.
//! A lane answers calls; comparing is the suite's matter.

use std::{
    fmt,
    path::Path,
    thread::{self, JoinHandle},
};

use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{request::Value as Call, response::Value as Answer};

use super::{Failure, Peer, RawPeer, StockPeer};
use crate::{OnBreach, ServeError, ServerBuilder, StopHandle};

/// A server, a transport and a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Stock server, stock client: what the others are measured by.
    StockServerStockPeer,
    /// Stock server, raw peer.
    StockServerRawPeer,
    /// This server over TCP, stock client: the drop-in.
    TcpStockPeer,
    /// This server over TCP, raw peer.
    TcpRawPeer,
    /// This server over a Unix socket, raw peer: as a node runs it.
    UnixRawPeer,
}

impl Lane {
    /// All lanes, the measure first.
    pub const ALL: [Self; 5] = [
        Self::StockServerStockPeer,
        Self::StockServerRawPeer,
        Self::TcpStockPeer,
        Self::TcpRawPeer,
        Self::UnixRawPeer,
    ];

    /// Runs the calls through this lane.
    pub(super) fn answers<App: Application>(
        self,
        folder: &Path,
        app: App,
        calls: &[Call],
    ) -> Result<Vec<Answer>, Failure> {
        match self {
            Self::StockServerStockPeer => self.ask(
                &mut StockPeer::tcp(Self::stock(app)?).map_err(self.failed(0))?,
                calls,
            ),
            Self::StockServerRawPeer => self.ask(
                &mut RawPeer::tcp(Self::stock(app)?).map_err(self.failed(0))?,
                calls,
            ),
            Self::TcpStockPeer => {
                // This peer needs two connections for what an engine does on one.
                let running = Running::tcp(app, OnBreach::Count)?;
                let mut peer = StockPeer::tcp(&running.address).map_err(self.failed(0))?;
                running.end(self.ask(&mut peer, calls))
            }
            Self::TcpRawPeer => {
                let running = Running::tcp(app, OnBreach::Panic)?;
                let mut peer = RawPeer::tcp(&running.address).map_err(self.failed(0))?;
                running.end(self.ask(&mut peer, calls))
            }
            Self::UnixRawPeer => {
                let path = folder.join("contract.sock");
                let running = Running::unix(&path, app)?;
                let mut peer = RawPeer::unix(&path).map_err(self.failed(0))?;
                running.end(self.ask(&mut peer, calls))
            }
        }
    }

    fn ask(self, peer: &mut impl Peer, calls: &[Call]) -> Result<Vec<Answer>, Failure> {
        let numbered = calls.iter().cloned().enumerate();
        numbered
            .map(|(position, call)| peer.call(call).map_err(self.failed(position)))
            .collect()
    }

    /// The stock server has no stop: its threads live as long as the process.
    fn stock<App: Application>(app: App) -> Result<String, Failure> {
        let server = tendermint_abci::ServerBuilder::default()
            .bind("127.0.0.1:0", app)
            .map_err(|error| Failure::Stock(error.to_string()))?;
        let address = server.local_addr();
        drop(thread::spawn(move || {
            server.listen().map_err(|error| error.to_string())
        }));
        Ok(address)
    }

    fn failed(self, position: usize) -> impl FnOnce(super::PeerError) -> Failure {
        move |source| Failure::Peer {
            lane: self,
            position,
            source,
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StockServerStockPeer => "stock server, stock peer",
            Self::StockServerRawPeer => "stock server, raw peer",
            Self::TcpStockPeer => "our server over TCP, stock peer",
            Self::TcpRawPeer => "our server over TCP, raw peer",
            Self::UnixRawPeer => "our server over a Unix socket, raw peer",
        })
    }
}

/// One of our servers, listening in a thread.
struct Running {
    address: String,
    stop: StopHandle,
    thread: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    fn tcp<App: Application>(app: App, on_breach: OnBreach) -> Result<Self, Failure> {
        let server = ServerBuilder::default()
            .on_breach(on_breach)
            .bind("127.0.0.1:0", app)?;
        Ok(Self::start(server))
    }

    fn unix<App: Application>(path: &Path, app: App) -> Result<Self, Failure> {
        let server = ServerBuilder::default()
            .on_breach(OnBreach::Panic)
            .bind_unix(path, app)?;
        Ok(Self::start(server))
    }

    fn start<App: Application>(server: crate::Server<App>) -> Self {
        Self {
            address: server.local_addr(),
            stop: server.stop_handle(),
            thread: thread::spawn(move || server.listen()),
        }
    }

    fn end(self, answers: Result<Vec<Answer>, Failure>) -> Result<Vec<Answer>, Failure> {
        self.stop.stop();
        match self.thread.join() {
            Ok(ended) => ended?,
            Err(_) => return Err(Failure::ServerPanicked),
        }
        answers
    }
}
