//! Folded texts without what people put between letters, and with signs that look alike as one.
//! It serves long words alone: short ones would be found by chance, and without dots and plus signs those of fewer than eight letters too.

/// Without blanks and what people put between letters.
pub(super) fn squeeze(folded: &str) -> String {
    let mut squeezed = Vec::new();
    squeeze_into(folded, &mut squeezed);
    // Only characters of ASCII went, so that what is left is a text.
    String::from_utf8_lossy(&squeezed).into_owned()
}

/// As [`squeeze`], into a buffer that is used again.
pub(super) fn squeeze_into(folded: &str, squeezed: &mut Vec<u8>) {
    squeezed.clear();
    squeezed.reserve(folded.len());
    squeezed.extend(folded.bytes().filter(|octet| !is_between_letters(*octet)));
}

/// What was squeezed, with signs that look alike as one and without the marks that only part words, into a buffer that is used again.
///
/// Between two digits a mark stays: without it, an address or a version would read as a number that somebody has.
///
/// **Invariant:** what one text gives stands in what a longer one gives, for every octet is written by itself; so `m` becomes `rn`, and no `rn`
/// becomes `m`.
pub(super) fn alike_into(squeezed: &[u8], alike: &mut Vec<u8>) {
    alike.clear();
    alike.reserve(squeezed.len());
    let (mut rest, mut before) = (squeezed, b' ');
    while let [octet, after @ ..] = rest {
        match octet {
            b'0' => alike.push(b'o'),
            b'1' | b'i' | b'|' => alike.push(b'l'),
            b'm' => alike.extend(b"rn"),
            b'w' => alike.extend(b"vv"),
            b'.' | b'+' | b'&' => {
                let digits =
                    before.is_ascii_digit() && after.first().is_some_and(u8::is_ascii_digit);
                alike.extend(digits.then_some(*octet));
            }
            _ => alike.push(*octet),
        }
        (rest, before) = (after, *octet);
    }
}

/// Blanks, what stands between the letters of a word, and what separates the parts of a path, of which an expression may write one or more.
const fn is_between_letters(octet: u8) -> bool {
    matches!(
        octet,
        b' ' | b'\t'..=b'\r' | b'-' | b'_' | b'*' | b'\'' | b'"' | b'\\' | b'/'
    )
}

#[cfg(test)]
mod tests {
    use crate::{
        finding::{Rule, rule},
        leak::{Dictionary, check},
    };

    fn found(word: &str, text: &str) -> Vec<Rule> {
        let dictionary = Dictionary::of(&[word], &[]).unwrap();
        let bundle = serde_json::json!({ "objects": [{ "description": text }] }).to_string();
        let findings = check(bundle.as_bytes(), &dictionary).into_iter();
        findings.map(|finding| finding.rule).collect()
    }

    #[test]
    fn names_are_found_without_their_marks_and_in_what_programs_make_of_them() {
        for (word, text) in [
            ("Nordwind Energie", "https://a.com/?org=Nordwind+Energie"),
            ("Nordwind Energie", "Nordwind.Energie.Client"),
            ("Müller & Söhne", "the attack on Müller+Söhne"),
            ("Côte d\u{2019}Azur Énergie", "COTE D'AZUR ENERGIE"),
            ("Vil\u{b7}la Rica", "Vil-la Rica"),
            ("Müller Werke", "mueller-werke"),
            ("Łódź Energia", "lodz_energia"),
            ("ing.com", "see ing.com for more"),
        ] {
            assert_eq!(found(word, text), [rule::LEAK_TEXT], "{text}");
        }
    }

    #[test]
    fn ordinary_words_make_no_name_of_which_only_the_dot_is_missing() {
        for (word, text) in [
            ("ing.com", "incoming connections, using command line"),
            ("ses.com", "processes communicate"),
            ("post.at", "HTTP POST at intervals, that post"),
            ("over.com", "it was overcome"),
            ("Nova IT", "supernova.it"),
            ("Post AG", "in the post. Again it came"),
            ("Médias", "multimedias"),
            ("Système U", "the system EU-wide"),
            ("198514", "198.51.4.7"),
        ] {
            assert_eq!(found(word, text), [], "{text}");
        }
    }
}
