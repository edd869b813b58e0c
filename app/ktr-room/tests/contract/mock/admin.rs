//! The administration API: accounts and tokens, rooms, reports, media.
//! Nobody but an administrator is answered.

use ktr_room::name::{BOT, registration_mac};
use serde_json::{Value, json};

use super::state::{State, full};
use super::{Answer, Request, SECRET};
use crate::poll::clock_ms;

/// The nonce of every registration: this homeserver has one secret and no enemies.
const NONCE: &str = "nonce";

impl State {
    pub(super) fn admin(&mut self, request: &Request, user: &str, path: &[&str]) -> Answer {
        if user != full(BOT) && !user.starts_with("@ktr-rescue") {
            return Answer::forbidden();
        }
        match path {
            ["v1", "server_version"] => {
                let version = self.foreign.version.unwrap_or("1.163.2");
                Answer::good(&json!({"server_version": version}))
            }
            ["v2", "users", account] => self.account(account),
            ["v1", "users", account, "login"] => self.mint(request, user, account),
            ["v1", "users", _, "media"] => self.own_media(request),
            ["v1", "event_reports", ..] => self.event_reports(request, path.get(2).copied()),
            ["v1", "media", "delete"] => Answer::good(&json!({"deleted_media": [], "total": 0})),
            ["v1", "media", _, id] => match self.media.remove(*id) {
                Some(_) => Answer::good(&json!({"deleted_media": [id], "total": 1})),
                None => Answer::missing(),
            },
            ["v1", "rooms"] => self.list_rooms(request),
            _ => self.rooms(path),
        }
    }

    /// A page of all rooms.
    fn list_rooms(&self, request: &Request) -> Answer {
        let number = |name: &str, default: usize| {
            let asked = request.number(name).map(usize::try_from);
            asked.map_or(default, |asked| asked.expect("small"))
        };
        let (from, limit) = (number("from", 0), number("limit", 100));
        let one = |room: &String| {
            let alias = self.aliases.iter().find(|(_, of)| *of == room);
            json!({"room_id": room, "canonical_alias": alias.map(|(alias, _)| alias)})
        };
        let page: Vec<Value> = self.halls.keys().skip(from).take(limit).map(one).collect();
        let mut body = json!({"rooms": page, "offset": from, "total_rooms": self.halls.len()});
        if from + limit < self.halls.len() {
            body["next_batch"] = json!(from + limit);
        }
        Answer::good(&body)
    }

    fn rooms(&mut self, path: &[&str]) -> Answer {
        match path {
            ["v1", "rooms", room] => match self.halls.get(*room) {
                Some(_) => Answer::good(&json!({"room_id": room})),
                None => Answer::missing(),
            },
            ["v1", "rooms", room, "state"] => match self.halls.get(*room) {
                Some(hall) => hall.whole_state(),
                None => Answer::missing(),
            },
            ["v1", "rooms", _, "block"] => Answer::good(&json!({"block": false})),
            ["v2", "rooms", "delete_status", _] => Answer::good(&json!({"status": "complete"})),
            ["v2", "rooms", room] => {
                self.halls.remove(*room);
                self.aliases.retain(|_, of| of != room);
                let id = self.fresh("delete");
                Answer::good(&json!({"delete_id": id}))
            }
            _ => Answer::refused(404, "M_UNRECOGNIZED"),
        }
    }

    /// The nonce, or an administrator made with the shared secret.
    pub(super) fn register(&mut self, request: &Request) -> Answer {
        if request.method == "GET" {
            return Answer::good(&json!({"nonce": NONCE}));
        }
        let body = request.json();
        let field = |name: &str| body[name].as_str().unwrap_or("").to_owned();
        let (name, password) = (field("username"), field("password"));
        if field("mac") != registration_mac(SECRET, NONCE, &name, &password) {
            return Answer::forbidden();
        }
        if !self.users.insert(full(&name)) {
            return Answer::refused(400, "M_USER_IN_USE");
        }
        let token = self.token(&full(&name), u64::MAX);
        Answer::good(&json!({"access_token": token, "device_id": "DEVICE", "user_id": full(&name)}))
    }

    fn account(&mut self, account: &str) -> Answer {
        let fresh = self.users.insert(account.to_owned());
        Answer {
            status: if fresh { 201 } else { 200 },
            body: b"{}".to_vec(),
        }
    }

    fn mint(&mut self, request: &Request, user: &str, account: &str) -> Answer {
        if !self.users.contains(account) {
            return Answer::missing();
        }
        if user == account {
            return Answer::refused(400, "M_UNKNOWN");
        }
        let until = request.json()["valid_until_ms"]
            .as_u64()
            .unwrap_or(u64::MAX);
        let token = self.token(account, until);
        Answer::good(&json!({"access_token": token}))
    }

    fn token(&mut self, user: &str, until: u64) -> String {
        let token = self.fresh(&format!("syt_{}_", clock_ms()));
        self.tokens.insert(token.clone(), (user.to_owned(), until));
        token
    }

    /// Only the bot uploads, so that all media are its own.
    fn own_media(&mut self, request: &Request) -> Answer {
        if request.method == "DELETE" {
            let total = std::mem::take(&mut self.media).len();
            return Answer::good(&json!({"deleted_media": [], "total": total}));
        }
        let one = |id: &String| json!({"media_id": id});
        let all: Vec<Value> = self.media.keys().map(one).collect();
        Answer::good(&json!({"media": all, "total": all.len()}))
    }

    fn event_reports(&mut self, request: &Request, id: Option<&str>) -> Answer {
        if let Some(id) = id {
            let id = id.parse().unwrap_or(0);
            return match self.reports.remove(&id) {
                Some(_) => Answer::good(&json!({})),
                None => Answer::missing(),
            };
        }
        let room = super::decoded(request.asked("room_id").unwrap_or(""));
        let reports = self.reports.iter().filter(|(_, of)| **of == room);
        let all: Vec<Value> = reports.map(|(id, _)| json!({"id": id})).collect();
        Answer::good(&json!({"event_reports": all}))
    }
}
