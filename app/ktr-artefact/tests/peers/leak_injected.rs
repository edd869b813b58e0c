//! Puts words of a victim, drawn by a seed, in every form into every place of a bundle where a text can stand, and asks that all are found.
//! `KTR_INJECTIONS` names how many (10,000 without it); the encodings are written down here a second time.

use std::collections::BTreeMap;

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};
use ktr_artefact::leak;
use ktr_testkit::number;
use serde_json::{Value, json};
use sha2::Digest;

/// A small generator with a seed (`SplitMix64`).
pub(crate) struct Draw(u64);

impl Draw {
    /// From the seed that `KTR_INJECTION_SEED` names, or 7; the seed is printed.
    pub(crate) fn seeded() -> Self {
        let seed = number("KTR_INJECTION_SEED", 7);
        println!("seed {seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let count = u64::try_from(of.len()).unwrap();
        let index = self.next().checked_rem(count).unwrap();
        &of[usize::try_from(index).unwrap()]
    }
}

pub(crate) const WORDS: &[&str] = &[
    "Nordwind Energie",
    "Žaneta Müllerová",
    "nordwind-energie.example",
    "müller-werke.example",
    "nwe-fileserver07",
    "Παπαδόπουλος",
    "Северный Ветер",
    "jdoe@nordwind-energie.example",
    "TICKET-20260117",
    "Nord'wind & Söhne GmbH",
    "Weißbräu Straßenbau",
    r"NORDWIND\jdoe",
    r"D:\Projekte\Nordwind",
];
pub(crate) const RANGES: &[&str] = &["185.220.101.0/24", "2a0e:97c0::/32"];
pub(crate) const PHONES: &[&str] = &["+49 (30) 1234567-8", "0043 1 9876543"];

type Form = (&'static str, fn(&str, &mut Draw) -> String);

const FORMS: &[Form] = &[
    ("as it stands", |word, _| word.to_owned()),
    ("upper case", |word, _| word.to_uppercase()),
    ("mixed case", |word, draw| {
        each(word, |c| {
            if draw.next() & 1 == 0 {
                c.to_uppercase().collect()
            } else {
                c.to_string()
            }
        })
    }),
    ("decomposed", |word, _| {
        word.replace('Ž', "Z\u{30c}")
            .replace('ü', "u\u{308}")
            .replace('á', "a\u{301}")
    }),
    ("full width", |word, _| {
        each(word, |c| match c {
            'a'..='z' => char::from_u32(u32::from(c).wrapping_add(0xfee0))
                .unwrap()
                .to_string(),
            _ => c.to_string(),
        })
    }),
    ("look-alikes", |word, _| {
        word.replace('o', "о").replace('e', "е").replace('a', "а")
    }),
    ("blanks between", |word, _| each(word, |c| format!("{c} "))),
    ("soft hyphens", |word, draw| {
        each(word, |c| {
            format!("{c}{}", draw.one(&["", "\u{ad}", "\u{200b}", "\u{2060}"]))
        })
    }),
    ("tag characters", |word, draw| {
        each(word, |c| {
            let mark = draw.one(&[
                "",
                "\u{e0020}",
                "\u{e007f}",
                "\u{3164}",
                "\u{fe0f}",
                "\u{61c}",
            ]);
            format!("{c}{mark}")
        })
    }),
    ("marks above and below", |word, draw| {
        each(word, |c| {
            format!("{c}{}", draw.one(&["", "\u{332}", "\u{20dd}"]))
        })
    }),
    ("digits and pairs for letters", |word, _| {
        word.replace('o', "0")
            .replace('l', "1")
            .replace('m', "rn")
            .replace('w', "vv")
    }),
    ("escaped for an expression", |word, _| escaped(word)),
    ("escaped twice", |word, _| escaped(&escaped(word))),
    ("doubled backslash", |word, _| word.replace('\\', "\\\\")),
    ("classes and groups of an expression", |word, draw| {
        each(word, |c| {
            if c.is_ascii_alphabetic() && *draw.one(&[true, false, false, false]) {
                format!("[{}{}]", c.to_lowercase(), c.to_uppercase())
            } else if c.is_alphanumeric() {
                c.to_string()
            } else {
                format!("(?:{})", escaped(&c.to_string()))
            }
        })
    }),
    ("dots for what parts the words", |word, _| {
        let parts = word.split([' ', '-', '_', '\'', '\\']);
        parts.collect::<Vec<_>>().join(".")
    }),
    ("letters counted", |word, draw| {
        let mut before = '\\';
        each(word, |c| {
            // Behind a backslash, where the word itself may stand, it would be counted as a class.
            let may = c.is_ascii_alphanumeric() && before != '\\';
            let count = if may {
                *draw.one(&["", "", "{1}", "{1,1}"])
            } else {
                ""
            };
            before = c;
            format!("{c}{count}")
        })
    }),
    ("letters chosen", |word, _| {
        // Few enough that every way is read.
        let mut letters = 0_u8;
        each(word, |c| {
            letters = letters.wrapping_add(1);
            if c.is_ascii_lowercase() && letters.is_multiple_of(6) {
                format!("[{c}9]")
            } else {
                c.to_string()
            }
        })
    }),
    ("backwards", |word, _| word.chars().rev().collect()),
    ("labels backwards", |word, _| {
        if word.contains('.') {
            word.split('.').rev().collect::<Vec<_>>().join(".")
        } else {
            word.to_owned()
        }
    }),
    ("A-label", |word, _| {
        word.replace("müller-werke", "xn--mller-werke-thb")
    }),
    ("in a longer A-label", |word, _| in_a_label(word)),
    ("look-alikes in an A-label", |word, _| {
        in_a_label(&word.replace('o', "о").replace('e', "е"))
    }),
    ("capitals of Greek", |word, _| {
        word.to_uppercase()
            .replace('N', "Ν")
            .replace('H', "Η")
            .replace('Y', "Υ")
    }),
    ("without marks", |word, _| {
        let bare = [("Ž", "Z"), ("á", "a"), ("ü", "u"), ("ö", "o")];
        let bare = bare.iter().fold(word.to_owned(), |word, (letter, other)| {
            word.replace(letter, other)
        });
        bare.replace('ß', "ss")
    }),
    ("two letters for one with marks", |word, _| {
        let other = [
            ("Ž", "Z"),
            ("á", "a"),
            ("ü", "ue"),
            ("ö", "oe"),
            ("ß", "ss"),
        ];
        let with = |word: String, (letter, other): &(&str, &str)| word.replace(letter, other);
        other.iter().fold(word.to_owned(), with)
    }),
    ("plus signs for blanks", |word, _| word.replace(' ', "+")),
    ("dots for blanks", |word, _| word.replace([' ', '-'], ".")),
    ("defanged", |word, draw| {
        let dot = draw.one(&["[.]", "(.)", "{.}", "[dot]", "(dot)"]);
        format!("hxxp://{}/", word.replace('.', dot).replace('@', "[at]"))
    }),
    ("hexadecimal", |word, _| hex::encode(word)),
    ("hexadecimal, upper", |word, _| hex::encode_upper(word)),
    ("hexadecimal, UTF-16LE", |word, _| {
        hex::encode(wide(word, u16::to_le_bytes))
    }),
    ("hexadecimal, UTF-16BE", |word, _| {
        hex::encode(wide(word, u16::to_be_bytes))
    }),
    ("pairs", |word, _| pairs(word.as_bytes()).join(" ")),
    ("pairs with wildcards", |word, _| {
        pairs(word.as_bytes()).join(" ?? ")
    }),
    ("pairs with jumps", |word, draw| {
        let jump = draw.one(&[" [1] ", " [0-4] ", "[2]"]);
        pairs(word.as_bytes()).join(jump)
    }),
    ("pairs, UTF-16LE", |word, _| {
        pairs(&wide(word, u16::to_le_bytes)).join(" ")
    }),
    ("half a pair before", |word, _| {
        format!("f{}", hex::encode(word))
    }),
    ("base64", |word, draw| {
        standard().encode(shifted(word.as_bytes(), draw))
    }),
    ("base64 for URLs", |word, draw| {
        url_safe().encode(shifted(word.as_bytes(), draw))
    }),
    ("base64, UTF-16LE", |word, draw| {
        standard().encode(shifted(&wide(word, u16::to_le_bytes), draw))
    }),
    ("percent signs", |word, _| {
        format!("%{}", pairs(word.as_bytes()).join("%"))
    }),
    ("some percent signs", |word, draw| {
        word.bytes()
            .map(|b| {
                if draw.next() & 1 == 0 || !b.is_ascii_alphanumeric() {
                    format!("%{b:02x}")
                } else {
                    char::from(b).to_string()
                }
            })
            .collect()
    }),
    ("escapes", |word, _| {
        format!("\\x{}", pairs(word.as_bytes()).join("\\x"))
    }),
    ("zeros between, escaped", |word, draw| {
        let zero = draw.one(&["\\x00", "%00", "\\\\x00"]);
        each(word, |c| match u32::from(c) {
            0..0x80 => format!("{c}{zero}"),
            // Beyond Latin-1 it is no zero that stands between.
            code @ 0x80..0x100 => format!("\\x{code:02x}{zero}"),
            _ => c.to_string(),
        })
    }),
    ("decimal references", |word, _| {
        each(word, |c| format!("&#{};", u32::from(c)))
    }),
    ("escapes of letters", |word, _| {
        let units = word.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        units.collect::<Vec<_>>().concat()
    }),
    ("hexadecimal of base64", |word, draw| {
        hex::encode(standard().encode(shifted(word.as_bytes(), draw)))
    }),
    ("base64 of base64", |word, draw| {
        standard().encode(standard().encode(shifted(word.as_bytes(), draw)))
    }),
    ("three deep", |word, draw| {
        standard().encode(hex::encode(
            standard().encode(shifted(word.as_bytes(), draw)),
        ))
    }),
    ("MD5", |word, _| hex::encode(md5::Md5::digest(word))),
    ("SHA-1", |word, _| {
        hex::encode(sha1::Sha1::digest(word.to_lowercase()))
    }),
    ("SHA-256", |word, _| {
        hex::encode_upper(sha2::Sha256::digest(word.to_uppercase()))
    }),
    ("SHA-512, UTF-16LE", |word, _| {
        hex::encode(sha2::Sha512::digest(wide(word, u16::to_le_bytes)))
    }),
];

const ADDRESSES: &[Form] = &[
    ("dotted", |_, draw| {
        format!("185.220.101.{}", draw.next() & 255)
    }),
    ("defanged address", |_, draw| {
        format!("185[.]220[.]101[.]{}", draw.next() & 255)
    }),
    ("with a port", |_, draw| {
        format!("185.220.101.{}:8080", draw.next() & 255)
    }),
    ("one number", |_, draw| {
        3_118_228_736_u64
            .wrapping_add(draw.next() & 255)
            .to_string()
    }),
    ("one hexadecimal number", |_, draw| {
        format!("0xb9dc65{:02x}", draw.next() & 255)
    }),
    ("octal", |_, draw| {
        format!("0271.0334.0145.{:04o}", draw.next() & 255)
    }),
    ("reverse name", |_, draw| {
        format!("{}.101.220.185.in-addr.arpa", draw.next() & 255)
    }),
    ("mapped", |_, draw| {
        format!("::ffff:185.220.101.{}", draw.next() & 255)
    }),
    ("IPv6", |_, draw| {
        format!("2a0e:97c0::{:x}", draw.next() & 0xffff)
    }),
    ("IPv6 in full", |_, draw| {
        format!("2A0E:97C0:0:0:0:0:0:{:X}", draw.next() & 0xffff)
    }),
    ("address in an expression", |_, draw| {
        let dot = draw.one(&["\\.", "\\\\.", "[.]", "[\\.]", "(?:\\.)", "\\x2e"]);
        format!("185{dot}220{dot}101{dot}{}", draw.next() & 255)
    }),
    ("address in base64", |_, draw| {
        standard().encode(format!("to 185.220.101.{} now", draw.next() & 255))
    }),
];

const NUMBERS: &[Form] = &[
    ("telephone", |_, draw| {
        draw.one(&["+493012345678", "0049 30 12 34 56 78", "(+43) 1/987-65-43"])
            .to_string()
    }),
    ("telephone in hexadecimal", |_, draw| {
        hex::encode(draw.one(&["+49 30 12345678", "+43.1.9876543"]))
    }),
];

/// Where a text can stand, with the property.
const PLACES: &[(&str, &str)] = &[
    ("name", "KTR 7: Loader of @ in use"),
    ("description", "First seen near @.\nThen it went on."),
    (
        "pattern",
        "title: A\ndetection:\n  filter_main:\n    Computer|contains: '@'\n  condition: not 1 of filter_*\n",
    ),
    (
        "pattern",
        "rule a { meta: author = \"@\" strings: $a = \"x\" condition: $a }",
    ),
    (
        "pattern",
        "rule a { // @\n strings: $a = { 4d 5a } condition: $a }",
    ),
    (
        "pattern",
        "rule a { strings: $a = { 4d 5a @ 00 } condition: $a }",
    ),
    (
        "pattern",
        r"rule a { strings: $a = /\\\\(localhost|@)[0-9]\\x/ condition: $a }",
    ),
    (
        "pattern",
        "[url:value = 'https://cdn.evil.com/gate/index.php?id=@']",
    ),
    ("value", "https://cdn.evil.com/a.b/?@"),
];

/// The word as the beginning of a domain that resembles it, in ASCII; one that is none as it stands.
fn in_a_label(word: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || " -.".contains(c);
    if !word.chars().all(fits) {
        return word.to_owned();
    }
    let name = format!("{}-login.evil.com", word.replace(' ', "-"));
    idna::domain_to_ascii(&name).unwrap()
}

fn each(word: &str, with: impl FnMut(char) -> String) -> String {
    word.chars().map(with).collect()
}

/// As an expression writes a text: a backslash before every mark.
fn escaped(text: &str) -> String {
    each(text, |c| {
        let mark = c.is_ascii_punctuation() && c != '_';
        format!("{}{c}", if mark { "\\" } else { "" })
    })
}

fn wide(text: &str, octets: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(octets).collect()
}

fn pairs(octets: &[u8]) -> Vec<String> {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Moved by up to two octets of something else, with something else behind.
fn shifted(octets: &[u8], draw: &mut Draw) -> Vec<u8> {
    let before = draw.one(&["", "a", "ab"]).as_bytes();
    [before, octets, b"??>>"].concat()
}

fn standard() -> GeneralPurpose {
    GeneralPurpose::new(&alphabet::STANDARD, NO_PAD)
}

fn url_safe() -> GeneralPurpose {
    GeneralPurpose::new(&alphabet::URL_SAFE, NO_PAD)
}

pub(crate) fn injections() -> usize {
    number("KTR_INJECTIONS", 10_000)
        .try_into()
        .expect("a count")
}

/// A word in one of the forms: the form's name, the word, and what is written. An address or a number is written instead of the word.
pub(crate) fn written(draw: &mut Draw) -> (&'static str, &'static str, String) {
    let forms: Vec<&Form> = FORMS.iter().chain(ADDRESSES).chain(NUMBERS).collect();
    let (name, write) = *draw.one(&forms);
    let word: &&str = draw.one(WORDS);
    (name, word, write(word, draw))
}

/// One object with one injection, and the form it is in.
fn injected(draw: &mut Draw) -> (&'static str, Value) {
    let (name, _, written) = written(draw);
    let (property, around) = draw.one(PLACES);
    (
        name,
        json!({ "type": "indicator", *property: around.replace('@', &written) }),
    )
}

#[test]
fn every_injected_word_is_found_in_every_form_and_place() {
    let tokens: Vec<&str> = [WORDS, RANGES, PHONES].concat();
    let dictionary = leak::Dictionary::of(&tokens, &[]).unwrap();
    let mut draw = Draw::seeded();
    let (mut left, mut forms) = (injections(), BTreeMap::new());
    while left > 0 {
        let batch: Vec<(&str, Value)> = (0..left.min(1_000)).map(|_| injected(&mut draw)).collect();
        left = left.saturating_sub(batch.len());
        let objects: Vec<&Value> = batch.iter().map(|(_, object)| object).collect();
        let bundle = json!({ "objects": objects }).to_string();
        let findings = leak::check(bundle.as_bytes(), &dictionary);
        let by_dictionary = |code: u16| (900..905).contains(&code);
        let hit: Vec<String> = findings
            .iter()
            .filter(|finding| by_dictionary(finding.rule.code()))
            .map(|finding| finding.place.to_string())
            .collect();
        for (index, (form, object)) in batch.iter().enumerate() {
            let found = hit.contains(&format!("objects[{index}]"));
            let (all, missed): &mut (usize, Vec<String>) = forms.entry(*form).or_default();
            *all = all.saturating_add(1);
            if !found {
                missed.push(object.to_string());
            }
        }
    }
    let every = FORMS.len() + ADDRESSES.len() + NUMBERS.len();
    println!(
        "{} injections in {} of {every} forms",
        injections(),
        forms.len()
    );
    assert!(forms.len() == every || injections() < 10_000);
    let missed: Vec<String> = forms
        .iter()
        .filter_map(|(form, (all, missed))| {
            let first = missed.first()?;
            Some(format!(
                "{form}: {} of {all}, such as {first}",
                missed.len()
            ))
        })
        .collect();
    assert!(missed.is_empty(), "missed: {}", missed.join("\n"));
}

#[test]
fn the_places_of_injections_hold_nothing_by_themselves() {
    let dictionary = leak::Dictionary::of(&[WORDS, RANGES, PHONES].concat(), &[]).unwrap();
    let objects: Vec<Value> = PLACES
        .iter()
        .map(|(property, around)| json!({ "type": "indicator", *property: around.replace('@', "x") }))
        .collect();
    let bundle = json!({ "objects": objects }).to_string();
    assert_eq!(leak::check(bundle.as_bytes(), &dictionary), []);
}
