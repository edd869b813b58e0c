//! Reads a text and refuses what is not of the language that both engines know.
//! Nothing is changed but spelling: strings, numbers of octets and the order of imports.

use std::collections::BTreeSet;

use yara_x_parser::{
    Parser,
    ast::AST,
    cst::{CSTStream, Event, SyntaxKind},
};

use super::{
    literal, nesting, slow,
    tree::{Declared, Meta, Pattern, Token, Tree, Value},
};
use crate::finding::{Rule, rule};

/// Modules that both engines know and that look at the sample alone (design: bundle, section 5.2).
pub(super) const MODULES: [&str; 7] = ["dex", "dotnet", "elf", "hash", "macho", "math", "pe"];

/// Functions of the language itself.
const FUNCTIONS: [&str; 12] = [
    "int16", "int16be", "int32", "int32be", "int8", "int8be", "uint16", "uint16be", "uint32",
    "uint32be", "uint8", "uint8be",
];

/// Reads a text of one rule that reports, and of private ones that it needs.
///
/// # Errors
/// [`rule::YARA_SYNTAX`], [`rule::YARA_TOO_DEEP`], [`rule::YARA_INCLUDE`], [`rule::YARA_MODULE`], [`rule::YARA_DIALECT`],
/// [`rule::YARA_RULES`], [`rule::YARA_UNDEFINED`], [`rule::YARA_REGEX`], [`rule::YARA_SLOW`].
pub(super) fn read(text: &str) -> Result<Tree, Rule> {
    nesting::check(text)?;
    let mut tree = Walk::over(text)?;
    if !AST::from(text).errors().is_empty() {
        return Err(rule::YARA_SYNTAX);
    }
    tree.imports.sort();
    tree.imports.dedup();
    check(&tree)?;
    Ok(tree)
}

fn check(tree: &Tree) -> Result<(), Rule> {
    if tree
        .imports
        .iter()
        .any(|name| !MODULES.contains(&name.as_str()))
    {
        return Err(rule::YARA_MODULE);
    }
    let mut names: BTreeSet<&str> = tree.imports.iter().map(String::as_str).collect();
    names.extend(FUNCTIONS);
    for declared in &tree.rules {
        if !are_defined(&declared.condition, &names) || !names.insert(&declared.name) {
            return Err(rule::YARA_UNDEFINED);
        }
        for pattern in &declared.patterns {
            slow::check(&pattern.value)?;
        }
        for token in &declared.condition {
            if token.kind == SyntaxKind::REGEXP {
                slow::compiles(&token.text)?;
            }
        }
    }
    let reporting = tree.rules.iter().filter(|declared| !declared.private);
    if reporting.count() == 1 {
        Ok(())
    } else {
        Err(rule::YARA_RULES)
    }
}

/// Whether each name of a condition is a module, a function, an earlier rule or a variable of the condition itself.
fn are_defined(condition: &[Token], names: &BTreeSet<&str>) -> bool {
    let variables = super::name::variables(condition);
    super::name::roots(condition)
        .all(|token| names.contains(token.text.as_str()) || variables.contains(token.text.as_str()))
}

/// A walk over the events of a text, and what it found so far.
pub(super) struct Walk<'a> {
    text: &'a str,
    nodes: Vec<SyntaxKind>,
    tree: Tree,
}

impl<'a> Walk<'a> {
    /// What a text holds, unjudged but for what has no place in a [`Tree`].
    pub(super) fn over(text: &'a str) -> Result<Tree, Rule> {
        let mut walk = Self {
            text,
            nodes: Vec::new(),
            tree: Tree::default(),
        };
        let events = CSTStream::from(Parser::new(text.as_bytes()));
        for event in events.whitespaces(false).newlines(false).comments(false) {
            walk.take(event)?;
        }
        Ok(walk.tree)
    }

    fn take(&mut self, event: Event) -> Result<(), Rule> {
        match event {
            Event::Error { .. } => Err(rule::YARA_SYNTAX),
            Event::Begin { kind, .. } => self.open(kind),
            Event::End { .. } => {
                self.nodes.pop();
                Ok(())
            }
            Event::Token { kind, span } => {
                let text = self.text.get(span.range()).ok_or(rule::YARA_SYNTAX)?;
                self.token(kind, text)
            }
        }
    }

    fn open(&mut self, kind: SyntaxKind) -> Result<(), Rule> {
        self.nodes.push(kind);
        if kind == SyntaxKind::INCLUDE_STMT {
            return Err(rule::YARA_INCLUDE);
        }
        if matches!(kind, SyntaxKind::WITH_EXPR | SyntaxKind::BOOLEAN_EXPR_TUPLE) {
            return Err(rule::YARA_DIALECT);
        }
        if kind == SyntaxKind::RULE_DECL {
            self.tree.rules.push(Declared::default());
        }
        Ok(())
    }

