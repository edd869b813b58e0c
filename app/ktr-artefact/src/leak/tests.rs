//! Every form of a token is found wherever it is put, a finding never shows it, and clean bundles stay clean.

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};
use serde_json::json;
use sha2::{Digest, Sha256, Sha512};

use super::{Dictionary, check};
use crate::finding::{Rule, rule};

const TOKENS: &[&str] = &[
    "Nordwind Energie",
    "nordwind-energie.example",
    "NWE",
    "185.220.101.0/24",
    "2a0e:97c0::/32",
    "Žaneta Müllerová",
    "+49 (30) 1234567-8",
    "müller-werke.example",
];

fn dictionary() -> Dictionary {
    Dictionary::of(TOKENS, &["nwe-dc??"]).unwrap()
}

/// The rules found when `text` is the pattern of the second object.
fn found(text: &str) -> Vec<Rule> {
    let bundle = json!({
        "type": "bundle",
        "objects": [{ "name": "Loader X" }, { "pattern": format!("before {text} after") }],
    });
    let findings = check(bundle.to_string().as_bytes(), &dictionary());
    for finding in &findings {
        assert_eq!(finding.place.to_string(), "objects[1]", "{text}");
    }
    findings.iter().map(|finding| finding.rule).collect()
}

fn wide(text: &str, octets: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(octets).collect()
}

#[test]
fn a_token_is_found_as_text_however_it_is_dressed() {
    for text in [
        "Nordwind Energie",
        "NORDWIND ENERGIE",
        "NordwindEnergie",
        "N o r d w i n d E n e r g i e",
        "Nord\u{ad}wind\u{200b} Ener\u{2060}gie",
        "Nоrdwind Еnergie",
        "Ｎｏｒｄｗｉｎｄ Ｅｎｅｒｇｉｅ",
        "eigrenE dniwdroN",
        "nordwind-energie[.]example",
        "hxxp://www.nordwind-energie(dot)example/x",
        "example.nordwind-energie",
        "the NWE again",
        "nwe.",
        "Zaneta but Žaneta Müllerová",
        "xn--mller-werke-thb.example",
        "MÜLLER-WERKE.example",
        "host nwe-dc07",
    ] {
        assert!(found(text).contains(&rule::LEAK_TEXT), "{text}");
    }
}

#[test]
fn a_token_is_found_encoded_three_deep() {
    let plain = "Nordwind Energie";
    let hex = hex::encode(plain);
    let pairs: Vec<&str> = (0..hex.len())
        .step_by(2)
        .map(|at| hex.get(at..at.saturating_add(2)).unwrap())
        .collect();
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, NO_PAD);
    let once = standard.encode(plain);
    let twice = standard.encode(hex::encode(&once));
    let mut texts = vec![
        hex.clone(),
        hex.to_uppercase(),
        format!("f{hex}"),
        pairs.join(" "),
        pairs.join(" ?? "),
        format!("\\x{}", pairs.join("\\x")),
        format!("0x{}", pairs.join(", 0x")),
        format!("%{}", pairs.join("%")),
        "Nordwind%20Energie".to_owned(),
        "N%6frdwind\\x20Energie".to_owned(),
        "&#x4e;ordwind Energie".to_owned(),
        "\\u004e\\u006frdwind Energie".to_owned(),
        hex::encode(wide(plain, u16::to_le_bytes)),
        hex::encode(wide(plain, u16::to_be_bytes)),
        standard.encode(wide(plain, u16::to_le_bytes)),
        hex::encode(wide("Žaneta Müllerová", u16::to_be_bytes)),
        twice,
        hex::encode("NWE"),
        standard.encode("seen at NWE again"),
    ];
    for before in ["", "a", "ab", "abc"] {
        texts.push(standard.encode(format!("{before}{plain}??>>")));
        texts.push(url_safe.encode(format!("{before}{plain}??>>")));
        texts.push(standard.encode(wide(&format!("{before}{plain}"), u16::to_le_bytes)));
    }
    for text in texts {
        assert!(found(&text).contains(&rule::LEAK_ENCODED), "{text}");
    }
}

