//! Folded texts as expressions and quoted strings most likely mean them: escapes undone, groups opened, classes of one letter as that letter.
//! It knows no language. A word goes through it as well, so that nothing has to be undone exactly.

/// Whether there may be anything to undo.
pub(super) fn may_be(folded: &str) -> bool {
    folded.contains(['\\', '[']) || folded.contains("(?")
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
/// escaped. Round brackets go, with what makes a group of them.
pub(super) fn undone_into(folded: &str, undone: &mut String) {
    undone.clear();
    let mut rest = folded;
    while let Some((kept, after)) = rest.split_once(MARKS) {
        undone.push_str(kept);
        let mark = rest.as_bytes().get(kept.len());
        rest = match mark {
            Some(b'\\') => separator(after, undone),
            Some(b'(') => group(after),
            Some(b'[') => class(after, undone),
            _ => after,
        };
    }
    undone.push_str(rest);
}

const MARKS: [char; 4] = ['\\', '(', ')', '['];

fn separator<'a>(after: &'a str, undone: &mut String) -> &'a str {
    let after = after.trim_start_matches('\\');
    if after.is_empty() || after.starts_with(char::is_alphanumeric) {
        undone.push('\\');
    }
    after
}

/// What a group begins with.
fn group(after: &str) -> &str {
    let Some(flags) = after.strip_prefix('?') else {
        return after;
    };
    let rest = flags.trim_start_matches(|c: char| c.is_ascii_lowercase() || c == '-');
    rest.strip_prefix([':', ')']).unwrap_or(after)
}

/// A class that only one letter or mark fits, as `[nN]`, `[.]` and `[\\]`, is that; any other stays.
fn class<'a>(after: &'a str, undone: &mut String) -> &'a str {
    let end = after
        .char_indices()
        .take(CLASS_CHARS_MAX)
        .find(|(_, c)| *c == ']');
    let Some((inner, rest)) = end
        .and_then(|(at, _)| after.split_at_checked(at))
        .and_then(|(inner, rest)| Some((inner, rest.strip_prefix(']')?)))
    else {
        undone.push('[');
        return after;
    };
    let mut members = inner.chars().filter(|c| *c != '\\');
    let first = members.next();
    // `\d` fits more than a letter.
    let one = members.all(|c| Some(c) == first)
        && first.is_none_or(|c| c != '^' && !(c.is_alphanumeric() && inner.contains('\\')));
    if inner.is_empty() || !one {
        undone.push('[');
        return after;
    }
    undone.push(first.unwrap_or('\\'));
    rest
}

/// Characters of a class that is looked at.
const CLASS_CHARS_MAX: usize = 8;

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
            behind.trim_start_matches(['+', '*', '?'])
        } else {
            spaced.push('\\');
            after
        };
    }
    spaced.push_str(rest);
    changed.then_some(spaced)
}

/// Letters that stand for a blank behind a backslash.
const BLANKS: [char; 6] = ['s', 'n', 'r', 't', 'v', 'f'];
