//! Folded texts as expressions and quoted strings most likely mean them: escapes undone, groups opened, counts behind marks dropped, letters
//! as often as a number behind them says, classes of one letter as that letter and of marks alone as a blank.
//! It knows no language. A word goes through it as well, so that nothing has to be undone exactly.

use crate::limits;

/// Whether there may be anything to undo.
pub(super) fn may_be(folded: &str) -> bool {
    let mut before = b'a';
    folded.bytes().any(|octet| {
        let found = match octet {
            b'\\' | b'[' | b'(' | b'{' => true,
            b'?' | b'+' => is_mark(before),
            _ => false,
        };
        before = octet;
        found
    })
}

const fn is_mark(octet: u8) -> bool {
    octet.is_ascii_graphic() && !octet.is_ascii_alphanumeric() || octet == b' '
}

/// A folded text with its escapes undone.
pub(super) fn undone(folded: &str) -> String {
    let mut undone = String::new();
    undone_into(folded, &mut undone);
    undone
}

/// As [`undone`], into a buffer that is used again.
///
/// Backslashes in a row are one before a letter or digit and none before anything else, so that it is the same however often a word was
/// escaped. Round brackets go, with what makes a group of them, and so does what says how often a mark, a group or a class comes.
pub(super) fn undone_into(folded: &str, undone: &mut String) {
    undone.clear();
    let mut rest = folded;
    while let Some((kept, sign, after)) = cut(rest) {
        undone.push_str(kept);
        let place = folded.len().saturating_sub(after.len()).saturating_sub(1);
        rest = match sign {
            b'\\' => separator(after, undone),
            b'(' => group(after, undone),
            b')' => after,
            b'[' => class(after, undone),
            _ => count(folded, place, undone),
        };
    }
    undone.push_str(rest);
}

/// What stands before the next sign that means something, the sign, and what follows it.
fn cut(text: &str) -> Option<(&str, u8, &str)> {
    let is_sign = |octet: &u8| matches!(octet, b'\\' | b'(' | b')' | b'[' | b'?' | b'+' | b'{');
    let at = text.as_bytes().iter().position(is_sign)?;
    let (kept, rest) = text.split_at_checked(at)?;
    let sign = rest.as_bytes().first()?;
    Some((kept, *sign, rest.get(1..)?))
}

fn separator<'a>(after: &'a str, undone: &mut String) -> &'a str {
    let behind = after.trim_start_matches('\\');
    let more = after.len().saturating_sub(behind.len());
    if behind.is_empty() || behind.starts_with(char::is_alphanumeric) {
        undone.push('\\');
    } else if more.is_multiple_of(2)
        && let Some(literal) = behind.strip_prefix(COUNTS)
    {
        // A mark that was escaped once counts nothing.
        undone.extend(behind.chars().next());
        return literal;
    }
    behind
}

/// Signs that may say how often something comes.
const COUNTS: [char; 3] = ['?', '+', '{'];

/// What follows a count at a place, if it counts a mark, a group or a class, or says in numbers how often a letter comes; else the sign is a
/// letter like others.
fn count<'a>(folded: &'a str, place: usize, undone: &mut String) -> &'a str {
    let rest = folded.get(place..).unwrap_or("");
    let before = place
        .checked_sub(1)
        .and_then(|at| folded.as_bytes().get(at));
    let behind = behind_counts(rest);
    if before.is_some_and(|octet| is_mark(*octet)) && behind.len() < rest.len() {
        return behind;
    }
    if let Some((more, behind)) = more_of_a_letter(rest)
        && let Some(letter) = last_letter(undone)
    {
        undone.extend(std::iter::repeat_n(letter, more));
        return behind;
    }
    undone.extend(rest.chars().next());
    rest.get(1..).unwrap_or("")
}

/// How many more of a letter a number in braces asks for at least, and what follows it; nothing for the number of a placeholder, `{0}`.
fn more_of_a_letter(text: &str) -> Option<(usize, &str)> {
    let (number, behind) = closed(text.strip_prefix('{')?, '}')?;
    let (least, most) = number.split_once(',').unwrap_or((number, "0"));
    let digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    if matches!(number, "" | "0") || !digits(least) || !digits(most) {
        return None;
    }
    // None at least is one at most that is looked for.
    let times: usize = if least.is_empty() {
        1
    } else {
        least.parse().ok()?
    };
    let more = times.min(limits::LETTER_TIMES_MAX).saturating_sub(1);
    // As few as may be are as many.
    Some((more, behind.strip_prefix(['?', '+']).unwrap_or(behind)))
}

