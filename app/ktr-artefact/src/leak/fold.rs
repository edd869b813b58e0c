//! Texts brought into the forms in which tokens are looked for: one case, one form of each letter, nothing invisible, nothing defanged.
//! What is encoded is decoded elsewhere.

use unicode_normalization::UnicodeNormalization;

/// Compatibility form, lower case, look-alikes as Latin letters, nothing invisible, defanged marks restored.
pub(super) fn fold(text: &str) -> String {
    let plain: String = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        text.nfkc()
            .flat_map(char::to_lowercase)
            .filter(|c| !is_invisible(*c))
            .map(latin)
            .collect()
    };
    DEFANGED
        .iter()
        .fold(plain, |text, (from, to)| text.replace(from, to))
}

/// Without blanks and what people put between letters.
pub(super) fn squeeze(folded: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !"-_*'\"".contains(*c);
    folded.chars().filter(kept).collect()
}

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
