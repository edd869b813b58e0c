//! Decodable runs of a text: hexadecimal, base64, percent signs and escapes, and what the octets say as UTF-8 and UTF-16.
//! Whether anything was meant to be encoded is not asked: whatever can be decoded is looked at.

use crate::limits;

/// Fewest octets that a run must give to be looked at.
const RUN_MIN: usize = 3;

/// Buffers that are used again for every text.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Values of the digits of the run at hand.
    values: Vec<u8>,
    /// Where something was left out of it.
    cuts: Vec<usize>,
    octets: Vec<u8>,
}

impl Runs {
    /// Octets that stand in a folded text in hexadecimal, with whatever may stand between the pairs; a run with an odd digit is read from both
    /// ends. Each part without anything between is read by itself too: a word before or after may end or begin with a hexadecimal letter.
    /// `each` is also told whether something stands between the octets, so that no digest has to fill them.
    pub(super) fn hex(&mut self, folded: &str, mut each: impl FnMut(&[u8], bool)) {
        let mut rest = folded.as_bytes();
        self.begin();
        while let [first, after @ ..] = rest {
            if let Some(behind) = mark(rest).or_else(|| jump(rest)) {
                self.cut();
                rest = behind;
                continue;
            }
            if let Some(value) = nibble(*first) {
                self.values.push(value);
            } else if is_between_pairs(*first) {
                self.cut();
            } else {
                self.hex_run(&mut each);
            }
            rest = after;
        }
        self.hex_run(&mut each);
    }

    fn begin(&mut self) {
        self.values.clear();
        self.cuts.clear();
    }

    fn cut(&mut self) {
        if self.cuts.last() != Some(&self.values.len()) {
            self.cuts.push(self.values.len());
        }
    }

    fn hex_run(&mut self, each: &mut impl FnMut(&[u8], bool)) {
        let length = self.values.len();
        if length >= RUN_MIN.saturating_mul(2) {
            let (values, octets) = (&self.values, &mut self.octets);
            let parted = self.cuts.iter().any(|cut| (1..length).contains(cut));
            pairs(values, octets, &mut |octets| each(octets, parted));
            let mut begin = 0;
            for end in self.cuts.iter().copied().chain([length]) {
                let part = values.get(begin..end).unwrap_or(&[]);
                if part.len() < length && part.len() >= RUN_MIN.saturating_mul(2) {
                    pairs(part, octets, &mut |octets| each(octets, false));
                }
                begin = end;
            }
        }
        self.begin();
    }

    /// Octets that stand in a text in base64, in either alphabet, read from each of the four places where a group may begin. Runs too short for
    /// a word that counts are left out.
    pub(super) fn base64(&mut self, text: &str, mut each: impl FnMut(&[u8])) {
        self.values.clear();
        let mut rest = text.as_bytes();
        while let [octet, after @ ..] = rest {
            if let Some(value) = sextet(*octet) {
                self.values.push(value);
            } else if !is_within_base64(rest) {
                self.base64_run(&mut each);
            }
            rest = after;
        }
        self.base64_run(&mut each);
    }

    fn base64_run(&mut self, each: &mut impl FnMut(&[u8])) {
        if self.values.len() >= BASE64_RUN_MIN {
            for skip in 0..4 {
                regroup(self.values.get(skip..).unwrap_or(&[]), &mut self.octets);
                if self.octets.len() >= limits::TOKEN_ANYWHERE_MIN {
                    each(&self.octets);
                }
                let digits = self.values.get(skip..).unwrap_or(&[]);
                if let Some(digits) = capitals_of_hex(digits) {
                    regroup(&digits, &mut self.octets);
                    each(&self.octets);
                }
            }
        }
        self.values.clear();
    }
}

/// Whether a line ends here, or an expression escapes a digit of base64: neither ends a run.
const fn is_within_base64(rest: &[u8]) -> bool {
    matches!(rest, [b'\r' | b'\n', ..] | [b'\\', b'/' | b'+' | b'\\', ..])
}

/// Fewest digits of base64 that give as many octets as a word has letters that counts in noise.
const BASE64_RUN_MIN: usize = limits::TOKEN_ANYWHERE_MIN.div_ceil(3) * 4;

/// What follows a mark before a pair.
const fn mark(rest: &[u8]) -> Option<&[u8]> {
    match rest {
        [b'\\' | b'0', b'x', after @ ..]
        | [b'\\' | b'%', b'u', b'0', b'0', after @ ..]
        | [b'&', b'#', b'x', after @ ..] => Some(after),
        _ => None,
    }
}

/// What follows a jump of YARA between octets, such as `[4]` or `[2-6]`.
fn jump(rest: &[u8]) -> Option<&[u8]> {
    let inside = rest.strip_prefix(b"[")?;
    let is_bound = |octet: &u8| octet.is_ascii_digit() || *octet == b'-';
    let length = inside.iter().take_while(|octet| is_bound(octet)).count();
    inside.get(length..)?.strip_prefix(b"]")
}

const fn nibble(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => octet.checked_sub(b'0'),
        b'a'..=b'f' => octet.checked_sub(87),
        _ => None,
    }
}

const fn is_between_pairs(octet: u8) -> bool {
    octet.is_ascii_whitespace()
        || matches!(
            octet,
            0xb | b'%' | b':' | b',' | b';' | b'-' | b'?' | b'{' | b'}' | b'(' | b'|' | b')'
        )
}

