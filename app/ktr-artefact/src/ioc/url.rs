//! URLs as indicators: http, https or ftp, without user info and without a mail address in the path; a query that could name a person is cut.
//! Nothing is ever dialled.

use url::{Host, Url};

use super::{
    address::{check_ipv4, check_ipv6},
    domain::host,
};
use crate::{
    finding::{Rule, rule},
    text::{is_clean, text_type},
};

text_type!(
    /// A URL as the WHATWG standard serialises it, without fragment, its query cut if it holds a mail address, a token or a long run of base64.
    UrlValue,
    parse
);

fn parse(text: &str) -> Result<String, Rule> {
    if !is_clean(text) || text.chars().any(char::is_whitespace) {
        return Err(rule::IOC_URL);
    }
    let mut url = Url::parse(text).map_err(|_error| rule::IOC_URL)?;
    let plain = matches!(url.scheme(), "http" | "https" | "ftp")
        && url.username().is_empty()
        && url.password().is_none();
    if !plain || names_a_person(url.path()) {
        return Err(rule::IOC_URL);
    }
    match url.host() {
        Some(Host::Domain(name)) => {
            if host(name)? != name {
                return Err(rule::IOC_DOMAIN);
            }
        }
        Some(Host::Ipv4(address)) => check_ipv4(address)?,
        Some(Host::Ipv6(address)) => check_ipv6(address)?,
        None => return Err(rule::IOC_URL),
    }
    url.set_fragment(None);
    if url.query().is_some_and(identifies) {
        url.set_query(None);
    }
    Ok(String::from(url))
}

/// A mail address in a path was put there for one recipient; a version (`x@1.2.3`) or a name behind the sign (`/@x`) was not.
fn names_a_person(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let path = path.replace("%25", "%").replace("%40", "@");
    let path = path.replace("%2e", ".");
    path.match_indices('@').any(|(at, _)| {
        let (before, rest) = path.split_at(at);
        let local = |c: char| c.is_alphanumeric() || "._+-".contains(c);
        before.ends_with(local) && begins_with_a_mail_domain(rest.trim_start_matches('@'))
    })
}

/// Two labels or more, the last of letters; one that begins with a number only under a suffix that is registered under.
fn begins_with_a_mail_domain(text: &str) -> bool {
    let outside = |c: char| !c.is_alphanumeric() && c != '-' && c != '.';
    let domain = text.split(outside).next().unwrap_or_default();
    let domain = domain.trim_end_matches('.');
    let labels: Vec<&str> = domain.split('.').collect();
    let [first, .., last] = labels.as_slice() else {
        return false;
    };
    let is_name = last.len() >= 2 && last.chars().all(char::is_alphabetic);
    let is_numbered = first.bytes().all(|b| b.is_ascii_digit());
    let is_known = psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known());
    last.starts_with("xn--") || (is_name && (is_known || !is_numbered))
}

fn identifies(query: &str) -> bool {
    let lower = query.to_ascii_lowercase();
    lower.contains('@')
        || lower.contains("%40")
        || SPEAKING.iter().any(|word| lower.contains(word))
        || query
            .split(|c: char| !is_base64(c))
            .any(|run| run.len() >= BASE64_RUN_MIN)
}

const fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
}

const BASE64_RUN_MIN: usize = 20;

/// Parameter names that carry what identifies a recipient.
const SPEAKING: &[&str] = &[
    "mail", "token", "auth", "user", "session", "login", "passw", "apikey", "api_key",
];
