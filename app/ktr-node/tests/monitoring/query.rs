//! The names of figures in a query of Prometheus, read just far enough for that.
//! Whether the query is one, promtool says.

use std::collections::BTreeSet;

/// Words that are no figure although no bracket follows.
const WORDS: [&str; 4] = ["or", "and", "unless", "bool"];

/// Words whose brackets hold labels.
const GROUPING: [&str; 5] = ["by", "without", "on", "ignoring", "group_left"];

/// Every figure that the query asks for.
pub(crate) fn names(query: &str) -> BTreeSet<String> {
    let plain = without(&unquoted(query), '{', '}');
    let plain = without(&plain, '[', ']');
    let mut found = BTreeSet::new();
    let mut rest = plain.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let (_, from) = rest.split_at(start);
        let ends = from.find(|c: char| !c.is_ascii_alphanumeric() && !"_:".contains(c));
        let (word, after) = from.split_at(ends.unwrap_or(from.len()));
        rest = after;
        let next = after.trim_start();
        let bracket = next.strip_prefix('(');
        let is_sum = ["by ", "without "].iter().any(|of| next.starts_with(of));
        match (GROUPING.contains(&word), bracket) {
            (true, Some(labels)) => rest = labels.split_once(')').map_or("", |(_, after)| after),
            (true, None) | (false, Some(_)) => {}
            (false, None) if is_sum || WORDS.contains(&word) => {}
            (false, None) => {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

fn unquoted(query: &str) -> String {
    query.split('"').step_by(2).collect()
}

/// The text without what stands between two signs.
fn without(text: &str, open: char, close: char) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for c in text.chars() {
        inside = (inside || c == open) && c != close;
        if !inside && c != close {
            kept.push(c);
        }
    }
    kept
}

#[test]
fn a_name_is_found_wherever_it_stands_and_nothing_else_is() {
    let query = r#"histogram_quantile(0.99, sum by (site, le) (max without (x) (rate(a_bucket{method="b or c",le!~"d|e"}[30m])))) > 1
        unless on () min(f{g="h"} / -i) or vector(0) and absent(k)"#;
    let found: Vec<String> = names(query).into_iter().collect();
    assert_eq!(found, ["a_bucket", "f", "i", "k"]);
}
