//! What a pattern says, as a tree over its text: names and constants are pieces of it, copied only where an escape is undone.
//! Chains of one operator are lists, so that a long pattern is not a deep one.

use std::borrow::Cow;

/// A pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern<'a>(pub(super) Observation<'a>);

impl<'a> Pattern<'a> {
    /// Its tree.
    #[must_use]
    pub const fn observation(&self) -> &Observation<'a> {
        &self.0
    }

    /// Path and constant, if the pattern is `[path = constant]` and nothing else: no group, no qualifier, no negation.
    #[must_use]
    pub fn single_equality(&self) -> Option<(&ObjectPath<'a>, &Literal<'a>)> {
        let Observation::Simple(Comparison::Test(test), qualifiers) = &self.0 else {
            return None;
        };
        match &test.constraint {
            Constraint::Compare(Comparator::Equal, literal)
                if qualifiers.is_empty() && !test.negated =>
            {
                Some((&test.path, literal))
            }
            Constraint::Compare(..)
            | Constraint::In(_)
            | Constraint::Like(_)
            | Constraint::Matches(_)
            | Constraint::IsSubset(_)
            | Constraint::IsSuperset(_)
            | Constraint::Exists => None,
        }
    }
}

/// Observations and how they are joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Observation<'a> {
    /// One after the other; at least two.
    FollowedBy(Vec<Self>),
    /// Any; at least two.
    Or(Vec<Self>),
    /// All; at least two.
    And(Vec<Self>),
    /// In round brackets.
    Group(Box<Self>, Vec<Qualifier<'a>>),
    /// One observation, in square brackets.
    Simple(Comparison<'a>, Vec<Qualifier<'a>>),
}

/// When and how often.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Qualifier<'a> {
    /// Within so many seconds, as written: an integer or a decimal, not negative.
    Within(&'a str),
    /// So often, as written: an integer, not negative.
    Repeats(&'a str),
    /// From the first timestamp to the second.
    StartStop(&'a str, &'a str),
}

/// Tests and how they are joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Comparison<'a> {
    /// Any; at least two.
    Or(Vec<Self>),
    /// All; at least two.
    And(Vec<Self>),
    /// One test.
    Test(Test<'a>),
}

/// One property under one constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Test<'a> {
    /// The property.
    pub path: ObjectPath<'a>,
    /// Whether the constraint must not hold.
    pub negated: bool,
    /// The constraint.
    pub constraint: Constraint<'a>,
}

/// What is asked of a property.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Constraint<'a> {
    /// Compared with a constant; order is asked of no truth value.
    Compare(Comparator, Literal<'a>),
    /// One of a set, which may be empty.
    In(Vec<Literal<'a>>),
    /// SQL's LIKE.
    Like(Cow<'a, str>),
    /// A regular expression. It is not read here.
    Matches(Cow<'a, str>),
    /// Inside a network.
    IsSubset(Cow<'a, str>),
    /// Around a network.
    IsSuperset(Cow<'a, str>),
    /// There at all.
    Exists,
}

/// Comparisons with a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparator {
    /// `=` or `==`.
    Equal,
    /// `!=` or `<>`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
}

/// A constant. Numbers are kept as they are written: they have no bound, and nothing is computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Literal<'a> {
    /// An integer.
    Integer(&'a str),
    /// A number with a decimal point.
    Decimal(&'a str),
    /// Octets in hexadecimal, without `h` and quotes.
    Hex(&'a str),
    /// Octets in base64, without `b` and quotes.
    Binary(&'a str),
    /// A text, unescaped.
    Text(Cow<'a, str>),
    /// An instant in UTC, without `t` and quotes. Its fields are in range; the calendar is not asked.
    Timestamp(&'a str),
    /// A truth value.
    Bool(bool),
}

/// A property of an object type, such as `file:hashes.'SHA-256'`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectPath<'a> {
    /// The object type, known or not.
    pub object_type: &'a str,
    /// The way to the property; never empty, and a key first.
    pub steps: Vec<Step<'a>>,
}

/// A step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step<'a> {
    /// Into a property.
    Key(Cow<'a, str>),
    /// Into one element of a list, as written.
    Index(&'a str),
    /// Into any element of a list.
    Any,
}
