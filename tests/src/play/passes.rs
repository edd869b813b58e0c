//! The members' passes, read as the members' agents read them: what a token could do before T must be refused after it.
//! No token is printed or kept.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use ktr_agent::pass::{self, Sought};
use ktr_artefact::{alliance::AllianceDomain, openpgp::SecretCertificate};
use ktr_core::{
    id::{CountyId, MemberId, SessionId},
    key::{Key, Purpose, Role},
    time::Time,
};
use ktr_wire::genesis;
use serde_json::Value;

use super::{
    Failure,
    stage::{Member, Stage},
};

/// A member's token and the port of the homeserver that knows it.
pub(crate) struct Token {
    port: u16,
    secret: String,
}

/// Reads every member's pass.
pub(crate) fn take(stage: &Stage) -> Result<Vec<Token>, Failure> {
    let text = fs::read(stage.net.join("genesis.json"))?;
    let document: Value =
        serde_json::from_slice(&text).map_err(|error| Failure::of("genesis.json", error))?;
    let app_state = document
        .get("app_state")
        .map(Value::to_string)
        .unwrap_or_default();
    let keys = genesis::from_json(app_state.as_bytes())
        .map_err(|error| Failure::of("genesis.json", error))?
        .keys;
    let chain = document
        .get("chain_id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let members = (1_usize..).zip(&stage.members);
    members
        .map(|(n, member)| read(stage, chain, &keys, (n, member)))
        .collect()
}

fn read(
    stage: &Stage,
    chain: &str,
    keys: &[Key],
    (n, member): (usize, &Member),
) -> Result<Token, Failure> {
    let session = SessionId(1);
    let id = hex::decode(&member.id)
        .ok()
        .and_then(|id| MemberId::from_slice(&id));
    let id = id.ok_or_else(|| Failure::new("a member's id is 32 hex digits"))?;
    let place = stage.place(member.county)?;
    let name = pass::name(chain, session, id);
    let (status, sealed) = get(place.passes, &format!("/pass/1/{name}"), None)?;
    if status != 200 {
        return Err(Failure::new(format!(
            "the pass of member {n} answers {status}"
        )));
    }
    let home = stage.out.join("agents").join(n.to_string());
    let secret = SecretCertificate::from_bytes(&fs::read(home.join("room.pgp"))?)
        .map_err(|finding| Failure::of("room.pgp", finding))?;
    let role = Role::Sidecar(CountyId(member.county));
    let sidecar: Vec<Key> = keys
        .iter()
        .filter(|key| key.role == role && key.body.purpose() == Purpose::Sign)
        .copied()
        .collect();
    let domain = AllianceDomain::parse("relay.example").map_err(Failure::new)?;
    let sought = Sought {
        chain,
        session,
        sidecar: &sidecar,
        domain: &domain,
        now: now(),
    };
    let opened = pass::open(&sealed, &secret, &sought)
        .map_err(|error| Failure::of(format!("the pass of member {n}"), error))?;
    Ok(Token {
        port: place.homeserver,
        secret: opened.token.to_string(),
    })
}

/// What the homeserver says to a token now.
pub(crate) fn ask(token: &Token) -> Result<u16, Failure> {
    let path = "/_matrix/client/v3/account/whoami";
    get(token.port, path, Some(&token.secret)).map(|(status, _)| status)
}

/// One plain GET on loopback: its status and body.
pub(crate) fn get(port: u16, path: &str, token: Option<&str>) -> Result<(u16, Vec<u8>), Failure> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let head = bearer.unwrap_or_default();
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{head}\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let status = answer
        .get(9..12)
        .and_then(|digits| std::str::from_utf8(digits).ok());
    let status = status.and_then(|digits| digits.parse().ok());
    let body = end
        .and_then(|end| answer.get(end.saturating_add(4)..))
        .unwrap_or_default();
    status
        .map(|status| (status, body.to_vec()))
        .ok_or_else(|| Failure::new(format!("port {port} answers no HTTP")))
}

#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the play happens now"
)]
fn now() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Time(since.map_or(0, |since| since.as_secs()))
}
