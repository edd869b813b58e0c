//! Inside a room: members, state, posts, reports.
//! Nobody but the creator may send, invite or kick; a room that is gone is one that nobody is in.

use serde_json::{Value, json};

use super::state::{Event, Hall, State};
use super::{Answer, Request};

impl State {
    pub(super) fn in_room(
        &mut self,
        request: &Request,
        user: &str,
        room: &str,
        path: &[&str],
    ) -> Answer {
        if let ("POST", ["join"]) = (request.method.as_str(), path) {
            return self.join(user, room);
        }
        let Some(hall) = self.halls.get(room) else {
            let event = matches!(path, ["event" | "report", _]);
            return if event {
                Answer::missing()
            } else {
                Answer::forbidden()
            };
        };
        match (request.method.as_str(), path) {
            ("GET", ["members"]) => hall.list(user, request),
            ("GET", ["messages"]) => hall.messages(user, request),
            ("GET", ["event", id]) => hall.event(user, id),
            ("GET", ["state", kind, ..]) => hall.state(user, kind),
            ("POST", ["leave"]) => self.leave(user, room),
            ("POST", ["report", id]) => self.report(user, room, id),
            _ if user != hall.creator => Answer::forbidden(),
            ("PUT", ["state", kind, key]) => self.put_state(request, room, kind, key),
            ("PUT", ["send", _, transaction]) => self.send(request, user, room, transaction),
            ("POST", [verb @ ("invite" | "kick")]) => self.move_guest(request, user, room, verb),
            _ => Answer::refused(404, "M_UNRECOGNIZED"),
        }
    }

    fn leave(&mut self, user: &str, room: &str) -> Answer {
        let hall = self.halls.get_mut(room).expect("looked up");
        if !hall.has(user) {
            return Answer::forbidden();
        }
        hall.members
            .insert(user.to_owned(), ("leave".to_owned(), user.to_owned()));
        self.overtake(room, user);
        Answer::good(&json!({}))
    }

    fn report(&mut self, user: &str, room: &str, event: &str) -> Answer {
        let hall = &self.halls[room];
        if !hall.has(user) || hall.timeline.iter().all(|one| one.id != event) {
            return Answer::missing();
        }
        self.serial += 1;
        self.reports.insert(self.serial, room.to_owned());
        Answer::good(&json!({}))
    }

    fn put_state(&mut self, request: &Request, room: &str, kind: &str, key: &str) -> Answer {
        if request.asked("org.matrix.msc4140.delay").is_some() {
            return self.delay(request, room, kind, key);
        }
        let content = request.json();
        let hall = self.halls.get_mut(room).expect("looked up");
        if let ("m.room.join_rules", Some(rule)) = (kind, content["join_rule"].as_str()) {
            rule.clone_into(&mut hall.join_rule);
        }
        let id = self.fresh("$state");
        Answer::good(&json!({"event_id": id}))
    }

    /// A transaction id stands for one event of a room, as long as the token is the same.
    fn send(&mut self, request: &Request, user: &str, room: &str, transaction: &str) -> Answer {
        let token = request.token.clone().unwrap_or_default();
        let key = (token, format!("{room} {transaction}"));
        if let Some(id) = self.transactions.get(&key) {
            return Answer::good(&json!({"event_id": id}));
        }
        let id = self.fresh("$event");
        self.transactions.insert(key, id.clone());
        self.tally.posts.push(request.json());
        let event = Event {
            id: id.clone(),
            sender: user.to_owned(),
            content: request.json(),
        };
        let hall = self.halls.get_mut(room).expect("looked up");
        hall.timeline.push(event);
        Answer::good(&json!({"event_id": id}))
    }

    fn move_guest(&mut self, request: &Request, user: &str, room: &str, verb: &str) -> Answer {
        let body = request.json();
        let guest = body["user_id"].as_str().unwrap_or("");
        let hall = self.halls.get_mut(room).expect("looked up");
        let inside = hall.has(guest);
        let refused = if verb == "kick" {
            !inside && !hall.invited(guest)
        } else {
            inside
        };
        if refused {
            return Answer::forbidden();
        }
        let membership = if verb == "kick" { "leave" } else { "invite" };
        hall.members
            .insert(guest.to_owned(), (membership.to_owned(), user.to_owned()));
        Answer::good(&json!({}))
    }
}

impl Hall {
    fn is(&self, user: &str, wanted: &str) -> bool {
        let found = self.members.get(user);
        found.is_some_and(|(membership, _)| membership == wanted)
    }

    fn has(&self, user: &str) -> bool {
        self.is(user, "join")
    }

    fn invited(&self, user: &str) -> bool {
        self.is(user, "invite")
    }

    /// Who was in once reads an event of then by its id, and nothing else: who leaves or is kicked forgets the room (`forget_rooms_on_leave`).
    fn lets_read(&self, user: &str) -> bool {
        self.has(user) || self.is(user, "leave")
    }

    fn list(&self, user: &str, request: &Request) -> Answer {
        if !self.has(user) {
            return Answer::forbidden();
        }
        let without = request.asked("not_membership").unwrap_or("");
        let one = |(key, (membership, sender)): (&String, &(String, String))| json!({"type": "m.room.member", "state_key": key, "sender": sender, "content": {"membership": membership}});
        let members = self.members.iter();
        let chosen = members.filter(|(_, (membership, _))| membership != without);
        let chunk: Vec<Value> = chosen.map(one).collect();
        Answer::good(&json!({"chunk": chunk}))
    }

    fn messages(&self, user: &str, request: &Request) -> Answer {
        if !self.has(user) {
            return Answer::forbidden();
        }
        let mut chunk: Vec<Value> = self.timeline.iter().map(Event::shown).collect();
        if request.asked("dir") == Some("b") {
            chunk.reverse();
        }
        Answer::good(&json!({"chunk": chunk}))
    }

    fn event(&self, user: &str, id: &str) -> Answer {
        let found = self.timeline.iter().find(|event| event.id == id);
        match found {
            Some(event) if self.lets_read(user) => Answer::good(&event.shown()),
            _ => Answer::missing(),
        }
    }

    /// The state as an administrator sees it: of what is in it, that which is looked for.
    pub(super) fn whole_state(&self) -> Answer {
        let event = |kind: &str| json!({"type": kind, "origin_server_ts": self.begun_ms});
        let mut state = vec![event("m.room.create")];
        if !self.join_rule.is_empty() {
            state.push(event("m.room.join_rules"));
        }
        Answer::good(&json!({"state": state}))
    }

    fn state(&self, user: &str, kind: &str) -> Answer {
        if !self.has(user) {
            return Answer::forbidden();
        }
        match kind {
            "m.room.join_rules" if self.join_rule.is_empty() => Answer::missing(),
            "m.room.join_rules" => Answer::good(&json!({"join_rule": self.join_rule})),
            "m.room.create" => Answer::good(&json!({"m.federate": false})),
            _ => Answer::missing(),
        }
    }
}

impl Event {
    fn shown(&self) -> Value {
        json!({"event_id": self.id, "sender": self.sender, "content": self.content})
    }
}
