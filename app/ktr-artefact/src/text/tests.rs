//! What class T lets through and what it stops.

use super::{
    Clean, Language, MalwareName, Narrative, Title, check_class_t, check_rule_title, plain,
};
use crate::finding::rule;

#[test]
fn plain_prose_of_three_scripts_is_class_t() {
    for text in [
        "Loader delivered by mail; 25 % of hosts, then lateral movement (RDP).",
        "Выявлен загрузчик, версия 2.1; ущерб ограничен.",
        "Εντοπίστηκε κακόβουλο λογισμικό - δεν υπήρξε διαρροή.",
        "e.g. two hosts, v10.2, 12.5 % each, on/off, C++",
        "",
    ] {
        assert_eq!(check_class_t(text), Ok(()), "{text}");
    }
}

#[test]
fn a_hyphen_joins_words_of_two_scripts_and_no_word_mixes_them() {
    for text in ["DDoS-атака", "VPN-сървър: спрян", "C2:сървър", "IT-υποδομή"]
    {
        assert_eq!(check_class_t(text), Ok(()), "{text}");
    }
    for text in [
        "DDoS-\u{430}\u{442}a\u{43a}\u{430}",
        "\u{440}\u{430}ypal-login",
        "VPN+\u{441}a",
    ] {
        assert_eq!(check_class_t(text), Err(rule::FREE_TEXT), "{text}");
    }
}

#[test]
fn typographic_marks_become_plain_ones_and_what_is_no_mark_stays() {
    for (written, left) in [
        (
            "the host\u{2019}s \u{201e}loader\u{201c} \u{2013} seen\u{2026}",
            "the host's \"loader\" - seen...",
        ),
        (
            "\u{ab}\u{a0}chargeur\u{a0}\u{bb}\u{202f}: 5\u{202f}000\u{a0}\u{20ac}",
            "\" chargeur \" : 5 000 EUR",
        ),
        ("instal\u{b7}laci\u{f3}", "instal-laci\u{f3}"),
        (
            "\u{3bb}\u{3cc}\u{3b3}\u{3bf}\u{3c2}\u{b7} \u{3bc}\u{3ac}",
            "\u{3bb}\u{3cc}\u{3b3}\u{3bf}\u{3c2}; \u{3bc}\u{3ac}",
        ),
        ("C&C and R&D", "C2 and R+D"),
        ("ABC&Co", "ABC+Co"),
    ] {
        assert_eq!(check_class_t(written), Err(rule::FREE_TEXT), "{written}");
        assert_eq!(plain(written), left);
        assert_eq!(check_class_t(left), Ok(()), "{left}");
    }
    for same in [
        "plain - \"text\"",
        "zero\u{200b}width",
        "one_two",
        "cafe\u{301}",
    ] {
        assert_eq!(plain(same), same);
    }
    // A mark hides no address.
    let address = plain("see\u{a0}evil.com\u{2026}");
    assert_eq!(check_class_t(&address), Err(rule::FREE_TEXT));
}

#[test]
fn whatever_could_be_an_address_is_not() {
    for text in [
        "see http://x",
        "call 123456 now",
        "beacons to evil.example twice",
        "beacons to evil.example:443",
        "from 192.0.2.7 at night",
        "from 192.0.2.7:8080",
        "from 999.999.999.999",
        "from 2001:db8::1 at night",
        "write to joe@example",
        "share \\\\host",
        "one_two",
        "раураl logon in mixed scriptсs",
        "zero\u{200b}width",
        "cafe\u{301} is not NFC",
        "日本語",
        "tab\there",
    ] {
        assert_eq!(check_class_t(text), Err(rule::FREE_TEXT), "{text}");
    }
}

#[test]
fn a_title_is_one_line_of_eight_to_120_characters() {
    assert!(Title::parse("Loader X").is_ok());
    assert_eq!(Title::parse("Loader"), Err(rule::FORM_LENGTH));
    assert_eq!(Title::parse(&"a".repeat(121)), Err(rule::FORM_LENGTH));
    assert_eq!(Title::parse("Two lines\nof it"), Err(rule::FREE_TEXT));
    assert_eq!(Title::parse(" Leading blank"), Err(rule::FREE_TEXT));
}

#[test]
fn a_narrative_ends_at_4000_characters() {
    assert!(Narrative::parse(&"ab ".repeat(1_333)).is_ok());
    assert_eq!(Narrative::parse(&"a".repeat(4_001)), Err(rule::FORM_LENGTH));
}

#[test]
fn a_language_is_a_tag_that_names_no_country() {
    for good in ["en", "pt", "gsw", "sr-Latn", "sr-Cyrl"] {
        assert!(Language::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "EN",
        "english",
        "en_GB",
        "en-",
        "e",
        "pt-PT",
        "de-AT",
        "sr-Latn-RS",
        "de-1901",
        "es-419",
        "sr-latn",
        "sr-LATN",
        "en-x-acme",
        "en-acme",
    ] {
        assert_eq!(Language::parse(bad), Err(rule::LANGUAGE), "{bad}");
    }
}

#[test]
fn invisible_characters_and_controls_enter_no_string() {
    for bad in [
        "a\u{202e}b",
        "a\u{feff}",
        "a\u{7}",
        "a\r\n",
        "e\u{301}",
        "a\u{2066}b",
    ] {
        assert_eq!(Clean::parse(bad), Err(rule::TEXT), "{bad:?}");
    }
    assert!(Clean::parse("rule a {\n\tcondition: true\n}\n").is_ok());
}

#[test]
fn malware_names_of_vendors_pass() {
    for name in [
        "Win32/Emotet",
        "PLEAD",
        "Industroyer2",
        "Linux/Ebury",
        "Win32/Filecoder.WannaCryptor",
        "Trojan.Win32.Generic",
        "MSIL.Agent",
    ] {
        assert!(MalwareName::parse(name).is_ok(), "{name}");
    }
    for name in ["evil.com", "Win32/acme-energie.de", "acme.github.io"] {
        assert_eq!(MalwareName::parse(name), Err(rule::FREE_TEXT), "{name}");
    }
}

#[test]
fn the_title_of_a_rule_names_programs_and_no_domain() {
    for title in [
        "Suspicious Csc.EXE Execution",
        "Script Run By Install.sh",
        "Archive Update.zip Written",
        "ASP.NET Worker Starts Cmd.Exe",
        "Shell From Runner.PS1",
    ] {
        assert_eq!(check_rule_title(title), Ok(()), "{title}");
    }
    for title in [
        "Beacon To evil.com",
        "Logon At acme-energie.de:443",
        "Script From get.install.sh",
        "Shop At sklep.pl Opened",
        "Logon On Dc01.Acme.Local",
        "From 192.0.2.7 At Night",
        "Title\nOf Two Lines",
    ] {
        assert_eq!(check_rule_title(title), Err(rule::FREE_TEXT), "{title}");
    }
    // What a person tells of a case names no file either.
    assert_eq!(
        Title::parse("Suspicious Csc.EXE Execution"),
        Err(rule::FREE_TEXT)
    );
}
