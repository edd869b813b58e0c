//! Reads the content of an `m.room.message` that claims to carry a release.
//! What carries none is no post and no error.

use ktr_core::id::{ReleaseId, SessionId, Sha256};
use serde::Deserialize;
use serde_json::Value;

use crate::limits::{CIPHERTEXT_MAX, MEDIA_ID_MAX};

/// Where a ciphertext lies on the county's own homeserver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Media {
    /// The server's name in the address; it must be the pass's.
    pub server: String,
    /// Its id there.
    pub id: String,
}

/// One post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Post {
    /// The chain that it names.
    pub chain: String,
    /// The session that it names.
    pub session: SessionId,
    /// The release that it names.
    pub release: ReleaseId,
    /// Which of the room's posts.
    pub number: u32,
    /// SHA-256 of the ciphertext.
    pub sha256: Sha256,
    /// Where the ciphertext lies.
    pub media: Media,
}

/// Why a message that carries a release is dropped unread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is of another version than 1.
    Version,
    /// It announces more than 20 MiB.
    Size,
    /// A field is missing, unknown or of another form.
    Form,
}

impl Fault {
    /// The stable code of log line and alarm.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Version => "post-version",
            Self::Size => "post-size",
            Self::Form => "post-form",
        }
    }
}

/// The name under which a message carries a release.
const CARRIER: &str = "ktr.release.v1";

#[derive(Deserialize)]
struct Content {
    url: String,
    #[expect(
        dead_code,
        reason = "a post must have it; how large it is was read before"
    )]
    info: Size,
    #[serde(rename = "ktr.release.v1")]
    release: Fields,
}

#[derive(Deserialize)]
struct Size {
    #[expect(dead_code, reason = "as above")]
    size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[expect(dead_code, reason = "its value was read before")]
    v: u8,
    chain: String,
    session: u32,
    release: String,
    bundle_sha256: String,
    n: u32,
    sha256: String,
}

/// Reads a message's content; `None` for everything that carries no release.
///
/// The version is judged before any other field, because another version may have other fields.
///
/// # Errors
/// See [`Fault`].
#[must_use]
pub fn read(content: &Value) -> Option<Result<Post, Fault>> {
    let carried = content.get(CARRIER)?;
    if carried.get("v").is_some_and(|v| *v != 1) {
        return Some(Err(Fault::Version));
    }
    let announced = content.pointer("/info/size").and_then(Value::as_u64);
    let is_large = |size| usize::try_from(size).is_ok_and(|size| size > CIPHERTEXT_MAX);
    if announced.is_some_and(is_large) {
        return Some(Err(Fault::Size));
    }
    Some(fields(content).ok_or(Fault::Form))
}

fn fields(content: &Value) -> Option<Post> {
    let content = Content::deserialize(content).ok()?;
    let fields = content.release;
    // The sealed hash is the chain's word; the post's is only read for its form.
    Sha256::from_slice(&hex::decode(fields.bundle_sha256).ok()?)?;
    Some(Post {
        chain: fields.chain,
        session: SessionId(fields.session),
        release: ReleaseId::from_slice(&hex::decode(fields.release).ok()?)?,
        number: fields.n,
        sha256: Sha256::from_slice(&hex::decode(fields.sha256).ok()?)?,
        media: media(&content.url)?,
    })
}

fn media(url: &str) -> Option<Media> {
    let (server, id) = url.strip_prefix("mxc://")?.split_once('/')?;
    let is_fine = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-');
    let is_id = (1..=MEDIA_ID_MAX).contains(&id.len()) && id.bytes().all(is_fine);
    is_id.then(|| Media {
        server: server.to_owned(),
        id: id.to_owned(),
    })
}
