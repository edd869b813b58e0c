//! Folded texts without what people put between letters, and with signs that look alike as one.
//! It serves long words alone: short ones would be found by chance.

/// Without blanks and what people put between letters.
pub(super) fn squeeze(folded: &str) -> String {
    folded.chars().filter(|c| !is_between_letters(*c)).collect()
}

/// What stands between what [`squeeze`] drops.
pub(super) fn parts(folded: &str) -> Vec<&str> {
    let parts = folded.split(is_between_letters);
    parts.filter(|part| !part.is_empty()).collect()
}

/// As [`squeeze`], into a buffer that is used again.
pub(super) fn squeeze_into(folded: &str, squeezed: &mut Vec<u8>) {
    squeezed.clear();
    squeezed.reserve(folded.len());
    squeezed.extend(
        folded
            .bytes()
            .filter(|octet| !is_between_letters(char::from(*octet))),
    );
}

/// What was squeezed, with signs that look alike as one, into a buffer that is used again.
///
/// **Invariant:** what one text gives stands in what a longer one gives, for every octet is written by itself; so `m` becomes `rn`, and no `rn`
/// becomes `m`.
pub(super) fn alike_into(squeezed: &[u8], alike: &mut Vec<u8>) {
    alike.clear();
    alike.reserve(squeezed.len());
    for octet in squeezed {
        match octet {
            b'0' => alike.push(b'o'),
            b'1' | b'i' | b'|' => alike.push(b'l'),
            b'm' => alike.extend(b"rn"),
            b'w' => alike.extend(b"vv"),
            _ => alike.push(*octet),
        }
    }
}

/// Blanks, what stands between the letters of a word, and what separates the parts of a path, of which an expression may write one or more.
const fn is_between_letters(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t'..='\r' | '-' | '_' | '*' | '\'' | '"' | '\\' | '/'
    )
}
