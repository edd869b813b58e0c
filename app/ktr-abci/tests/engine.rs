//! One real CometBFT v0.38.25 over the Unix socket: it makes blocks, and every crash between
//! `FinalizeBlock` and Commit heals. Several nodes are the matter of the net tests.

#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
    mpsc,
};

use ktr_abci::{ServeError, ServerBuilder, StaleSocket};
use support::{
    Door, Running,
    engine::Engine,
    notebook::{Disk, Moment, Notebook, Watch, read},
    until,
};
use tempfile::TempDir;

/// Who dies, and when.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// The application, before anything of the block is on its disk: it comes back at H-1.
    App(Moment),
    /// The engine, by SIGKILL, while the application is inside the call; the application lives on.
    Engine(Moment),
}

/// Kills or stops at one moment of the first block with transactions after it was armed.
#[derive(Default)]
struct Trap {
    armed: AtomicBool,
    door: Door,
}

impl Trap {
    fn watch(self: &Arc<Self>, death: Death) -> (Watch, mpsc::Receiver<()>) {
        let (sprung, springs) = mpsc::channel();
        let trap = Arc::clone(self);
        let watch = move |moment| {
            let (Death::App(at) | Death::Engine(at)) = death;
            if moment != at || !trap.armed.swap(false, Ordering::SeqCst) {
                return;
            }
            sprung.send(()).unwrap();
            match death {
                Death::App(_) => panic!("killed by the test"),
                Death::Engine(_) => trap.door.wait(),
            }
        };
        (Arc::new(watch), springs)
    }
}

/// Starts a server that neither aborts nor leaves a stale socket in the way.
fn serve(folder: &TempDir, app: Notebook) -> Running {
    let builder = ServerBuilder::default()
        .stale_socket(StaleSocket::RemoveUnderLock)
        .on_fatal(|_| {});
    Running::start(builder, folder.path(), app)
}

#[test]
fn a_real_engine_makes_blocks_over_the_unix_socket() {
    // given
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::default();
    let server = serve(&folder, Notebook::new(&disk));
    let mut engine = Engine::new(&folder, &server.path);
    engine.start();
    // when
    engine.commit("first");
    engine.commit("second");
    // then
    assert_eq!(read(&disk).entries, [b"first", b"second".as_slice()]);
    let height = engine.height();
    until("empty blocks follow", 30, || {
        (engine.height() >= height + 2).then_some(())
    });
    let counts = server.counts.snapshot();
    assert_eq!(counts.connections, 4);
    assert_eq!(counts.grammar_breaches, 0);
    assert_eq!(counts.malformed, 0);
    engine.terminate();
    server.end().unwrap();
}

#[test]
fn a_crash_between_finalize_and_commit_heals_whoever_died() {
    let deaths = [
        Death::App(Moment::Finalized),
        Death::App(Moment::BeforeCommit),
        Death::App(Moment::AfterCommit),
        Death::Engine(Moment::Finalized),
        Death::Engine(Moment::BeforeCommit),
        Death::Engine(Moment::AfterCommit),
    ];
    for death in deaths {
        heals(death);
    }
}

fn heals(death: Death) {
    // given a chain with one transaction, and a trap in the next
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::default();
    let trap = Arc::new(Trap::default());
    let (watch, springs) = trap.watch(death);
    let mut server = serve(&folder, Notebook::watched(&disk, watch));
    let mut engine = Engine::new(&folder, &server.path);
    engine.start();
    engine.commit("first");
    trap.armed.store(true, Ordering::SeqCst);
    // when
    engine.submit("second");
    springs.recv().unwrap();
    match death {
        Death::App(_) => {
            let ended = server.thread.join().unwrap();
            assert!(
                matches!(ended, Err(ServeError::Panicked(_))),
                "{death:?}: {ended:?}"
            );
            assert_eq!(server.counts.snapshot().grammar_breaches, 0, "{death:?}");
            engine.kill();
            server = serve(&folder, Notebook::new(&disk));
        }
        Death::Engine(_) => {
            engine.kill();
            trap.door.open();
        }
    }
    engine.start();
    // then the chain goes on, and each transaction was executed once
    engine.commit("third");
    let page = read(&disk).clone();
    let expected = [b"first".as_slice(), b"second", b"third"];
    assert_eq!(page.entries, expected, "{death:?}");
    until("a header carries the app hash", 30, || {
        (engine.header_app_hash() == page.app_hash()).then_some(())
    });
    assert_eq!(server.counts.snapshot().grammar_breaches, 0, "{death:?}");
    engine.terminate();
    server.end().unwrap();
}
