//! URLs as indicators: http, https or ftp, without user info; a query that could name a person is cut.
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

/// A mail address in a path was put there for one recipient.
fn names_a_person(path: &str) -> bool {
    path.contains('@') || path.to_ascii_lowercase().contains("%40")
}

fn identifies(query: &str) -> bool {
    let lower = query.to_ascii_lowercase();
    names_a_person(query)
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
