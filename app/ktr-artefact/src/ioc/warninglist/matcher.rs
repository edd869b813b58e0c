//! How the entries of one list are compared with a value: the five types of `MISP`.
//! Letters are compared without case; values come in normal form.

use std::{collections::BTreeSet, net::IpAddr};

use aho_corasick::AhoCorasick;
use regex::{RegexSet, RegexSetBuilder};
use serde::Deserialize;

use super::range::Ranges;
use crate::limits;

/// The types of lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Type {
    /// The whole value.
    String,
    /// Any part of the value.
    Substring,
    /// The host of the value, or a domain that it lies under.
    Hostname,
    /// An address or a network.
    Cidr,
    /// An expression between slashes, as PHP writes it.
    Regex,
}

/// The entries of one list.
#[derive(Debug)]
pub(super) enum Matcher {
    String(BTreeSet<String>),
    Substring(AhoCorasick),
    Hostname(BTreeSet<String>),
    Cidr(Ranges),
    Regex(RegexSet),
}

impl Matcher {
    /// Nothing if an entry is not of the type.
    pub(super) fn new(kind: Type, entries: &[String]) -> Option<Self> {
        let lower = entries.iter().map(|entry| entry.trim().to_lowercase());
        Some(match kind {
            Type::String => Self::String(lower.collect()),
            Type::Substring => {
                // An empty entry would be a part of everything.
                let parts = lower.filter(|entry| !entry.is_empty());
                Self::Substring(AhoCorasick::new(parts).ok()?)
            }
            Type::Hostname => Self::Hostname(
                lower
                    .map(|entry| entry.trim_matches('.').to_owned())
                    .collect(),
            ),
            Type::Cidr => {
                let mut ranges = Ranges::default();
                let all = lower.into_iter().all(|entry| ranges.add(&entry));
                all.then_some(Self::Cidr(ranges))?
            }
            Type::Regex => Self::Regex(expressions(entries)?),
        })
    }

    /// Whether a value in lower case is on the list.
    pub(super) fn holds(&self, value: &str) -> bool {
        match self {
            Self::String(entries) => entries.contains(value),
            Self::Substring(parts) => parts.is_match(value),
            Self::Hostname(entries) => {
                let host = host(value);
                let tails = host
                    .match_indices('.')
                    .filter_map(|(at, dot)| host.get(at.saturating_add(dot.len())..));
                std::iter::once(host)
                    .chain(tails)
                    .any(|tail| entries.contains(tail))
            }
            Self::Cidr(ranges) => {
                let address = value.parse::<IpAddr>();
                address.is_ok_and(|address| ranges.contains(address))
            }
            Self::Regex(expressions) => expressions.is_match(value),
        }
    }
}

/// The host of a URL, and a value without slashes as it is.
fn host(value: &str) -> &str {
    let rest = value.split_once("//").map_or(value, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit_once(':').map_or(host, |(host, _port)| host);
    host.trim_end_matches('.')
}

/// Values are lower case, and so all are compared without it.
fn expressions(entries: &[String]) -> Option<RegexSet> {
    let sources: Option<Vec<&str>> = entries
        .iter()
        .map(|entry| Some(entry.strip_prefix('/')?.rsplit_once('/')?.0))
        .collect();
    let mut set = RegexSetBuilder::new(sources?);
    set.case_insensitive(true).size_limit(limits::REGEX_MAX);
    set.build().ok()
}
