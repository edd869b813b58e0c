//! A county's pass server and homeserver on one loopback port: fixed answers, every request remembered.
//! It speaks as much HTTP as the agent's client needs.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use ktr_artefact::archive;
use ktr_core::id::Sha256;
use ktr_testkit::tls::HostKey;
use ktr_wire::digest;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
};

use super::world::{SERVER, World};

/// One post and its media.
#[derive(Clone)]
pub(crate) struct Posted {
    pub(crate) content: Value,
    pub(crate) ciphertext: Vec<u8>,
    /// How its download goes on.
    pub(crate) flow: Flow,
}

/// How a download goes on after its head.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// With the ciphertext.
    Whole,
    /// It announces so many octets and sends none.
    Announced(u64),
    /// It announces nothing and sends octets for as long as somebody reads.
    Endless,
}

/// Where an endless download ends, if nobody ends it before.
pub(crate) const ENDLESS_MAX: usize = 64 * 1024 * 1024;

/// What the county has laid out.
#[derive(Default)]
pub(crate) struct Shelf {
    pub(crate) pass: Option<Vec<u8>>,
    pub(crate) posts: Vec<Posted>,
    /// Whether the room lets the member in.
    pub(crate) shut: bool,
    /// Octets that endless downloads have sent.
    pub(crate) flowed: usize,
    /// Method and path of every request, in order.
    pub(crate) asked: Vec<String>,
}

/// The county.
#[derive(Clone)]
pub(crate) struct FakeCounty {
    pub(crate) address: SocketAddr,
    pub(crate) shelf: Arc<Mutex<Shelf>>,
}

