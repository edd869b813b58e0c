//! Typographic marks become the plain ones of class T, before a text is judged: word processors set them by themselves.
//! A reader of bundles does not do this: what leaves is plain already.

/// `text` with plain quotes, dashes, blanks and signs; everything else stays, fit or not.
///
/// A middle dot between two letters is Catalan's and becomes a hyphen, any other is Greek's and becomes a semicolon. `C&C` as a word is another
/// spelling of C2.
pub(crate) fn plain(text: &str) -> String {
    let text = without_its_ampersand(text);
    let mut plain = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2039}' | '\u{203a}' => plain.push('\''),
            '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => plain.push('"'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => plain.push(' '),
            '\u{2026}' => plain.push_str("..."),
            '\u{20ac}' => plain.push_str("EUR"),
            '&' => plain.push('+'),
            '\u{b7}' => {
                let after = characters.peek().is_some_and(|c| c.is_alphabetic());
                let inside = before.is_alphabetic() && after;
                plain.push(if inside { '-' } else { ';' });
            }
            other => plain.push(other),
        }
        before = c;
    }
    plain
}

/// `C&C` as a word written as C2; inside of others it may be a name.
fn without_its_ampersand(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("C&C") {
        let joined =
            before.ends_with(char::is_alphanumeric) || after.starts_with(char::is_alphanumeric);
        written.push_str(before);
        written.push_str(if joined { "C&C" } else { "C2" });
        rest = after;
    }
    written.push_str(rest);
    written
}
