//! A probe and the listener of the county that it watches, each as it is: TLS between them, and a homeserver of one status behind.
//! Who holds another key proves nothing, whatever it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use ktr_core::id::CountyId;
use ktr_testkit::tls::HostKey;
use tokio::net::TcpListener;

use super::forward::Behind;
use super::listener::{Tls, attend};
use crate::adapter::matrix::Doors;
use crate::config::CountyTable;
use crate::door::{Answer, Answers, Inside};
use crate::error::RoomError;
use crate::matrix_id::{EventId, RoomId};

const WATCHED: CountyId = CountyId(2);

/// A county whose homeserver and passes answer everything alike.
struct Watched {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Watched {
    async fn start(key: HostKey, status: StatusCode) -> Self {
        let asked = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&asked);
        let everything = Router::new().fallback(move || async move {
            counter.fetch_add(1, Ordering::SeqCst);
            status
        });
        let behind = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let homeserver = behind.local_addr().expect("bound").port();
        tokio::spawn(async move { axum::serve(behind, everything).await });
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = socket.local_addr().expect("bound").port();
        let behind = Behind {
            homeserver,
            passes: homeserver,
        };
        let tls = Tls(key.acceptor());
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(attend(stream, tls.clone(), behind));
            }
        });
        Self { port, asked }
    }

    /// Its doors, as a county knows them that has this pin.
    fn doors(&self, pin: &str) -> Doors {
        let base = || {
            let url = format!("https://127.0.0.1:{}#sha256={pin}", self.port);
            url.try_into().expect("a base")
        };
        Doors::new(&[CountyTable {
            id: WATCHED.0,
            passes: base(),
            homeserver: base(),
        }])
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A room whose five questions are in the list of paths.
fn inside() -> Inside {
    Inside {
        room: RoomId(format!("!{}", "r".repeat(43))),
        event: EventId(format!("${}", "e".repeat(43))),
        ..Inside::sample()
    }
}

#[tokio::test]
async fn a_probe_hears_the_listener_of_a_county_whose_key_is_pinned() {
    for (status, heard) in [
        (StatusCode::OK, Answer::Granted),
        (StatusCode::FORBIDDEN, Answer::Refused),
        (StatusCode::NOT_FOUND, Answer::Refused),
    ] {
        let key = HostKey::of(1);
        let county = Watched::start(key, status).await;
        let answers = county.doors(&key.pin()).ask(WATCHED, &inside()).await;
        assert_eq!(answers, Answers([heard; 5]), "{status}");
        assert_eq!(county.asked(), 5);
    }
}

#[tokio::test]
async fn a_door_with_another_key_proves_nothing_and_is_asked_nothing() {
    for status in [StatusCode::OK, StatusCode::NOT_FOUND] {
        let county = Watched::start(HostKey::of(1), status).await;
        let doors = county.doors(&HostKey::of(2).pin());
        let answers = doors.ask(WATCHED, &inside()).await;
        assert_eq!(answers, Answers([Answer::Nothing; 5]), "{status}");
        let name = "0123456789abcdef0123456789abcdef";
        let pass = doors.pass(WATCHED, ktr_core::id::SessionId(1), name).await;
        assert!(matches!(pass, Err(RoomError::OtherKey(WATCHED))));
        assert_eq!(county.asked(), 0);
    }
}
