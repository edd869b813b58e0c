//! Just enough of Rust's grammar to measure a file: code apart from comments and texts, and where functions begin and end.
//! It is no parser: it never says whether a file compiles.

/// A function found in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// The line of its `fn`, from 1.
    pub(crate) line: usize,
    /// Lines of code between its braces; blank lines and comments do not count.
    pub(crate) code_lines: usize,
}

/// The text with comments and the contents of strings and characters blanked out; lines stay where they are.
pub(crate) fn code_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (token, is_code) = token(rest);
        if is_code {
            out.push_str(token);
        } else {
            out.extend(token.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = rest.strip_prefix(token).unwrap_or_default();
    }
    out
}

/// The functions with a body, in the order of the file. `code` comes from [`code_only`].
pub(crate) fn functions(code: &str) -> Vec<Function> {
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        let (before, at) = code.split_at(start);
        if before.chars().next_back().is_some_and(is_word) {
            continue;
        }
        let name: String = at.chars().skip(3).take_while(|c| is_word(*c)).collect();
        if let (false, Some(body)) = (name.is_empty(), body(at)) {
            let line = before.matches('\n').count().saturating_add(1);
            let code_lines = body.lines().filter(|line| !line.trim().is_empty()).count();
            found.push(Function {
                name,
                line,
                code_lines,
            });
        }
    }
    found
}

/// Line number and name of every type, trait and module that the code declares.
pub(crate) fn declared(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut words = line
            .split(|c: char| !is_word(c))
            .filter(|word| !word.is_empty());
        while let Some(word) = words.next() {
            if matches!(word, "struct" | "enum" | "trait" | "type" | "mod" | "union")
                && let Some(name) = words.next()
            {
                found.push((index.saturating_add(1), name.to_owned()));
            }
        }
    }
    found
}

/// The first token of a text that is not empty, and whether it is code.
fn token(rest: &str) -> (&str, bool) {
    let word: usize = rest
        .chars()
        .take_while(|c| is_word(*c))
        .map(char::len_utf8)
        .sum();
    if word > 0 {
        let (name, tail) = rest.split_at(word);
        let raw = matches!(name, "r" | "br" | "cr")
            .then(|| raw_text(tail))
            .flatten();
        return raw.map_or((name, true), |len| {
            (head(rest, word.saturating_add(len)), false)
        });
    }
    if rest.starts_with("//") {
        return (head(rest, rest.find('\n').unwrap_or(rest.len())), false);
    }
    if rest.starts_with("/*") {
        return (head(rest, block_comment(rest)), false);
    }
    if rest.starts_with('"') {
        return (head(rest, quoted(rest)), false);
    }
    if rest.starts_with('\'') {
        return character(rest).map_or((head(rest, 1), true), |len| (head(rest, len), false));
    }
    (
        head(rest, rest.chars().next().map_or(rest.len(), char::len_utf8)),
        true,
    )
}

/// The first `len` bytes; all of the text if they end inside a character.
fn head(rest: &str, len: usize) -> &str {
    rest.get(..len).unwrap_or(rest)
}

/// Length of a nested block comment, or of all that is left.
fn block_comment(rest: &str) -> usize {
    let mut depth: u32 = 0;
    let mut previous = ' ';
    for (at, c) in rest.char_indices() {
        let pair = (previous, c);
        previous = c;
        if pair == ('/', '*') {
            depth = depth.saturating_add(1);
            previous = ' ';
        } else if pair == ('*', '/') {
            depth = depth.saturating_sub(1);
            previous = ' ';
            if depth == 0 {
                return at.saturating_add(1);
            }
        }
    }
    rest.len()
}

/// Length of a string with its quotes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match (escaped, c) {
            (true, _) => escaped = false,
            (false, '\\') => escaped = true,
            (false, '"') => return at.saturating_add(1),
            (false, _) => {}
        }
    }
    rest.len()
}

/// Length of `#"..."#` behind an `r`, if that is what stands there.
fn raw_text(tail: &str) -> Option<usize> {
    let hashes = tail.chars().take_while(|c| *c == '#').count();
    let (fence, text) = tail.split_at(hashes);
    let text = text.strip_prefix('"')?;
    let end = format!("\"{fence}");
    let inner = text.find(&end).unwrap_or(text.len());
    Some(
        hashes
            .saturating_add(1)
            .saturating_add(inner)
            .saturating_add(end.len()),
    )
}

/// Length of a character literal; nothing if the quote begins a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut inside = rest.char_indices().skip(1);
    let (_, first) = inside.next()?;
    if first == '\\' {
        inside.next();
        return inside
            .find(|(_, c)| *c == '\'')
            .map(|(at, _)| at.saturating_add(1));
    }
    inside
        .next()
        .filter(|(_, c)| *c == '\'')
        .map(|(at, _)| at.saturating_add(1))
}

/// What stands between the braces of the function that `at` begins with; nothing for a mere signature.
fn body(at: &str) -> Option<&str> {
    let mut nesting: i32 = 0;
    let mut opened = None;
    let mut braces: u32 = 0;
    for (index, c) in at.char_indices() {
        match (c, opened) {
            ('(' | '[', None) => nesting = nesting.saturating_add(1),
            (')' | ']', None) => nesting = nesting.saturating_sub(1),
            (';', None) if nesting == 0 => return None,
            ('{', None) => {
                opened = Some(index.saturating_add(1));
                braces = 1;
            }
            ('{', Some(_)) => braces = braces.saturating_add(1),
            ('}', Some(start)) => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return at.get(start..index);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
