//! Strings that would slow a scan down, as far as their text alone says so.
//! Says no where every engine would; an engine finds more.

use regex::bytes::RegexBuilder;
use yara_x_parser::cst::SyntaxKind;

use super::{
    path,
    tree::{Token, Value},
};
use crate::{
    finding::{Rule, rule},
    limits,
};

/// Checks one string of a rule.
///
/// # Errors
/// [`rule::YARA_SLOW`] without two octets side by side that are fixed at least by half, or with any number of any octets; as [`compiles`].
pub(super) fn check(value: &Value) -> Result<(), Rule> {
    let quick = match value {
        Value::Text(octets) => octets.len() > 1,
        Value::Hex(tokens) => tokens
            .windows(2)
            .any(|pair| pair.iter().all(says_something)),
        Value::Expression(expression) => {
            compiles(expression)?;
            is_quick(path::inner(expression))
        }
    };
    if quick { Ok(()) } else { Err(rule::YARA_SLOW) }
}

fn says_something(token: &Token) -> bool {
    token.kind == SyntaxKind::HEX_BYTE && token.text != "??"
}

/// Checks that an expression compiles within its limit, its braces and escapes being those that both engines read alike.
///
/// # Errors
/// [`rule::YARA_REGEX`].
pub(super) fn compiles(expression: &str) -> Result<(), Rule> {
    // Both engines read `{,3}` as `{0,3}`, which the library does not.
    let source = path::inner(expression).replace("{,", "{0,");
    let mut regex = RegexBuilder::new(&source);
    regex.unicode(false).size_limit(limits::REGEX_MAX);
    if regex.build().is_ok() {
        Ok(())
    } else {
        Err(rule::YARA_REGEX)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Fixed,
    Any,
    Other,
}

/// Whether an expression has two fixed characters side by side, and nowhere any number of any characters.
fn is_quick(source: &str) -> bool {
    let mut rest = source;
    let mut before = Part::Other;
    let mut fixed = false;
    while let Some(c) = rest.chars().next() {
        let (len, part) = match c {
            '\\' => escape(rest),
            '[' => (class(rest), Part::Other),
            '(' | ')' => (1, before),
            '.' => (1, Part::Any),
            '*' | '+' if before == Part::Any => return false,
            '{' if before == Part::Any && is_open(rest) => return false,
            '*' | '+' | '?' | '|' | '^' | '$' => (1, Part::Other),
            '{' => (
                rest.find('}').map_or(1, |end| end.saturating_add(1)),
                Part::Other,
            ),
            _ => (c.len_utf8(), Part::Fixed),
        };
        fixed |= before == Part::Fixed && part == Part::Fixed && !matches!(c, '(' | ')');
        before = part;
        rest = rest.get(len..).unwrap_or_default();
    }
    fixed
}

/// Whether a count such as `{2,}` has no upper end.
fn is_open(rest: &str) -> bool {
    let count = rest.split('}').next().unwrap_or_default();
    count.ends_with(',')
}

fn escape(rest: &str) -> (usize, Part) {
    match rest.chars().nth(1) {
        Some('x') => (4, Part::Fixed),
        Some('b' | 'B' | 'd' | 'D' | 's' | 'S' | 'w' | 'W') => (2, Part::Other),
        Some(c) => (c.len_utf8().saturating_add(1), Part::Fixed),
        None => (1, Part::Other),
    }
}

/// The length of a class in brackets.
fn class(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        let opening = at == 1 || (at == 2 && rest.starts_with("[^"));
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' if !opening => return at.saturating_add(1),
            _ => {}
        }
    }
    rest.len()
}
