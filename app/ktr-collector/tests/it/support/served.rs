//! A server on a free port with a counter that remembers every hit in order.
//! The real counter keeps no order.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use ktr_collector::{
    adapter::http::{self, Count},
    request::Hit,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

#[derive(Default)]
struct Remembering(Mutex<Vec<Hit>>);

impl Count for Remembering {
    fn count(&self, hit: Hit) {
        self.0.lock().expect("no panic").push(hit);
    }
}

/// A served port.
pub(crate) struct Served {
    address: SocketAddr,
    counter: Arc<Remembering>,
    _stop: watch::Sender<bool>,
}

impl Served {
    /// Serves on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let counter = Arc::<Remembering>::default();
        let (stop, is_stopped) = watch::channel(false);
        let count: Arc<dyn Count> = Arc::<Remembering>::clone(&counter);
        tokio::spawn(http::serve(listener, count, is_stopped, Duration::ZERO));
        Self {
            address,
            counter,
            _stop: stop,
        }
    }

    /// Sends octets and reads until the server closes.
    pub(crate) async fn ask(&self, octets: &[u8]) -> String {
        ask(self.address, octets).await
    }

    /// Every hit so far.
    pub(crate) fn hits(&self) -> Vec<Hit> {
        self.counter.0.lock().expect("no panic").clone()
    }
}

/// Sends octets and reads until the other side closes; a reset after the answer is an end as well.
pub(crate) async fn ask(address: SocketAddr, octets: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("served");
    let (mut reading, mut writing) = stream.split();
    // A server that refuses early does not read the rest.
    let sending = async { drop(writing.write_all(octets).await) };
    let receiving = async {
        let mut answer = Vec::new();
        drop(reading.read_to_end(&mut answer).await);
        answer
    };
    let ((), answer) = tokio::join!(sending, receiving);
    String::from_utf8(answer).expect("ASCII")
}
