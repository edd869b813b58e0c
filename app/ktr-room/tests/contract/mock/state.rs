//! What the homeserver remembers, and which part of it answers a request.
//! Delayed events that are due happen before the request that comes after them.

use std::collections::{BTreeMap, BTreeSet};

use ktr_room::port::Clock;
use serde_json::{Value, json};

use super::{Answer, Request, SERVER};
use crate::chain::Ledger;
use crate::poll::clock_ms;

/// Everything.
#[derive(Default)]
pub(super) struct State {
    pub(super) users: BTreeSet<String>,
    /// Users of tokens, and until when the token is good, in milliseconds.
    pub(super) tokens: BTreeMap<String, (String, u64)>,
    pub(super) aliases: BTreeMap<String, String>,
    pub(super) halls: BTreeMap<String, Hall>,
    pub(super) delayed: Vec<Delayed>,
    /// Octets of media ids; none while only the id is given.
    pub(super) media: BTreeMap<String, Option<Vec<u8>>>,
    /// Reports of events, with their rooms.
    pub(super) reports: BTreeMap<u64, String>,
    /// The event of a transaction, for each token, and room and id.
    pub(super) transactions: BTreeMap<(String, String), String>,
    pub(super) serial: u64,
    pub(super) tally: Tally,
    pub(super) foreign: Foreign,
    /// What it goes by; the machine's clock without one.
    pub(super) clock: Option<Ledger>,
}

/// In what it differs from the homeserver that the product knows.
#[derive(Default)]
pub(crate) struct Foreign {
    /// Its version.
    pub(crate) version: Option<&'static str>,
    /// It has no delayed events.
    pub(crate) undelayed: bool,
    /// How many delayed events an account may have.
    pub(crate) max_scheduled: Option<u64>,
    /// What it answers to requests instead of doing what they ask for, by their kind and their path.
    pub(crate) fault: Option<Fault>,
    /// The kinds of all requests that came.
    pub(crate) kinds: BTreeSet<String>,
}

/// Answers some requests without doing anything.
pub(crate) type Fault = Box<dyn FnMut(&str, &str) -> Option<(u16, String)> + Send>;

/// A request's kind: its method, and its path without what differs from one room, member or post to the next.
pub(super) fn kind(request: &Request) -> String {
    let one = |segment: &String| {
        let marked = segment.starts_with(['!', '$', '@', '#']);
        let made = ["media", "syd_", "delete"].iter().any(|prefix| {
            let rest = segment.strip_prefix(prefix);
            rest.is_some_and(|rest| rest.parse::<u64>().is_ok())
        });
        let transaction = segment.len() == 26;
        if marked || made || transaction {
            "*".to_owned()
        } else {
            segment.clone()
        }
    };
    let path: Vec<String> = request.path.iter().map(one).collect();
    let delayed = if request.query.contains("msc4140.delay=") {
        " delayed"
    } else {
        ""
    };
    format!("{} {}{delayed}", request.method, path.join("/"))
}

/// What was ever made, whatever became of it.
#[derive(Clone, Default)]
pub(crate) struct Tally {
    /// Rooms.
    pub(crate) rooms: usize,
    /// Media ids.
    pub(crate) media: usize,
    /// Contents of messages, in the order in which they came.
    pub(crate) posts: Vec<Value>,
}

/// A room.
pub(super) struct Hall {
    pub(super) creator: String,
    /// Who was ever in it or invited: the membership, and who set it.
    pub(super) members: BTreeMap<String, (String, String)>,
    /// Empty in a room that was never finished.
    pub(super) join_rule: String,
    pub(super) begun_ms: u64,
    pub(super) timeline: Vec<Event>,
}

/// A message.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) sender: String,
    pub(super) content: Value,
}

/// A delayed event.
pub(super) struct Delayed {
    pub(super) id: String,
    pub(super) room: String,
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) content: Value,
    pub(super) delay: u64,
    pub(super) since: u64,
}

impl State {
    pub(super) fn now_ms(&self) -> u64 {
        self.clock.as_ref().map_or_else(clock_ms, Clock::local_ms)
    }

    /// A text that was never given before.
    pub(super) fn fresh(&mut self, prefix: &str) -> String {
        self.serial += 1;
        format!("{prefix}{}", self.serial)
    }

    pub(super) fn answer(&mut self, request: &Request) -> Answer {
        self.happen();
        if let Some(answer) = self.fail(request) {
            return answer;
        }
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        if let Some(answer) = self.open(request, &path) {
            return answer;
        }
        let user = match self.user(request) {
            Ok(user) => user,
            Err(answer) => return answer,
        };
        match path.as_slice() {
            ["_synapse", "admin", rest @ ..] => self.admin(request, &user, rest),
            ["_matrix", "media", rest @ ..] => self.media(request, rest),
            ["_matrix", "client", "v1", "media", "download", _, id] => self.download(id),
            ["_matrix", "client", "v3", "rooms", room, rest @ ..] => {
                self.in_room(request, &user, room, rest)
            }
            ["_matrix", "client", "v3", rest @ ..] => self.door(request, &user, rest),
            [
                "_matrix",
                "client",
                "unstable",
                "org.matrix.msc4140",
                "delayed_events",
            ] => self.list_delayed(),
            _ => Answer::refused(404, "M_UNRECOGNIZED"),
        }
    }

    /// What is answered to anybody but a member in the place of an answer.
    fn fail(&mut self, request: &Request) -> Option<Answer> {
        let user = self.user(request);
        if user.is_ok_and(|user| user.starts_with("@m-")) {
            return None;
        }
        let kind = kind(request);
        self.foreign.kinds.insert(kind.clone());
        let fault = self.foreign.fault.as_mut()?;
        let (status, body) = fault(&kind, &request.path.join("/"))?;
        let body = body.into_bytes();
        Some(Answer { status, body })
    }

    fn user(&self, request: &Request) -> Result<String, Answer> {
        let Some(token) = &request.token else {
            return Err(Answer::refused(401, "M_MISSING_TOKEN"));
        };
        match self.tokens.get(token) {
            Some((user, until)) if *until > self.now_ms() => Ok(user.clone()),
            _ => Err(Answer::refused(401, "M_UNKNOWN_TOKEN")),
        }
    }

    /// What is answered without a token.
    fn open(&mut self, request: &Request, path: &[&str]) -> Option<Answer> {
        match path {
            ["health"] => Some(Answer::good(&json!("OK"))),
            ["_matrix", "client", "versions"] => Some(Answer::good(
                &json!({"versions": [], "unstable_features": {"org.matrix.msc4140": !self.foreign.undelayed}}),
            )),
            ["_synapse", "admin", "v1", "register"] => Some(self.register(request)),
            [
                "_matrix",
                "client",
                "unstable",
                "org.matrix.msc4140",
                "delayed_events",
                id,
                verb,
            ] => Some(self.manage(id, verb)),
            _ => None,
        }
    }
}

/// A user of this server by its localpart.
pub(super) fn full(localpart: &str) -> String {
    format!("@{localpart}:{SERVER}")
}
