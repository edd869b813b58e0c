//! The rule that somebody in a hurry makes of a field of an event: the text of it is copied as it stands.
//! Four ways of writing it; each fires on the event that comes with it.

use serde_json::json;

/// A way of writing a rule.
pub(super) struct Shape {
    pub(super) name: &'static str,
    write: fn(&str, &str) -> (String, &'static str),
    /// Whether the text has to stand in the event.
    selects: bool,
}

pub(super) const SHAPES: [Shape; 4] = [
    Shape {
        name: "equal",
        write: |field, text| (format!("        {field}: {text}\n"), "selection"),
        selects: true,
    },
    Shape {
        name: "contained",
        write: |field, text| (format!("        {field}|contains: {text}\n"), "selection"),
        selects: true,
    },
    Shape {
        name: "one of several",
        write: |field, text| {
            let list =
                format!("        {field}|endswith:\n            - '.evil'\n            - {text}\n");
            (list, "selection")
        },
        selects: true,
    },
    Shape {
        name: "filtered",
        write: |field, text| {
            let filter = format!(
                "        OriginalFileName: 'loader'\n    filter_main:\n        {field}: {text}\n"
            );
            (filter, "selection and not 1 of filter_*")
        },
        selects: false,
    },
];

impl Shape {
    /// Text and positive event.
    pub(super) fn rule(&self, field: &str, text: &str) -> (String, String) {
        let (written, condition) = (self.write)(field, &quoted(text));
        let rule = format!(
            "title: Loader starts a shell\nlogsource:\n    product: windows\ndetection:\n    selection:\n{written}    condition: {condition}\n"
        );
        let event = if self.selects {
            json!({ field: text })
        } else {
            json!({ "OriginalFileName": "loader" })
        };
        (rule, event.to_string())
    }
}

/// As Sigma writes a literal: what would be a wildcard or an escape is escaped.
fn quoted(text: &str) -> String {
    let mut escaped = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let special = match c {
            '*' | '?' => true,
            '\\' => matches!(characters.peek(), Some('*' | '?' | '\\')),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    format!("'{}'", escaped.replace('\'', "''"))
}
