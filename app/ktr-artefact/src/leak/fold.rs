//! Texts brought into the forms in which tokens are looked for: one case, one form of each letter, nothing invisible, nothing defanged.
//! What is encoded is decoded elsewhere.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

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
            if is_combining(letter) {
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
    } else if text.chars().all(|c| c < TABLE_END && !is_combining(c)) {
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

fn compatible(text: &str) -> impl Iterator<Item = char> {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(one_case)
        .filter(|c| !is_invisible(*c))
        .map(|c| {
            if c.is_whitespace() && !c.is_ascii() {
                ' '
            } else {
                latin(c)
            }
        })
}

const fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}')
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

/// Without blanks and what people put between letters.
pub(super) fn squeeze(folded: &str) -> String {
    let mut squeezed = String::new();
    squeeze_into(folded, &mut squeezed);
    squeezed
}

/// As [`squeeze`], into a buffer that is used again; it stays empty if there was nothing to leave out.
pub(super) fn squeeze_into(folded: &str, squeezed: &mut String) {
    squeezed.clear();
    let mut rest = folded;
    while let Some((kept, after)) = rest.split_once(BETWEEN_LETTERS) {
        squeezed.push_str(kept);
        rest = after;
    }
    squeezed.push_str(rest);
}

const BETWEEN_LETTERS: [char; 11] = [
    ' ', '\t', '\n', '\r', '\u{b}', '\u{c}', '-', '_', '*', '\'', '"',
];

/// Backwards.
pub(super) fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Labels backwards.
pub(super) fn reversed_labels(domain: &str) -> String {
    domain.split('.').rev().collect::<Vec<_>>().join(".")
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
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

/// Greek and Cyrillic letters that look like Latin ones.
fn latin(c: char) -> char {
    LOOK_ALIKES
        .iter()
        .find(|(other, _)| *other == c)
        .map_or(c, |(_, latin)| *latin)
}

const LOOK_ALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('ё', 'e'),
    ('һ', 'h'),
    ('н', 'h'),
    ('і', 'i'),
    ('ї', 'i'),
    ('ј', 'j'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('ѕ', 's'),
    ('т', 't'),
    ('у', 'y'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ı', 'i'),
    ('ɑ', 'a'),
    ('ɡ', 'g'),
];

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
