//! Reads `bundle.json`: sizes, canonical form, outer form, then each object on its own. Nothing is repaired.
//! Whether the objects fit together is judged in `profile.rs`.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{BundleId, Object};
use crate::{
    canonical,
    finding::{Finding, Place, rule},
    limits,
};

/// What a bundle holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contents {
    /// The bundle's id.
    pub id: BundleId,
    /// Its objects, rising by id.
    pub objects: Vec<Object>,
}

/// Reads the bytes of a bundle.
///
/// # Errors
/// The first finding of ranges 100, 400 and 500, object by object.
pub fn read(bytes: &[u8]) -> Result<Contents, Finding> {
    let place = Place::bundle();
    let text = canonical::text(bytes, limits::READ_MAX, &place)?;
    let outer: Outer<'_> =
        serde_json::from_str(text).map_err(|_error| rule::NOT_JSON.at(place.clone()))?;
    if outer.objects.too_many {
        return Err(rule::TOO_MANY_OBJECTS.at(place));
    }
    let id = BundleId::parse(&outer.id).map_err(|rule| rule.at(place.clone()))?;
    check_outer(text, &id, &outer.objects.raw)?;
    let mut objects: Vec<Object> = Vec::with_capacity(outer.objects.raw.len());
    for (index, raw) in outer.objects.raw.iter().enumerate() {
        let object = canonical::check(raw.get())
            .and_then(|()| Object::parse(raw.get()))
            .map_err(|rule| rule.at(Place::number(index)))?;
        if objects.last().is_some_and(|last| last.id() >= object.id()) {
            return Err(rule::ORDER.at(Place::object(object.id())));
        }
        objects.push(object);
    }
    Ok(Contents { id, objects })
}

/// The text around the objects is exactly `{"id":"…","objects":[`, commas, `],"type":"bundle"}`.
fn check_outer(text: &str, id: &BundleId, objects: &[&RawValue]) -> Result<(), Finding> {
    let differs = || rule::OUTER_FORM.at(Place::bundle());
    let head = format!("{{\"id\":\"{id}\",\"objects\":[");
    let mut rest = text.strip_prefix(head.as_str()).ok_or_else(differs)?;
    for (index, object) in objects.iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(',').ok_or_else(differs)?;
        }
        rest = rest.strip_prefix(object.get()).ok_or_else(differs)?;
    }
    if rest == "],\"type\":\"bundle\"}" {
        Ok(())
    } else {
        Err(differs())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outer<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    objects: RawObjects<'a>,
    #[serde(rename = "type")]
    _kind: BundleType,
}

#[derive(Deserialize)]
enum BundleType {
    #[serde(rename = "bundle")]
    Bundle,
}

/// The texts of at most [`limits::OBJECTS_MAX`] objects: a list of millions is counted, not kept.
struct RawObjects<'a> {
    raw: Vec<&'a RawValue>,
    too_many: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for RawObjects<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawObjects<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut raw = Vec::new();
        while raw.len() < limits::OBJECTS_MAX {
            match list.next_element::<&'de RawValue>()? {
                Some(object) => raw.push(object),
                None => {
                    return Ok(RawObjects {
                        raw,
                        too_many: false,
                    });
                }
            }
        }
        let mut too_many = false;
        while list.next_element::<de::IgnoredAny>()?.is_some() {
            too_many = true;
        }
        Ok(RawObjects { raw, too_many })
    }
}
