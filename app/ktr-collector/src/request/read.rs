//! Reads method and path: `/p/{64 lower-case hex}` and `/p/{hex}/again`, and nothing else.
//! Whether the hash is known makes no difference to the answer.

use ktr_core::id::Sha256;

/// Whether a release was taken up first, or run again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// `/p/{hex}`.
    First,
    /// `/p/{hex}/again`.
    Again,
}

/// One plain hit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The beacon id, known or not.
    pub beacon: Sha256,
    /// First or again.
    pub kind: Kind,
}

/// What a request asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// Count this: POST, or GET for products that cannot post.
    Count(Hit),
    /// HEAD: answered alike, never counted.
    Look,
    /// Another method: 405.
    OtherMethod,
    /// Another path: 404.
    OtherPath,
}

/// Reads method and path. The path comes first: an unknown one is 404 with any method.
#[must_use]
pub fn read(method: &str, path: &str, query: Option<&str>) -> Asked {
    let (None, Some(hit)) = (query, hit(path)) else {
        return Asked::OtherPath;
    };
    match method {
        "GET" | "POST" => Asked::Count(hit),
        "HEAD" => Asked::Look,
        _ => Asked::OtherMethod,
    }
}

fn hit(path: &str) -> Option<Hit> {
    let rest = path.strip_prefix("/p/")?;
    let (digits, kind) = match rest.strip_suffix("/again") {
        Some(digits) => (digits, Kind::Again),
        None => (rest, Kind::First),
    };
    let is_lower_hex = digits
        .bytes()
        .all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    if !is_lower_hex {
        return None;
    }
    let beacon = Sha256::from_slice(&hex::decode(digits).ok()?)?;
    Some(Hit { beacon, kind })
}
