//! What a bare value is, where there is no doubt; and values that were made harmless for mail.
//! A guess that may be wrong is none: a name such as `update.zip` is a file and a domain.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::ioc::{Type, Value};

/// Top-level domains that are endings of files too.
const ENDINGS: [&str; 16] = [
    "ai", "app", "bat", "cab", "cc", "cpl", "icu", "md", "mov", "pl", "ps", "py", "rs", "sh", "so",
    "zip",
];

/// The type of a value; nothing if it could be two.
pub(super) fn guess(value: &str) -> Option<Type> {
    if value.parse::<Ipv4Addr>().is_ok() {
        return Some(Type::Ipv4);
    }
    if value.parse::<Ipv6Addr>().is_ok() {
        return Some(Type::Ipv6);
    }
    if value.starts_with("HKEY_") || value.starts_with("HKLM\\") || value.starts_with("HKCU\\") {
        return Some(Type::Regkey);
    }
    if value.contains("://") {
        return Some(Type::Url);
    }
    if value.contains('@') {
        return is(Type::Email, value);
    }
    is(Type::Hash, value).or_else(|| domain(value))
}

fn is(kind: Type, value: &str) -> Option<Type> {
    Value::parse(kind, value).is_ok().then_some(kind)
}

/// A domain under a top-level domain that is delegated and no ending of files.
fn domain(value: &str) -> Option<Type> {
    let lower = value.to_lowercase();
    let (_, last) = lower.rsplit_once('.')?;
    let is_known = psl::suffix(lower.as_bytes()).is_some_and(|suffix| suffix.is_known());
    if !is_known || ENDINGS.contains(&last) {
        return None;
    }
    is(Type::Domain, value)
}

/// The value as it was before somebody made it harmless: `hxxp`, `[.]`, `(.)`, `[:]`, `[@]`.
pub(super) fn refanged(value: &str) -> String {
    let mut plain = value.to_owned();
    for (harmless, sharp) in [
        ("[.]", "."),
        ("(.)", "."),
        ("[:]", ":"),
        ("[@]", "@"),
        ("[://]", "://"),
    ] {
        plain = plain.replace(harmless, sharp);
    }
    for (harmless, sharp) in [("hxxps://", "https://"), ("hxxp://", "http://")] {
        if let Some(start) = plain
            .get(..harmless.len())
            .filter(|start| start.eq_ignore_ascii_case(harmless))
        {
            plain = plain.replacen(start, sharp, 1);
        }
    }
    plain
}
