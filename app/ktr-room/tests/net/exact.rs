//! A sidecar that is cut off from its homeserver at a request dies there: before the request is forwarded, or once it is done and before
//! the answer is read. What it had begun it goes on with: one room, each post once, one ciphertext of each, nothing left in the end.
//!
//! Its deaths at the writes in between are in `tests/contract/journal.rs`, where a session takes no time. Here every request that
//! differs from all before it since the last post, ids and tokens apart, is one to die at, on both sides; but for those that nobody needs any
//! more when the sidecar is back (`is_needless_after_a_death`).

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
use ktr_testkit::{Dice, number};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::support::{County, Guest, archive, clock_ms, log, seeded_post, until};

/// Far enough that no load of the machine reaches it: these sessions end by order.
const TIMES: [u64; 3] = [4, 6, 1_200];

/// Post 0, and one for the member that comes later.
const POSTS: usize = 2;

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
pub(crate) struct Between {
    homeserver: String,
    http: reqwest::Client,
    book: Arc<Mutex<Book>>,
    kill: mpsc::UnboundedSender<()>,
}

/// Who dies by a blow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Victim {
    Sidecar,
    Homeserver,
}

/// What it has met.
#[derive(Default)]
struct Book {
    /// Nothing is cut off: whoever dies does so by the blow.
    spares: bool,
    /// Who dies once the homeserver has done a request of this method whose path holds this.
    blow: Option<(Victim, &'static str, &'static str)>,
    /// At which sides each kind of request is still to be cut off.
    due: BTreeMap<Shape, Vec<Side>>,
    /// What the homeserver has done, each time it answered with 200.
    done: Vec<Shape>,
    cuts: Vec<(Shape, Side)>,
}

impl Book {
    /// On which side this request is cut off, if on any.
    fn cut(&mut self, shape: &Shape) -> Option<Side> {
        if self.spares {
            return None;
        }
        let due = self.due.entry(shape.clone());
        let side = due
            .or_insert_with(|| vec![Side::After, Side::Before])
            .pop()?;
        self.cuts.push((shape.clone(), side));
        Some(side)
    }

