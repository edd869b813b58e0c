//! Walks through the JSON of a bundle and gives every string, name and number to the search, without keeping any.
//! A name that stands twice is read twice: what a later reader would take is not asked.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

use super::{
    search::Search,
    sender::{Property, Sender},
};
use crate::finding::{Rule, rule};

/// What was found, by object.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) objects: Vec<BTreeSet<Rule>>,
    /// Outside of all objects.
    pub(super) outside: BTreeSet<Rule>,
}

/// Reads a whole bundle.
///
/// # Errors
/// If it is no JSON, its `objects` are no list of objects, or it is nested deeper than the library reads.
pub(super) fn read(bundle: &[u8], search: &mut Search<'_>) -> Result<Read, serde_json::Error> {
    let mut read = Read::default();
    let mut json = serde_json::Deserializer::from_slice(bundle);
    let value = Value {
        search: &mut *search,
        top: Some(&mut read),
        heard: None,
    };
    value.deserialize(&mut json)?;
    json.end()?;
    read.outside.extend(search.take());
    Ok(read)
}

/// Any value; with `top`, the bundle itself, whose `objects` are told apart; with `heard`, a property that may name a sender.
struct Value<'s, 'd, 'r> {
    search: &'s mut Search<'d>,
    top: Option<&'r mut Read>,
    heard: Option<(&'r mut Sender, Property)>,
}

impl<'s, 'd> Value<'s, 'd, '_> {
    const fn inner(search: &'s mut Search<'d>) -> Self {
        Self {
            search,
            top: None,
            heard: None,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.search.string(&number.to_string());
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.search.string(&number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.search.string(&number.to_string());
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.search.string(text);
        if let Some((sender, property)) = self.heard {
            sender.hear(property, text);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let search = self.search;
        while let Some(()) = items.next_element_seed(Value::inner(search))? {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self {
            search, mut top, ..
        } = self;
        while let Some(name) = members.next_key_seed(Name(&mut *search))? {
            match top.as_mut().filter(|_| name == Known::Objects) {
                Some(read) => {
                    read.outside.extend(search.take());
                    let search = &mut *search;
                    members.next_value_seed(Objects { search, read })?;
                }
                None => members.next_value_seed(Value::inner(search))?,
            }
        }
        Ok(())
    }
}

/// The list of objects; a bundle with anything else in its place is not read.
struct Objects<'s, 'd, 'r> {
    search: &'s mut Search<'d>,
    read: &'r mut Read,
}

impl<'de> DeserializeSeed<'de> for Objects<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Objects<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { search, read } = self;
        while let Some(mut rules) = items.next_element_seed(Object { search })? {
            rules.append(&mut search.take());
            read.objects.push(rules);
        }
        Ok(())
    }
}

/// One object, property by property: a mail address may be what it is about.
struct Object<'s, 'd> {
    search: &'s mut Search<'d>,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = BTreeSet<Rule>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = BTreeSet<Rule>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let Self { search } = self;
        let (mut rules, mut sender) = (BTreeSet::new(), Sender::default());
        while let Some(name) = members.next_key_seed(Name(&mut *search))? {
            rules.append(&mut search.take_part());
            let property = match name {
                Known::Property(property) => Some(property),
                Known::Objects | Known::Nothing => None,
            };
            members.next_value_seed(Value {
                search: &mut *search,
                top: None,
                heard: property.map(|property| (&mut sender, property)),
            })?;
            let mut found = search.take_part();
            if let Some(property) = property
                && found.remove(&rule::LEAK_MAIL)
            {
                sender.found_in(property);
            }
            rules.append(&mut found);
        }
        if sender.is_a_stranger() {
            rules.insert(rule::LEAK_MAIL);
        }
        Ok(rules)
    }
}

/// A name, given to the search as any string.
struct Name<'s, 'd>(&'s mut Search<'d>);

/// What a name is known for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    Objects,
    Property(Property),
    Nothing,
}

impl<'de> DeserializeSeed<'de> for Name<'_, '_> {
    type Value = Known;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Known, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_, '_> {
    type Value = Known;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Known, E> {
        self.0.string(name);
        Ok(match Property::of(name) {
            Some(property) => Known::Property(property),
            None if name == "objects" => Known::Objects,
            None => Known::Nothing,
        })
    }
}