#[test]
fn base64_of_hexadecimal_is_read_in_small_letters_as_a_host_has_them() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    for word in [
        "Nordwind Energie",
        "nordwind-energie.example",
        "Žaneta Müllerová",
    ] {
        for text in [
            word.to_owned(),
            standard.encode(word),
            standard.encode(format!("ab{word}")),
        ] {
            let small = standard.encode(hex::encode(text)).to_lowercase();
            let url = format!("https://{small}.evil.com/index.php");
            assert_eq!(found(&url), [rule::LEAK_ENCODED], "{url}");
        }
    }
    assert_eq!(
        found("https://mznomznomznoyznomznomznomznomzno.evil.com/"),
        []
    );
}

#[test]
fn base64_is_read_through_the_escapes_of_an_expression() {
    let dictionary = Dictionary::of(&["Παπαδόπουλος"], &[]).unwrap();
    let encoded = "Yc6gzrHPgM6xzrTPjM+Azr/Phc67zr/Pgj8";
    for written in [
        encoded.to_owned(),
        encoded.replace('/', "\\/"),
        encoded.replace('/', "\\/").replace('+', "\\+"),
    ] {
        let pattern = format!("rule a {{ strings: $a = /x{written}/ condition: $a }}");
        let bundle = json!({ "objects": [{ "pattern": pattern }] }).to_string();
        let findings = check(bundle.as_bytes(), &dictionary);
        let rules: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [rule::LEAK_ENCODED], "{written}");
    }
}

#[test]
fn a_token_is_found_by_its_digests_and_ids() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    for text in [
        hex::encode(Sha256::digest("Nordwind Energie")),
        hex::encode(Sha256::digest("nordwind energie")).to_uppercase(),
        hex::encode(Sha512::digest("NORDWIND ENERGIE")),
        hex::encode(Sha256::digest(wide("NWE", u16::to_le_bytes))),
        hex::encode(md5::Md5::digest("NWE")),
        hex::encode(sha1::Sha1::digest("NWE")),
        standard.encode(Sha256::digest("NWE")),
        format!(
            "domain-name--{}",
            uuid("{\"value\":\"nordwind-energie.example\"}")
        ),
        format!("file--{}", uuid("{\"name\":\"NWE\"}")),
    ] {
        assert!(found(&text).contains(&rule::LEAK_HASHED), "{text}");
    }
}

