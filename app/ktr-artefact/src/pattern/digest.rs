//! Digests in a pattern: under `hashes` a value has the form that the algorithm's name asks for.
//! Algorithms without an entry here are free; whether a digest is anything's digest, nobody can see.

use super::{Constraint, Literal, ObjectPath, Step};
use crate::finding::{Rule, rule};

/// Refuses a value under `hashes` that is no digest of the algorithm that the last key names.
///
/// As in the OASIS validator it is the text as written that is looked at, so that a set is never one.
pub(super) fn check(path: &ObjectPath<'_>, constraint: &Constraint<'_>) -> Result<(), Rule> {
    let is_hashes = |step: &Step<'_>| matches!(step, Step::Key(key) if key == "hashes");
    let (Some(Step::Key(name)), true) = (path.steps.last(), path.steps.iter().any(is_hashes))
    else {
        return Ok(());
    };
    let name = name.to_uppercase().replace(['-', '\''], "");
    let Some((_, form)) = FORMS.iter().find(|(known, _)| *known == name) else {
        return Ok(());
    };
    let fits = match constraint {
        Constraint::Compare(_, literal) => form.fits_as_written(literal),
        Constraint::Like(text)
        | Constraint::Matches(text)
        | Constraint::IsSubset(text)
        | Constraint::IsSuperset(text) => form.fits(text),
        Constraint::In(_) => false,
        Constraint::Exists => true,
    };
    if fits {
        Ok(())
    } else {
        Err(rule::PATTERN_DIGEST)
    }
}

/// What a digest looks like.
enum Form {
    /// So many hexadecimal digits.
    Digits(usize),
    /// At least so many hexadecimal digits first.
    DigitsFirst(usize),
    /// The characters of an ssdeep digest.
    Fuzzy,
}

impl Form {
    /// Whether a constant fits with the letter before its quotes, but without these.
    fn fits_as_written(&self, literal: &Literal<'_>) -> bool {
        match literal {
            Literal::Integer(text) | Literal::Decimal(text) => self.fits(text),
            Literal::Text(text) => self.fits(text),
            Literal::Hex(text) => self.fits(&format!("h{text}")),
            Literal::Binary(text) => self.fits(&format!("b{text}")),
            Literal::Timestamp(text) => self.fits(&format!("t{text}")),
            Literal::Bool(truth) => self.fits(&truth.to_string()),
        }
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Digits(number) => {
                text.len() == *number && text.bytes().all(|b| b.is_ascii_hexdigit())
            }
            Self::DigitsFirst(number) => text
                .get(..*number)
                .is_some_and(|first| first.bytes().all(|b| b.is_ascii_hexdigit())),
            Self::Fuzzy => {
                let fine = |b: u8| b.is_ascii_alphanumeric() || b"/+:.".contains(&b);
                (1..=128).contains(&text.len()) && text.bytes().all(fine)
            }
        }
    }
}

/// By name in capital letters without hyphens.
const FORMS: &[(&str, Form)] = &[
    ("MD5", Form::Digits(32)),
    ("MD6", Form::DigitsFirst(32)),
    ("RIPEMD160", Form::Digits(40)),
    ("SHA1", Form::Digits(40)),
    ("SHA224", Form::Digits(56)),
    ("SHA256", Form::Digits(64)),
    ("SHA384", Form::Digits(96)),
    ("SHA512", Form::Digits(128)),
    ("SHA3224", Form::Digits(56)),
    ("SHA3256", Form::Digits(64)),
    ("SHA3384", Form::Digits(96)),
    ("SHA3512", Form::Digits(128)),
    ("SSDEEP", Form::Fuzzy),
    ("WHIRLPOOL", Form::Digits(128)),
];
