//! Texts brought into the forms in which tokens are looked for: one case, one form of each letter, nothing invisible, nothing defanged.
//! What is encoded is decoded elsewhere.

use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::twin::latin;

/// Compatibility form, lower case, look-alikes as Latin letters, nothing invisible, defanged marks restored.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::new();
    fold_into(text, &mut folded);
    folded
}

/// As [`fold`], into a buffer that is used again.
pub(super) fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    letters(text, folded);
    restore(folded);
}

/// As [`fold_into`], of octets that need be no text: what is none becomes a mark that no token has.
pub(super) fn fold_octets(octets: &[u8], folded: &mut String) {
    folded.clear();
    let mut rest = octets;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            folded.push(char::from(first.to_ascii_lowercase()));
            rest = after;
        } else if let Some((letter, after)) = leading(rest) {
            if is_combining_mark(letter) {
                // It may change the letter before it: then the whole is read the long way.
                folded.clear();
                for chunk in octets.utf8_chunks() {
                    letters(chunk.valid(), folded);
                    folded.push(NO_TEXT);
                }
                break;
            }
            push(letter, folded);
            rest = after;
        } else {
            folded.push(NO_TEXT);
            rest = after;
        }
    }
    restore(folded);
}

/// Stands where octets are no text.
const NO_TEXT: char = '\u{1}';

/// The first letter of octets that begin with one of several octets.
fn leading(octets: &[u8]) -> Option<(char, &[u8])> {
    let length = match octets.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let (letter, after) = octets.split_at_checked(length)?;
    let letter = str::from_utf8(letter).ok()?.chars().next()?;
    Some((letter, after))
}

fn letters(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let begin = folded.len();
        folded.push_str(text);
        if let Some(added) = folded.get_mut(begin..) {
            added.make_ascii_lowercase();
        }
    } else if text.chars().all(|c| c < TABLE_END && !is_combining_mark(c)) {
        text.chars().for_each(|c| push(c, folded));
    } else {
        folded.extend(compatible(text));
    }
}

/// A letter that nothing combines with.
fn push(letter: char, folded: &mut String) {
    let index = usize::try_from(u32::from(letter)).unwrap_or(usize::MAX);
    match TABLE.get(index) {
        Some(form) => folded.push_str(form),
        None => folded.extend(compatible(letter.encode_utf8(&mut [0; 4]))),
    }
}

/// What is not seen goes first, so that it keeps no mark from its letter; a mark that no letter takes up goes last.
fn compatible(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|c| !is_invisible(*c))
        .nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(one_case)
        .filter(|c| !is_combining_mark(*c))
        .map(|c| {
            if is_blank(c) && !c.is_ascii() {
                ' '
            } else {
                latin(plain(c))
            }
        })
}

/// Typographic quotes, dashes and dots as the plain marks that word processors make them of.
const fn plain(c: char) -> char {
    match c {
        '\u{2018}'..='\u{201f}' | '\u{2032}' | '\u{2033}' | '\u{2039}' | '\u{203a}' | '«' | '»' => {
            '\''
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' => '-',
        other => other,
    }
}

/// A blank, or the pattern of Braille that has no dot.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// The end of the Latin, Greek and Cyrillic letters whose forms are kept ready.
const TABLE_END: char = '\u{530}';

static TABLE: LazyLock<Vec<String>> = LazyLock::new(|| {
    ('\0'..TABLE_END)
        .map(|c| compatible(c.encode_utf8(&mut [0; 4])).collect())
        .collect()
});

/// What people write so that nobody clicks on it, written as it was.
fn restore(folded: &mut String) {
    if !folded.contains(['[', '(', '{']) && !folded.contains("hxxp") {
        return;
    }
    for (from, to) in DEFANGED {
        if folded.contains(from) {
            *folded = folded.replace(from, to);
        }
    }
}

/// A text of Latin letters with those capitals of Greek among them that look like Latin ones, though their small letters look like others;
/// nothing if there are none.
pub(super) fn capitals_as_latin(text: &str) -> Option<String> {
    if text.is_ascii()
        || !text.contains(['Η', 'Ν', 'Υ'])
        || !text.contains(|c: char| c.is_ascii_alphabetic())
    {
        return None;
    }
    let latin = |c: char| match c {
        'Η' => 'H',
        'Ν' => 'N',
        'Υ' => 'Y',
        other => other,
    };
    Some(text.chars().map(latin).collect())
}

/// Whether octets hold what [`capitals_as_latin`] would change.
pub(super) fn has_capitals(octets: &[u8]) -> bool {
    let is_one = |pair: &[u8]| matches!(pair, [0xce, 0x97 | 0x9d | 0xa5]);
    octets.windows(2).any(is_one)
}

/// A folded word without the marks on its letters, as people write it who have no such keys.
pub(super) fn bare(folded: &str) -> String {
    let letter = |c: char| match c {
        'ł' => 'l',
        'ø' => 'o',
        'đ' | 'ð' => 'd',
        other => other,
    };
    folded
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(letter)
        .collect()
}

/// A folded word with the letters that stand for one with marks in names of hosts, accounts and domains.
pub(super) fn transcribed(folded: &str) -> String {
    let mut written = String::with_capacity(folded.len());
    for c in folded.nfc() {
        match c {
            'ä' | 'æ' => written.push_str("ae"),
            'ö' | 'ø' | 'œ' => written.push_str("oe"),
            'ü' => written.push_str("ue"),
            'å' => written.push_str("aa"),
            'þ' => written.push_str("th"),
            other => written.push(other),
        }
    }
    bare(&written)
}

/// Backwards.
pub(super) fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Labels backwards.
pub(super) fn reversed_labels(domain: &str) -> String {
    domain.split('.').rev().collect::<Vec<_>>().join(".")
}

/// Whether nothing is seen of it: Unicode's `Default_Ignorable_Code_Point`, and the marks of notes between lines.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Letters whose capitals are those of others.
fn one_case(lower: char) -> impl Iterator<Item = char> {
    let (first, second) = match lower {
        'ß' => ('s', Some('s')),
        'ς' => ('σ', None),
        _ => (lower, None),
    };
    std::iter::once(first).chain(second)
}

/// Longer ones first.
const DEFANGED: &[(&str, &str)] = &[
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[dot]", "."),
    ("(dot)", "."),
    ("[:]", ":"),
    ("[@]", "@"),
    ("[at]", "@"),
    ("(at)", "@"),
    ("hxxp", "http"),
];