/// A version 5 UUID, written down a second time.
fn uuid(name: &str) -> String {
    let namespace = hex::decode("00abedb4aa42466c9c01fed23315a9b7").unwrap();
    let mut hash = sha1::Sha1::digest([&namespace, name.as_bytes()].concat()).to_vec();
    hash[6] = (hash[6] & 0x0f) | 0x50;
    hash[8] = (hash[8] & 0x3f) | 0x80;
    let digits = hex::encode(&hash[..16]);
    [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .map(|(from, to)| digits.get(from..to).unwrap())
        .join("-")
}

#[test]
fn an_address_inside_a_range_is_found_in_every_notation() {
    for text in [
        "185.220.101.7",
        "185[.]220[.]101[.]255",
        "http://185.220.101.7:8080/a",
        "3118228743",
        "0xb9dc6507",
        "0xb9.0xdc.0x65.0x7",
        "0271.0334.0145.07",
        "7.101.220.185.in-addr.arpa",
        "::ffff:185.220.101.7",
        "[2a0e:97c0::1]",
        "2A0E:97C0:0:0:0:0:0:9",
    ] {
        assert!(found(text).contains(&rule::LEAK_ADDRESS), "{text}");
    }
    for other in ["185.220.102.7", "2a0e:97c1::1", "3118229000", "1.2.3.4"] {
        assert_eq!(found(other), [], "{other}");
    }
}

#[test]
fn a_phone_number_is_found_however_it_is_grouped() {
    for text in ["+4930 12345678", "0049-30-123456-78", "(4930) 1234 5678"] {
        assert!(found(text).contains(&rule::LEAK_PHONE), "{text}");
    }
    assert_eq!(found("4930 1234 567"), []);
}

#[test]
fn what_only_resembles_a_token_is_no_leak() {
    for text in [
        "answer the renewed newest",
        "Nordwind alone, Energie alone",
        "nordwind-energy.example",
        "xnwe-dc123",
        "rule x { strings: $a = { 4d 5a ?? 00 } condition: $a }",
        "cead3f77f6cda6ec00f57d76c9a69faa",
        "indicator--6f1d5a62-9c0e-4e57-8a53-0d9a1f0f6f11",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn what_is_outside_the_objects_is_searched_too() {
    let bundle = json!({ "id": "NWE", "objects": [] }).to_string();
    let findings = check(bundle.as_bytes(), &dictionary());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].to_string(), "900 leak-text at bundle.json");
}

#[test]
fn what_cannot_be_read_does_not_pass() {
    let rules = |bytes: &[u8]| -> Vec<Rule> {
        check(bytes, &dictionary())
            .iter()
            .map(|finding| finding.rule)
            .collect()
    };
    assert_eq!(rules(b"no json"), [rule::NOT_JSON]);
    assert_eq!(rules(&vec![b'['; 100_000]), [rule::NOT_JSON]);
    assert_eq!(rules(b"{\"objects\":[\"NWE\"]}"), [rule::NOT_JSON]);
    assert_eq!(rules(b"{\"objects\":{}} x"), [rule::NOT_JSON]);
}

#[test]
fn a_dictionary_has_bounds() {
    assert_eq!(
        Dictionary::of(&["ab"], &[]).unwrap_err().rule,
        rule::TOKEN_LENGTH
    );
    let many: Vec<String> = (0..=crate::limits::TOKENS_MAX)
        .map(|n| format!("token{n}"))
        .collect();
    let refused = Dictionary::of(&many, &[]).unwrap_err();
    assert_eq!(refused.rule, rule::FORM_COUNT);
    let (words, patterns) = many.split_at(7);
    let refused = Dictionary::of(words, patterns).unwrap_err();
    assert_eq!(refused.rule, rule::FORM_COUNT);
}

#[test]
fn a_name_that_stands_twice_is_read_twice() {
    let bundle = r#"{"objects":[{"name":"NWE","name":"Loader X"}],"objects":[]}"#;
    let findings = check(bundle.as_bytes(), &dictionary());
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["900 leak-text at objects[0]"]);
}

#[test]
fn a_text_that_was_clean_once_is_not_taken_for_another() {
    let texts: Vec<String> = (0..200_000).map(|n| format!("text {n}")).collect();
    let bundle =
        json!({ "objects": [{ "a": texts, "b": texts }, { "a": "text 7", "b": "the NWE" }] });
    let findings = check(bundle.to_string().as_bytes(), &dictionary());
    let texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["900 leak-text at objects[1]"]);
}

#[test]
fn letters_that_are_kept_ready_fold_as_all_others_do() {
    use super::fold::{fold, fold_octets};
    let letters: Vec<char> = ('\0'..'\u{530}').chain('\u{1e00}'..'\u{2000}').collect();
    for pair in letters.windows(2) {
        let alone: String = pair.iter().collect();
        // A letter that no table has makes the whole go the long way.
        let long = fold(&format!("{alone}\u{4e00}"));
        assert_eq!(format!("{}\u{4e00}", fold(&alone)), long, "{pair:?}");
        let mut octets = String::new();
        fold_octets(alone.as_bytes(), &mut octets);
        assert_eq!(
            octets.trim_end_matches('\u{1}'),
            fold(&alone).trim_end_matches('\u{1}'),
            "{pair:?}"
        );
    }
}

