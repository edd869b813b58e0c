//! The members of a county: their keys, their passes, and what each of them does in an hour, all at the same time.
//! They use the calls of the members' agent.

use std::{fmt::Write, fs, future::Future, path::PathBuf, sync::Arc};

use ktr_artefact::openpgp::SecretCertificate;
use ktr_core::{Record, id::SessionId, time::Time};
use ktr_room::{adapter::openpgp::OpenPgp, port::Cipher};
use ktr_wire::record;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    county,
    support::{Guest, clock_ms},
    world::{World, cipher, role, sealed},
};

/// How long a homeserver may hold an answer back while nothing happens.
const POLL_MS: u32 = 30_000;

/// Members with keys of their own, and the desk that hands releases over; each county has the same.
pub(crate) struct Crowd {
    world: World,
    ciphers: Vec<OpenPgp>,
    folder: tempfile::TempDir,
}

/// A member in a room, and where its homeserver stood when it looked.
pub(crate) struct Present {
    guest: Guest,
    room: String,
    since: String,
}

/// When a member saw a post, and when it had it, after the homeserver took it in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Had {
    pub(crate) seen_ms: u64,
    pub(crate) read_ms: u64,
    pub(crate) octets: usize,
}

impl Crowd {
    pub(crate) fn of(members: u8) -> Self {
        let world = World::new();
        let made_at = Time(world.now.0 - 100_000);
        let secrets: Vec<SecretCertificate> =
            (0..members).map(|_| role("member", made_at)).collect();
        let line = |secret: &SecretCertificate| {
            let key = secret.certificate().encryption_key(world.now).unwrap();
            hex::encode(key.0) + "\n"
        };
        let keys: String = secrets.iter().map(line).collect();
        let certificate = &world.cipher.certificate;
        let folder = tempfile::tempdir().unwrap();
        for (name, octets) in [
            (county::KEYS, keys.into_bytes()),
            (county::SIDECAR, world.cipher.secret.to_armoured().unwrap()),
            (county::ALLIANCE, certificate.to_binary().unwrap()),
        ] {
            fs::write(folder.path().join(name), octets).unwrap();
        }
        let cipher = |secret| cipher(Arc::new(secret), certificate.clone());
        Self {
            ciphers: secrets.into_iter().map(cipher).collect(),
            folder,
            world,
        }
    }

    /// The folder that a county is started with.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Lays a release for a session into it.
    pub(crate) fn hand_over(&self, session: SessionId, more: u32) {
        let world = &self.world;
        let (sealed, archive) = sealed(&world.cipher, &world.releaser, (session, more), world.now);
        let line = |record: Record| {
            let (key, value) = (record::key_octets(record.key()), record::encode(&record));
            format!("{} {}\n", hex::encode(key), hex::encode(value))
        };
        let (release, key) = (Record::Release(sealed.release), Record::Key(sealed.key));
        let put = |name: &str, octets: &[u8]| {
            let path = self.folder.path().join(county::of(name, session));
            fs::write(path, octets).unwrap();
        };
        put(county::SEALED, (line(release) + &line(key)).as_bytes());
        let handed = world.handed_over(&archive, &world.cipher.secret, None);
        put(county::HANDED, &handed);
    }

    pub(crate) fn len(&self) -> usize {
        self.ciphers.len()
    }

    /// Every member's pass, opened.
    pub(crate) async fn arrive(
        &self,
        (base, passes): (&str, u16),
        session: SessionId,
    ) -> Vec<Guest> {
        let signer = self.world.cipher.secret.certificate();
        let signer = signer.signing_key(self.world.now).unwrap();
        let http = Client::builder().no_proxy().build().unwrap();
        let one = |(n, cipher): (u8, &OpenPgp)| {
            let (http, base, cipher) = (http.clone(), base.to_owned(), cipher.clone());
            async move {
                let sealed = Guest::sealed_pass(&http, passes, session, n).await;
                let plain = cipher.open_pass(&sealed, &[signer]).unwrap();
                let pass = serde_json::from_slice(&plain).unwrap();
                Guest {
                    n,
                    base,
                    pass,
                    http,
                }
            }
        };
        together((1..).zip(&self.ciphers).map(one)).await
    }
}