    fn token(&mut self, kind: SyntaxKind, text: &str) -> Result<(), Rule> {
        let token = spelled(kind, text)?;
        let block = self.nodes.iter().find(|node| BLOCKS.contains(node));
        let inner = self.nodes.last();
        let names_rule = inner == Some(&SyntaxKind::RULE_DECL) && kind == SyntaxKind::IDENT;
        if inner == Some(&SyntaxKind::IMPORT_STMT) && kind == SyntaxKind::STRING_LIT {
            let name = octets(text)?;
            let name = String::from_utf8(name).map_err(|_error| rule::YARA_MODULE)?;
            self.tree.imports.push(name);
            return Ok(());
        }
        let Some(declared) = self.tree.rules.last_mut() else {
            return Ok(());
        };
        match block {
            Some(SyntaxKind::RULE_MODS) => {
                declared.private |= kind == SyntaxKind::PRIVATE_KW;
                declared.global |= kind == SyntaxKind::GLOBAL_KW;
            }
            Some(SyntaxKind::META_BLK) => note(&mut declared.meta, kind, text)?,
            Some(SyntaxKind::PATTERNS_BLK) => {
                pattern(&mut declared.patterns, token, &self.nodes)?;
            }
            // `condition` and its colon.
            Some(SyntaxKind::CONDITION_BLK) if inner == Some(&SyntaxKind::CONDITION_BLK) => {}
            Some(SyntaxKind::CONDITION_BLK) => declared.condition.push(token),
            Some(_) | None if names_rule => declared.name = token.text,
            Some(_) | None => {}
        }
        Ok(())
    }
}

/// The parts of a rule.
const BLOCKS: [SyntaxKind; 5] = [
    SyntaxKind::RULE_MODS,
    SyntaxKind::RULE_TAGS,
    SyntaxKind::META_BLK,
    SyntaxKind::PATTERNS_BLK,
    SyntaxKind::CONDITION_BLK,
];

/// A token in its one spelling.
fn spelled(kind: SyntaxKind, text: &str) -> Result<Token, Rule> {
    let number = matches!(kind, SyntaxKind::INTEGER_LIT | SyntaxKind::FLOAT_LIT);
    let foreign =
        (kind == SyntaxKind::HEX_BYTE && text.starts_with('~')) || (number && text.contains('_'));
    if foreign {
        return Err(rule::YARA_DIALECT);
    }
    let text = if kind == SyntaxKind::STRING_LIT {
        literal::quoted(&octets(text)?)
    } else if kind == SyntaxKind::HEX_BYTE {
        text.to_ascii_uppercase()
    } else {
        text.to_owned()
    };
    Ok(Token { kind, text })
}

fn octets(literal: &str) -> Result<Vec<u8>, Rule> {
    literal::octets(literal).ok_or(rule::YARA_SYNTAX)
}

fn note(meta: &mut Vec<Meta>, kind: SyntaxKind, text: &str) -> Result<(), Rule> {
    if kind == SyntaxKind::IDENT {
        meta.push(Meta {
            key: text.to_owned(),
            value: None,
        });
    }
    if let (SyntaxKind::STRING_LIT, Some(last)) = (kind, meta.last_mut()) {
        last.value = Some(octets(text)?);
    }
    Ok(())
}

fn pattern(patterns: &mut Vec<Pattern>, token: Token, nodes: &[SyntaxKind]) -> Result<(), Rule> {
    if token.kind == SyntaxKind::PATTERN_IDENT {
        patterns.push(Pattern {
            name: token.text,
            value: Value::Hex(Vec::new()),
            modifiers: Vec::new(),
        });
        return Ok(());
    }
    let Some(last) = patterns.last_mut() else {
        return Ok(());
    };
    match (&mut last.value, token.kind) {
        _ if nodes.contains(&SyntaxKind::PATTERN_MODS) => last.modifiers.push(token),
        // The braces themselves.
        _ if nodes.last() == Some(&SyntaxKind::HEX_PATTERN) => {}
        (_, SyntaxKind::EQUAL) => {}
        (value, SyntaxKind::STRING_LIT) => *value = Value::Text(octets(&token.text)?),
        (value, SyntaxKind::REGEXP) => *value = Value::Expression(token.text),
        (Value::Hex(tokens), _) => tokens.push(token),
        (Value::Text(_) | Value::Expression(_), _) => {}
    }
    Ok(())
}
