//! Decodable runs of a text: hexadecimal, base64, percent signs and escapes, and what the octets say as UTF-8 and UTF-16.
//! Whether anything was meant to be encoded is not asked: whatever can be decoded is looked at.

/// Fewest octets that a run must give to be looked at.
const RUN_MIN: usize = 3;

/// Octets that stand in a text in hexadecimal, with whatever may stand between the pairs; a run with an odd digit is read from both ends.
pub(super) fn hex_runs(text: &str) -> Vec<Vec<u8>> {
    let joined = ["\\x", "\\X", "0x", "0X", "\\u00", "%u00", "&#x"]
        .iter()
        .fold(text.to_owned(), |text, mark| text.replace(mark, ""));
    let kept = |c: &char| !c.is_whitespace() && !"%:,;-?{}".contains(*c);
    let joined: String = joined.chars().filter(kept).collect();
    // Unjoined as well: a word before or after may end or begin with a hexadecimal letter.
    [text, joined.as_str()]
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_hexdigit()))
        .flat_map(|run| [run, run.get(1..).unwrap_or("")])
        .map(unhex)
        .filter(|octets| octets.len() >= RUN_MIN)
        .collect()
}

/// Whole pairs; a last single digit is dropped.
fn unhex(run: &str) -> Vec<u8> {
    let digits: Vec<u8> = run
        .chars()
        .filter_map(|c| c.to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [high, low] => Some((high << 4) | low),
            _ => None,
        })
        .collect()
}

/// Octets that stand in a text in base64, in either alphabet, read from each of the four places where a group may begin.
pub(super) fn base64_runs(text: &str) -> Vec<Vec<u8>> {
    let sextets: Vec<Option<u8>> = text
        .bytes()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .map(sextet)
        .collect();
    sextets
        .split(Option::is_none)
        .map(|run| run.iter().copied().flatten().collect::<Vec<u8>>())
        .flat_map(|run| (0..4).map(move |skip| regroup(run.get(skip..).unwrap_or(&[]))))
        .filter(|octets| octets.len() >= RUN_MIN)
        .collect()
}

const fn sextet(b: u8) -> Option<u8> {
    match b {
        b'A'..=b'Z' => b.checked_sub(b'A'),
        b'a'..=b'z' => b.checked_sub(71),
        b'0'..=b'9' => b.checked_add(4),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Six bits each, read as eight; what is left over is dropped.
fn regroup(sextets: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for sextet in sextets {
        bits = ((bits << 6) | u32::from(*sextet)) & 0x3fff;
        held = held.saturating_add(6);
        if held >= 8 {
            held = held.saturating_sub(8);
            let octet = bits.checked_shr(held).unwrap_or(0) & 0xff;
            octets.push(u8::try_from(octet).unwrap_or(0));
        }
    }
    octets
}

/// The text with percent signs and escapes of single characters resolved, if there are any.
pub(super) fn unescaped(text: &str) -> Option<String> {
    if !text.contains(['%', '\\', '&']) {
        return None;
    }
    let mut octets: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((character, after)) = escape(rest) {
            let mut buffer = [0; 4];
            if let Some(octet) = character.octet {
                octets.push(octet);
            } else {
                octets.extend(character.letter.encode_utf8(&mut buffer).bytes());
            }
            rest = after;
        } else {
            let mut buffer = [0; 4];
            octets.extend(first.encode_utf8(&mut buffer).bytes());
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
    }
    Some(String::from_utf8_lossy(&octets).into_owned())
}

struct Escaped {
    octet: Option<u8>,
    letter: char,
}

/// One escape at the beginning of a text, and what follows it.
fn escape(text: &str) -> Option<(Escaped, &str)> {
    for (mark, digits, end) in ESCAPES {
        let Some(rest) = text.strip_prefix(mark) else {
            continue;
        };
        let (number, after) = rest.split_at_checked(*digits)?;
        let value = u32::from_str_radix(number, 16).ok()?;
        let after = after.strip_prefix(end)?;
        let octet = (*digits == 2 && end.is_empty()).then(|| u8::try_from(value).ok());
        return Some((
            Escaped {
                octet: octet.flatten(),
                letter: char::from_u32(value)?,
            },
            after,
        ));
    }
    None
}

/// Mark, hexadecimal digits after it, and what ends it; longer marks first.
const ESCAPES: &[(&str, usize, &str)] = &[
    ("%u", 4, ""),
    ("\\u", 4, ""),
    ("\\x", 2, ""),
    ("&#x", 2, ";"),
    ("%", 2, ""),
];

/// What octets say: as UTF-8, and as UTF-16 in both orders from both octets.
pub(super) fn texts(octets: &[u8]) -> Vec<String> {
    let mut texts = vec![String::from_utf8_lossy(octets).into_owned()];
    if is_wide(octets) {
        for skip in 0..2 {
            let shifted = octets.get(skip..).unwrap_or(&[]);
            texts.push(utf16(shifted, u16::from_le_bytes));
            texts.push(utf16(shifted, u16::from_be_bytes));
        }
    }
    texts
}

/// Latin, Greek and Cyrillic letters have a 0, 3 or 4 in every other octet of UTF-16.
fn is_wide(octets: &[u8]) -> bool {
    let high = octets.iter().filter(|b| matches!(b, 0 | 3 | 4)).count();
    high.saturating_mul(4) >= octets.len()
}

fn utf16(octets: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = octets.chunks(2).map(|pair| match pair {
        [first, second] => unit([*first, *second]),
        [single] => u16::from(*single),
        _ => 0,
    });
    char::decode_utf16(units)
        .map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Whether a decoded text looks like one, so that it is worth decoding again.
pub(super) fn is_texty(text: &str) -> bool {
    let printable = text.bytes().filter(u8::is_ascii_graphic).count();
    printable.saturating_mul(4) >= text.len().saturating_mul(3)
}
