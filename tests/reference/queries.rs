//! The page of queries: the paths of the node's own table, the kinds of records, the codes of wrong questions.
//! What the octets mean is told by the specification.

use ktr_node::{
    query::{PATHS, STATE, Unanswered},
    store::StoreError,
};
use ktr_tests::reference::{head, section};
use ktr_wire::record::KINDS;

/// The page `queries`.
pub(crate) fn queries() -> String {
    let opening = "What a node answers to the engine's `abci_query`: path, argument (the query's data), value, and the proof operations \
                   that come with it, in the order in which a verifier applies them. Octets and errors are told in \
                   [Queries](../spec/queries.md).";
    let paths: Vec<_> = std::iter::once(&STATE)
        .chain(PATHS.iter().map(|known| &known.described))
        .map(|path| {
            let operations: Vec<String> = path
                .operations
                .iter()
                .map(|operation| format!("`{operation}`"))
                .collect();
            let proof = if operations.is_empty() {
                "none: the node's word".to_owned()
            } else {
                operations.join(", ")
            };
            vec![
                format!("`{}`", path.path),
                path.argument.to_owned(),
                path.value.to_owned(),
                proof,
            ]
        })
        .collect();
    let kinds: Vec<_> = KINDS
        .iter()
        .map(|(name, tag)| {
            vec![
                format!("`/state/{name}`"),
                format!("`{tag:02x}`"),
                format!("`ktr query {name}`"),
            ]
        })
        .collect();
    let unanswered = [
        Unanswered::Path,
        Unanswered::Argument,
        Unanswered::Pruned { last: SOME },
        Unanswered::TreePruned { oldest: SOME },
        Unanswered::NotFound,
        Unanswered::NothingCommitted,
        Unanswered::Unreadable(StoreError::Family("any")),
    ];
    let codes: Vec<_> = unanswered
        .iter()
        .map(|error| {
            let meaning = error.to_string().replace(&SOME.to_string(), "N");
            vec![error.code().to_string(), meaning]
        })
        .collect();
    let columns = ["path", "argument", "value", "proof operations"];
    head("Queries", opening)
        + &section("Paths", "", &columns, &paths)
        + &section(
            "Kinds",
            "The tag is the first octet of the record's key in the tree.",
            &["path", "tag", "asked with"],
            &kinds,
        )
        + &section(
            "Codes",
            "Codespace `ktr.query`.",
            &["code", "meaning"],
            &codes,
        )
}

/// A number that is printed as a letter.
const SOME: u64 = u64::MAX;
