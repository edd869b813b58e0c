//! What is asked for by alias or about oneself: making a room, joining it, logging out.
//! What is inside a room is in `room.rs`.

use serde_json::{Value, json};

use super::state::{Hall, State, full};
use super::{Answer, Request, SERVER};
use ktr_room::name::BOT;

impl State {
    pub(super) fn door(&mut self, request: &Request, user: &str, path: &[&str]) -> Answer {
        match (request.method.as_str(), path) {
            ("POST", ["createRoom"]) => self.create(user, &request.json()),
            ("GET", ["capabilities"]) => Answer::good(
                &json!({"capabilities": {"org.matrix.msc4140.delayed_events":
                {"max_delay_ms": Self::delay_max(), "max_scheduled": self.foreign.max_scheduled.unwrap_or(2_000)}}}),
            ),
            ("GET", ["directory", "room", alias]) => match self.aliases.get(*alias) {
                Some(room) => Answer::good(&json!({"room_id": room})),
                None => Answer::missing(),
            },
            ("DELETE", ["directory", "room", alias]) => self.drop_alias(user, alias),
            ("POST", ["join", alias]) => match self.aliases.get(*alias).cloned() {
                Some(room) => self.join(user, &room),
                None => Answer::missing(),
            },
            ("POST", ["logout"]) => {
                self.tokens
                    .retain(|token, _| Some(token) != request.token.as_ref());
                Answer::good(&json!({}))
            }
            _ => Answer::refused(404, "M_UNRECOGNIZED"),
        }
    }

    fn create(&mut self, user: &str, body: &Value) -> Answer {
        let alias = format!(
            "#{}:{SERVER}",
            body["room_alias_name"].as_str().unwrap_or("")
        );
        if self.aliases.contains_key(&alias) {
            return Answer::refused(400, "M_ROOM_IN_USE");
        }
        let (room, begun_ms) = (self.fresh("!hall-of-a-homeserver-"), self.now_ms());
        self.tally.rooms += 1;
        let invited = body["invite"].as_array().cloned().unwrap_or_default();
        let invited = invited.iter().filter_map(Value::as_str);
        let mut hall = Hall {
            creator: user.to_owned(),
            members: invited
                .map(|guest| (guest.to_owned(), ("invite".to_owned(), user.to_owned())))
                .collect(),
            join_rule: "invite".to_owned(),
            begun_ms,
            timeline: Vec::new(),
        };
        hall.members
            .insert(user.to_owned(), ("join".to_owned(), user.to_owned()));
        self.halls.insert(room.clone(), hall);
        self.aliases.insert(alias, room.clone());
        Answer::good(&json!({"room_id": room}))
    }

    fn drop_alias(&mut self, user: &str, alias: &str) -> Answer {
        if !self.aliases.contains_key(alias) {
            return Answer::missing();
        }
        if user != full(BOT) {
            return Answer::forbidden();
        }
        self.aliases.remove(alias);
        Answer::good(&json!({}))
    }

    /// The invited join while the rule lets them; who is in is in.
    pub(super) fn join(&mut self, user: &str, room: &str) -> Answer {
        let Some(hall) = self.halls.get_mut(room) else {
            return Answer::missing();
        };
        let membership = hall
            .members
            .get(user)
            .map_or("", |(membership, _)| membership);
        match membership {
            "join" => {}
            "invite" if hall.join_rule == "invite" => {
                hall.members
                    .insert(user.to_owned(), ("join".to_owned(), user.to_owned()));
                self.overtake(room, user);
            }
            _ => return Answer::forbidden(),
        }
        Answer::good(&json!({"room_id": room}))
    }
}
