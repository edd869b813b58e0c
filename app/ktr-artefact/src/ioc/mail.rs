//! Mail addresses as indicators: the sender's side, one plain address.
//! Display names are never kept.

use super::domain::host;
use crate::{
    finding::{Rule, rule},
    text::text_type,
};

text_type!(
    /// `local@domain` with a dot-atom of RFC 5322 and a lower-case domain in A-labels.
    MailValue,
    mail
);

fn mail(text: &str) -> Result<String, Rule> {
    let (local, domain) = text.rsplit_once('@').ok_or(rule::IOC_MAIL)?;
    let atoms = local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
    if !atoms || local.len() > 64 {
        return Err(rule::IOC_MAIL);
    }
    let domain = host(domain)?;
    Ok(format!("{local}@{domain}"))
}

const fn is_atext(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(
            b,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
}
