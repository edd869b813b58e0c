//! What the marks of an expression leave open, taken away: groups, classes of marks and counts behind marks, and what may part two words.
//! No expression is parsed here, and what it means for letters is not asked.

/// The letters of a lower-case text, with the marks that part no words. A token goes through it as well.
pub(super) fn opened(text: &str) -> String {
    let mut opened = String::with_capacity(text.len());
    let (mut rest, mut before) = (text, 'a');
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let is_counted = !before.is_alphanumeric();
        before = c;
        rest = match c {
            '\\' => after.strip_prefix(BLANKS).unwrap_or(after),
            '(' => behind_choice(behind_flags(after)),
            '[' => {
                let (letter, behind) = class(after).unwrap_or((Some(c), after));
                opened.extend(letter);
                behind
            }
            '?' | '+' if is_counted => after,
            '{' if is_counted => behind_number(after).unwrap_or(after),
            _ => {
                opened.extend((!parts_words(c)).then_some(c));
                after
            }
        };
    }
    opened
}

/// Letters behind a backslash that stand for a blank, or for one among other marks.
const BLANKS: [char; 4] = ['s', 't', 'n', 'w'];

const fn parts_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, ')' | '-' | '_' | '*' | '/' | '\'' | '"')
}

/// What follows the flags of a group, such as `?:` and `?i:`.
fn behind_flags(after: &str) -> &str {
    let flags = after.strip_prefix('?').and_then(|flags| {
        let letters = flags.trim_start_matches(|c: char| c.is_ascii_lowercase());
        letters.strip_prefix(':')
    });
    flags.unwrap_or(after)
}

/// What follows a choice of marks alone, such as `-|_)`; of another group, all of it.
fn behind_choice(after: &str) -> &str {
    let behind = inner(after, ')');
    let choice = behind.filter(|(marks, _)| marks.contains('|') && is_of_marks(marks));
    choice.map_or(after, |(_, behind)| behind)
}

/// The one letter or mark that a class stands for, none for one of several marks, and what follows it; nothing for any other class.
fn class(after: &str) -> Option<(Option<char>, &str)> {
    let (members, behind) = inner(after, ']')?;
    let mut letters = members.chars().filter(|c| *c != '\\');
    let first = letters.next();
    if members.is_empty() || first == Some('^') {
        return None;
    }
    let is_escaped = members.contains('\\');
    let one = letters.all(|c| Some(c) == first)
        && !(is_escaped && first.is_some_and(char::is_alphanumeric));
    if one {
        let mark = first.filter(|c| !parts_words(*c));
        return Some((mark, behind));
    }
    is_of_marks(members).then_some((None, behind))
}

/// Whether no letter is among members but one that stands for blanks.
fn is_of_marks(members: &str) -> bool {
    let mut escaped = false;
    members.chars().all(|c| {
        let blank = escaped && BLANKS.contains(&c);
        escaped = c == '\\';
        blank || !c.is_alphanumeric()
    })
}

/// What follows a number in braces.
fn behind_number(after: &str) -> Option<&str> {
    let (number, behind) = inner(after, '}')?;
    let fits = number.chars().all(|c| c.is_ascii_digit() || c == ',');
    (fits && !number.is_empty()).then_some(behind)
}

/// What stands before a bracket that is near, and behind it.
fn inner(text: &str, bracket: char) -> Option<(&str, &str)> {
    let at = text
        .char_indices()
        .take(NEAR)
        .find(|(_, c)| *c == bracket)?
        .0;
    let (inner, behind) = text.split_at_checked(at)?;
    Some((inner, behind.strip_prefix(bracket)?))
}

/// Characters between brackets that are looked at.
const NEAR: usize = 16;
