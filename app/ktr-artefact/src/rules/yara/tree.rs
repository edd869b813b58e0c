//! What is kept of a text while it is judged: imports, rules, their strings and conditions, without blanks and comments.
//! Nothing is judged here.

use yara_x_parser::cst::SyntaxKind;

/// A whole text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Tree {
    /// The modules it imports.
    pub(super) imports: Vec<String>,
    /// Its rules, as they stand.
    pub(super) rules: Vec<Declared>,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Declared {
    /// Its match is not reported.
    pub(super) private: bool,
    /// The other rules match only where it does.
    pub(super) global: bool,
    /// Its name.
    pub(super) name: String,
    /// What it says about itself.
    pub(super) meta: Vec<Meta>,
    /// Its strings.
    pub(super) patterns: Vec<Pattern>,
    /// Its condition.
    pub(super) condition: Vec<Token>,
}

/// One entry of `meta`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Meta {
    /// Its key.
    pub(super) key: String,
    /// Its value, if that is a string.
    pub(super) value: Option<Vec<u8>>,
}

/// One string of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pattern {
    /// Its name, with the `$`.
    pub(super) name: String,
    /// What it matches.
    pub(super) value: Value,
    /// `wide`, `xor(1-255)` and so on.
    pub(super) modifiers: Vec<Token>,
}

/// What a string of a rule matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// These octets.
    Text(Vec<u8>),
    /// What stands between the braces.
    Hex(Vec<Token>),
    /// An expression, with its slashes and flags.
    Expression(String),
}

/// A word or sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: SyntaxKind,
    /// How it is written.
    pub(super) text: String,
}
