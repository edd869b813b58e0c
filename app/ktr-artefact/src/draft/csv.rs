//! Tables: a header with `type` and `value`, or one value a line, its type guessed where there is no doubt.
//! Fields may stand in double quotes (RFC 4180); a field does not go over a line's end. Between them is a comma, or what spreadsheets write where a
//! comma is in numbers: a semicolon or a tabulator, if the header has it and no comma.

use super::{
    entry::{Meaning, Offer, meaning},
    gather::Taker,
    guess::{guess, refanged},
};
use crate::{
    finding::{Finding, Place, Rule, rule},
    limits,
};

/// Reads a table.
///
/// # Errors
/// [`rule::DRAFT_SHAPE`] for a header with `type` or `value` alone, or with one of them twice.
pub(super) fn read(text: &str, taker: &mut Taker) -> Result<(), Finding> {
    let mut lines = text.lines().enumerate().peekable();
    let first = lines.peek().map_or("", |(_, first)| *first);
    let separator = separator(first);
    let columns =
        columns(first, separator).map_err(|rule| rule.at(Place::path(String::from("line[1]"))))?;
    if columns.is_some() {
        lines.next();
    }
    for (index, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with('#') {
            taker.list("comment in the table");
            continue;
        }
        let place = format!("line[{}]", index.saturating_add(1));
        let Some(fields) = fields(line, separator) else {
            taker.list("line that is no row of a table");
            continue;
        };
        match &columns {
            Some(columns) => typed(&fields, columns, &place, taker),
            None => untyped(&fields, &place, taker),
        }
    }
    Ok(())
}

/// Where a header has its two columns.
struct Columns {
    kind: usize,
    value: usize,
}

/// What stands between the fields of a table with this first line. Without a header it is a comma: a value may hold any other mark.
fn separator(line: &str) -> char {
    let is_header = |mark: &char| line.contains(*mark) && !matches!(columns(line, *mark), Ok(None));
    let other = [';', '\t'].into_iter().find(is_header);
    other.filter(|_mark| !line.contains(',')).unwrap_or(',')
}

/// The columns of a first line that is a header; nothing if it is none.
fn columns(line: &str, separator: char) -> Result<Option<Columns>, Rule> {
    let fields: Vec<String> = fields(line, separator)
        .unwrap_or_default()
        .iter()
        .map(|field| field.to_ascii_lowercase())
        .collect();
    let at = |name: &str| {
        let mut found = fields
            .iter()
            .enumerate()
            .filter(|(_, field)| *field == name);
        let first = found.next().map(|(index, _)| index);
        match found.next() {
            Some(_) => Err(rule::DRAFT_SHAPE),
            None => Ok(first),
        }
    };
    match (at("type")?, at("value")?) {
        (Some(kind), Some(value)) => Ok(Some(Columns { kind, value })),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => Err(rule::DRAFT_SHAPE),
    }
}

fn typed(fields: &[String], columns: &Columns, place: &str, taker: &mut Taker) {
    let (Some(name), Some(value)) = (fields.get(columns.kind), fields.get(columns.value)) else {
        return taker.list("line without type or value");
    };
    taker.list_all("further column of a line", fields.len().saturating_sub(2));
    let name = name.to_ascii_lowercase();
    let value = refanged(value);
    match meaning(&name, &value) {
        Meaning::One(kind, value) => taker.take(&Offer::plain(kind, value), place),
        Meaning::Two((one, first), (other, second)) => {
            taker.take(&Offer::plain(one, first), place);
            taker.take(&Offer::plain(other, second), place);
        }
        Meaning::Part(kind, value) => {
            taker.take(&Offer::plain(kind, value), place);
            taker.list_named("second half of", &name);
        }
        Meaning::Nothing => taker.list_named("type", &name),
    }
}

fn untyped(fields: &[String], place: &str, taker: &mut Taker) {
    let [value] = fields else {
        return taker.list("line with several fields and no header");
    };
    let value = refanged(value);
    match guess(&value) {
        Some(kind) => taker.take(&Offer::plain(kind, &value), place),
        None => taker.list("line whose type is not clear"),
    }
}

/// The fields of a line, without blanks around them; nothing if a quote does not end, or for more than [`limits::DRAFT_FIELDS_MAX`].
fn fields(line: &str, separator: char) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        if fields.len() >= limits::DRAFT_FIELDS_MAX {
            return None;
        }
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.trim().is_empty() => quoted = !quoted,
            mark if mark == separator && !quoted => {
                fields.push(std::mem::take(&mut field).trim().to_owned());
            }
            other => field.push(other),
        }
    }
    fields.push(field.trim().to_owned());
    (!quoted).then_some(fields)
}
