//! What somebody else wrote, as a terminal may show it: no character of it clears a screen, turns text round or hides.
//! What the text says is not judged, and a line may still be longer than a screen.

use std::borrow::Cow;

/// The text with each character that would command a terminal spelled `\u001b`, one above U+FFFF in its two UTF-16 halves; newline and tab
/// stay. JSON spells it so too (RFC 8259, section 7), and thus stays the JSON that it was.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.contains(commands) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if commands(c) {
            for half in c.encode_utf16(&mut [0; 2]) {
                let spelled = format!("\\u{half:04x}");
                shown.push_str(&spelled);
            }
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Controls, and the marks of format that nobody sees: they turn text round, join it or break its line.
fn commands(c: char) -> bool {
    let is_format = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    is_format || (c.is_control() && c != '\n' && c != '\t')
}

#[cfg(test)]
mod test {
    use std::borrow::Cow;

    use super::harmless;

    #[test]
    fn what_would_command_a_terminal_is_spelled() {
        for (written, shown) in [
            ("\u{1b}[2Jall is well", "\\u001b[2Jall is well"),
            ("over\rwritten\u{8}", "over\\u000dwritten\\u0008"),
            ("\u{7f}\u{9b}2J", "\\u007f\\u009b2J"),
            ("left\u{202e}thgir", "left\\u202ethgir"),
            ("next\u{2028}line\u{feff}", "next\\u2028line\\ufeff"),
            ("hid\u{ad}den\u{e0041}", "hid\\u00adden\\udb40\\udc41"),
        ] {
            assert_eq!(harmless(written), shown, "{written:?}");
        }
    }

    #[test]
    fn text_without_commands_stays_as_it_is_and_is_not_copied() {
        for text in [
            "",
            "line 1\n\tline 2\n",
            "Gr\u{fc}\u{df}e, \u{17e}lu\u{165}",
            "\"\\u001b\"",
        ] {
            assert!(matches!(harmless(text), Cow::Borrowed(same) if same == text));
        }
    }
}