impl FakeCounty {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shelf = Arc::<Mutex<Shelf>>::default();
        let served = Arc::clone(&shelf);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&served)));
            }
        });
        Self { address, shelf }
    }

    /// One that speaks TLS, with this key.
    pub(crate) async fn with_key(key: HostKey) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shelf = Arc::<Mutex<Shelf>>::default();
        let (acceptor, served) = (key.acceptor(), Arc::clone(&shelf));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever wants another key is gone.
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::spawn(serve(stream, Arc::clone(&served)));
                }
            }
        });
        Self { address, shelf }
    }

    /// Lays out a post of this ciphertext.
    pub(crate) fn post(&self, world: &World, ciphertext: Vec<u8>) {
        let mut laid_out = self.shelf.lock().expect("no panic");
        let n = laid_out.posts.len();
        let digest: Sha256 = digest::sha256(&[&ciphertext]);
        let content = json!({
            "msgtype": "m.file", "body": "release.pgp", "filename": "release.pgp",
            "url": format!("mxc://{SERVER}/media{n}"),
            "info": {"mimetype": "application/octet-stream", "size": ciphertext.len()},
            "ktr.release.v1": {
                "v": 1, "chain": "ktr-test-1", "session": 7, "release": world.release.id.to_string(),
                "bundle_sha256": world.release.sha256.to_string(), "n": n, "sha256": digest.to_string(),
            },
        });
        laid_out.posts.push(Posted {
            content,
            ciphertext,
            flow: Flow::Whole,
        });
    }

    /// Invites the member, or not yet.
    pub(crate) fn set_invited(&self, invited: bool) {
        self.shelf.lock().expect("no panic").shut = !invited;
    }

    /// Changes the content of a post.
    pub(crate) fn change(&self, n: usize, change: impl FnOnce(&mut Value)) {
        change(&mut self.shelf.lock().expect("no panic").posts[n].content);
    }

    /// Lets the download of a post go on in another way.
    pub(crate) fn flow(&self, n: usize, flow: Flow) {
        self.shelf.lock().expect("no panic").posts[n].flow = flow;
    }

    /// Octets of the endless download, once it has ended.
    pub(crate) async fn flowed(&self) -> usize {
        loop {
            let flowed = self.shelf.lock().expect("no panic").flowed;
            if flowed > 0 {
                return flowed;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Lays out the release for the member.
    pub(crate) fn post_release(&self, world: &World, files: &archive::Release) {
        self.post(world, World::ciphertext(files, &world.room_key));
    }

    /// Lays out a good pass.
    pub(crate) fn admit(&self, world: &World) {
        let pass = world.pass(&World::pass_fields(), &world.sidecar, "pass");
        self.shelf.lock().expect("no panic").pass = Some(pass);
    }

    /// How many requests began so.
    pub(crate) fn count(&self, start: &str) -> usize {
        let laid_out = self.shelf.lock().expect("no panic");
        laid_out
            .asked
            .iter()
            .filter(|asked| asked.starts_with(start))
            .count()
    }
}

/// What a connection is made of.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn serve(mut stream: impl Stream, shelf: Arc<Mutex<Shelf>>) {
    let mut octets = Vec::new();
    let mut piece = [0; 4_096];
    let head = loop {
        let read = stream.read(&mut piece).await.expect("read");
        if read == 0 {
            return;
        }
        octets.extend(&piece[..read]);
        let text = String::from_utf8_lossy(&octets).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            break head.to_owned();
        }
    };
    let mut words = head.split(' ');
    let (method, path) = (words.next().expect("method"), words.next().expect("path"));
    let (status, body) = answer(method, path, &head, &mut shelf.lock().expect("no panic"));
    let flow = flow(path, &shelf.lock().expect("no panic"));
    if flow != Flow::Whole {
        return overflow(stream, flow, shelf).await;
    }
    let head = format!(
        "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    stream.write_all(&body).await.expect("written");
    // Whoever has read all may have gone.
    drop(stream.shutdown().await);
}

/// How the answer to a download goes on; everything else is whole.
fn flow(path: &str, shelf: &Shelf) -> Flow {
    let asked = path.strip_prefix("/_matrix/client/v1/media/download/county-a.test/media");
    let n = asked.and_then(|id| id.parse::<usize>().ok());
    let post = n.and_then(|n| shelf.posts.get(n));
    post.map_or(Flow::Whole, |post| post.flow)
}

/// An answer that is larger than anything the agent may take.
async fn overflow(mut stream: impl Stream, flow: Flow, shelf: Arc<Mutex<Shelf>>) {
    let head = match flow {
        Flow::Announced(length) => format!("HTTP/1.1 200 x\r\nContent-Length: {length}\r\n\r\n"),
        Flow::Whole | Flow::Endless => "HTTP/1.1 200 x\r\nConnection: close\r\n\r\n".to_owned(),
    };
    stream.write_all(head.as_bytes()).await.expect("written");
    let piece = vec![0; 65_536];
    let mut sent = 0;
    while flow == Flow::Endless && sent < ENDLESS_MAX {
        if stream.write_all(&piece).await.is_err() {
            break;
        }
        sent = sent.saturating_add(piece.len());
    }
    shelf.lock().expect("no panic").flowed = sent;
    // Until the agent closes: an end from here would be another trouble.
    let mut rest = [0; 64];
    while matches!(stream.read(&mut rest).await, Ok(read) if read > 0) {}
}

fn answer(method: &str, path: &str, head: &str, shelf: &mut Shelf) -> (u16, Vec<u8>) {
    shelf.asked.push(format!("{method} {path}"));
    if path.starts_with("/pass/7/") {
        return shelf
            .pass
            .clone()
            .map_or((404, Vec::new()), |pass| (200, pass));
    }
    if !head
        .to_lowercase()
        .contains("authorization: bearer syt_secret")
    {
        return (401, b"{}".to_vec());
    }
    if path.starts_with("/_matrix/client/v3/join/%23ktr-7%3A") && shelf.shut {
        return (403, b"{}".to_vec());
    }
    if path.starts_with("/_matrix/client/v3/join/%23ktr-7%3A") {
        return (200, json!({"room_id": "!room"}).to_string().into_bytes());
    }
    if path.starts_with("/_matrix/client/v3/sync?") {
        let seen = path
            .split("since=s")
            .nth(1)
            .and_then(|text| text.split('&').next());
        let first: usize = seen.map_or(0, |n| n.parse().expect("our own"));
        let events: Vec<Value> = shelf
            .posts
            .iter()
            .skip(first)
            .map(|post| json!({"content": post.content}))
            .collect();
        let next = format!("s{}", shelf.posts.len());
        let body = json!({"next_batch": next, "rooms": {"join": {"!room": {"timeline": {"events": events}}}}});
        return (200, body.to_string().into_bytes());
    }
    if let Some(id) = path.strip_prefix("/_matrix/client/v1/media/download/county-a.test/media") {
        let n: usize = id.parse().expect("our own");
        return (200, shelf.posts[n].ciphertext.clone());
    }
    if path == "/_matrix/client/v3/rooms/%21room/leave" {
        return (200, b"{}".to_vec());
    }
    (404, Vec::new())
}
