//! Whether a rule fires on an event, by both evaluators.
//! Events of Windows come as their own JSON or flat; both are read.

use rsigma_eval::{JsonEvent, compile_rule, evaluate_rule};
use rsigma_parser::SigmaRule;
use serde_json::{Map, Value};

use crate::finding::{Rule, rule};

/// An event, its fields at the top.
pub(super) struct Event(Value);

impl Event {
    /// Reads a positive event: one JSON object.
    ///
    /// # Errors
    /// [`rule::SIGMA_POSITIVE`].
    pub(super) fn parse(json: &str) -> Result<Self, Rule> {
        let value: Value = serde_json::from_str(json).map_err(|_error| rule::SIGMA_POSITIVE)?;
        match value {
            Value::Object(fields) if !fields.is_empty() => Ok(Self(flat(fields))),
            Value::Object(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(rule::SIGMA_POSITIVE),
        }
    }

    /// Whether both evaluators let `parsed`, whose text is `text`, fire.
    pub(super) fn sets_off(&self, parsed: &SigmaRule, text: &str) -> bool {
        self.first(parsed) && self.second(text)
    }

    /// Whether the first evaluator does.
    pub(super) fn first(&self, parsed: &SigmaRule) -> bool {
        compile_rule(parsed)
            .is_ok_and(|rule| evaluate_rule(&rule, &JsonEvent::borrow(&self.0)).is_some())
    }

    fn second(&self, text: &str) -> bool {
        let event = sigma_rust::event_from_json(&self.0.to_string());
        let rule = sigma_rust::rule_from_yaml(text);
        matches!((rule, event), (Ok(rule), Ok(event)) if sigma_rust::check_rule(&rule, &event))
    }
}

/// Fields of `Event.System`, `Event.EventData` and `Event.UserData`, as rules name them: `Threat Name` is `ThreatName` too. Any other event
/// as it is.
fn flat(fields: Map<String, Value>) -> Value {
    let Some(Value::Object(event)) = fields.get("Event") else {
        return Value::Object(fields);
    };
    let mut flat = Map::new();
    for part in ["System", "EventData", "UserData"] {
        if let Some(Value::Object(part)) = event.get(part) {
            lift(part, &mut flat);
        }
    }
    let provider = "/System/Provider/#attributes/Name";
    if let Some(name) = fields
        .get("Event")
        .and_then(|event| event.pointer(provider))
    {
        flat.insert(String::from("Provider_Name"), name.clone());
    }
    Value::Object(flat)
}

fn lift(part: &Map<String, Value>, flat: &mut Map<String, Value>) {
    for (name, value) in part {
        match value {
            Value::Object(inner) => match inner.get("#text") {
                Some(text) => {
                    flat.insert(name.clone(), text.clone());
                }
                None => lift(inner, flat),
            },
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {
                flat.insert(name.replace(' ', ""), value.clone());
                flat.insert(name.clone(), value.clone());
            }
        }
    }
}
