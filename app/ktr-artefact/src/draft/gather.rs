//! Takes what a source offers: IOCs in normal form, each once, and a list of everything else.
//! What a source looks like is read in `misp.rs`, `stix.rs` and `csv.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::error::Category;

use super::{csv, entry::Offer, misp, shape, stix};
use crate::{
    canonical,
    finding::{Finding, Place, Rule, rule},
    form::{IndicatorType, Ioc},
    ioc::{Type, Value},
    limits,
};

/// What a source is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// A MISP event, or an answer of a MISP with several.
    Misp,
    /// A STIX 2.1 bundle.
    Stix,
    /// A table `type,value`, or one value a line.
    Csv,
}

/// Which attributes of a MISP event are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Those that are meant for detection: `to_ids` is set.
    ForDetection,
    /// Those too that are not.
    Unflagged,
}

/// What was made of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// The IOCs, in the order of the source, each once.
    pub iocs: Vec<Ioc>,
    /// What was offered as an IOC and is none, by place.
    pub refused: Vec<Finding>,
    /// What was not taken, by kind, with its number.
    pub listed: BTreeMap<String, usize>,
}

/// Reads a source.
///
/// # Errors
/// [`rule::TOO_LARGE`], [`rule::EMPTY`], [`rule::NOT_UTF8`]; [`rule::NOT_JSON`] and [`rule::DRAFT_SHAPE`] for a source that is not what `format` says.
pub fn read(bytes: &[u8], format: Format, wanted: Wanted) -> Result<Draft, Finding> {
    // Spreadsheets begin their tables with a mark that a form must not have.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = canonical::text(bytes, limits::DRAFT_MAX, &source())?;
    let mut taker = Taker::default();
    match format {
        Format::Misp => misp::read(text, wanted, &mut taker),
        Format::Stix => stix::read(text, &mut taker),
        Format::Csv => csv::read(text, &mut taker),
    }?;
    Ok(taker.done())
}

/// The source as a whole.
pub(super) fn source() -> Place {
    Place::named("source")
}

/// A source in JSON; what is wrong with it is named by path.
pub(super) fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Finding> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        match error.inner().classify() {
            Category::Data if path == "." => rule::DRAFT_SHAPE.at(source()),
            Category::Data => rule::DRAFT_SHAPE.at(Place::path(path)),
            Category::Io | Category::Syntax | Category::Eof => rule::NOT_JSON.at(source()),
        }
    })?;
    json.end().map_err(|_error| rule::NOT_JSON.at(source()))?;
    Ok(read)
}

impl Format {
    /// What a source looks like: JSON is told by its first keys, everything else is a table.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let start = bytes.get(..limits::DRAFT_HEAD).unwrap_or(bytes);
        let head = String::from_utf8_lossy(start);
        if !head
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '['])
        {
            Self::Csv
        } else if ["\"Event\"", "\"response\""]
            .iter()
            .any(|key| head.contains(key))
        {
            Self::Misp
        } else {
            Self::Stix
        }
    }
}

impl Draft {
    /// The form, with empty keys where a person has to write.
    ///
    /// # Errors
    /// None in practice; [`rule::NOT_JSON`] if the value has no JSON form.
    pub fn to_form(&self) -> Result<Vec<u8>, Rule> {
        shape::form(&self.iocs)
    }

    /// How many IOCs of each type there are.
    #[must_use]
    pub fn taken(&self) -> BTreeMap<Type, usize> {
        let mut taken = BTreeMap::new();
        for ioc in &self.iocs {
            let count: &mut usize = taken.entry(ioc.kind).or_default();
            *count = count.saturating_add(1);
        }
        taken
    }
}

/// Gathers.
#[derive(Default)]
pub(super) struct Taker {
    iocs: Vec<Ioc>,
    seen: BTreeSet<(Type, String)>,
    refused: Vec<Finding>,
    listed: BTreeMap<String, usize>,
}

impl Taker {
    /// Takes a value, refuses it, or lists it.
    pub(super) fn take(&mut self, offer: &Offer<'_>, place: &str) {
        let kind = offer.kind;
        let read = if offer.value.chars().count() > limits::IOC_CHARS_MAX {
            Err(rule::FORM_LENGTH)
        } else {
            Value::parse(kind, offer.value)
        };
        let value = match read {
            Ok(value) => value.text(),
            Err(rule) => return self.refuse(rule, place),
        };
        if !self.seen.insert((kind, value.clone())) {
            return self.list("a value that is there already");
        }
        if self.iocs.len() >= limits::IOCS_MAX {
            return self.list("a value beyond the 2,000 of a form");
        }
        self.iocs.push(Ioc {
            kind,
            value,
            indicator_types: offer
                .indicator_types
                .clone()
                .unwrap_or_else(|| BTreeSet::from([IndicatorType::MaliciousActivity])),
            tactic: None,
            credibility: offer.credibility.unwrap_or(shape::CREDIBILITY),
            valid_days: kind.valid_days_max(),
            victim_unique: false,
        });
    }

    fn refuse(&mut self, rule: Rule, place: &str) {
        if self.refused.len() < limits::DRAFT_REFUSED_MAX {
            self.refused.push(rule.at(Place::path(place.to_owned())));
        } else {
            self.list("a value that is refused, beyond those named");
        }
    }

    /// Counts something that is no IOC of a form.
    pub(super) fn list(&mut self, kind: &str) {
        self.list_all(kind, 1);
    }

    /// Counts several; none is not listed.
    pub(super) fn list_all(&mut self, kind: &str, count: usize) {
        if count == 0 {
            return;
        }
        let known = self.listed.contains_key(kind) || self.listed.len() < limits::DRAFT_KINDS_MAX;
        let kind = if known { kind } else { "of still other kinds" };
        let listed = self.listed.entry(kind.to_owned()).or_default();
        *listed = listed.saturating_add(count);
    }

    /// Counts something by a name that the source gives its kind; a name that is none is not repeated.
    pub(super) fn list_named(&mut self, what: &str, name: &str) {
        if is_name(name) {
            self.list(&format!("{what} {name}"));
        } else {
            self.list(&format!("{what} of a kind without a plain name"));
        }
    }

    fn done(self) -> Draft {
        Draft {
            iocs: self.iocs,
            refused: self.refused,
            listed: self.listed,
        }
    }
}

/// Whether a text is the name of a kind, as MISP and STIX write them.
fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_|".contains(&b);
    (1..=limits::DRAFT_KIND_CHARS_MAX).contains(&text.len()) && text.bytes().all(plain)
}
