//! Walks through the JSON of a bundle and gives every string, name and number to the search, without keeping any.
//! A name that stands twice is read twice: what a later reader would take is not asked.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

use super::{search::Search, sender::Sender};
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
        kept: None,
    };
    value.deserialize(&mut json)?;
    json.end()?;
    read.outside.extend(search.take());
    Ok(read)
}

/// Any value; with `top`, the bundle itself, whose `objects` are told apart; with `kept`, a text that is asked for.
struct Value<'s, 'd, 'r> {
    search: &'s mut Search<'d>,
    top: Option<&'r mut Read>,
    kept: Option<&'r mut Option<String>>,
}

impl<'s, 'd> Value<'s, 'd, '_> {
    const fn inner(search: &'s mut Search<'d>) -> Self {
        Self {
            search,
            top: None,
            kept: None,
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
        if let Some(kept) = self.kept {
            *kept = Some(String::from(text));
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
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            search.string(&name);
            match top.as_mut().filter(|_| name == "objects") {
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
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            search.string(&name);
            rules.append(&mut search.take_part());
            let mut kept = None;
            let value = Value {
                search: &mut *search,
                top: None,
                kept: Sender::asks_for(&name).then_some(&mut kept),
            };
            members.next_value_seed(value)?;
            let mut found = search.take_part();
            if let Some(text) = kept {
                let is_mail = found.remove(&rule::LEAK_MAIL);
                sender.hear(&name, text, is_mail);
            }
            rules.append(&mut found);
        }
        if sender.is_a_stranger() {
            rules.insert(rule::LEAK_MAIL);
        }
        Ok(rules)
    }
}
