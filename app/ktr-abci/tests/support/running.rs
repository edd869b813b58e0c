//! A server over a Unix socket in a thread, and a door between a test and its application.
//! It judges nothing.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread::{self, JoinHandle},
};

use ktr_abci::{CountsHandle, ServeError, ServerBuilder, StopHandle};
use ktr_testkit::wait::until;
use prost::Message;
use tendermint_abci::Application;
use tendermint_proto::v0_38::abci::{Request, request::Value as Call};

/// A server over a Unix socket, listening in a thread.
pub(crate) struct Running {
    pub(crate) path: PathBuf,
    pub(crate) stop: StopHandle,
    pub(crate) counts: CountsHandle,
    pub(crate) thread: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    pub(crate) fn start<App: Application>(builder: ServerBuilder, folder: &Path, app: App) -> Self {
        let path = folder.join("abci.sock");
        let server = builder.bind_unix(&path, app).unwrap();
        Self {
            path,
            stop: server.stop_handle(),
            counts: server.counts(),
            thread: thread::spawn(move || server.listen()),
        }
    }

    /// Stops it and says how it ended.
    pub(crate) fn end(self) -> Result<(), ServeError> {
        self.stop.stop();
        self.thread.join().unwrap()
    }
}

/// The stock server over TCP: where it listens, and whether its listening ended with an error, should it ever end. It has no stop.
pub(crate) fn stock<App: Application>(app: App) -> (String, JoinHandle<bool>) {
    let server = tendermint_abci::ServerBuilder::default();
    let server = server.bind("127.0.0.1:0", app).unwrap();
    let address = server.local_addr();
    (address, thread::spawn(move || server.listen().is_err()))
}

/// The bytes of a call on the wire.
pub(crate) fn framed(call: Call) -> Vec<u8> {
    Request { value: Some(call) }.encode_length_delimited_to_vec()
}

/// A door that a test opens once.
#[derive(Default)]
pub(crate) struct Door(AtomicBool);

impl Door {
    pub(crate) fn open(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn wait(&self) {
        until("the door opens", 30, || {
            self.0.load(Ordering::SeqCst).then_some(())
        });
    }
}
