//! The words of the pattern language, as the scanner hands them to the parser.
//! What may follow what is the parser's affair.

use super::Literal;

/// One word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    /// A name without a hyphen: an object type or a property.
    Plain(&'a str),
    /// A name with a hyphen: an object type.
    Hyphenated(&'a str),
    /// A word of the language.
    Keyword(Keyword),
    /// A constant.
    Literal(Literal),
    /// A mark.
    Mark(Mark),
}

/// Words of the language; lower case is another word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    FollowedBy,
    Like,
    Matches,
    IsSuperset,
    IsSubset,
    Exists,
    /// Reserved; no rule of the grammar uses it.
    Last,
    In,
    Start,
    Stop,
    Seconds,
    Within,
    Repeats,
    Times,
}

impl Keyword {
    /// The keyword of this spelling.
    pub(super) fn of(word: &str) -> Option<Self> {
        KEYWORDS
            .iter()
            .find(|(spelling, _)| *spelling == word)
            .map(|(_, keyword)| *keyword)
    }
}

/// Marks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Colon,
    Dot,
    Comma,
    OpenRound,
    CloseRound,
    OpenSquare,
    CloseSquare,
    Asterisk,
}

/// Spellings of marks; where one begins with another, the longer stands first.
pub(super) const MARKS: &[(&str, Mark)] = &[
    ("==", Mark::Equal),
    ("=", Mark::Equal),
    ("!=", Mark::NotEqual),
    ("<>", Mark::NotEqual),
    ("<=", Mark::LessOrEqual),
    ("<", Mark::Less),
    (">=", Mark::GreaterOrEqual),
    (">", Mark::Greater),
    (":", Mark::Colon),
    (".", Mark::Dot),
    (",", Mark::Comma),
    ("(", Mark::OpenRound),
    (")", Mark::CloseRound),
    ("[", Mark::OpenSquare),
    ("]", Mark::CloseSquare),
    ("*", Mark::Asterisk),
];

const KEYWORDS: &[(&str, Keyword)] = &[
    ("AND", Keyword::And),
    ("OR", Keyword::Or),
    ("NOT", Keyword::Not),
    ("FOLLOWEDBY", Keyword::FollowedBy),
    ("LIKE", Keyword::Like),
    ("MATCHES", Keyword::Matches),
    ("ISSUPERSET", Keyword::IsSuperset),
    ("ISSUBSET", Keyword::IsSubset),
    ("EXISTS", Keyword::Exists),
    ("LAST", Keyword::Last),
    ("IN", Keyword::In),
    ("START", Keyword::Start),
    ("STOP", Keyword::Stop),
    ("SECONDS", Keyword::Seconds),
    ("WITHIN", Keyword::Within),
    ("REPEATS", Keyword::Repeats),
    ("TIMES", Keyword::Times),
];
