//! Cuts a pattern into words, the longest that fits, without blanks and comments.
//! A text that no rule of the grammar could take is refused here already, so that the scan never goes back.

use std::borrow::Cow;

use super::{
    Literal,
    token::{Keyword, Mark, Token},
};
use crate::finding::{Rule, rule};

/// The rest of a pattern.
pub(super) struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The next word; `None` at the end.
    ///
    /// # Errors
    /// [`rule::PATTERN_SYNTAX`].
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, Rule> {
        self.skip()?;
        let Some(first) = self.0.chars().next() else {
            return Ok(None);
        };
        let token = match first {
            '\'' => self.text()?,
            'a'..='z' | 'A'..='Z' | '_' => self.word()?,
            '0'..='9' | '+' | '-' => self.number()?,
            '.' if self.0.chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => self.number()?,
            _ => self.mark()?,
        };
        Ok(Some(token))
    }

    /// Over blanks and comments.
    fn skip(&mut self) -> Result<(), Rule> {
        loop {
            // What stands most often between two words is nothing, or one space.
            self.0 = self.0.strip_prefix(' ').unwrap_or(self.0);
            if self
                .0
                .starts_with(|c: char| c.is_ascii_graphic() && c != '/')
            {
                return Ok(());
            }
            self.0 = self.0.trim_start_matches(is_blank);
            if let Some(comment) = self.0.strip_prefix("/*") {
                let (_, rest) = comment.split_once("*/").ok_or(rule::PATTERN_SYNTAX)?;
                self.0 = rest;
            } else if let Some(comment) = self.0.strip_prefix("//") {
                let end = comment.find(['\r', '\n']).unwrap_or(comment.len());
                self.0 = comment.get(end..).unwrap_or("");
            } else {
                return Ok(());
            }
        }
    }

    /// The next `octets` of the rest, which begin and end at characters.
    fn take(&mut self, octets: usize) -> &'a str {
        let (taken, rest) = self.0.split_at_checked(octets).unwrap_or((self.0, ""));
        self.0 = rest;
        taken
    }

    /// `'…'`; only `'` and `\` are escaped, and nothing else may be.
    fn text(&mut self) -> Result<Token<'a>, Rule> {
        self.take(1);
        let (first, mut ended) = self.stretch()?;
        let mut plain = Cow::Borrowed(first);
        while !ended {
            let escaped = self.0.starts_with(['\'', '\\']);
            let escaped = escaped.then(|| self.take(1)).ok_or(rule::PATTERN_SYNTAX)?;
            let (next, last) = self.stretch()?;
            ended = last;
            plain.to_mut().push_str(escaped);
            plain.to_mut().push_str(next);
        }
        Ok(Token::Literal(Literal::Text(plain)))
    }

    /// What comes before the next quote or backslash, which is taken as well; and whether it is the quote.
    fn stretch(&mut self) -> Result<(&'a str, bool), Rule> {
        let end = self.0.bytes().position(|b| matches!(b, b'\'' | b'\\'));
        let stretch = self.take(end.ok_or(rule::PATTERN_SYNTAX)?);
        Ok((stretch, self.take(1) == "'"))
    }

    fn word(&mut self) -> Result<Token<'a>, Rule> {
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let word = self.take(self.0.bytes().take_while(is_part).count());
        // No name is ever followed by a quote but through a blank or a mark: what looks like `h'…'` is that or nothing.
        let quoted = self.0.starts_with('\'');
        Ok(match word {
            "h" | "b" | "t" if quoted => Token::Literal(self.octets_or_time(word)?),
            "true" => Token::Literal(Literal::Bool(true)),
            "false" => Token::Literal(Literal::Bool(false)),
            name if name.contains('-') => Token::Hyphenated(name),
            name => Keyword::of(name).map_or(Token::Plain(name), Token::Keyword),
        })
    }

    /// What stands in quotes after `h`, `b` or `t`.
    fn octets_or_time(&mut self, kind: &str) -> Result<Literal<'a>, Rule> {
        let (content, rest) = self
            .0
            .strip_prefix('\'')
            .and_then(|rest| rest.split_once('\''))
            .ok_or(rule::PATTERN_SYNTAX)?;
        self.0 = rest;
        match kind {
            "h" if is_hex(content) => Ok(Literal::Hex(content)),
            "b" if is_base64(content) => Ok(Literal::Binary(content)),
            "t" if is_timestamp(content) => Ok(Literal::Timestamp(content)),
            _ => Err(rule::PATTERN_SYNTAX),
        }
    }

    /// An integer without leading zeros, or a number with digits after its point.
    fn number(&mut self) -> Result<Token<'a>, Rule> {
        let unsigned = self.0.strip_prefix(['+', '-']).unwrap_or(self.0);
        let sign = self.0.len().saturating_sub(unsigned.len());
        let whole = digits(unsigned);
        let after = unsigned.get(whole..).unwrap_or("");
        let fraction = after.strip_prefix('.').map_or(0, digits);
        if fraction > 0 {
            let length = sign.saturating_add(whole).saturating_add(fraction);
            let text = self.take(length.saturating_add(1));
            return Ok(Token::Literal(Literal::Decimal(text)));
        }
        if whole == 0 || (whole > 1 && unsigned.starts_with('0')) {
            return Err(rule::PATTERN_SYNTAX);
        }
        let text = self.take(sign.saturating_add(whole));
        Ok(Token::Literal(Literal::Integer(text)))
    }

    fn mark(&mut self) -> Result<Token<'a>, Rule> {
        let (mark, octets) = Mark::leading(self.0).ok_or(rule::PATTERN_SYNTAX)?;
        self.take(octets);
        Ok(Token::Mark(mark))
    }
}

/// The blanks of the grammar.
pub(super) const fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{a0}' | '\u{1680}'
    ) || matches!(
        c,
        '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whole groups of four; at most two `=`, and those at the end.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(body.len());
    let fine = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    !text.is_empty() && text.len().is_multiple_of(4) && padding <= 2 && body.bytes().all(fine)
}

/// `YYYY-MM-DDTHH:MM:SS[.f…]Z`, each field in its range; the calendar is not asked, and a second may be 60.
fn is_timestamp(text: &str) -> bool {
    let Some((fixed, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let shape = fixed.bytes().enumerate().all(|(at, b)| match at {
        4 | 7 => b == b'-',
        10 => b == b'T',
        13 | 16 => b == b':',
        _ => b.is_ascii_digit(),
    });
    let number = |from: usize| fixed.get(from..from.saturating_add(2)).unwrap_or("");
    let within = |from: usize, least: &str, most: &str| (least..=most).contains(&number(from));
    let fraction = rest.strip_suffix('Z').is_some_and(|fraction| {
        fraction.is_empty()
            || fraction.strip_prefix('.').is_some_and(|digits| {
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
            })
    });
    shape
        && fraction
        && within(5, "01", "12")
        && within(8, "01", "31")
        && within(11, "00", "23")
        && within(14, "00", "59")
        && within(17, "00", "60")
}
