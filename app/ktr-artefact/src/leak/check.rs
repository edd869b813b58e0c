//! Looks through a finished bundle: the raw text, every string of every object, and every decodable run inside, three deep.
//! It judges nothing but leaks; that the bytes are a bundle of the profile is the strict reader's affair.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Dictionary, decode, dictionary::Words, digest, fold::fold};
use crate::{
    finding::{Finding, Place, Rule, rule},
    limits,
};

/// Every leak in `bundle`, each once: the object by its number, the form by its rule. Empty means that nothing was found.
///
/// The rules are [`rule::LEAK_TEXT`], [`rule::LEAK_ENCODED`], [`rule::LEAK_HASHED`], [`rule::LEAK_ADDRESS`], [`rule::LEAK_PHONE`]; and, so that
/// nothing passes unread, [`rule::TOO_LARGE`], [`rule::NOT_JSON`] and [`rule::LEAK_UNREAD`] for a text that would unfold beyond
/// [`limits::LEAK_DECODED_MAX`].
#[must_use]
pub fn check(bundle: &[u8], dictionary: &Dictionary) -> Vec<Finding> {
    if bundle.len() > limits::READ_MAX {
        return vec![rule::TOO_LARGE.at(Place::bundle())];
    }
    let Ok(value) = serde_json::from_slice::<Value>(bundle) else {
        return vec![rule::NOT_JSON.at(Place::bundle())];
    };
    let mut findings = Vec::new();
    let mut search = Search::new(dictionary);
    search.plain(&String::from_utf8_lossy(bundle), Words::All, 0);
    let objects = value.get("objects").and_then(Value::as_array);
    let (mut rest, mut inside) = (value.clone(), BTreeSet::new());
    for (index, object) in objects.into_iter().flatten().enumerate() {
        let mut search = Search::new(dictionary);
        search.value(object);
        findings.extend(
            search
                .rules
                .iter()
                .map(|rule| rule.at(Place::number(index))),
        );
        inside.append(&mut search.rules);
    }
    if let Some(members) = rest.as_object_mut() {
        members.remove("objects");
    }
    search.value(&rest);
    // The raw text finds what an object has as well; it is named there.
    let outside = search.rules.difference(&inside);
    findings.extend(outside.map(|rule| rule.at(Place::bundle())));
    findings
}

struct Search<'a> {
    dictionary: &'a Dictionary,
    rules: BTreeSet<Rule>,
    budget: usize,
}

impl<'a> Search<'a> {
    const fn new(dictionary: &'a Dictionary) -> Self {
        Self {
            dictionary,
            rules: BTreeSet::new(),
            budget: limits::LEAK_DECODED_MAX,
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => self.text(&number.to_string(), 0),
            Value::String(text) => self.text(text, 0),
            Value::Array(items) => items.iter().for_each(|item| self.value(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    self.text(name, 0);
                    self.value(member);
                }
            }
        }
    }

    /// A text and everything that can be decoded in it.
    fn text(&mut self, text: &str, depth: usize) {
        self.plain(text, Words::All, depth);
        self.ids(text);
        for octets in decode::hex_runs(text) {
            self.octets(&octets, 0, depth);
        }
        for octets in decode::base64_runs(text) {
            self.octets(&octets, limits::LEAK_BASE64_MIN, depth);
        }
        if let Some(decoded) = decode::unescaped(text) {
            self.deeper(&decoded, 0, depth);
        }
    }

    fn octets(&mut self, octets: &[u8], least: usize, depth: usize) {
        if digest::LENGTHS.contains(&octets.len()) && self.dictionary.is_digest(octets) {
            self.rules.insert(rule::LEAK_HASHED);
        }
        for decoded in decode::texts(octets) {
            self.deeper(&decoded, least, depth);
        }
    }

    /// A decoded text. Short words count only where it is at least `least` octets long and reads as a text: in noise they occur by chance.
    fn deeper(&mut self, decoded: &str, least: usize, depth: usize) {
        let Some(budget) = self.budget.checked_sub(decoded.len()) else {
            self.rules.insert(rule::LEAK_UNREAD);
            return;
        };
        self.budget = budget;
        let depth = depth.saturating_add(1);
        let speaks = decode::is_texty(decoded) && decoded.len() >= least;
        match (speaks, depth < limits::LEAK_DEPTH_MAX) {
            (true, true) => self.text(decoded, depth),
            (true, false) => self.plain(decoded, Words::All, depth),
            (false, _) => self.plain(decoded, Words::Long, depth),
        }
    }

    /// A text as it stands.
    fn plain(&mut self, text: &str, words: Words, depth: usize) {
        let folded = fold(text);
        let dictionary = self.dictionary;
        if dictionary.in_text(&folded, words) {
            self.rules.insert(match depth {
                0 => rule::LEAK_TEXT,
                _ => rule::LEAK_ENCODED,
            });
        }
        if words == Words::Long {
            return;
        }
        if dictionary.has_address(&folded) {
            self.rules.insert(rule::LEAK_ADDRESS);
        }
        if dictionary.has_phone(&folded) {
            self.rules.insert(rule::LEAK_PHONE);
        }
    }

    /// Ids in their usual writing: the octets between the double hyphen and the end.
    fn ids(&mut self, text: &str) {
        for part in text.split("--") {
            let id: String = part
                .chars()
                .take(36)
                .filter(char::is_ascii_hexdigit)
                .collect();
            let octets = decode::hex_runs(&id);
            if octets
                .iter()
                .any(|octets| self.dictionary.is_digest(octets))
            {
                self.rules.insert(rule::LEAK_HASHED);
            }
        }
    }
}