/// Runs all at the same time; the answers are in their order.
pub(crate) async fn together<T: Send + 'static>(
    all: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let begun: Vec<_> = all.map(tokio::spawn).collect();
    let mut ended = Vec::with_capacity(begun.len());
    for one in begun {
        ended.push(one.await.unwrap());
    }
    ended
}

/// All join at once.
pub(crate) async fn join(guests: Vec<Guest>) -> Vec<(Guest, String)> {
    let one = |guest: Guest| async move {
        let (status, room) = guest.join().await;
        assert_eq!(status, StatusCode::OK, "a member joins");
        (guest, room)
    };
    together(guests.into_iter().map(one)).await
}

/// All look once, so that the next answer is what happens from now on.
pub(crate) async fn look(joined: Vec<(Guest, String)>) -> Vec<Present> {
    let one = |(guest, room): (Guest, String)| async move {
        let path = sync(&room, None, 0);
        let answer = asked(&guest, &path).await;
        let since = answer["next_batch"].as_str().unwrap().to_owned();
        Present { guest, room, since }
    };
    together(joined.into_iter().map(one)).await
}

/// All wait for the post and download it.
pub(crate) async fn receive(present: Vec<Present>) -> Vec<Had> {
    together(present.into_iter().map(Present::receive)).await
}

impl Present {
    async fn receive(mut self) -> Had {
        loop {
            let path = sync(&self.room, Some(&self.since), POLL_MS);
            let answer = asked(&self.guest, &path).await;
            answer["next_batch"]
                .as_str()
                .unwrap()
                .clone_into(&mut self.since);
            let timeline = &answer["rooms"]["join"][&self.room]["timeline"];
            let events = timeline["events"].as_array();
            let post = events.and_then(|events| {
                events
                    .iter()
                    .find(|event| event["content"].get("ktr.release.v1").is_some())
            });
            if let Some(post) = post {
                return self.download(post).await;
            }
        }
    }

    async fn download(&self, post: &Value) -> Had {
        let taken_in_ms = post["origin_server_ts"].as_u64().unwrap();
        let seen_ms = clock_ms() - taken_in_ms;
        let media = post["content"]["url"].as_str().unwrap();
        let media = media.trim_start_matches("mxc://");
        let path = format!("/_matrix/client/v1/media/download/{media}");
        let (status, octets) = self.guest.get(&path).await;
        assert_eq!(status, StatusCode::OK, "a member downloads");
        let read_ms = clock_ms() - taken_in_ms;
        let named = post["content"]["ktr.release.v1"]["sha256"].as_str();
        let digest = ktr_room::name::sha256(&octets).to_string();
        assert_eq!(named, Some(digest.as_str()), "what was posted");
        Had {
            seen_ms,
            read_ms,
            octets: octets.len(),
        }
    }
}

async fn asked(guest: &Guest, path: &str) -> Value {
    let (status, octets) = guest.get(path).await;
    assert_eq!(status, StatusCode::OK, "a member looks");
    serde_json::from_slice(&octets).unwrap()
}

/// The path of a look as the members' agent makes it.
fn sync(room: &str, since: Option<&str>, timeout_ms: u32) -> String {
    let nothing = json!({"types": []});
    let filter = json!({
        "presence": nothing,
        "account_data": nothing,
        "room": {
            "rooms": [room],
            "account_data": nothing,
            "ephemeral": nothing,
            "state": nothing,
            "timeline": {"types": ["m.room.message"], "limit": 100},
        },
    });
    let mut quoted = String::new();
    for octet in filter.to_string().bytes() {
        write!(quoted, "%{octet:02X}").unwrap();
    }
    let since = since.map_or_else(String::new, |since| format!("&since={since}"));
    format!(
        "/_matrix/client/v3/sync?set_presence=offline&timeout={timeout_ms}&filter={quoted}{since}"
    )
}
