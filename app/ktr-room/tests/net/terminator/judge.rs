//! The judgement of whatever ends TLS before a county: each case by a real request, and a member that comes and goes.
//! The client is curl, which sends a path as it stands.

use std::path::{Path, PathBuf};
use std::process::Output;

use ktr_core::id::SessionId;
use ktr_room::adapter::matrix::MatrixRoom;
use ktr_room::adapter::passes;
use ktr_room::port::Room;
use ktr_room::synapse::free_port;
use serde_json::Value;
use tokio::process::Command;

use super::cases::{self, PASS};
use crate::support::{Synapse, account, clock_ms, until};

/// What stands in the place of a pass.
const SEALED: &[u8] = b"a sealed pass";

/// What a homeserver may not keep of a client.
const AGENT: &str = "canary-agent/1";
const ADDRESS: &str = "203.0.113.9";

/// A county's homeserver and passes, and a certificate for `localhost`.
pub(super) struct Ground {
    pub(super) synapse: Synapse,
    room: MatrixRoom,
    pub(super) pass_port: u16,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What a terminator answered.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Ground {
    pub(super) async fn new() -> Self {
        let synapse = Synapse::boot().await;
        let folder = synapse.folder.path();
        let laid_out = folder.join("passes/4");
        ktr_os::file::folder(&laid_out).expect("folder");
        ktr_os::file::put(&laid_out.join(PASS), SEALED).expect("a pass");
        ktr_os::file::folder(&folder.join("state")).expect("folder");
        ktr_os::file::put(&folder.join("state/bot.json"), b"{}").expect("a secret");
        let pass_port = free_port().expect("port");
        let listener = passes::bind(pass_port).await.expect("port");
        tokio::spawn(passes::serve(listener, folder.join("passes")));
        let (certificate, key) = (folder.join("room.crt"), folder.join("room.key"));
        certify(&certificate, &key).await;
        let room = synapse.bot().await;
        Self {
            synapse,
            room,
            pass_port,
            certificate,
            key,
        }
    }

    pub(super) fn folder(&self) -> &Path {
        self.synapse.folder.path()
    }

    /// One request to the terminator at a port.
    pub(super) async fn ask(&self, port: u16, request: &Request<'_>) -> Heard {
        let mut curl = Command::new("curl");
        curl.args([
            "-sSi",
            "--path-as-is",
            "--globoff",
            "--noproxy",
            "*",
            "--max-time",
            "60",
        ])
        .args([
            "--http1.1",
            "-A",
            AGENT,
            "-H",
            &format!("X-Forwarded-For: {ADDRESS}"),
        ])
        .arg("--cacert")
        .arg(&self.certificate)
        .args(["-X", request.method]);
        if let Some(token) = request.token {
            curl.args(["-H", &format!("Authorization: Bearer {token}")]);
        }
        if request.method != "GET" {
            curl.args(["-H", "Content-Type: application/json", "-d", request.body]);
        }
        let url = format!("https://localhost:{port}{}", request.path);
        let output = curl.arg(url).output().await.expect("curl");
        Heard::read(&output).unwrap_or_else(|| panic!("{request:?}: {output:?}"))
    }
}

/// A request of a case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    method: &'a str,
    path: &'a str,
    token: Option<&'a str>,
    body: &'a str,
}

impl<'a> Request<'a> {
    pub(super) fn new(method: &'a str, path: &'a str, token: Option<&'a str>) -> Self {
        Self {
            method,
            path,
            token,
            body: "{}",
        }
    }
}

impl Heard {
    fn read(output: &Output) -> Option<Self> {
        let mut rest = output.stdout.as_slice();
        loop {
            let end = rest.windows(4).position(|octets| octets == b"\r\n\r\n")?;
            let head = String::from_utf8(rest[..end].to_vec()).ok()?;
            rest = &rest[end + 4..];
            let status = head.split(' ').nth(1)?.parse().ok()?;
            if status != 100 {
                return Some(Self {
                    status,
                    head: head.to_ascii_lowercase(),
                    body: rest.to_vec(),
                });
            }
        }
    }

    /// Whether homeserver or passes spoke, and not the terminator.
    fn is_forwarded(&self) -> bool {
        let json: Value = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        self.body == SEALED || json.get("errcode").is_some() || json.get("versions").is_some()
    }
}

