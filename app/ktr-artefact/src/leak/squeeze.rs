//! Folded texts without what people put between letters, and with signs that look alike as one.
//! It serves long words alone: short ones would be found by chance.

/// Without blanks and what people put between letters.
pub(super) fn squeeze(folded: &str) -> String {
    let mut squeezed = Vec::new();
    squeeze_into(folded, &mut squeezed);
    // Only characters of ASCII went, so that what is left is a text.
    String::from_utf8_lossy(&squeezed).into_owned()
}

/// As [`squeeze`], into a buffer that is used again.
///
/// A dot or plus stays between two digits: without it, an address or a version would read as a number that somebody has.
pub(super) fn squeeze_into(folded: &str, squeezed: &mut Vec<u8>) {
    squeezed.clear();
    squeezed.reserve(folded.len());
    let (mut rest, mut before) = (folded.as_bytes(), b' ');
    while let [octet, after @ ..] = rest {
        let stays = match octet {
            b'.' | b'+' => before.is_ascii_digit() && after.first().is_some_and(u8::is_ascii_digit),
            other => !is_between_letters(*other),
        };
        if stays {
            squeezed.push(*octet);
        }
        (rest, before) = (after, *octet);
    }
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
const fn is_between_letters(octet: u8) -> bool {
    matches!(
        octet,
        b' ' | b'\t'..=b'\r' | b'-' | b'_' | b'*' | b'\'' | b'"' | b'\\' | b'/'
    )
}
