//! A whole session that dies at a write of its state, before the file is there or right after, and goes on from what is on disk.
//! Every write, on both sides: one room, one post of each number, at most one media id for nothing, one report of each kind.
//!
//! Time is the chain's and moves when there is nothing to do, so that an hour takes as long as its requests.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ktr_core::id::{EncryptionKey, MemberId, SessionId};
use ktr_os::{FileError, file};
use ktr_room::adapter::matrix::{Http, MatrixRoom, ensure_bot};
use ktr_room::journal::Store;
use ktr_room::name;
use ktr_room::policy::RoomPolicy;
use ktr_room::port::{Cipher, Clock, Disk};
use ktr_room::report::Report;
use ktr_room::run::{Ports, Sidecar, Site};
use ktr_room::timing::Timing;
use reqwest::{Client, Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::chain::{Ledger, seeded_post};
use super::cipher::{Veil, archive};
use super::ground::SERVER;
use super::mock::{Mock, SECRET};
use super::place::lay_out;

/// Members; the last comes when post 0 is out.
const MEMBERS: u8 = 3;

/// Passes after which a session that goes on has lost its way.
const PASSES_MAX: usize = 300;

/// On which side of a write the sidecar dies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Before,
    After,
}

/// A disk at which a sidecar dies: at these writes, counted from 0 over all its lives.
#[derive(Debug, Default)]
pub(crate) struct Brittle(Mutex<Wear>);

#[derive(Debug, Default)]
struct Wear {
    breaks: BTreeMap<usize, Side>,
    writes: usize,
    deaths: usize,
    refusal: Option<i32>,
}

impl Brittle {
    pub(crate) fn new(breaks: impl IntoIterator<Item = (usize, Side)>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Wear {
            breaks: breaks.into_iter().collect(),
            ..Wear::default()
        })))
    }

    /// Lets the disk take nothing, for this reason of the system; or everything again.
    pub(crate) fn refuse(&self, errno: Option<i32>) {
        self.0.lock().expect("lock").refusal = errno;
    }

    fn deaths(&self) -> usize {
        self.0.lock().expect("lock").deaths
    }

    fn writes(&self) -> usize {
        self.0.lock().expect("lock").writes
    }
}

impl Disk for Brittle {
    #[expect(
        clippy::unwrap_in_result,
        reason = "a poisoned lock is a red test already"
    )]
    fn put(&self, path: &Path, octets: &[u8]) -> Result<(), FileError> {
        let mut wear = self.0.lock().expect("lock");
        if let Some(errno) = wear.refusal {
            return Err(FileError::Failed {
                path: path.to_owned(),
                cause: std::io::Error::from_raw_os_error(errno),
            });
        }
        let side = wear.breaks.get(&wear.writes).copied();
        wear.writes += 1;
        if side != Some(Side::Before) {
            file::put(path, octets)?;
        }
        if side.is_none() {
            return Ok(());
        }
        wear.deaths += 1;
        Err(FileError::Failed {
            path: path.to_owned(),
            cause: std::io::ErrorKind::Other.into(),
        })
    }
}

/// A county with a homeserver in memory.
pub(crate) struct Hour {
    pub(crate) mock: Mock,
    pub(crate) disk: Arc<Brittle>,
    pub(crate) ledger: Ledger,
    pub(crate) room: MatrixRoom,
    pub(crate) site: Site,
    pub(crate) store: Store,
    pub(crate) guests: BTreeMap<u8, Guest>,
    http: Client,
    /// The pace of its sidecar.
    pub(crate) tick_secs: u64,
    /// Whether the last member comes only when post 0 is out.
    pub(crate) has_latecomer: bool,
    _folder: tempfile::TempDir,
}

/// A member that is in the room.
pub(crate) struct Guest {
    token: String,
    hall: String,
    /// The numbers of the posts that it could open.
    pub(crate) opened: BTreeSet<u64>,
}

