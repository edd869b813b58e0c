//! Reads a form from bytes, as typed or in canonical form.
//! A refusal names the path of the key, never its value.

use super::Document;
use crate::{
    canonical,
    finding::{Finding, Place, rule},
    limits,
};

/// Reads a form as a person wrote it: any JSON layout, but no unknown, missing or doubled key.
///
/// # Errors
/// A finding of range 100, or [`rule::FORM_SHAPE`] with the path.
pub fn read(bytes: &[u8]) -> Result<Document, Finding> {
    let place = Place::named("nomination.json");
    let text = canonical::text(bytes, limits::FORM_MAX, &place)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let document: Document = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| rule::FORM_SHAPE.at(Place::path(error.path().to_string())))?;
    json.end()
        .map_err(|_error| rule::FORM_SHAPE.at(place.clone()))?;
    if document.version == VERSION {
        Ok(document)
    } else {
        Err(rule::FORM_VERSION.at(Place::named("version")))
    }
}

/// Reads a form in canonical bytes only.
///
/// # Errors
/// As [`read`], and [`rule::NOT_CANONICAL`].
pub fn read_canonical(bytes: &[u8]) -> Result<Document, Finding> {
    let document = read(bytes)?;
    let place = || Place::named("nomination.json");
    let canonical = document.to_canonical().map_err(|rule| rule.at(place()))?;
    if canonical == bytes {
        Ok(document)
    } else {
        Err(rule::NOT_CANONICAL.at(place()))
    }
}

const VERSION: u32 = 1;
