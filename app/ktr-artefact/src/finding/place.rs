//! A finding and its place.
//! Holds no rule; those are in [`super::rule`].

use std::fmt;

use super::Rule;
use crate::stix::ObjectId;

/// Where a rule was broken: a file, an object by id or number, or a path inside a form. Never content.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place(String);

impl Place {
    /// The bundle as a whole.
    #[must_use]
    pub fn bundle() -> Self {
        Self(String::from("bundle.json"))
    }

    /// The seal.
    #[must_use]
    pub fn seal() -> Self {
        Self(String::from("bundle.json.asc"))
    }

    /// A file or thing with a constant name.
    #[must_use]
    pub fn named(name: &'static str) -> Self {
        Self(String::from(name))
    }

    /// The object with this number in `objects`, when it has no readable id.
    #[must_use]
    pub fn number(index: usize) -> Self {
        Self(format!("objects[{index}]"))
    }

    /// The number in `objects`, if the place is one.
    pub(crate) fn index(&self) -> Option<usize> {
        let number = self.0.strip_prefix("objects[")?;
        number.strip_suffix(']')?.parse().ok()
    }

    /// An object by its id.
    #[must_use]
    pub fn object(id: &ObjectId) -> Self {
        Self(id.to_string())
    }

    /// A path inside a form, such as `iocs[3].value`.
    pub(crate) fn path(path: String) -> Self {
        Self(path)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A broken rule and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Where.
    pub place: Place,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.rule, self.place)
    }
}

impl std::error::Error for Finding {}
