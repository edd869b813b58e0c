//! RFC 8785: the one way to write a JSON value, and the check that bytes are written that way.
//! Nothing is ever repaired: bytes that differ are refused.

use serde::Serialize;
use serde_json::Value;

use crate::{
    finding::{Place, Rule, rule},
    limits,
};

/// The canonical bytes of a value.
///
/// # Errors
/// [`rule::NOT_JSON`] if the value has no JSON form.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, Rule> {
    serde_json_canonicalizer::to_vec(value).map_err(|_error| rule::NOT_JSON)
}

/// Whether `text` is the canonical form of one JSON value, with integers only and at most [`limits::DEPTH_MAX`] levels.
///
/// A generic value keeps the last of two equal keys, so duplicates come out shorter than they went in and are refused here.
///
/// # Errors
/// The first of [`rule::NOT_JSON`], [`rule::TOO_DEEP`], [`rule::NOT_AN_INTEGER`], [`rule::NOT_CANONICAL`].
pub fn check(text: &str) -> Result<(), Rule> {
    let value: Value = serde_json::from_str(text).map_err(|_error| rule::NOT_JSON)?;
    check_value(&value, limits::DEPTH_MAX)?;
    if to_bytes(&value)? == text.as_bytes() {
        Ok(())
    } else {
        Err(rule::NOT_CANONICAL)
    }
}

/// `bytes` as text: UTF-8, not empty, not longer than `limit`, no byte order mark.
///
/// # Errors
/// [`rule::TOO_LARGE`], [`rule::EMPTY`] or [`rule::NOT_UTF8`], in this order.
pub fn text<'a>(
    bytes: &'a [u8],
    limit: usize,
    place: &Place,
) -> Result<&'a str, crate::finding::Finding> {
    if bytes.len() > limit {
        return Err(rule::TOO_LARGE.at(place.clone()));
    }
    if bytes.is_empty() {
        return Err(rule::EMPTY.at(place.clone()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_error| rule::NOT_UTF8.at(place.clone()))?;
    if text.starts_with('\u{feff}') {
        return Err(rule::NOT_UTF8.at(place.clone()));
    }
    Ok(text)
}

fn check_value(value: &Value, depth_left: usize) -> Result<(), Rule> {
    let below = || depth_left.checked_sub(1).ok_or(rule::TOO_DEEP);
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Ok(()),
        Value::Number(_) => Err(rule::NOT_AN_INTEGER),
        Value::Array(items) => {
            let below = below()?;
            items.iter().try_for_each(|item| check_value(item, below))
        }
        Value::Object(members) => {
            let below = below()?;
            members
                .values()
                .try_for_each(|item| check_value(item, below))
        }
    }
}
