//! Where a rule comes from: its author and id, as licences want them kept, and what the shipped list knows of it.
//! Licences themselves are in `licence.rs`.

use super::{Offer, Origin, list};
use crate::finding::Rule;

/// A listed text has the author and the licence of the list, whatever a form says: else `author` or `licence`.
pub(super) fn check(offer: &Offer<'_>, author: Rule, licence: Rule) -> Result<(), Rule> {
    match list::find(offer.kind, offer.text) {
        Some(_) if offer.origin == Origin::Own => Err(author),
        Some(listed) if listed.licence != offer.licence => Err(licence),
        Some(_) | None => Ok(()),
    }
}

/// An author in one line; nothing if it names nobody.
pub(super) fn author(text: &str) -> Option<String> {
    let text = text.trim();
    let named = !text.is_empty() && !text.contains('\n');
    named.then(|| text.to_owned())
}

/// Whether `id` is a UUID in lower case.
pub(super) fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => matches!(c, '0'..='9' | 'a'..='f'),
        })
}
