//! What a pattern says, as a tree.
//! Chains of one operator are lists, so that a long pattern is not a deep one.

/// A pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(pub(super) Observation);

impl Pattern {
    /// Its tree.
    #[must_use]
    pub const fn observation(&self) -> &Observation {
        &self.0
    }

    /// Path and constant, if the pattern is `[path = constant]` and nothing else: no group, no qualifier, no negation.
    #[must_use]
    pub fn single_equality(&self) -> Option<(&ObjectPath, &Literal)> {
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
pub enum Observation {
    /// One after the other; at least two.
    FollowedBy(Vec<Self>),
    /// Any; at least two.
    Or(Vec<Self>),
    /// All; at least two.
    And(Vec<Self>),
    /// In round brackets.
    Group(Box<Self>, Vec<Qualifier>),
    /// One observation, in square brackets.
    Simple(Comparison, Vec<Qualifier>),
}

/// When and how often.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Qualifier {
    /// Within so many seconds, as written: an integer or a decimal, not negative.
    Within(String),
    /// So often, as written: an integer, not negative.
    Repeats(String),
    /// From the first timestamp to the second.
    StartStop(String, String),
}

/// Tests and how they are joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// Any; at least two.
    Or(Vec<Self>),
    /// All; at least two.
    And(Vec<Self>),
    /// One test.
    Test(Test),
}

/// One property under one constraint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Test {
    /// The property.
    pub path: ObjectPath,
    /// Whether the constraint must not hold.
    pub negated: bool,
    /// The constraint.
    pub constraint: Constraint,
}

/// What is asked of a property.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Constraint {
    /// Compared with a constant; order is asked of no truth value.
    Compare(Comparator, Literal),
    /// One of a set, which may be empty.
    In(Vec<Literal>),
    /// SQL's LIKE.
    Like(String),
    /// A regular expression. It is not read here.
    Matches(String),
    /// Inside a network.
    IsSubset(String),
    /// Around a network.
    IsSuperset(String),
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
pub enum Literal {
    /// An integer.
    Integer(String),
    /// A number with a decimal point.
    Decimal(String),
    /// Octets in hexadecimal, without `h` and quotes.
    Hex(String),
    /// Octets in base64, without `b` and quotes.
    Binary(String),
    /// A text, unescaped.
    Text(String),
    /// An instant in UTC, without `t` and quotes. Its fields are in range; the calendar is not asked.
    Timestamp(String),
    /// A truth value.
    Bool(bool),
}

/// A property of an object type, such as `file:hashes.'SHA-256'`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ObjectPath {
    /// The object type, known or not.
    pub object_type: String,
    /// The way to the property; never empty, and a key first.
    pub steps: Vec<Step>,
}

/// A step of a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Into a property.
    Key(String),
    /// Into one element of a list, as written.
    Index(String),
    /// Into any element of a list.
    Any,
}