/// Whole pairs from the first and from the second digit; a last single digit is dropped.
fn pairs(values: &[u8], octets: &mut Vec<u8>, each: &mut impl FnMut(&[u8])) {
    for skip in 0..2 {
        octets.clear();
        let digits = values.get(skip..).unwrap_or(&[]);
        octets.extend(digits.chunks_exact(2).map(|pair| match pair {
            [high, low] => (high << 4) | low,
            _ => 0,
        }));
        if octets.len() >= RUN_MIN {
            each(octets);
        }
    }
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
fn regroup(sextets: &[u8], octets: &mut Vec<u8>) {
    octets.clear();
    for group in sextets.chunks(4) {
        match group {
            [a, b, c, d] => octets.extend([(a << 2) | (b >> 4), (b << 4) | (c >> 2), (c << 6) | d]),
            [a, b, c] => octets.extend([(a << 2) | (b >> 4), (b << 4) | (c >> 2)]),
            [a, b] => octets.push((a << 2) | (b >> 4)),
            _ => {}
        }
    }
}

/// Digits of base64 that give hexadecimal ones and were made small, as the name of a host is: with their capitals again. At each place of four
/// a letter can only have been one of both, so that nothing was lost. Nothing if they are no such digits.
fn capitals_of_hex(sextets: &[u8]) -> Option<Vec<u8>> {
    // The first of four octets that are hexadecimal digits is one of `MNOYZ`.
    let begins = |group: &[u8]| matches!(group, [38..=40 | 50 | 51, ..]);
    let small = |sextet: &u8| *sextet >= SMALL;
    if !sextets.chunks(4).all(begins) || !sextets.iter().all(small) {
        return None;
    }
    let places = [0_u8, 1, 2, 3].into_iter().cycle();
    let with_capital = |(place, sextet): (u8, &u8)| {
        let letter = sextet.checked_sub(SMALL).filter(|letter| *letter < SMALL);
        let capital = letter.filter(|letter| match place {
            0 => true,
            1 => matches!(letter, 3 | 6 | 19 | 22),
            2 => !matches!(letter, 2 | 3 | 6 | 7 | 10 | 11),
            _ => false,
        });
        capital.unwrap_or(*sextet)
    };
    Some(places.zip(sextets).map(with_capital).collect())
}

/// The value of `a` in base64; capitals have smaller ones.
const SMALL: u8 = 26;

/// The octets of a text with percent signs and escapes of single characters resolved, if there are any.
pub(super) fn unescaped(text: &str) -> Option<Vec<u8>> {
    if !text.contains(['%', '\\', '&']) {
        return None;
    }
    let mut octets: Vec<u8> = Vec::with_capacity(text.len());
    let (mut rest, mut changed) = (text, false);
    while let Some(first) = rest.chars().next() {
        // A rule writes a backslash twice.
        let once = || rest.strip_prefix('\\').and_then(escape);
        if let Some((character, after)) = escape(rest).or_else(once) {
            let mut buffer = [0; 4];
            if let Some(octet) = character.octet {
                octets.push(octet);
            } else {
                octets.extend(character.letter.encode_utf8(&mut buffer).bytes());
            }
            (rest, changed) = (after, true);
        } else {
            let mut buffer = [0; 4];
            octets.extend(first.encode_utf8(&mut buffer).bytes());
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
    }
    changed.then_some(octets)
}

/// Octets without their zeros, if there are any, as a text: what was UTF-16 of Latin letters is Latin-1 then, wherever in a longer text it
/// stands.
pub(super) fn narrow(octets: &[u8]) -> Option<String> {
    if !octets.contains(&0) {
        return None;
    }
    let octets: Vec<u8> = octets
        .iter()
        .filter(|octet| **octet != 0)
        .copied()
        .collect();
    let mut text = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().copied().map(char::from));
    }
    Some(text)
}

/// The names of hosts in a text from an A-label on, with these as letters. What stands before the first may be no part of the name; what
/// is none is looked at again behind its mark.
pub(super) fn labels(text: &str) -> impl Iterator<Item = String> {
    let is_part = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.');
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, from) = rest.split_at_checked(rest.find(MARK)?)?;
            let octets = from.bytes().take(limits::LEAK_NAME_MAX);
            let length = octets.take_while(is_part).count();
            let (name, behind) = from.split_at_checked(length)?;
            let (letters, _) = idna::domain_to_unicode(name);
            if letters != name {
                rest = behind;
                return Some(letters);
            }
            rest = from.get(MARK.len()..)?;
        }
    })
}

/// What an A-label begins with.
const MARK: &str = "xn--";

struct Escaped {
    octet: Option<u8>,
    letter: char,
}

/// One escape at the beginning of a text, and what follows it.
fn escape(text: &str) -> Option<(Escaped, &str)> {
    if let Some(found) = decimal_reference(text) {
        return Some(found);
    }
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

/// A reference by a decimal number, such as `&#78;`.
fn decimal_reference(text: &str) -> Option<(Escaped, &str)> {
    let inside = text.strip_prefix("&#")?;
    let (number, after) =
        inside.split_at_checked(inside.bytes().take_while(u8::is_ascii_digit).count())?;
    let letter = char::from_u32(number.parse().ok()?)?;
    let octet = None;
    Some((Escaped { octet, letter }, after.strip_prefix(';')?))
}

/// Mark, hexadecimal digits after it, and what ends it; longer marks first.
const ESCAPES: &[(&str, usize, &str)] = &[
    ("%u", 4, ""),
    ("\\u", 4, ""),
    ("\\x", 2, ""),
    ("&#x", 2, ";"),
    ("%", 2, ""),
];

/// What octets say as UTF-16, in both orders from both octets; nothing if they are none.
pub(super) fn wide_texts(octets: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
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

/// Whether decoded octets look like a text, so that they are worth decoding again.
pub(super) fn is_texty(octets: &[u8]) -> bool {
    let printable = octets.iter().filter(|b| matches!(b, b' '..=b'~')).count();
    printable.saturating_mul(4) >= octets.len().saturating_mul(3)
}
