//! Delayed events (MSC4140): they wait, run anew, are cancelled, and happen.
//! Whoever knows the id of one may manage it, without any token.

use serde_json::{Value, json};

use super::state::{Delayed, State};
use super::{Answer, Request};

/// The longest delay, in milliseconds: `max_event_delay_duration: 24h`.
const DELAY_MS_MAX: u64 = 86_400_000;

impl State {
    /// Lets everything happen that is due, and empties posts whose time is over.
    pub(super) fn happen(&mut self) {
        let now = self.now_ms();
        let (due, waiting) = std::mem::take(&mut self.delayed)
            .into_iter()
            .partition(|event: &Delayed| event.since + event.delay <= now);
        self.delayed = waiting;
        for event in due {
            let Some(hall) = self.halls.get_mut(&event.room) else {
                continue;
            };
            if event.kind == "m.room.join_rules" {
                hall.join_rule = text(&event.content, "join_rule");
            } else {
                let by = hall.creator.clone();
                let membership = text(&event.content, "membership");
                hall.members.insert(event.key, (membership, by));
            }
        }
        for event in self.halls.values_mut().flat_map(|hall| &mut hall.timeline) {
            let end = event.content["org.matrix.self_destruct_after"].as_u64();
            if end.is_some_and(|end| end <= now) {
                event.content = json!({});
            }
        }
    }

    /// Puts one aside.
    pub(super) fn delay(&mut self, request: &Request, room: &str, kind: &str, key: &str) -> Answer {
        let delay = request.number("org.matrix.msc4140.delay").unwrap_or(0);
        if delay > DELAY_MS_MAX {
            return Answer::refused(400, "M_UNKNOWN");
        }
        let id = self.fresh("syd_");
        let since = self.now_ms();
        self.delayed.push(Delayed {
            id: id.clone(),
            room: room.to_owned(),
            kind: kind.to_owned(),
            key: key.to_owned(),
            content: request.json(),
            delay,
            since,
        });
        Answer::good(&json!({"delay_id": id}))
    }

    pub(super) fn manage(&mut self, id: &str, verb: &str) -> Answer {
        let Some(at) = self.delayed.iter().position(|event| event.id == id) else {
            return Answer::missing();
        };
        if verb == "cancel" {
            self.delayed.remove(at);
        } else {
            let since = self.now_ms();
            self.delayed[at].since = since;
        }
        Answer::good(&json!({}))
    }

    pub(super) fn list_delayed(&self) -> Answer {
        let one = |event: &Delayed| {
            json!({"delay_id": event.id, "room_id": event.room, "type": event.kind, "state_key": event.key,
                "delay": event.delay, "running_since": event.since, "content": event.content})
        };
        let all: Vec<Value> = self.delayed.iter().map(one).collect();
        Answer::good(&json!({"delayed_events": all}))
    }

    /// A change of a member by itself cancels what waits for it.
    pub(super) fn overtake(&mut self, room: &str, user: &str) {
        self.delayed
            .retain(|event| event.room != room || event.key != user);
    }

    pub(super) fn delay_max() -> u64 {
        DELAY_MS_MAX
    }
}

fn text(content: &Value, field: &str) -> String {
    content[field].as_str().unwrap_or("").to_owned()
}
