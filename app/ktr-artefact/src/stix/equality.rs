//! Patterns of one equality, as the profile writes them and nothing else: Sentinel fills its fields for one equality only.
//! The language at large is read in [`crate::pattern`].

use std::fmt;

use crate::{
    finding::{Rule, rule},
    ioc, limits,
    pattern::{Literal, ObjectPath, Pattern, Step},
    text::{is_clean, text_type},
};

text_type!(
    /// The text of a pattern or rule: clean, at most 16 KiB. What it says is judged by its type.
    PatternText,
    pattern_text
);

impl PatternText {
    /// No text yet.
    pub(super) const fn empty() -> Self {
        Self(String::new())
    }

    /// The text of an equality.
    pub(super) fn of(equality: &Equality) -> Self {
        Self(equality.to_string())
    }

    /// The text of an accepted rule.
    pub(super) fn of_rule(rule: &crate::rules::AcceptedRule) -> Self {
        Self(String::from(rule.text()))
    }
}

fn pattern_text(text: &str) -> Result<String, Rule> {
    if text.len() > limits::PATTERN_MAX {
        return Err(rule::PATTERN_TOO_LONG);
    }
    if is_clean(text) {
        Ok(String::from(text))
    } else {
        Err(rule::TEXT)
    }
}

/// One property equals one value in normal form. Of hashes it holds exactly one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Equality(ioc::Value);

impl Equality {
    /// One equality per digest, else one.
    #[must_use]
    pub fn of(value: &ioc::Value) -> Vec<Self> {
        match value {
            ioc::Value::Hash(digests) => {
                digests.singles().map(ioc::Value::Hash).map(Self).collect()
            }
            ioc::Value::Certificate(digests) => digests
                .singles()
                .map(ioc::Value::Certificate)
                .map(Self)
                .collect(),
            ioc::Value::Ipv4(_)
            | ioc::Value::Ipv6(_)
            | ioc::Value::Domain(_)
            | ioc::Value::Url(_)
            | ioc::Value::Email(_)
            | ioc::Value::Filename(_)
            | ioc::Value::Mutex(_)
            | ioc::Value::Regkey(_) => vec![Self(value.clone())],
        }
    }

    /// Reads the text that [`fmt::Display`] writes, and nothing else.
    ///
    /// # Errors
    /// Whatever [`Pattern::parse`] refuses, [`rule::PATTERN`], [`rule::PATTERN_VALUE`].
    pub fn parse(text: &str) -> Result<Self, Rule> {
        let pattern = Pattern::parse(text)?;
        let (path, literal) = pattern.single_equality().ok_or(rule::PATTERN)?;
        let Literal::Text(plain) = literal else {
            return Err(rule::PATTERN);
        };
        let value = ioc::Value::parse(type_of(path).ok_or(rule::PATTERN)?, plain)
            .map_err(|_rule| rule::PATTERN_VALUE)?;
        let equality = Self(value);
        if equality.to_string() == text {
            Ok(equality)
        } else {
            Err(rule::PATTERN_VALUE)
        }
    }

    /// The value.
    #[must_use]
    pub const fn value(&self) -> &ioc::Value {
        &self.0
    }

    fn path(&self) -> String {
        let hashes = |object: &str, digests: &ioc::Digests| {
            let name = digests.first().map_or("", |(name, _)| name.as_str());
            format!("{object}:hashes.'{name}'")
        };
        match &self.0 {
            ioc::Value::Hash(digests) => hashes("file", digests),
            ioc::Value::Certificate(digests) => hashes("x509-certificate", digests),
            ioc::Value::Ipv4(_)
            | ioc::Value::Ipv6(_)
            | ioc::Value::Domain(_)
            | ioc::Value::Url(_)
            | ioc::Value::Email(_)
            | ioc::Value::Filename(_)
            | ioc::Value::Mutex(_)
            | ioc::Value::Regkey(_) => {
                let kind = self.0.kind();
                let known = PATHS.iter().find(|(of, _)| *of == kind);
                String::from(known.map_or("", |(_, path)| *path))
            }
        }
    }
}

impl fmt::Display for Equality {
    /// Only `'` and `\` are escaped; nothing else exists.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = self.0.text().replace('\\', "\\\\").replace('\'', "\\'");
        write!(f, "[{} = '{escaped}']", self.path())
    }
}

fn type_of(path: &ObjectPath<'_>) -> Option<ioc::Type> {
    let object = path.object_type;
    match (object, path.steps.as_slice()) {
        ("file", [Step::Key(first), Step::Key(_)]) if first == "hashes" => Some(ioc::Type::Hash),
        ("x509-certificate", [Step::Key(first), Step::Key(_)]) if first == "hashes" => {
            Some(ioc::Type::Certificate)
        }
        (_, [Step::Key(property)]) => {
            let path = format!("{object}:{property}");
            let known = PATHS.iter().find(|(_, known)| *known == path);
            known.map(|(kind, _)| *kind)
        }
        _ => None,
    }
}

const PATHS: &[(ioc::Type, &str)] = &[
    (ioc::Type::Ipv4, "ipv4-addr:value"),
    (ioc::Type::Ipv6, "ipv6-addr:value"),
    (ioc::Type::Domain, "domain-name:value"),
    (ioc::Type::Url, "url:value"),
    (ioc::Type::Email, "email-addr:value"),
    (ioc::Type::Filename, "file:name"),
    (ioc::Type::Mutex, "mutex:name"),
    (ioc::Type::Regkey, "windows-registry-key:key"),
];
