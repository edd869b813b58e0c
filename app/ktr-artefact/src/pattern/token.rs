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
    Literal(Literal<'a>),
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
        let mut keywords = KEYWORDS.iter();
        // Most words are names, and those are in lower case.
        let may_be = word.starts_with(|c: char| c.is_ascii_uppercase());
        may_be
            .then(|| keywords.find(|(spelling, _)| *spelling == word))?
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

impl Mark {
    /// The mark that a text begins with, the longest that fits, and how many octets it has.
    pub(super) const fn leading(text: &str) -> Option<(Self, usize)> {
        Some(match text.as_bytes() {
            [b'=', b'=', ..] => (Self::Equal, 2),
            [b'=', ..] => (Self::Equal, 1),
            [b'!', b'=', ..] | [b'<', b'>', ..] => (Self::NotEqual, 2),
            [b'<', b'=', ..] => (Self::LessOrEqual, 2),
            [b'<', ..] => (Self::Less, 1),
            [b'>', b'=', ..] => (Self::GreaterOrEqual, 2),
            [b'>', ..] => (Self::Greater, 1),
            [b':', ..] => (Self::Colon, 1),
            [b'.', ..] => (Self::Dot, 1),
            [b',', ..] => (Self::Comma, 1),
            [b'(', ..] => (Self::OpenRound, 1),
            [b')', ..] => (Self::CloseRound, 1),
            [b'[', ..] => (Self::OpenSquare, 1),
            [b']', ..] => (Self::CloseSquare, 1),
            [b'*', ..] => (Self::Asterisk, 1),
            _ => return None,
        })
    }
}

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