    /// Who dies now that this is done.
    fn struck(&mut self, (_, of, path): &Shape) -> Option<Victim> {
        let (victim, method, part) = self.blow?;
        if of != method || !path.contains(part) {
            return None;
        }
        self.blow = None;
        Some(victim)
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
    pub(crate) async fn of(county: &County) -> (Self, String, mpsc::UnboundedReceiver<()>) {
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

    /// Cuts nothing off; one of the two is to die, once, right after the homeserver has done the first request of this kind.
    pub(crate) fn strike_once(&self, victim: Victim, method: &'static str, part: &'static str) {
        self.book(|book| {
            book.spares = true;
            book.blow = Some((victim, method, part));
        });
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
    let (status, octets) = match answered(asked).await {
        Ok(answer) => answer,
        // Somebody has killed it.
        Err(_) if between.book(|book| book.spares) => {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        Err(error) => panic!("the homeserver answers: {error}"),
    };
    let struck = between.book(|book| {
        if status == StatusCode::OK {
            book.done.push(shape.clone());
        }
        book.struck(&shape)
    });
    match struck {
        Some(Victim::Sidecar) => return between.cut_off().await,
        Some(Victim::Homeserver) => {
            between.kill.send(()).expect("somebody kills");
            return StatusCode::BAD_GATEWAY.into_response();
        }
        None => {}
    }
    if side == Some(Side::After) {
        return between.cut_off().await;
    }
    (status, octets).into_response()
}

async fn answered(asked: reqwest::RequestBuilder) -> reqwest::Result<(StatusCode, Bytes)> {
    let answer = asked.send().await?;
    let status = answer.status();
    Ok((status, answer.bytes().await?))
}

/// Whether a sidecar that died before such a request may find it needless when it is back, so that it never dies after it: a room that lives
/// needs its lease and its nets, and the order to dissolve it comes at any moment after the last post; a lease may run out meanwhile, and
/// with it what was asked for in its place.
fn is_needless_after_a_death((posts, method, path): &Shape) -> bool {
    let is_of_lease = path.ends_with("/restart")
        || (method == "PUT" && path.ends_with("/state/m.room.join_rules/"))
        || (*posts < POSTS && path.ends_with("/cancel"));
    let is_of_net = *posts == POSTS && method == "PUT" && path.contains("/state/m.room.member/");
    is_of_lease || is_of_net
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
    assert_eq!(dissolution.residue, [0; 8], "{}", log::scans());
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
        let left = left.filter(|(shape, _)| !is_needless_after_a_death(shape));
        let left: Vec<_> = left.collect();
        assert!(left.is_empty(), "not died at on both sides: {left:?}");
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

/// A drawn time below this many milliseconds.
fn drawn(dice: &mut Dice, below_ms: usize) -> Duration {
    Duration::from_millis(u64::try_from(dice.below(below_ms)).expect("small"))
}

/// Kills both, in a drawn order and a drawn time apart, and begins another life.
async fn kill_both(county: &County, life: JoinHandle<()>, dice: &mut Dice) -> JoinHandle<()> {
    let (between, server_first) = (drawn(dice, 400), dice.below(2) == 0);
    if server_first {
        county.synapse.kill();
        tokio::time::sleep(between).await;
    }
    life.abort();
    let _killed = life.await;
    if !server_first {
        tokio::time::sleep(between).await;
        county.synapse.kill();
    }
    live(county)
}

/// Kills both while the room is destroyed, until so many deaths or the end; how many deaths there were.
async fn kill_in_the_end(
    county: &County,
    mut life: JoinHandle<()>,
    dice: &mut Dice,
    most: usize,
) -> usize {
    until("the end has begun", 240, || async {
        let journal = county.store.load().expect("journal")?;
        journal.end.map(drop)
    })
    .await;
    let mut kills = 0;
    // The first comes within the grace after the kicks, so that no end is over by then.
    let mut longest_ms = 1_000;
    while kills < most {
        tokio::time::sleep(drawn(dice, longest_ms)).await;
        if county.remnant().is_some() {
            break;
        }
        life = kill_both(county, life, dice).await;
        kills += 1;
        longest_ms = 3_000;
    }
    // A purge that was killed goes on within two minutes of the homeserver's last boot.
    until("the session is done", 400, || async { county.remnant() }).await;
    life.abort();
    kills
}

/// Most double kills of a session while it lives, and as many in its destruction.
const KILLS_EACH: usize = 5;

/// From so many double kills on some fall into the destructions, too: more than a run of every day has.
const KILLS_MANY: usize = 10;

#[tokio::test]
async fn a_sidecar_and_a_homeserver_killed_at_drawn_moments_make_one_room_and_each_post_once() {
    let seed = number("KTR_ROOM_KILL_SEED", clock_ms());
    let wanted = usize::try_from(number("KTR_ROOM_KILLS", 2)).expect("so many");
    println!("kill seed {seed}: {wanted} double kills");
    let mut dice = Dice::new(seed);
    let (mut sum, mut sessions) = (0, 0);
    // A session that is over earlier has met fewer, and another one goes on.
    while sum < wanted {
        let [lives, ends] = session_of_kills(&mut dice, wanted - sum, wanted >= KILLS_MANY).await;
        sum += lives + ends;
        sessions += 1;
        println!("{lives} double kills, and {ends} at the end: {sum} in {sessions} sessions");
        assert!(lives > 0, "the first comes before any session is over");
    }
    assert_eq!(sum, wanted);
}

/// A session in which both are killed, so often at most; how often while it lived, and at its end.
async fn session_of_kills(dice: &mut Dice, most: usize, is_long: bool) -> [usize; 2] {
    let each = most.min(KILLS_EACH);
    let county = County::with(3, TIMES).await;
    let (mut kills, mut life) = (0, live(&county));
    let acted = members(&county);
    tokio::pin!(acted);
    let posts = loop {
        // In the first seconds a room is made and armed, later members come and are served. Nothing is waited for: the moments of the
        // deaths are what is drawn.
        let lasts = drawn(dice, 3_000);
        tokio::select! {
            posts = &mut acted => break posts,
            () = tokio::time::sleep(lasts), if kills < each => {}
        }
        kills += 1;
        life = kill_both(&county, life, dice).await;
    };
    let ending = if is_long {
        (most - kills).min(KILLS_EACH)
    } else {
        0
    };
    let in_the_end = kill_in_the_end(&county, life, dice, ending).await;
    assert!(
        in_the_end > 0 || ending == 0,
        "none fell into the destruction"
    );
    let media = usize::try_from(judge(&county, &posts)).expect("few");
    assert!(media <= posts.len() + kills, "{media} media ids");
    [kills, in_the_end]
}

#[tokio::test]
async fn a_homeserver_killed_in_the_purge_ends_it_within_two_minutes_of_its_boot() {
    let mut county = County::with(3, TIMES).await;
    let (between, base, mut kills) = Between::of(&county).await;
    between.strike_once(Victim::Homeserver, "DELETE", "/_synapse/admin/v2/rooms/");
    county.room = county.synapse.bot_at(&base).await;
    let life = live(&county);
    let posts = members(&county).await;
    let struck = tokio::time::timeout(Duration::from_mins(2), kills.recv()).await;
    assert_eq!(struck, Ok(Some(())), "the purge was asked for");
    county.synapse.kill();
    let health = format!("{}/health", county.synapse.base());
    until("the homeserver is back", 120, || async {
        let answer = between.http.get(&health).send().await.ok()?;
        answer.status().is_success().then_some(())
    })
    .await;
    let booted = Instant::now();
    until("the room is purged", 120, || async {
        if county.remnant().is_some() {
            return Some(());
        }
        let end = county.store.load().expect("journal")?.end?;
        (end.purged_ms > 0).then_some(())
    })
    .await;
    let secs = booted.elapsed().as_secs();
    println!("purged {secs} s after the homeserver's boot");
    until("the session is done", 240, || async { county.remnant() }).await;
    life.abort();
    judge(&county, &posts);
}
