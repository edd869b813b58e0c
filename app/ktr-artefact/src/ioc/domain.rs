//! Domains as indicators: lower-case A-labels, two or more, not a public suffix, not a name of inner networks.
//! Nothing is looked up.

use crate::{
    finding::{Rule, rule},
    text::text_type,
};

text_type!(
    /// A domain in lower-case A-labels, without final dot.
    DomainValue,
    domain
);

fn domain(text: &str) -> Result<String, Rule> {
    let ascii = host(text)?;
    // The list has no I/O: it is compiled in.
    let is_suffix = psl::suffix_str(&ascii).is_some_and(|suffix| suffix == ascii);
    if is_suffix {
        Err(rule::IOC_PUBLIC_SUFFIX)
    } else {
        Ok(ascii)
    }
}

/// A host name in normal form; unlike an indicator of its own it may be a public suffix, as in the URL of a blog host.
pub(super) fn host(text: &str) -> Result<String, Rule> {
    let ascii = idna::domain_to_ascii_strict(text).map_err(|_error| rule::IOC_DOMAIN)?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let fine = labels.len() >= 2
        && ascii.len() <= 253
        && labels.iter().all(|label| is_label(label))
        && labels
            .last()
            .is_some_and(|last| last.bytes().any(|b| b.is_ascii_alphabetic()));
    if !fine {
        return Err(rule::IOC_DOMAIN);
    }
    if is_reserved(&ascii) {
        Err(rule::IOC_DOMAIN_RESERVED)
    } else {
        Ok(ascii)
    }
}

fn is_label(label: &str) -> bool {
    let inner = label
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    inner && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

fn is_reserved(domain: &str) -> bool {
    RESERVED.iter().any(|reserved| {
        domain
            .strip_suffix(reserved)
            .is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

/// Names that no attacker owns: RFC 6761, RFC 8375, RFC 9476, ICANN's `internal`, and what inner networks use.
const RESERVED: &[&str] = &[
    "alt",
    "corp",
    "domain",
    "example",
    "example.com",
    "example.net",
    "example.org",
    "home",
    "home.arpa",
    "in-addr.arpa",
    "internal",
    "intranet",
    "invalid",
    "ip6.arpa",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
    "test",
    "workgroup",
];