impl Hour {
    pub(crate) async fn new(disk: Arc<Brittle>) -> Self {
        let folder = scratch();
        let data = folder.path().join("synapse");
        file::folder(&data).expect("folder");
        let database = Connection::open(data.join("homeserver.db")).expect("database");
        database
            .execute_batch(include_str!("../world/homeserver.sql"))
            .expect("tables");
        let handed = Veil.encrypt_post(&archive(), &[EncryptionKey([0; 56])]);
        let site = lay_out(folder.path(), &data, &handed.expect("cipher"));
        let own: Arc<dyn Disk> = Arc::<Brittle>::clone(&disk);
        let store = Store::on(own, &folder.path().join("state")).expect("store");
        let mock = Mock::boot().await;
        let http = Http::new(&mock.base()).expect("client");
        let bot = ensure_bot(&http, SERVER, SECRET, &folder.path().join("bot.json")).await;
        let ledger = Ledger::with(MEMBERS, [5, 10, 60], &archive());
        mock.go_by(ledger.clone());
        Self {
            room: MatrixRoom::new(http, SERVER.to_owned(), bot.expect("bot")),
            ledger,
            guests: BTreeMap::new(),
            http: Client::builder().no_proxy().build().expect("client"),
            _folder: folder,
            tick_secs: 20,
            has_latecomer: true,
            mock,
            disk,
            site,
            store,
        }
    }

    /// A sidecar that goes on from what is on disk.
    pub(crate) fn sidecar(&self) -> Sidecar<Ledger, MatrixRoom, Veil, Ledger> {
        let ports = Ports {
            chain: self.ledger.clone(),
            room: self.room.clone(),
            cipher: Veil,
            clock: self.ledger.clone(),
        };
        let timing = Timing {
            tick_secs: self.tick_secs,
            ..Timing::localnet()
        };
        let policy = RoomPolicy { timing };
        Sidecar::open(ports, self.site.clone(), policy, self.store.clone()).expect("sidecar")
    }

    /// Plays the session to its end, with a new sidecar for each that died.
    pub(crate) async fn play(&mut self, what: &str) {
        let mut sidecar = self.sidecar();
        for _ in 0..PASSES_MAX {
            let deaths = self.disk.deaths();
            match sidecar.pass().await {
                Ok(wake_ms) => {
                    assert_eq!(self.disk.deaths(), deaths, "it lived on without its file");
                    let now_ms = self.ledger.local_ms();
                    let ahead_ms = wake_ms.saturating_sub(now_ms);
                    self.ledger.change(|inner| inner.ahead_ms += ahead_ms);
                }
                Err(error) => {
                    assert_eq!(self.disk.deaths(), deaths + 1, "{what}: {error}");
                    sidecar = self.sidecar();
                }
            }
            if !self.store.done().expect("done").is_empty() && nothing_is_under_way(&self.store) {
                return;
            }
            self.members_act().await;
        }
        panic!("{what}: the session does not end");
    }

    /// Whoever may come in does, and reads what is there.
    pub(crate) async fn members_act(&mut self) {
        let seeded = !self.mock.tally().posts.is_empty();
        for n in 1..=MEMBERS {
            if !self.guests.contains_key(&n) && (n < MEMBERS || seeded || !self.has_latecomer) {
                self.join(n).await;
            }
        }
        if self.guests.len() + 1 >= usize::from(MEMBERS) {
            self.ledger.open();
        }
        for (n, guest) in &mut self.guests {
            guest.read(*n, &self.mock.base(), &self.http).await;
        }
    }

    async fn join(&mut self, n: u8) {
        let pass = name::pass("ktr-test", SessionId(4), MemberId([n; 16]));
        let Ok(sealed) = std::fs::read(self.site.passes.join("4").join(pass)) else {
            return;
        };
        let plain = Veil::lift(&sealed, n).expect("sealed to this member");
        let pass: Value = serde_json::from_slice(&plain).expect("a pass");
        let token = pass["token"].as_str().expect("token").to_owned();
        let alias = pass["alias"].as_str().expect("alias");
        let url = format!(
            "{}/_matrix/client/v3/join/{}",
            self.mock.base(),
            alias.replace('#', "%23").replace(':', "%3A")
        );
        let asked = self.http.post(url).bearer_auth(&token).json(&json!({}));
        let answer = asked.send().await.expect("answer");
        // After a crash the pass that lies there may be of a token that is no more, or the doors may be closed.
        if answer.status() == StatusCode::OK {
            let body: Value = answer.json().await.expect("json");
            let hall = body["room_id"].as_str().expect("room").to_owned();
            let guest = Guest {
                token,
                hall,
                opened: BTreeSet::new(),
            };
            self.guests.insert(n, guest);
        }
    }

