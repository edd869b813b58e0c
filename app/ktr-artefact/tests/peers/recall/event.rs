//! Recorded events of Windows, their fields at the top, and the names that their labels give.
//! Nothing is judged here.

use std::collections::BTreeSet;

use serde_json::Value;

/// Fields and their texts, in the order of the event.
pub(super) type Fields = Vec<(String, String)>;

/// Every event of a file, which holds one value after the other.
pub(super) fn events(text: &str) -> Vec<Fields> {
    let values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    values
        .map(|value| {
            let mut fields = Vec::new();
            flat("", &value.unwrap(), &mut fields);
            fields
        })
        .collect()
}

fn flat(name: &str, value: &Value, fields: &mut Fields) {
    match value {
        Value::String(text) => fields.push((name.replace(' ', ""), text.clone())),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| flat(name, value, fields)),
        Value::Array(items) => items.iter().for_each(|item| flat(name, item, fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whose name a field gives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Label {
    /// `DOMAIN\user`, or the user alone.
    User,
    /// A host, with or without its domain.
    Host,
    /// A domain of accounts.
    Domain,
    /// An address.
    Address,
}

/// What a field is a label of.
pub(super) fn label(field: &str) -> Option<Label> {
    let of = |names: &[&str]| names.contains(&field);
    if of(&USERS) {
        Some(Label::User)
    } else if of(&["Computer", "ClientMachine", "FQDN"]) {
        Some(Label::Host)
    } else if of(&["SubjectDomainName", "TargetDomainName"]) {
        Some(Label::Domain)
    } else {
        of(&["IpAddress"]).then_some(Label::Address)
    }
}

const USERS: [&str; 7] = [
    "User",
    "ParentUser",
    "SourceUser",
    "TargetUser",
    "SubjectUserName",
    "TargetUserName",
    "DetectionUser",
];

/// The names of an event.
#[derive(Default)]
pub(super) struct Names {
    pub(super) users: BTreeSet<String>,
    pub(super) hosts: BTreeSet<String>,
    pub(super) domains: BTreeSet<String>,
}

impl Names {
    /// Of the labels and of the folders of users, in lower case; names that every machine has are none.
    pub(super) fn of(fields: &Fields) -> Self {
        let mut names = Self::default();
        for (field, text) in fields {
            let text = text.to_ascii_lowercase();
            match label(field) {
                Some(Label::User) => {
                    let (domain, user) = text.rsplit_once('\\').unwrap_or(("", &text));
                    if domain != "nt authority" {
                        names.domains.insert(domain.to_owned());
                        names.users.insert(user.to_owned());
                    }
                }
                Some(Label::Host) => {
                    let (host, rest) = text.split_once('.').unwrap_or((&text, ""));
                    names.hosts.insert(host.to_owned());
                    names.domains.insert(rest.to_owned());
                }
                Some(Label::Domain) => {
                    names.domains.insert(text.clone());
                }
                Some(Label::Address) | None => {}
            }
            for (_, rest) in text
                .match_indices("\\users\\")
                .map(|(at, mark)| text.split_at(at + mark.len()))
            {
                let (name, goes_on) = rest.split_once('\\').unwrap_or((rest, ""));
                if !goes_on.is_empty() && !EVERYONE.contains(&name) {
                    names.users.insert(name.to_owned());
                }
            }
        }
        // A workgroup's domain is the host.
        names.domains = &names.domains - &names.hosts;
        for list in [&mut names.users, &mut names.hosts, &mut names.domains] {
            list.retain(|name| !NOBODY.contains(&name.as_str()));
        }
        names
    }
}

/// Folders that belong to nobody.
const EVERYONE: [&str; 4] = ["public", "default", "user", "names"];
const NOBODY: [&str; 4] = ["", "-", "system", "localhost"];