#[test]
fn a_word_is_found_among_octets_that_are_no_text() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    for word in [
        "Žaneta Müllerová",
        "ŽANETA MÜLLEROVÁ",
        "Z\u{30c}aneta Mu\u{308}llerova\u{301}",
        "Nоrdwind Energie",
    ] {
        let mut octets = vec![0xff, 0xc3, 0x28, 0xe2, 0x82, 0x00, 0x9f];
        octets.extend_from_slice(word.as_bytes());
        octets.extend([0x81, 0xfe, 0xf0]);
        assert!(
            found(&hex::encode(&octets)).contains(&rule::LEAK_ENCODED),
            "{word}"
        );
        assert!(
            found(&standard.encode(&octets)).contains(&rule::LEAK_ENCODED),
            "{word}"
        );
    }
}

#[test]
fn a_pattern_matches_words_whole_wherever_its_letters_stand() {
    let dictionary = Dictionary::of(&[], &["*@firm.example", "nwe-??-*", "ab?", "???x"]).unwrap();
    let finds = |text: &str| {
        let bundle = json!({ "objects": [{ "name": text }] });
        !check(bundle.to_string().as_bytes(), &dictionary).is_empty()
    };
    for text in ["from j.doe@firm.example.", "NWE-dc-07", "(abc)", "1abx"] {
        assert!(finds(text), "{text}");
    }
    for text in ["firm.example", "nwe-d-07", "abcd", "xabc-"] {
        assert!(!finds(text), "{text}");
    }
}

#[test]
fn a_mail_address_counts_unless_the_object_is_about_it() {
    let findings = |object: serde_json::Value| -> Vec<Rule> {
        let bundle = json!({ "objects": [object] }).to_string();
        let findings = check(bundle.as_bytes(), &dictionary());
        findings.iter().map(|finding| finding.rule).collect()
    };
    let pattern = "[email-addr:value = 'x@evil.com']";
    for object in [
        json!({ "type": "email-addr", "value": "x@evil.com" }),
        json!({ "value": "x@evil.com", "type": "email-addr" }),
        json!({ "type": "indicator", "name": "Sender: x@evil.com", "pattern": pattern }),
    ] {
        assert_eq!(findings(object.clone()), [], "{object}");
    }
    for object in [
        json!({ "type": "email-addr", "value": "x@evil.com, y@firm.com" }),
        json!({ "type": "email-addr", "display_name": "x@evil.com" }),
        json!({ "type": "url", "value": "http://evil.com/?x@evil.com" }),
        json!({ "type": "indicator", "name": "Sender: y@firm.com", "pattern": pattern }),
        json!({ "type": "indicator", "pattern": format!("{pattern} AND [email-addr:value = 'y@firm.com']") }),
        json!({ "type": "indicator", "pattern": pattern, "description": "x@evil.com" }),
        json!({ "type": "report", "name": "x@evil.com" }),
    ] {
        assert_eq!(findings(object.clone()), [rule::LEAK_MAIL], "{object}");
    }
}

#[test]
fn a_class_is_found_encoded_too() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    let octets = |text: &str| {
        let pairs = text.bytes().map(|octet| hex::encode_upper([octet]));
        pairs.collect::<Vec<_>>().join(" ")
    };
    for text in [
        hex::encode("C:\\Users\\jdoe\\x"),
        standard.encode("mail to j.doe@firm.com now"),
        standard.encode(wide("j.doe@firm.com", u16::to_le_bytes)),
        "j.doe%40firm.com".to_owned(),
        // Octets of a YARA rule, and an expression of a Sigma rule.
        format!(
            "{{ {} ( {} | {} ) 5C }}",
            octets("\\Users\\"),
            octets("jdoe"),
            octets("roe")
        ),
        "detection:\n  selection:\n    Image|re: '[\\\\/]Users[\\\\/](jdoe|roe)[\\\\/]'".to_owned(),
    ] {
        let rules = found(&text);
        let classes = [rule::LEAK_MAIL, rule::LEAK_USER_PATH];
        assert!(rules.iter().any(|rule| classes.contains(rule)), "{text}");
    }
}

