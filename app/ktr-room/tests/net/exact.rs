//! A sidecar that is cut off from its homeserver at a request dies there: before the request is forwarded, or once it is done and before
//! the answer is read. What it had begun it goes on with: one room, each post once, one ciphertext of each, nothing left in the end.
//!
//! Its deaths at the writes in between are in `tests/contract/journal.rs`, where a session takes no time. Here every request that
//! differs from all before it since the last post, ids and tokens apart, is one to die at, on both sides.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use ktr_core::id::SessionId;
use ktr_room::report::Report;
use ktr_room::run::run;
use ktr_room::standing;
use ktr_room::synapse::Homeserver;
use ktr_testkit::{Dice, all, number};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::support::{County, Guest, archive, clock_ms, seeded_post, until};

/// Far enough that no load of the machine reaches it: these sessions end by order.
const TIMES: [u64; 3] = [4, 6, 1_200];

/// What a request is: after how many posts it comes, its method, and its path with what is drawn by chance left out.
type Shape = (usize, String, String);

/// On which side of a request the sidecar dies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Side {
    Before,
    After,
}

/// What stands between sidecar and homeserver.
#[derive(Clone)]
struct Between {
    homeserver: String,
    http: reqwest::Client,
    book: Arc<Mutex<Book>>,
    kill: mpsc::UnboundedSender<()>,
}

/// What it has met.
#[derive(Default)]
struct Book {
    /// At which sides each kind of request is still to be cut off.
    due: BTreeMap<Shape, Vec<Side>>,
    /// What the homeserver has done, each time it answered with 200.
    done: Vec<Shape>,
    cuts: Vec<(Shape, Side)>,
}

impl Book {
    /// On which side this request is cut off, if on any.
    fn cut(&mut self, shape: &Shape) -> Option<Side> {
        let due = self.due.entry(shape.clone());
        let side = due
            .or_insert_with(|| vec![Side::After, Side::Before])
            .pop()?;
        self.cuts.push((shape.clone(), side));
        Some(side)
    }

    fn times(&self, method: &str, part: &str) -> usize {
        let done = self.done.iter();
        done.filter(|(_, of, path)| of == method && path.contains(part))
            .count()
    }

    /// How often the sidecar died right after something was done.
    fn lost(&self, part: &str) -> usize {
        let cuts = self.cuts.iter();
        cuts.filter(|((.., path), side)| *side == Side::After && path.contains(part))
            .count()
    }
}

impl Between {
    /// Listens; gives its base URL and the kills that it asks for.
    async fn of(county: &County) -> (Self, String, mpsc::UnboundedReceiver<()>) {
        let (kill, kills) = mpsc::unbounded_channel();
        let between = Self {
            homeserver: county.synapse.base(),
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("client"),
            book: Arc::default(),
            kill,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let routes = Router::new()
            .fallback(pass_on)
            .layer(DefaultBodyLimit::disable())
            .with_state(between.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        (between, base, kills)
    }

    fn book<T>(&self, read: impl FnOnce(&mut Book) -> T) -> T {
        read(&mut self.book.lock().expect("lock"))
    }

    /// The sidecar dies, and nobody is left to read an answer.
    async fn cut_off(&self) -> Response {
        self.kill.send(()).expect("somebody kills");
        std::future::pending().await
    }
}

async fn pass_on(
    State(between): State<Between>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (shape, side) = between.book(|book| {
        let posts = book.times("PUT", "/send/");
        let shape = (posts, method.to_string(), kind(uri.path()));
        let side = book.cut(&shape);
        (shape, side)
    });
    if side == Some(Side::Before) {
        return between.cut_off().await;
    }
    let url = format!("{}{uri}", between.homeserver);
    let mut asked = between.http.request(method, url).body(body);
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        if let Some(value) = headers.get(&name) {
            asked = asked.header(name, value);
        }
    }
    let answer = asked.send().await.expect("the homeserver answers");
    let status = answer.status();
    let octets = answer.bytes().await.expect("a body");
    if status == StatusCode::OK {
        between.book(|book| book.done.push(shape));
    }
    if side == Some(Side::After) {
        return between.cut_off().await;
    }
    (status, octets).into_response()
}

/// A path without what is drawn by chance: rooms, events, media, delayed events, transactions. Accounts stay.
fn kind(path: &str) -> String {
    let plain = |segment: &str| {
        let is_name = segment
            .bytes()
            .all(|octet| octet.is_ascii_lowercase() || matches!(octet, b'_' | b'.' | b'0'..=b'9'));
        is_name || segment.starts_with("%40") || segment == "createRoom"
    };
    let segments = path.split('/');
    let kinds: Vec<&str> = segments
        .map(|segment| if plain(segment) { segment } else { "*" })
        .collect();
    kinds.join("/")
}

/// Starts the sidecar again whenever it is to die; ends with the session.
async fn live_and_die(county: &County, kills: &mut mpsc::UnboundedReceiver<()>) -> u32 {
    let mut lives = 1u32;
    let mut sidecar: JoinHandle<()> = county.start();
    let done = until("the session is done", 400, || async { county.remnant() });
    tokio::pin!(done);
    loop {
        tokio::select! {
            Some(()) = kills.recv() => {
                sidecar.abort();
                let _killed = (&mut sidecar).await;
                sidecar = county.start();
                lives += 1;
            }
            _remnant = &mut done => break,
        }
    }
    sidecar.abort();
    lives
}

/// Three members, the last after post 0; when each has the release, the room is ordered to go. Gives the posts.
async fn members(county: &County) -> Vec<Value> {
    let mut hall = String::new();
    for n in 1..=3 {
        let guest = Guest::arrive(county, n).await;
        hall = until("joined", 60, || async {
            let (status, room) = guest.join().await;
            status.is_success().then_some(room)
        })
        .await;
        if n == 2 {
            county.ledger.open();
        }
        if n >= 2 {
            assert!(guest.receive(&hall).await == archive());
        }
    }
    let first = Guest::arrive(county, 1).await;
    assert!(first.receive(&hall).await == archive());
    let posts = until("the posts", 60, || async {
        let posts = first.posts(&hall).await;
        (posts.len() > 1).then_some(posts)
    })
    .await;
    standing::give_order(&county.store, SessionId(4)).expect("an order");
    posts
}

/// What must hold however often it died; gives the posts that were made.
fn judge(county: &County, posts: &[Value]) -> u32 {
    let field = |post: &Value, name: &str| post["content"]["ktr.release.v1"][name].clone();
    let mut numbers: Vec<u64> = posts
        .iter()
        .filter_map(|post| field(post, "n").as_u64())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1], "each number once");
    let reports = county.ledger.change(|inner| inner.reports.clone());
    let [
        seeded @ Report::Seeded { .. },
        Report::Dissolved { dissolution, .. },
    ] = reports.as_slice()
    else {
        panic!("{reports:?}")
    };
    let told = seeded_post(seeded).expect("a digest").to_string();
    let of_first = posts.iter().find(|post| field(post, "n") == 0);
    let posted = of_first.map(|post| field(post, "sha256"));
    assert_eq!(posted, Some(told.into()), "one ciphertext");
    assert_eq!(dissolution.residue, [0; 8]);
    let second_room = dissolution.flags.stray_found || dissolution.strays > 0;
    assert!(!second_room, "no second room was ever made");
    assert_eq!(dissolution.posts, 2);
    dissolution.media_deleted
}

