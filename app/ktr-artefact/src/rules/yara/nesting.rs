//! How deep a text nests, found before the parser, which descends by recursion.
//! Takes strings, expressions and comments as the parser's own reader does; what neither could end is refused here.

use crate::{
    finding::{Rule, rule},
    limits,
};

/// Checks that brackets, calls and the signs before an operand nest within their limits. The parser tries a call several times at each
/// level, so that calls inside calls cost it a multiple each.
///
/// # Errors
/// [`rule::YARA_SYNTAX`] for a string, expression or comment without end, [`rule::YARA_DIALECT`] for a string over several lines,
/// [`rule::YARA_TOO_DEEP`].
pub(super) fn check(text: &str) -> Result<(), Rule> {
    let mut rest = text;
    let mut open = vec![Level::default()];
    // Whether the last piece is a name, so that a bracket after it opens a call.
    let mut named = false;
    while !rest.is_empty() {
        let (piece, len) = piece(rest)?;
        match piece {
            Piece::Blank => {}
            Piece::Open => open.push(Level {
                signs: 0,
                call: named && rest.starts_with('('),
            }),
            Piece::Close if open.len() > 1 => {
                open.pop();
                settle(&mut open, 0);
            }
            Piece::Close | Piece::Name | Piece::Other => settle(&mut open, 0),
            Piece::Sign => {
                let signs = open.last().map_or(0, |level| level.signs);
                settle(&mut open, signs.saturating_add(1));
            }
        }
        named = matches!(piece, Piece::Name) || (named && matches!(piece, Piece::Blank));
        let signs = open.iter().map(|level| level.signs);
        let depth = signs.fold(open.len(), usize::saturating_add);
        let calls = open.iter().filter(|level| level.call).count();
        if depth > limits::YARA_DEPTH_MAX || calls > limits::YARA_CALLS_MAX {
            return Err(rule::YARA_TOO_DEEP);
        }
        rest = rest.get(len..).ok_or(rule::YARA_SYNTAX)?;
    }
    Ok(())
}

/// An open bracket, or the text around them all.
#[derive(Default)]
struct Level {
    /// Signs that wait for their operand.
    signs: usize,
    /// It holds the arguments of a function.
    call: bool,
}

fn settle(open: &mut [Level], signs: usize) {
    if let Some(last) = open.last_mut() {
        last.signs = signs;
    }
}

enum Piece {
    Blank,
    Open,
    Close,
    Sign,
    Name,
    Other,
}

/// The piece that `rest` begins with, and its length in octets.
fn piece(rest: &str) -> Result<(Piece, usize), Rule> {
    let Some(first) = rest.chars().next() else {
        return Err(rule::YARA_SYNTAX);
    };
    let one = first.len_utf8();
    match first {
        '"' if rest.starts_with("\"\"\"") => Err(rule::YARA_DIALECT),
        '/' if rest.starts_with("//") => Ok((Piece::Blank, rest.find('\n').unwrap_or(rest.len()))),
        '/' if rest.starts_with("/*") => {
            let (_, comment) = rest.split_at(2);
            let end = comment.find("*/").ok_or(rule::YARA_SYNTAX)?;
            Ok((Piece::Blank, end.saturating_add(4)))
        }
        '"' | '/' => Ok((Piece::Other, quoted(rest, first)?)),
        '(' | '[' | '{' => Ok((Piece::Open, one)),
        ')' | ']' | '}' => Ok((Piece::Close, one)),
        '-' | '~' => Ok((Piece::Sign, one)),
        _ if first.is_whitespace() => Ok((Piece::Blank, one)),
        _ if is_word(first) => {
            let word = rest.split(|c| !is_word(c)).next().unwrap_or_default();
            let piece = match word {
                "not" | "defined" => Piece::Sign,
                "and" | "or" | "of" | "in" | "at" => Piece::Other,
                _ => Piece::Name,
            };
            Ok((piece, word.len()))
        }
        _ => Ok((Piece::Other, one)),
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length of what stands between two `mark`s on one line, both included.
fn quoted(rest: &str, mark: char) -> Result<usize, Rule> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return Err(rule::YARA_SYNTAX),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == mark => return Ok(at.saturating_add(1)),
            _ => {}
        }
    }
    Err(rule::YARA_SYNTAX)
}
