//! A start that comes to nothing: what must not outlive T waits for none of what it fails by.
//! No homeserver is started here.

use std::fs;
use std::future;
use std::net::TcpListener;

use ktr_core::id::SessionId;
use ktr_room::RoomError;
use ktr_room::config::Blanks;
use ktr_room::init;
use ktr_room::journal::{Journal, Store};
use ktr_room::plan::Times;
use ktr_room::start::start;

use super::chain::Ledger;
use super::cipher::{Veil, archive};

#[tokio::test]
async fn a_start_after_t_that_fails_leaves_no_hand_over_no_ciphertext_and_no_pass() {
    let home = tempfile::tempdir().expect("folder");
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let blanks = Blanks {
        pass_port: taken.local_addr().expect("its address").port(),
        ..Blanks::default()
    };
    let config = init::run(home.path(), &blanks).expect("init");
    let store = Store::open(&config.state).expect("store");
    let over = Times {
        seeds_at: 1,
        opens_at: 2,
        dissolves_at: 3,
    };
    let journal = Journal::begin(SessionId(4), over, [1; 32]);
    store.save(&journal).expect("a journal");
    let folders = [
        config.inbox.clone(),
        config.passes.folder.clone(),
        store.spool(),
    ];
    for folder in &folders {
        ktr_os::file::folder(folder).expect("a folder");
        fs::write(folder.join("left"), "left").expect("a file");
    }
    let ledger = Ledger::with(2, [1, 2, 3], &archive());
    let failed = start(&config, ledger, Veil, future::pending()).await;
    let error = failed.expect_err("its port is taken");
    assert!(matches!(error, RoomError::PortTaken(_)), "{error}");
    for folder in &folders {
        let left = fs::read_dir(folder).expect("a folder").count();
        assert_eq!(left, 0, "{}", folder.display());
    }
}
