//! A literal string of a rule as the octets it stands for, and back in one spelling.
//! Printable ASCII stands for itself and everything else is written by number: nothing invisible or look-alike is left.

/// The octets between the quotes of `literal`; nothing if it is no literal string of one line.
pub(super) fn octets(literal: &str) -> Option<Vec<u8>> {
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut found = Vec::new();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let (_, after) = rest.split_at(c.len_utf8());
        rest = after;
        if c != '\\' {
            found.extend(c.to_string().as_bytes());
            continue;
        }
        let escape = rest.chars().next()?;
        let (_, after) = rest.split_at(escape.len_utf8());
        rest = after;
        match escape {
            'n' => found.push(b'\n'),
            'r' => found.push(b'\r'),
            't' => found.push(b'\t'),
            '"' | '\\' => found.extend(escape.to_string().as_bytes()),
            'x' => {
                let number = rest.get(..2)?;
                found.push(u8::from_str_radix(number, 16).ok()?);
                rest = rest.get(2..)?;
            }
            _ => return None,
        }
    }
    Some(found)
}

/// The one spelling of `octets`, in quotes.
pub(super) fn quoted(octets: &[u8]) -> String {
    let mut text = String::from("\"");
    for octet in octets {
        match octet {
            b'"' | b'\\' => text.extend(['\\', char::from(*octet)]),
            b' '..=b'~' => text.push(char::from(*octet)),
            _ => number(&mut text, *octet),
        }
    }
    text.push('"');
    text
}

/// The spelling of a text for people, in quotes: letters of every script stand for themselves.
pub(super) fn readable(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            _ => match u8::try_from(c) {
                Ok(octet @ 0..=0x1F) => number(&mut quoted, octet),
                Ok(_) | Err(_) => quoted.push(c),
            },
        }
    }
    quoted.push('"');
    quoted
}

/// An octet by its number, as strings and expressions write it.
pub(super) fn number(text: &mut String, octet: u8) {
    text.extend(["\\x", &hex::encode_upper([octet])]);
}
