//! Names inside a condition: which of them stand for something declared elsewhere, and the names that own rules are given.
//! Names of strings stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use yara_x_parser::cst::SyntaxKind;

use super::{
    tree::{Token, Tree},
    write::write,
};

/// The names of a condition that are no field of something else, such as `pe` in `pe.is_dll`.
pub(super) fn roots(condition: &[Token]) -> impl Iterator<Item = &Token> {
    let before = std::iter::once(None).chain(condition.iter().map(Some));
    before
        .zip(condition)
        .filter(|(before, token)| {
            let field = before.is_some_and(|before| before.kind == SyntaxKind::DOT);
            token.kind == SyntaxKind::IDENT && !field
        })
        .map(|(_, token)| token)
}

/// The variables that loops of a condition declare: names between `for` and `in`.
pub(super) fn variables(condition: &[Token]) -> BTreeSet<&str> {
    let mut declares = false;
    let mut found = BTreeSet::new();
    for token in condition {
        let ends = matches!(token.kind, SyntaxKind::IN_KW | SyntaxKind::OF_KW);
        declares = !ends && (declares || token.kind == SyntaxKind::FOR_KW);
        if declares && token.kind == SyntaxKind::IDENT {
            found.insert(token.text.as_str());
        }
    }
    found
}

/// Gives the rules of a text names that say nothing: `KTR_`, eight digits of what the text says, and their number in it.
///
/// Nothing where a name means a rule and something else at once.
pub(super) fn rename(tree: &mut Tree) -> Option<()> {
    let names: Vec<String> = tree.rules.iter().map(|rule| rule.name.clone()).collect();
    for rule in &tree.rules {
        let variables = variables(&rule.condition);
        if names.iter().any(|name| variables.contains(name.as_str())) {
            return None;
        }
    }
    replace(tree, &names, "KTR");
    let digest = Sha256::new()
        .chain_update(b"ktr/yara-name/1\n")
        .chain_update(write(tree).as_bytes())
        .finalize();
    let hex = hex::encode(digest);
    let numbered: Vec<String> = tree.rules.iter().map(|rule| rule.name.clone()).collect();
    replace(tree, &numbered, &format!("KTR_{}", hex.get(..8)?));
    Some(())
}

/// Puts `prefix` and a number in the place of each of `names`, wherever it stands.
fn replace(tree: &mut Tree, names: &[String], prefix: &str) {
    let given: BTreeMap<&String, String> = names
        .iter()
        .zip(1_u32..)
        .map(|(name, number)| (name, format!("{prefix}_{number}")))
        .collect();
    for rule in &mut tree.rules {
        if let Some(name) = given.get(&rule.name) {
            rule.name.clone_from(name);
        }
        let mut field = false;
        for token in &mut rule.condition {
            let is_root = token.kind == SyntaxKind::IDENT && !field;
            field = token.kind == SyntaxKind::DOT;
            if let Some(name) = given.get(&token.text).filter(|_| is_root) {
                token.text.clone_from(name);
            }
        }
    }
}
