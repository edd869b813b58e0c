//! The defects of the stock server that a test can see, each as one sentence that ours keeps and the stock server breaks.
//! The day the stock server keeps one, its test goes red and the row of the table in `lib.rs` can go. Rows 2, 6 and 8 need a process
//! of their own (`copies.rs`, `descriptors.rs`, `log.rs`); row 9 does not compile, and the documentation of `StockPeer` says so.

#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use std::{
    net::{Shutdown, TcpStream},
    os::unix::process::CommandExt,
    process::Command,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use ktr_abci::{
    CAUGHT_PANIC_CODE, ServerBuilder,
    contract::{Peer, RawPeer},
};
use nix::unistd::Uid;
use support::{
    Running, framed,
    notebook::{Disk, Notebook},
    stock,
};
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{
    RequestCheckTx, RequestEcho, RequestQuery, ResponseQuery, request::Value as Call,
    response::Value as Answer,
};

/// Which server is asked, over TCP, the only transport both have.
#[derive(Debug, Clone, Copy)]
enum Server {
    Ours,
    Stock,
}

impl Server {
    /// Where it listens. Its thread lives as long as the process: the stock server has no other end.
    fn start<App: Application>(self, app: App) -> String {
        match self {
            Self::Ours => {
                let server = ServerBuilder::default().bind("127.0.0.1:0", app).unwrap();
                let address = server.local_addr();
                drop(thread::spawn(move || server.listen()));
                address
            }
            Self::Stock => stock(app).0,
        }
    }

    fn notebook(self) -> RawPeer<TcpStream> {
        RawPeer::tcp(self.start(Notebook::new(&Disk::default()))).unwrap()
    }
}

/// Whether `kept` holds for ours and not for the stock server.
fn ours_alone(kept: impl Fn(Server) -> bool) {
    assert!(kept(Server::Ours), "ours");
    assert!(!kept(Server::Stock), "the stock server is better than said");
}

fn echo() -> Call {
    Call::Echo(RequestEcho {
        message: "hello".to_owned(),
    })
}

/// Looks at the peer's side of the connection while a query runs.
#[derive(Clone, Default)]
struct Watcher {
    side: Arc<Mutex<Option<TcpStream>>>,
    left_early: Arc<Mutex<Option<bool>>>,
}

impl Application for Watcher {
    fn query(&self, _: RequestQuery) -> ResponseQuery {
        let side = self.side.lock().unwrap().take().unwrap();
        side.set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        *self.left_early.lock().unwrap() = Some(side.peek(&mut [0]).is_ok());
        ResponseQuery::default()
    }
}

/// Row 1.
#[test]
fn answers_to_one_write_leave_together() {
    ours_alone(|server| {
        let app = Watcher::default();
        let mut peer = RawPeer::tcp(server.start(app.clone())).unwrap();
        *app.side.lock().unwrap() = Some(peer.stream().try_clone().unwrap());
        let both = [echo(), Call::Query(RequestQuery::default())].map(framed);
        peer.send(&both.concat()).unwrap();
        !support::until("the query has run", 30, || *app.left_early.lock().unwrap())
    });
}

/// What a peer hears that sends `octets` and then nothing more.
fn answer_to(server: Server, octets: &[u8]) -> Option<Answer> {
    let mut peer = server.notebook();
    peer.send(octets).unwrap();
    peer.stream().shutdown(Shutdown::Write).unwrap();
    peer.receive().ok()
}

/// Row 3: the stock server waits for 2^62 bytes and keeps what comes.
#[test]
fn a_length_that_no_memory_holds_is_refused_when_it_is_announced() {
    let mut announced = Vec::new();
    prost::encoding::encode_varint(1 << 62, &mut announced);
    announced.extend([7; 1_000]);
    ours_alone(|server| matches!(answer_to(server, &announced), Some(Answer::Exception(_))));
}

/// Row 4: the stock server's thread panics.
#[test]
fn an_empty_request_and_one_of_a_later_version_get_an_exception() {
    for octets in [&[0x00][..], &[0x03, 0xaa, 0x01, 0x00]] {
        ours_alone(|server| matches!(answer_to(server, octets), Some(Answer::Exception(_))));
    }
}

/// Row 5: with the stock server one transaction that panics ends the engine's mempool connection, and the engine with it.
#[test]
fn a_panic_in_a_check_is_answered_and_the_connection_goes_on() {
    let check = Call::CheckTx(RequestCheckTx {
        tx: "panic".into(),
        ..RequestCheckTx::default()
    });
    ours_alone(|server| {
        let mut peer = server.notebook();
        let code = match peer.call(check.clone()) {
            Ok(Answer::CheckTx(answer)) => answer.code,
            _ => 0,
        };
        code == CAUGHT_PANIC_CODE && peer.call(echo()).is_ok()
    });
}

/// A few lines that another user runs: connect, send an Echo, and say whether bytes came back.
const STRANGER: &str = "
import json, socket, sys
address = sys.argv[1]
host, colon, port = address.partition(':')
try:
    peer = socket.create_connection((host, port)) if colon else socket.socket(socket.AF_UNIX)
    colon or peer.connect(address)
    peer.sendall(bytes(json.loads(sys.argv[2])))
    print('answered' if peer.recv(1) else 'ended')
except PermissionError:
    print('refused')
";

fn stranger_at(address: &str) -> String {
    let octets = format!("{:?}", framed(echo()));
    let mut program = Command::new("python3");
    program.args(["-c", STRANGER, address, &octets]);
    program.uid(65_534).gid(65_534).current_dir("/");
    String::from_utf8(program.output().unwrap().stdout).unwrap()
}

/// Row 7.
#[test]
fn another_user_of_the_machine_gets_no_answer() {
    if !Uid::effective().is_root() {
        eprintln!("SKIPPED 1: only root can ask as another user");
        return;
    }
    // given a folder that anyone may enter, so that the socket alone is judged
    let folder = tempfile::Builder::new().permissions(open()).tempdir();
    let folder = folder.unwrap();
    let app = Notebook::new(&Disk::default());
    let ours = Running::start(ServerBuilder::default(), folder.path(), app.clone());
    // when, then
    assert_eq!(stranger_at(ours.path.to_str().unwrap()), "refused\n");
    ours.end().unwrap();
    assert_eq!(stranger_at(&Server::Stock.start(app)), "answered\n");
}

fn open() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