#[tokio::test]
async fn a_sidecar_cut_off_at_its_requests_makes_one_room_and_each_post_once() {
    let mut county = County::with(3, TIMES).await;
    county.timing.rescan_secs = 5;
    let (between, base, mut kills) = Between::of(&county).await;
    county.room = county.synapse.bot_at(&base).await;
    let (lives, posts) = tokio::join!(live_and_die(&county, &mut kills), members(&county));
    let (rooms, media, lost) = between.book(|book| {
        let kinds = book.due.len();
        println!(
            "{lives} lives, {} cuts at {kinds} kinds of requests",
            book.cuts.len()
        );
        assert!(kinds > 50, "a whole session: {:?}", book.due.keys());
        let left = book.due.iter().filter(|(_, sides)| !sides.is_empty());
        let left: Vec<_> = left.collect();
        assert!(left.len() <= kinds / 3, "most died on both sides: {left:?}");
        (
            book.times("POST", "/createRoom"),
            book.times("POST", "/media/v1/create"),
            book.lost("/media/v1/create"),
        )
    });
    assert_eq!(rooms, 1, "one room");
    assert_eq!(
        media,
        posts.len() + lost,
        "an unused media id for each lost answer, and no other"
    );
    judge(&county, &posts);
}

/// A life of sidecar and homeserver, which takes over what the life before has left behind.
fn live(county: &County) -> JoinHandle<()> {
    let (mut sidecar, launch) = (county.sidecar(), county.synapse.launch());
    tokio::spawn(async move {
        // Whoever supervises the program starts it again until the killed homeserver's port is free.
        let homeserver = until("a homeserver", 120, || async {
            Homeserver::start(launch.clone()).await.ok()
        })
        .await;
        run(&mut sidecar, &mut Some(homeserver), std::future::pending())
            .await
            .expect("loop");
    })
}

#[tokio::test]
async fn a_sidecar_and_a_homeserver_killed_at_drawn_moments_make_one_room_and_each_post_once() {
    let seed = number("KTR_ROOM_KILL_SEED", clock_ms());
    let (sessions, each) = if all("KTR_ROOM_KILLS") {
        (10, 10)
    } else {
        (1, 6)
    };
    println!("kill seed {seed}: {sessions} sessions of {each} double kills");
    let mut dice = Dice::new(seed);
    for _ in 0..sessions {
        let mut county = County::with(3, TIMES).await;
        county.timing.rescan_secs = 5;
        let (mut kills, mut life) = (0, live(&county));
        let acted = members(&county);
        tokio::pin!(acted);
        let posts = loop {
            // In the first seconds a room is made and armed, later members come and are served. Nothing is waited for: the moments of the
            // deaths are what is drawn.
            let lasts_ms = u64::try_from(dice.below(3_000)).expect("small");
            let between_ms = u64::try_from(dice.below(400)).expect("small");
            tokio::select! {
                posts = &mut acted => break posts,
                () = tokio::time::sleep(Duration::from_millis(lasts_ms)), if kills < each => {}
            }
            kills += 1;
            let server_first = dice.below(2) == 0;
            if server_first {
                county.synapse.kill();
                tokio::time::sleep(Duration::from_millis(between_ms)).await;
            }
            life.abort();
            let _killed = (&mut life).await;
            if !server_first {
                tokio::time::sleep(Duration::from_millis(between_ms)).await;
                county.synapse.kill();
            }
            life = live(&county);
        };
        until("the session is done", 240, || async { county.remnant() }).await;
        life.abort();
        println!("{kills} double kills");
        let media = usize::try_from(judge(&county, &posts)).expect("few");
        assert!(media <= posts.len() + kills, "{media} media ids");
    }
}