/// The letter that a text ends with, if it is no class such as `\d`.
fn last_letter(undone: &str) -> Option<char> {
    let mut last = undone.chars().rev();
    let letter = last.next().filter(|c| c.is_alphanumeric())?;
    let class = last.next() == Some('\\') && CLASSES.contains(&letter);
    (!class).then_some(letter)
}

/// Letters that stand for others behind a backslash.
const CLASSES: [char; 4] = ['b', 'd', 's', 'w'];

/// What follows counts such as `?`, `+?` and `{0,1}`.
pub(super) fn behind_counts(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = if let Some(after) = rest.strip_prefix(['?', '+', '*']) {
            after
        } else if let Some(after) = rest.strip_prefix('{')
            && let Some((number, after)) = closed(after, '}')
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit() || b == b',')
        {
            after
        } else {
            return rest;
        };
    }
}

/// What a group begins with; a choice of marks alone is a blank.
fn group<'a>(after: &'a str, undone: &mut String) -> &'a str {
    let flags = after.strip_prefix('?').unwrap_or(after);
    let rest = flags.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '-');
    let inner = match rest.strip_prefix([':', ')']) {
        Some(rest) if flags.len() < after.len() => rest,
        _ => after,
    };
    let Some((choices, behind)) = closed(inner, ')') else {
        return inner;
    };
    if choices.contains('|') && meant(choices) == Some(' ') {
        undone.push(' ');
        return behind;
    }
    inner
}

/// A class that only one letter or mark fits, as `[nN]`, `[.]` and `[\\]`, is that, and one of marks alone, as `[ _-]`, is a blank; any other
/// stays.
fn class<'a>(after: &'a str, undone: &mut String) -> &'a str {
    let meant = closed(after, ']').and_then(|(inner, rest)| Some((meant(inner)?, rest)));
    let (letter, rest) = meant.unwrap_or(('[', after));
    undone.push(letter);
    rest
}

/// What stands before a bracket that closes soon, and behind it.
pub(super) fn closed(text: &str, bracket: char) -> Option<(&str, &str)> {
    let mut near = text.char_indices().take(INNER_CHARS_MAX);
    let (at, _) = near.find(|(_, c)| *c == bracket)?;
    let (inner, rest) = text.split_at_checked(at)?;
    Some((inner, rest.strip_prefix(bracket)?))
}

/// The one letter or mark that members stand for, or a blank for several marks.
fn meant(members: &str) -> Option<char> {
    let (mut first, mut one, mut marks, mut escaped) = (None, true, true, false);
    for c in members.chars() {
        if c == '\\' {
            escaped = true;
            continue;
        }
        let letter = c.is_alphanumeric();
        // `\d` fits more than a letter.
        one &= *first.get_or_insert(c) == c && !(letter && escaped);
        marks &= !letter || (escaped && BLANKS.contains(&c));
        escaped = false;
    }
    match first {
        None => escaped.then_some('\\'),
        Some('^') => None,
        Some(letter) if one => Some(letter),
        Some(_) => marks.then_some(' '),
    }
}

/// Characters of a class or a choice that is looked at.
const INNER_CHARS_MAX: usize = 16;

/// A folded text with blanks where escapes stand for them, whatever their number; nothing if there are none.
pub(super) fn spaced(folded: &str) -> Option<String> {
    let mut spaced = String::new();
    let (mut rest, mut changed) = (folded, false);
    while let Some((kept, after)) = rest.split_once('\\') {
        spaced.push_str(kept);
        let after = after.trim_start_matches('\\');
        rest = if let Some(behind) = after.strip_prefix(BLANKS) {
            spaced.push(' ');
            changed = true;
            behind_counts(behind)
        } else {
            spaced.push('\\');
            after
        };
    }
    spaced.push_str(rest);
    changed.then_some(spaced)
}

/// Letters that stand for a blank behind a backslash, or, as `\W` does, for one among other marks.
const BLANKS: [char; 7] = ['s', 'n', 'r', 't', 'v', 'f', 'w'];
