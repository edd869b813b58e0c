//! Folders that name a person and shares that name a host, inside the strings of a rule (design: bundle, section 6.1).
//! In a text or an expression the name gives way to "some name", which keeps what the rule means; elsewhere the rule is refused.

use std::ops::Range;

use yara_x_parser::cst::SyntaxKind;

use super::{
    literal,
    person::{self, At},
    spelled::{self, is_separator},
    tree::{Pattern, Token, Tree, Value},
};
use crate::finding::{Rule, rule};

/// Takes the names out of every string.
///
/// # Errors
/// [`rule::YARA_PATH`] where a name stands between braces, in a string of a condition, or in a text that is matched in an encoded form;
/// [`rule::YARA_REGEX`] for an expression that is none.
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
            let people = person::names(&spelled::hex(tokens), At::Edge);
            let hosts = runs(tokens).into_iter().flat_map(|run| hosts(&run));
            if !people.is_empty() || hosts.count() > 0 {
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
    let names = names(octets);
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
    let parts = spelled::expression(source).ok_or(rule::YARA_REGEX)?;
    // The slash before it stands for the beginning of a path.
    let names = merged(person::names(&parts, At::Separator), hosts_within(source));
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

/// Where the hosts of shares stand in an expression.
fn hosts_within(source: &str) -> Vec<Range<usize>> {
    // What the expression spells out, and where each octet of it begins and ends in the expression.
    let (mut plain, mut places) = (Vec::new(), Vec::new());
    let mut start = None;
    for (at, octet) in source.bytes().enumerate() {
        if octet == b'\\' && start.is_none() {
            start = Some(at);
            continue;
        }
        plain.push(octet);
        places.push(start.take().unwrap_or(at)..at.saturating_add(1));
    }
    let place = |at: usize| places.get(at).cloned().unwrap_or_default();
    let hosts = hosts(&plain).into_iter();
    hosts
        .map(|host| place(host.start).start..place(host.end.saturating_sub(1)).end)
        .collect()
}

/// Names in the order of their places; of two that overlap the first.
fn merged(mut names: Vec<Range<usize>>, mut others: Vec<Range<usize>>) -> Vec<Range<usize>> {
    names.append(&mut others);
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

/// The octets that stand between braces one after the other, without zeros, each run by itself.
fn runs(tokens: &[Token]) -> Vec<Vec<u8>> {
    let octet = |token: &Token| u8::from_str_radix(&token.text, 16).ok();
    tokens
        .split(|token| octet(token).is_none())
        .map(|run| run.iter().filter_map(octet).filter(|b| *b != 0).collect())
        .collect()
}

fn names_somebody(octets: &[u8]) -> bool {
    !names(octets).is_empty()
}

/// Where names of people and hosts stand in a text.
fn names(octets: &[u8]) -> Vec<Range<usize>> {
    merged(
        person::names(&spelled::text(octets), At::Edge),
        hosts(octets),
    )
}

/// Where the hosts of shares stand.
fn hosts(octets: &[u8]) -> Vec<Range<usize>> {
    let lower = octets.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lower.len() {
        let rest = lower.get(at..).unwrap_or_default();
        let lead = rest
            .iter()
            .take_while(|octet| is_separator(**octet))
            .count();
        if lead == 0 {
            at = at.saturating_add(1);
            continue;
        }
        let before = at
            .checked_sub(1)
            .and_then(|before| lower.get(before))
            .copied();
        at = at.saturating_add(lead);
        if let Some(host) = share(&lower, at, lead, before) {
            at = host.end;
            found.push(host);
        }
    }
    found
}

/// The host of a share: twice as many backslashes before it as before the share, so that an escaped path is none.
fn share(octets: &[u8], start: usize, lead: usize, before: Option<u8>) -> Option<Range<usize>> {
    let inside =
        before.is_some_and(|octet| octet.is_ascii_alphanumeric() || JOINS.contains(&octet));
    let host = word(octets.get(start..)?);
    let end = start.saturating_add(host.len());
    let rest = octets.get(end..)?;
    let inner = rest.iter().take_while(|octet| **octet == b'\\').count();
    let share = rest.get(inner)?;
    let named = !inside
        && inner > 0
        && inner.saturating_mul(2) == lead
        && host.first().is_some_and(u8::is_ascii_alphanumeric)
        && share.is_ascii_alphanumeric()
        && !THIS_HOST.contains(&host);
    named.then_some(start..end)
}

/// What a name is made of, from the start of `octets`.
fn word(octets: &[u8]) -> &[u8] {
    let ends =
        |octet: &u8| !(octet.is_ascii_alphanumeric() || *octet > 0x7F || b"-_. @".contains(octet));
    let end = octets.iter().position(ends).unwrap_or(octets.len());
    octets.get(..end).unwrap_or_default()
}

/// What stands before a backslash inside a path.
const JOINS: &[u8] = b":*?%)}].-_^$+";

/// Hosts that name no host.
const THIS_HOST: [&[u8]; 4] = [b"127.0.0.1", b"localhost", b"tsclient", b"."];