/// The whole judgement of a terminator at a port.
pub(super) async fn judge(ground: &Ground, port: u16) {
    what_is_listed_is_answered_from_behind(ground, port).await;
    all_else_leads_nowhere(ground, port).await;
    a_member_comes_and_goes(ground, port).await;
    assert_eq!(ground.synapse.grep(AGENT), 0, "no client is named");
    assert_eq!(ground.synapse.grep(ADDRESS), 0, "nor its address");
}

async fn what_is_listed_is_answered_from_behind(ground: &Ground, port: u16) {
    for (method, path) in cases::forwarded() {
        let heard = ground.ask(port, &Request::new(method, &path, None)).await;
        assert!(heard.is_forwarded(), "{method} {path}: {heard:?}");
        let kept: Vec<&str> = heard
            .head
            .lines()
            .filter(|line| line.starts_with("cache-control"))
            .collect();
        assert_eq!(kept, ["cache-control: no-store"], "{method} {path}");
    }
}

async fn all_else_leads_nowhere(ground: &Ground, port: u16) {
    for (method, path) in cases::refused() {
        let heard = ground.ask(port, &Request::new(method, &path, None)).await;
        assert!(!heard.is_forwarded(), "{method} {path}: {heard:?}");
        assert!(
            matches!(heard.status, 400 | 404),
            "{method} {path}: {heard:?}"
        );
    }
    let large = format!("{{\"reason\":\"{}\"}}", "x".repeat(5_000));
    let join = "/_matrix/client/v3/join/%23ktr-4%3Acounty-a.test";
    let heard = ground
        .ask(
            port,
            &Request {
                body: &large,
                ..Request::new("POST", join, None)
            },
        )
        .await;
    assert_eq!(heard.status, 413, "a body of 5 kB: {heard:?}");
}

/// A member does through the terminator all that an agent and a probe do.
async fn a_member_comes_and_goes(ground: &Ground, port: u16) {
    let (room, session) = (&ground.room, SessionId(4));
    let guest = account(1);
    room.ensure_account(&guest).await.expect("account");
    let hall = room
        .create(session, std::slice::from_ref(&guest))
        .await
        .expect("room");
    let token = room
        .mint(&guest, clock_ms() + 600_000)
        .await
        .expect("token");
    let media = room.name_media().await.expect("media");
    let octets: Vec<u8> = (0..500_000u32).flat_map(u32::to_le_bytes).collect();
    room.upload(&media, octets.clone()).await.expect("upload");
    let content = serde_json::json!({"msgtype": "m.file", "body": "release.pgp", "url": media.as_str(), "ktr.release.v1": {"n": 0}});
    let event = room.post(&hall, 0, "TXN", &content).await.expect("post");
    let inside = format!(
        "/_matrix/client/v3/rooms/{}",
        hall.as_str().replace('!', "%21")
    );
    let alias = "%23ktr-4%3Acounty-a.test";
    let (server, id) = media.parts().expect("a media id");
    let requests = [
        ("POST", format!("/_matrix/client/v3/join/{alias}")),
        ("GET", "/_matrix/client/v3/sync?timeout=0".to_owned()),
        ("GET", format!("{inside}/messages?dir=b&limit=100")),
        ("GET", format!("{inside}/state/m.room.create/")),
        (
            "GET",
            format!("{inside}/event/{}", event.as_str().replace('$', "%24")),
        ),
        ("GET", format!("/_matrix/client/v3/directory/room/{alias}")),
        (
            "GET",
            format!("/_matrix/client/v1/media/download/{server}/{id}"),
        ),
        ("POST", format!("{inside}/leave")),
    ];
    for (method, path) in &requests {
        let heard = ground
            .ask(port, &Request::new(method, path, Some(token.as_str())))
            .await;
        assert_eq!(heard.status, 200, "{method} {path}: {}", heard.head);
        if path.contains("/media/") {
            assert!(heard.body == octets, "every octet of the file");
            assert!(
                heard.head.contains("cache-control: no-store"),
                "{}",
                heard.head
            );
        }
    }
    until(
        "what the homeserver keeps of clients is on its disk",
        30,
        || async { (ground.synapse.count("user_ips") > 0).then_some(()) },
    )
    .await;
}

/// A certificate of its own for `localhost`.
async fn certify(certificate: &Path, key: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ])
        .arg("-out")
        .arg(certificate)
        .arg("-keyout")
        .arg(key)
        .output()
        .await
        .expect("openssl");
    assert!(made.status.success(), "{made:?}");
}
