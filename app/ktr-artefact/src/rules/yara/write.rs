//! Writes a text from what was read of it: the same bytes for the same rules, whoever wrote them and how.
//! Nothing is left out here; that is done before.

use yara_x_parser::cst::SyntaxKind;

use super::{
    literal,
    tree::{Declared, Meta, Pattern, Token, Tree, Value},
};

/// The whole text.
pub(super) fn write(tree: &Tree) -> String {
    let mut text = String::new();
    for module in &tree.imports {
        text.extend(["import ", &literal::quoted(module.as_bytes()), "\n"]);
    }
    for declared in &tree.rules {
        if !text.is_empty() {
            text.push('\n');
        }
        rule(&mut text, declared);
    }
    text
}

fn rule(text: &mut String, declared: &Declared) {
    if declared.private {
        text.push_str("private ");
    }
    if declared.global {
        text.push_str("global ");
    }
    text.extend(["rule ", &declared.name, " {\n"]);
    if !declared.meta.is_empty() {
        text.push_str("  meta:\n");
    }
    for Meta { key, value } in &declared.meta {
        let octets = value.as_deref().unwrap_or_default();
        let value = std::str::from_utf8(octets)
            .map_or_else(|_error| literal::quoted(octets), literal::readable);
        text.extend(["    ", key, " = ", &value, "\n"]);
    }
    if !declared.patterns.is_empty() {
        text.push_str("  strings:\n");
    }
    for Pattern {
        name,
        value,
        modifiers,
    } in &declared.patterns
    {
        let value = match value {
            Value::Text(octets) => literal::quoted(octets),
            Value::Hex(tokens) => format!("{{ {} }}", line(tokens)),
            Value::Expression(expression) => expression.clone(),
        };
        text.extend(["    ", name, " = ", &value]);
        if !modifiers.is_empty() {
            text.extend([" ", &line(modifiers)]);
        }
        text.push('\n');
    }
    text.extend(["  condition:\n    ", &line(&declared.condition), "\n}\n"]);
}

/// Tokens in one line, a blank between two of them unless they belong together.
fn line(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut before: Option<SyntaxKind> = None;
    for token in tokens {
        if before.is_some_and(|before| !are_close(before, token.kind)) {
            text.push(' ');
        }
        text.push_str(&token.text);
        before = Some(token.kind);
    }
    text
}

const fn are_close(before: SyntaxKind, after: SyntaxKind) -> bool {
    let opens = matches!(
        before,
        SyntaxKind::L_PAREN | SyntaxKind::L_BRACKET | SyntaxKind::DOT | SyntaxKind::HYPHEN
    );
    let closes = matches!(
        after,
        SyntaxKind::R_PAREN
            | SyntaxKind::R_BRACKET
            | SyntaxKind::DOT
            | SyntaxKind::COMMA
            | SyntaxKind::HYPHEN
            | SyntaxKind::ASTERISK
    );
    let argument = matches!(after, SyntaxKind::L_PAREN)
        && matches!(
            before,
            SyntaxKind::IDENT
                | SyntaxKind::XOR_KW
                | SyntaxKind::BASE64_KW
                | SyntaxKind::BASE64WIDE_KW
        );
    let index = matches!(after, SyntaxKind::L_BRACKET)
        && matches!(
            before,
            SyntaxKind::IDENT | SyntaxKind::PATTERN_OFFSET | SyntaxKind::PATTERN_LENGTH
        );
    opens || closes || argument || index
}
