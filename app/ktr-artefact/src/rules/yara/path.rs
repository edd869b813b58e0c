//! Folders that name a person and shares that name a host, inside the strings of a rule (design: bundle, section 6.1).
//! In a text or an expression the name gives way to "some name", which keeps what the rule means; elsewhere the rule is refused.

use std::ops::Range;

use yara_x_parser::cst::SyntaxKind;

use super::{
    host, literal, person,
    spelled::{self, Part},
    tree::{Pattern, Tree, Value},
    walk,
};
use crate::finding::{Rule, rule};

/// Takes the names out of every string.
///
/// # Errors
/// [`rule::YARA_PATH`] where a name stands between braces, in a string of a condition, or in a text that is matched in an encoded form;
/// [`rule::YARA_REGEX`] for an expression that is none; [`rule::YARA_SLOW`] for one whose counts spell too much.
pub(super) fn mask(tree: &mut Tree) -> Result<(), Rule> {
    for declared in &mut tree.rules {
        for pattern in &mut declared.patterns {
            mask_pattern(pattern)?;
        }
        for token in &mut declared.condition {
            if token.kind == SyntaxKind::REGEXP {
                token.text = masked_expression(&token.text)?;
            }
            let literal = token.kind == SyntaxKind::STRING_LIT;
            if literal && literal::octets(&token.text).is_none_or(|octets| names_somebody(&octets))
            {
                return Err(rule::YARA_PATH);
            }
        }
    }
    Ok(())
}

fn mask_pattern(pattern: &mut Pattern) -> Result<(), Rule> {
    match &mut pattern.value {
        Value::Text(octets) if names_somebody(octets) => {
            let encoded = pattern
                .modifiers
                .iter()
                .any(|token| ENCODED.contains(&token.kind));
            if encoded {
                return Err(rule::YARA_PATH);
            }
            pattern.value = Value::Expression(masked_text(octets));
        }
        Value::Text(_) => {}
        Value::Hex(tokens) => {
            if !names(&spelled::hex(tokens), person::At::Edge).is_empty() {
                return Err(rule::YARA_PATH);
            }
        }
        Value::Expression(expression) => *expression = masked_expression(expression)?,
    }
    Ok(())
}

/// Modifiers under which a text can not become an expression.
const ENCODED: [SyntaxKind; 3] = [
    SyntaxKind::XOR_KW,
    SyntaxKind::BASE64_KW,
    SyntaxKind::BASE64WIDE_KW,
];

/// Some name, in an expression.
pub(crate) const SOME_NAME: &str = "[^\\\\\\/]{1,64}";

/// An expression for a text, with "some name" in the place of every name.
fn masked_text(octets: &[u8]) -> String {
    let names = names(&spelled::text(octets), person::At::Edge);
    let mut text = String::from("/");
    for (at, octet) in octets.iter().enumerate() {
        match names.iter().find(|name| name.contains(&at)) {
            Some(name) if name.start == at => text.push_str(SOME_NAME),
            Some(_) => {}
            None => write_fixed(&mut text, *octet),
        }
    }
    text.push('/');
    text
}

fn write_fixed(text: &mut String, octet: u8) {
    if br"\.+*?()|[]{}^$/".contains(&octet) {
        text.extend(['\\', char::from(octet)]);
    } else if matches!(octet, b' '..=b'~') {
        text.push(char::from(octet));
    } else {
        literal::number(text, octet);
    }
}

/// An expression with "some name" in the place of every name that it can spell.
fn masked_expression(expression: &str) -> Result<String, Rule> {
    let source = inner(expression);
    let parts = spelled::expression(source)?;
    // The slash before it stands for the beginning of a path.
    let names = names(&parts, person::At::Separator);
    let mut text = String::from("/");
    let mut written = 0;
    for name in names {
        text.push_str(source.get(written..name.start).unwrap_or_default());
        text.push_str(SOME_NAME);
        written = name.end;
    }
    let begun = written.saturating_add(1);
    text.push_str(expression.get(begun..).unwrap_or_default());
    Ok(text)
}

/// Where names of people and hosts stand in a string in which a path begins so, in their order; of two that overlap the first.
fn names(parts: &[Part], first: person::At) -> Vec<Range<usize>> {
    let mut names = walk::names(parts, first);
    names.append(&mut walk::names(parts, host::At::Edge));
    names.sort_by_key(|name| (name.start, name.end));
    let mut end = 0;
    names.retain(|name| {
        let apart = name.start >= end;
        end = if apart { name.end } else { end };
        apart
    });
    names
}

/// What stands between the slashes of an expression.
pub(super) fn inner(expression: &str) -> &str {
    let inner = expression.strip_prefix('/').unwrap_or(expression);
    inner
        .rsplit_once('/')
        .map_or(inner, |(inner, _flags)| inner)
}

fn names_somebody(octets: &[u8]) -> bool {
    !names(&spelled::text(octets), person::At::Edge).is_empty()
}
