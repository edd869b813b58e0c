//! MISP events: attributes and objects. Only what is meant for detection is taken, unless more is asked for.
//! Texts of an event, its tags and its reports are counted: they may name the victim.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};

use super::{
    Wanted,
    entry::{Meaning, Offer, meaning},
    gather::{Taker, json, source},
};
use crate::{
    finding::{Finding, rule},
    ioc::Type,
};

/// Objects that are about the victim or about people: nothing in them is an attacker's.
const OURS: [&str; 7] = [
    "victim",
    "corporate-asset",
    "organization",
    "person",
    "employee",
    "user-account",
    "legal-entity",
];

/// Hashes of these objects are of one thing.
const ONE_THING: [&str; 7] = ["file", "pe", "elf", "macho", "x509", "lnk", "malware"];

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Event")]
    event: Event,
}

/// One event, or the answer of a MISP with several.
#[derive(Deserialize)]
struct Top {
    #[serde(rename = "Event")]
    event: Option<Event>,
    response: Option<Vec<Answer>>,
}

#[derive(Deserialize)]
struct Event {
    info: Option<IgnoredAny>,
    #[serde(rename = "Attribute", default)]
    attributes: Vec<Attribute>,
    #[serde(rename = "Object", default)]
    objects: Vec<Thing>,
    #[serde(rename = "Tag", default)]
    tags: Vec<IgnoredAny>,
    #[serde(rename = "Galaxy", default)]
    galaxies: Vec<IgnoredAny>,
    #[serde(rename = "ShadowAttribute", default)]
    proposals: Vec<IgnoredAny>,
    #[serde(rename = "EventReport", default)]
    reports: Vec<IgnoredAny>,
    #[serde(rename = "RelatedEvent", default)]
    related: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Thing {
    name: String,
    #[serde(default)]
    deleted: bool,
    #[serde(rename = "Attribute", default)]
    attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
struct Attribute {
    #[serde(rename = "type")]
    kind: String,
    value: String,
    #[serde(default)]
    to_ids: bool,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    comment: Option<String>,
    #[serde(rename = "Tag", default)]
    tags: Vec<IgnoredAny>,
    #[serde(rename = "ShadowAttribute", default)]
    proposals: Vec<IgnoredAny>,
}

/// Reads one event, or an answer with several.
///
/// # Errors
/// [`rule::NOT_JSON`], [`rule::DRAFT_SHAPE`].
pub(super) fn read(text: &str, wanted: Wanted, taker: &mut Taker) -> Result<(), Finding> {
    let events = events(text)?;
    let is_one = events.len() == 1;
    for (index, event) in events.iter().enumerate() {
        let path = if is_one {
            String::from("Event")
        } else {
            format!("response[{index}].Event")
        };
        taker.list_all("title of an event", usize::from(event.info.is_some()));
        taker.list_all("tag", event.tags.len());
        taker.list_all("galaxy", event.galaxies.len());
        taker.list_all("proposal", event.proposals.len());
        taker.list_all("report of an event", event.reports.len());
        taker.list_all("related event", event.related.len());
        attributes(&event.attributes, wanted, &path, taker);
        for (number, thing) in event.objects.iter().enumerate() {
            object(thing, wanted, &format!("{path}.Object[{number}]"), taker);
        }
    }
    Ok(())
}

fn events(text: &str) -> Result<Vec<Event>, Finding> {
    let answers = if text.trim_start().starts_with('[') {
        json::<Vec<Answer>>(text)?
    } else {
        let top: Top = json(text)?;
        match (top.event, top.response) {
            (Some(event), None) => return Ok(vec![event]),
            (None, Some(answers)) => answers,
            (None, None) | (Some(_), Some(_)) => return Err(rule::DRAFT_SHAPE.at(source())),
        }
    };
    Ok(answers.into_iter().map(|answer| answer.event).collect())
}

fn attributes(attributes: &[Attribute], wanted: Wanted, path: &str, taker: &mut Taker) {
    for (index, attribute) in attributes.iter().enumerate() {
        count_rest(attribute, taker);
        if is_wanted(attribute, wanted, taker) {
            take(
                attribute,
                &format!("{path}.Attribute[{index}].value"),
                taker,
            );
        }
    }
}

/// What an attribute carries beside its value.
fn count_rest(attribute: &Attribute, taker: &mut Taker) {
    let has_comment = attribute
        .comment
        .as_ref()
        .is_some_and(|text| !text.is_empty());
    taker.list_all("comment of an attribute", usize::from(has_comment));
    taker.list_all("tag", attribute.tags.len());
    taker.list_all("proposal", attribute.proposals.len());
}

fn is_wanted(attribute: &Attribute, wanted: Wanted, taker: &mut Taker) -> bool {
    if attribute.deleted {
        taker.list("deleted attribute");
        return false;
    }
    if matches!(meaning(&attribute.kind, &attribute.value), Meaning::Nothing) {
        taker.list_named("attribute", &attribute.kind);
        return false;
    }
    if !attribute.to_ids && wanted == Wanted::ForDetection {
        taker.list_named("not for detection, attribute", &attribute.kind);
        return false;
    }
    true
}

fn take(attribute: &Attribute, place: &str, taker: &mut Taker) {
    match meaning(&attribute.kind, &attribute.value) {
        Meaning::One(kind, value) => taker.take(&Offer::plain(kind, value), place),
        Meaning::Two((one, first), (other, second)) => {
            taker.take(&Offer::plain(one, first), place);
            taker.take(&Offer::plain(other, second), place);
        }
        Meaning::Part(kind, value) => {
            taker.take(&Offer::plain(kind, value), place);
            taker.list_named("second half of attribute", &attribute.kind);
        }
        Meaning::Nothing => {}
    }
}

/// The attributes of an object; the hashes of one thing are one IOC.
fn object(thing: &Thing, wanted: Wanted, path: &str, taker: &mut Taker) {
    if thing.deleted {
        taker.list("deleted object");
        return;
    }
    if OURS.contains(&thing.name.as_str()) {
        taker.list_named("object", &thing.name);
        return;
    }
    if !ONE_THING.contains(&thing.name.as_str()) {
        attributes(&thing.attributes, wanted, path, taker);
        return;
    }
    let mut hashes: BTreeMap<Type, Vec<&str>> = BTreeMap::new();
    for (index, attribute) in thing.attributes.iter().enumerate() {
        count_rest(attribute, taker);
        if !is_wanted(attribute, wanted, taker) {
            continue;
        }
        match meaning(&attribute.kind, &attribute.value) {
            Meaning::One(kind @ (Type::Hash | Type::Certificate), value) => {
                hashes.entry(kind).or_default().push(value);
            }
            Meaning::One(..) | Meaning::Two(..) | Meaning::Part(..) | Meaning::Nothing => {
                take(
                    attribute,
                    &format!("{path}.Attribute[{index}].value"),
                    taker,
                );
            }
        }
    }
    for (kind, values) in hashes {
        taker.take(&Offer::plain(kind, &values.join(" ")), path);
    }
}
