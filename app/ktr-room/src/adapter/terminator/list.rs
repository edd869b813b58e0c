//! The list of paths, as a pure function of a request's first line. What is not in it goes nowhere.
//! A path is matched as it came, not decoded: each has one spelling, so none leads around the list.

/// Who answers a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Door {
    /// The homeserver.
    Homeserver,
    /// The passes.
    Passes,
}

/// Characters of an identifier behind its sigil, in room version 12.
const ID_LEN: usize = 43;

/// Who answers a method and a target; nobody, if it is not listed.
pub(super) fn door(method: &str, target: &str) -> Option<Door> {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    match segments.as_slice() {
        ["pass", session, name] => {
            (method == "GET" && query.is_none() && is_session(session) && is_pass(name))
                .then_some(Door::Passes)
        }
        ["_matrix", "client", rest @ ..] => listed(method, rest, query).then_some(Door::Homeserver),
        _ => None,
    }
}

/// The homeserver's part: what an agent needs, and a probe besides.
fn listed(method: &str, rest: &[&str], query: Option<&str>) -> bool {
    match (method, rest, query) {
        ("GET", ["versions"], None) | ("GET", ["v3", "sync"], _) => true,
        ("GET", ["v3", "rooms", room, "messages"], _)
        | ("POST", ["v3", "rooms", room, "leave"], None)
        | (
            "GET",
            ["v3", "rooms", room, "state", "m.room.create"]
            | ["v3", "rooms", room, "state", "m.room.create", ""],
            None,
        ) => is_id(room, "!", "%21"),
        ("GET", ["v3", "rooms", room, "event", event], None) => {
            is_id(room, "!", "%21") && is_id(event, "$", "%24")
        }
        ("GET", ["v1", "media", "download", server, id], None) => {
            is_server(server) && is_opaque(id)
        }
        ("POST", ["v3", "join", alias], None)
        | ("GET", ["v3", "directory", "room", alias], None) => is_alias(alias),
        _ => false,
    }
}

/// A room's or an event's identifier.
fn is_id(text: &str, sigil: &str, escaped: &str) -> bool {
    let bare = text
        .strip_prefix(sigil)
        .or_else(|| text.strip_prefix(escaped));
    bare.is_some_and(|bare| bare.len() == ID_LEN && is_opaque(bare))
}

/// `#ktr-N:server`; a bare `#` would end the path.
fn is_alias(text: &str) -> bool {
    let named = text.strip_prefix("%23ktr-").and_then(halves);
    named.is_some_and(|(session, server)| is_number(session) && is_server(server))
}

/// A server name, with or without a port.
fn is_server(text: &str) -> bool {
    let (host, port) = match halves(text) {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_host = |octet: u8| octet.is_ascii_alphanumeric() || b".-".contains(&octet);
    !host.is_empty() && host.bytes().all(is_host) && port.is_none_or(is_number)
}

/// What stands before the first colon and behind it.
fn halves(text: &str) -> Option<(&str, &str)> {
    let plain = text.split_once(':');
    let escaped = text.split_once("%3A");
    match (plain, escaped) {
        (Some(plain), Some(escaped)) if plain.0.len() > escaped.0.len() => Some(escaped),
        (Some(plain), _) => Some(plain),
        (None, escaped) => escaped,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit())
}

fn is_session(text: &str) -> bool {
    text.len() <= 10 && is_number(text)
}

fn is_pass(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'))
}

/// Base64url, at least one character.
fn is_opaque(text: &str) -> bool {
    let is_part = |octet: u8| octet.is_ascii_alphanumeric() || b"-_".contains(&octet);
    !text.is_empty() && text.bytes().all(is_part)
}