    /// What must hold however often it died.
    pub(crate) fn judge(&self, what: &str) {
        let (tally, reports) = (
            self.mock.tally(),
            self.ledger.change(|inner| inner.reports.clone()),
        );
        assert_eq!(tally.rooms, 1, "{what}: one room");
        let numbers: Vec<u64> = tally.posts.iter().map(number).collect();
        assert_eq!(numbers, [0, 1], "{what}: each post once");
        let spare = tally.media - tally.posts.len();
        assert!(
            spare <= self.disk.deaths(),
            "{what}: {spare} media ids for nothing"
        );
        let opened: Vec<_> = self.guests.values().map(|guest| &guest.opened).collect();
        let (first, late) = (BTreeSet::from([0]), BTreeSet::from([1]));
        assert_eq!(opened, [&first, &first, &late], "{what}: who could read");
        let [
            seeded @ Report::Seeded { .. },
            Report::Joined { .. },
            Report::Dissolved {
                dissolution,
                attempt: 1,
                ..
            },
        ] = reports.as_slice()
        else {
            panic!("{what}: {reports:?}")
        };
        let told = seeded_post(seeded).expect("a digest").to_string();
        let posted = &tally.posts[0]["ktr.release.v1"]["sha256"];
        assert_eq!(posted, told.as_str(), "{what}: one ciphertext");
        assert_eq!(dissolution.residue, [0; 8], "{what}");
        assert_eq!((dissolution.posts, dissolution.strays), (2, 0), "{what}");
        let receipt = std::fs::read(self.store.receipt(4, 1)).expect("a receipt");
        assert_eq!(name::sha256(&receipt), dissolution.receipt, "{what}");
    }
}

impl Guest {
    async fn read(&mut self, n: u8, base: &str, http: &Client) {
        let ask = |path: String| {
            let url = format!("{base}/_matrix/client/{path}");
            http.request(Method::GET, url).bearer_auth(&self.token)
        };
        let path = format!("v3/rooms/{}/messages?dir=b", self.hall.replace('!', "%21"));
        let answer = ask(path).send().await.expect("answer");
        if answer.status() != StatusCode::OK {
            return;
        }
        let body: Value = answer.json().await.expect("json");
        for event in body["chunk"].as_array().expect("a list") {
            let content = &event["content"];
            // A post is empty from T on.
            let Some(media) = content["url"].as_str() else {
                continue;
            };
            let media = media.trim_start_matches("mxc://");
            let answer = ask(format!("v1/media/download/{media}")).send().await;
            let octets = answer.expect("answer").bytes().await.expect("body");
            if Veil::lift(&octets, n).is_some_and(|plain| plain == archive()) {
                self.opened.insert(number(content));
            }
        }
    }
}

/// Whether nothing of a session is under way.
pub(crate) fn nothing_is_under_way(store: &Store) -> bool {
    store.load().expect("journal").is_none()
}

fn number(content: &Value) -> u64 {
    content["ktr.release.v1"]["n"].as_u64().expect("a number")
}

/// A folder on tmpfs where there is one: every write is flushed.
fn scratch() -> tempfile::TempDir {
    let shm = Path::new("/dev/shm");
    let near = if shm.is_dir() {
        shm.to_owned()
    } else {
        std::env::temp_dir()
    };
    tempfile::tempdir_in(near).expect("folder")
}

/// A session that dies at these writes.
async fn session(breaks: Vec<(usize, Side)>) -> usize {
    let what = format!("dead at {breaks:?}");
    let mut hour = Hour::new(Brittle::new(breaks.clone())).await;
    hour.play(&what).await;
    assert_eq!(hour.disk.deaths(), breaks.len(), "{what}: it died there");
    hour.judge(&what);
    hour.disk.writes()
}

/// Plays sessions beside each other, as many at a time as there are threads.
async fn all(sessions: impl IntoIterator<Item = Vec<(usize, Side)>>) {
    let mut running = JoinSet::new();
    for breaks in sessions {
        if running.len() >= 4 {
            running.join_next().await.expect("running").expect("sound");
        }
        running.spawn(session(breaks));
    }
    while let Some(ended) = running.join_next().await {
        ended.expect("sound");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_that_dies_at_any_write_makes_one_room_and_each_post_once() {
    let writes = session(Vec::new()).await;
    println!("{writes} writes");
    assert!(writes > 30, "a whole session: {writes}");
    let sides = [Side::Before, Side::After];
    let once = (0..writes).flat_map(|n| sides.map(|side| vec![(n, side)]));
    all(once).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_that_dies_again_right_after_its_return_does_so_too() {
    let writes = session(Vec::new()).await;
    let twice = (0..writes).map(|n| vec![(n, Side::After), (n + 1, Side::Before)]);
    all(twice).await;
}