#[test]
fn the_board_may_let_a_class_stand_and_never_a_word_of_a_dictionary() {
    use crate::leak::is_for_the_board;
    for rule in rule::ALL {
        let class = (910..930).contains(&rule.code());
        assert_eq!(is_for_the_board(*rule), class, "{rule}");
    }
}

#[test]
fn a_long_word_is_found_at_every_place_of_a_text() {
    let dictionary = Dictionary::of(&["abcdef", "ghijklmnop"], &[]).unwrap();
    for word in ["abcdef", "ghijklmnop"] {
        for before in 0..12 {
            for after in 0..4 {
                let text = format!("{}{word}{}", "z".repeat(before), "z".repeat(after));
                let bundle = json!({ "objects": [{ "name": text }] });
                let findings = check(bundle.to_string().as_bytes(), &dictionary);
                let rules: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
                assert_eq!(rules, [rule::LEAK_TEXT], "{text}");
            }
        }
    }
}

/// The rules found in one text by a dictionary of these words.
fn found_of(words: &[&str], text: &str) -> Vec<Rule> {
    let dictionary = Dictionary::of(words, &[]).unwrap();
    let bundle = json!({ "objects": [{ "pattern": text }] }).to_string();
    let findings = check(bundle.as_bytes(), &dictionary);
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_word_is_found_however_often_a_rule_escapes_it() {
    for (word, texts) in [
        (
            r"NORDWIND\jdoe",
            vec![
                r#"$a = "NORDWIND\\jdoe""#,
                r"User|re: 'NORDWIND\\jdoe'",
                r"User|re: 'NORDWIND\\\\jdoe'",
                r"/nordwind[\\]jdoe/",
                r#"$a = "eodj\\DNIWDRON""#,
            ],
        ),
        (
            r"D:\Projekte\Acme",
            vec![
                r"D:\\Projekte\\Acme",
                r"/D:[\\\/]Projekte[\\\/]Acme/",
                r"/[dD]:\\(?:Projekte)\\(Acme)/i",
            ],
        ),
        (r"\\srv-07\daten", vec![r"\\\\srv\-07\\daten"]),
        (
            "nordwind-energie.example",
            vec![
                r"/nordwind-energie\.example/",
                r"nordwind\-energie\.example",
                r"nordwind-energie\\.example",
                r"nordwind-energie[.]example",
                r"nordwind-energie[\.]example",
                r"nordwind-energie\x2eexample",
                r"nordwind-energie(?:\.)example",
                r"(?i:[nN]ordwind)-energie(\.)example",
            ],
        ),
        (
            "Nordwind Energie",
            vec![
                r"Nordwind\s+Energie",
                r"Nordwind\ Energie",
                r"Nordwind\tEnergie",
            ],
        ),
        ("N&W", vec![r"\bN\&W\b", r"say\nN&W\nnow"]),
    ] {
        for text in texts {
            let rules = found_of(&[word], text);
            let of_words = [rule::LEAK_TEXT, rule::LEAK_ENCODED];
            assert!(rules.iter().any(|rule| of_words.contains(rule)), "{text}");
        }
    }
}

#[test]
fn a_word_is_found_with_marks_that_an_expression_leaves_open() {
    for (word, texts) in [
        (
            "nordwind-energie.example",
            [
                r"/nordwind-?energie\.example/",
                r"/nordwind-{0,1}energie\.example/",
                r"/(nordwind)(-energie)(\.example)/",
                r"/(nordwind)?(-energie)+(\.example)*/",
                r"/nordwind[-_ ]?energie\.?example/",
                r"/nordwind(-|_| )energie\.example/",
                r"/nordwind(?:\-|\s)?energie\.example/",
                "nordwind-?energie.example",
                "(nordwind-energie).example",
            ],
        ),
        (
            "Nordwind Energie",
            [
                "/Nordwind[ _-]Energie/",
                r"/Nordwind[\s_\-]*Energie/",
                r"/Nordwind[\W_]{0,3}Energie/",
                r"/Nordwind\W+Energie/",
                r"/Nordwind\s{1,3}?Energie/",
                "/(Nordwind)( Energie)/",
                "/Nordwind(-|_| )?Energie/",
                "/Nordwind -?Energie/",
                "/[nN]ordwind ?[eE]nergie/",
            ],
        ),
    ] {
        for text in texts {
            assert_eq!(found_of(&[word], text), [rule::LEAK_TEXT], "{text}");
        }
    }
    for text in [
        "/nordwind[a-z]energie/",
        "/nordwind[^ ]energie/",
        "/nordwind|energie/",
        "(nordwind (energy))",
    ] {
        assert_eq!(found_of(&["Nordwind Energie"], text), [], "{text}");
    }
    for (word, text) in [
        ("N+W", r"/N\+W/"),
        ("N?W", r"/say N\?W/"),
        ("C++-7", "the C++-7"),
    ] {
        assert_eq!(found_of(&[word], text), [rule::LEAK_TEXT], "{text}");
    }
}

#[test]
fn a_word_is_found_with_a_dot_for_what_parts_it_and_letters_counted_or_chosen() {
    for (word, text) in [
        ("Nordwind Energie", "nordwind.energie"),
        ("Nordwind Energie", "/Nordwind.{1,3}Energie/"),
        ("Nordwind Energie", "/nordwind..energie/"),
        ("nordwind-energie.example", r"/nordwind.energie\.example/"),
        ("Nordwind Energie GmbH", "/nordwind energie.gmbh/"),
        ("a-bc de-fg hi", "/a.bc.de.fg.hi/"),
        ("Nordwind", "/n{1}o{1}r{1,1}dw{1,}ind/"),
        ("Schnellballett", "/schnel{2}bal{2}?et{2}/"),
        ("Nordwind", "n[o0]rdwind"),
        ("Nordwind", "/[mn][ao]rd[vw]{1}ind/"),
        ("Nordwind", "/n(?:o|0)r(d|t)wind/"),
        (r"NORDWIND\jdoe", r"/nordwind\\j[dt]oe/"),
        ("Nordwind Energie", "/n[o0]rdwind.en[e3]rgie/"),
    ] {
        assert_eq!(found_of(&[word], text), [rule::LEAK_TEXT], "{text}");
    }
    for text in [
        "/n[ae]rdwind.energie/",
        "/nordwin[a-z].energie/",
        "/nordwin[dtnkl].energie/",
        "/nor{2}dwind.energie/",
        r"/\w{2}\.local/",
    ] {
        assert_eq!(found_of(&["Nordwind Energie"], text), [], "{text}");
    }
}

#[test]
fn a_stretch_of_many_choices_is_read_in_bounded_ways() {
    let many = "[ab]".repeat(1_000);
    assert_eq!(found_of(&["Nordwind"], &many), []);
    let first = format!("n[o0]rdwind{many}");
    assert_eq!(found_of(&["Nordwind"], &first), [rule::LEAK_TEXT]);
    let apart = format!("{many}{}n[o0]rdwind", "-".repeat(65));
    assert_eq!(found_of(&["Nordwind"], &apart), [rule::LEAK_TEXT]);
    let wide = "[abcd]-[efgh]-[ijkl]-".repeat(200_000);
    assert_eq!(found_of(&["Nordwind"], &wide), [rule::LEAK_UNREAD]);
}

#[test]
fn a_word_as_an_expression_is_found_among_octets_that_are_no_text() {
    for (word, text) in [
        ("Παπαδόπουλος", "MZΠαπα(?:δ)όπ(ουλος)"),
        ("Северный Ветер", "MZСеверный(?:\\ )Ветер"),
        ("Северный Ветер", "MZСеверный \\x00Ветер"),
        ("Žaneta Müllerová", "MZŽan[eE]ta(?:\\ )Müllerová"),
    ] {
        let octets = [text.as_bytes(), &[0x00, 0xff, 0xfe]].concat();
        let written = format!("$b = {{ {} }}", hex::encode(octets));
        assert_eq!(found_of(&[word], &written), [rule::LEAK_ENCODED], "{text}");
    }
}

#[test]
fn an_address_is_found_however_a_rule_escapes_it() {
    for text in [
        r"/185\.220\.101\.7/",
        r"185\\.220\\.101\\.7",
        r"185[\.]220(?:\.)101\x2e7",
        r"2a0e\:97c0\:\:1",
    ] {
        let rules = found_of(&["185.220.101.0/24", "2a0e:97c0::/32"], text);
        assert_eq!(rules, [rule::LEAK_ADDRESS], "{text}");
    }
}

#[test]
fn a_mail_address_an_inner_host_and_a_sid_are_found_behind_escapes() {
    let sid = r"/S\-1\-5\-21\-1004336348\-1177238915\-682003330/";
    for (text, class) in [
        (r"/nora\.lund@nordwind\.example/", rule::LEAK_MAIL),
        (r"nora\.lund\@nordwind\.example", rule::LEAK_MAIL),
        (r"/nora\.lund@(mail\.)?nordwind[.]example/", rule::LEAK_MAIL),
        (r"/srv01\.corp\.local/", rule::LEAK_INNER_HOST),
        (r"srv01\\.corp\\.local", rule::LEAK_INNER_HOST),
        (r"/srv01(\.lan)$/", rule::LEAK_INNER_HOST),
        (sid, rule::LEAK_SID),
    ] {
        assert_eq!(found_of(&["Acme Works"], text), [class], "{text}");
    }
    for text in [
        r"/[\w.+-]+@[\w-]+\.[a-z]{2,}/",
        r"/\w+@evil\.com/",
        r"/.*@evil\.com$/",
        r"/\w\.local/",
        r"/\.local\/share\//",
        r"/kernel32\.dll\.localized/",
        r"/settings\.local\.php/",
        r"/foo\.internal\(x\)/",
        r"/evil\.com/",
    ] {
        assert_eq!(found_of(&["Acme Works"], text), [], "{text}");
    }
}

#[test]
fn undoing_escapes_makes_no_word_of_others() {
    for text in [
        r"nord\\wind energy",
        r"NORDWIND\\asmith",
        r"[^\\]+\\Acme",
        r"C:\Projekte\Acme",
        r"185\.220\.102\.7",
        "(unclosed [classes \\",
    ] {
        let words = [r"NORDWIND\jdoe", r"D:\Projekte\Acme", "185.220.101.0/24"];
        assert_eq!(found_of(&words, text), [], "{text}");
    }
}

#[test]
fn a_host_that_is_called_like_a_folder_is_found_by_its_name_and_by_its_place() {
    for host in ["tmp", "temp", "users", "home"] {
        let rules = found_of(&[host], &format!(r"\\{host}\share"));
        let both = [rule::LEAK_TEXT, rule::LEAK_UNC];
        assert!(both.iter().all(|rule| rules.contains(rule)), "{host}");
    }
}

#[test]
fn a_word_of_more_marks_than_letters_is_found_as_it_stands() {
    let found = |text: &str| found_of(&["a - b_c", "- x - y -"], text);
    for text in ["an a - b_c there", "(A - B_C)", "say - x - y - z"] {
        assert_eq!(found(text), [rule::LEAK_TEXT], "{text}");
    }
    for text in ["xabc", "xy"] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_word_with_a_star_or_question_mark_is_no_pattern() {
    assert_eq!(
        found_of(&["Guess? Inc"], "the jeans of Guess? Inc."),
        [rule::LEAK_TEXT]
    );
    assert_eq!(
        found_of(&["Yahoo* Group"], r"the Yahoo\* Group"),
        [rule::LEAK_TEXT]
    );
    assert_eq!(found_of(&["wor?s"], "the works"), []);
}

#[test]
fn nothing_unseen_and_no_mark_hides_a_word() {
    // Tags, selectors, fillers, signs of direction, an underline, a pattern of Braille without dots.
    for mark in [
        "\u{e0020}",
        "\u{e007f}",
        "\u{e0100}",
        "\u{fe0f}",
        "\u{115f}",
        "\u{1160}",
        "\u{3164}",
        "\u{ffa0}",
        "\u{34f}",
        "\u{61c}",
        "\u{17b4}",
        "\u{180b}",
        "\u{180f}",
        "\u{2060}",
        "\u{fff9}",
        "\u{1d173}",
        "\u{332}",
        "\u{20dd}",
        "\u{2800}",
        "\u{489}",
    ] {
        let text = format!("Nord{mark}wind En{mark}{mark}ergie");
        assert_eq!(found(&text), [rule::LEAK_TEXT], "{text:?}");
        assert_eq!(found(&hex::encode(&text)), [rule::LEAK_ENCODED], "{text:?}");
    }
    // A mark that would keep an accent from its letter.
    for text in [
        "Z\u{34f}\u{30c}aneta Müllerová",
        "Z\u{332}\u{30c}aneta Müllerová",
    ] {
        assert_eq!(found(text), [rule::LEAK_TEXT], "{text:?}");
    }
}

#[test]
fn letters_digits_and_pairs_that_look_alike_hide_no_word() {
    for text in [
        "Nоrdwind Energie",
        "Nօrdwiոd Eոergie",
        "N0rdw1nd Energie",
        "Nordvvind Energie",
        "Nordwlnd Energ|e",
        "ꓠordwind ꓰnergie",
        "muller-vverke but müller-vverke.examp1e",
        "rnüller-werke.exarnple",
        "our N-o-r-d-w-i-n-d Energie",
    ] {
        assert_eq!(found(text), [rule::LEAK_TEXT], "{text}");
    }
    // A short word counts as it stands only: an id would hold it by chance.
    assert_eq!(found("NVVE"), []);
    let id = "domain-name--6d0bce99-2a67-46b2-8774-edba675896c3";
    assert_eq!(found_of(&["obce99"], id), []);
}

#[test]
fn a_word_is_found_in_base64_whose_slashes_are_escaped() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    let encoded = standard.encode("Nordwind?? Energie");
    assert!(encoded.contains('/'));
    for slash in [r"\/", r"\\/"] {
        let rules = found_of(&["Nordwind?? Energie"], &encoded.replace('/', slash));
        assert_eq!(rules, [rule::LEAK_ENCODED], "{slash}");
    }
}

#[test]
fn what_looks_alike_is_found_among_octets_that_are_mostly_no_ascii() {
    let octets = hex::encode("MZ\u{1}Žaneta Mü11erová");
    assert_eq!(found(&octets), [rule::LEAK_ENCODED]);
}

#[test]
fn a_class_is_found_among_octets_that_are_no_text() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    for (text, class) in [
        ("to j.doe@firm.com now", rule::LEAK_MAIL),
        (
            "S-1-5-21-1004336348-1177238915-682003330-512",
            rule::LEAK_SID,
        ),
        (r"C:\Users\jdoe\Desktop", rule::LEAK_USER_PATH),
        ("192.168.77.12", rule::LEAK_PRIVATE_ADDRESS),
    ] {
        let noise: Vec<u8> = (0x80..=0xff).chain(0..0x10).collect();
        let octets = [&noise, text.as_bytes(), b"\0", &noise].concat();
        for written in [hex::encode(&octets), standard.encode(&octets)] {
            assert_eq!(found(&written), [class], "{text}");
        }
    }
}

#[test]
fn a_digest_that_a_dictionary_names_is_found_as_octets() {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, NO_PAD);
    for length in [16, 20, 32, 64] {
        let octets: Vec<u8> = (0..length)
            .map(|at: u8| at.wrapping_mul(37) | 0x81)
            .collect();
        let token = hex::encode(&octets);
        let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        for text in [
            standard.encode(&octets),
            format!("\\x{}", pairs.join("\\x")),
            pairs.join(":"),
            format!("{{ 4d 5a {} 00 }}", pairs.join(" ").to_uppercase()),
        ] {
            let rules = found_of(&[&token], &text);
            assert!(rules.contains(&rule::LEAK_HASHED), "{text}: {rules:?}");
        }
    }
}
