//! YARA rules by example: what is refused and under which number, what is kept, and what an own rule loses.
//! Public rules are read in `corpus`.

use std::ops::Add;

use super::{accept, read::read, reread, sample, spelled};
use crate::{
    finding::{Rule, rule},
    limits,
    rules::Origin,
};

const RGDOOR: &str = include_str!("../../../tests/data/rules/apt_oilrig_rgdoor.yar");

fn judged(text: &str, origin: Origin) -> Result<String, Rule> {
    accept(text, origin, "DRL-1.1", "TVo=").map(|accepted| accepted.text)
}

/// A short rule with these strings and this condition.
fn with(strings: &str, condition: &str) -> String {
    format!("rule r {{ strings: {strings} condition: {condition} }}")
}

/// What reading a rule with this condition and one plain string says.
fn said(condition: &str) -> Option<Rule> {
    read(&with("$a = \"abcd\"", condition)).err()
}

#[test]
fn a_third_party_text_keeps_author_reference_licence_and_id_and_loses_the_rest() {
    let accepted = accept(RGDOOR, Origin::ThirdParty, "DRL-1.1", "TVo=").unwrap();
    assert_eq!(accepted.name(), "OilRig_RGDoor_Gen1");
    assert_eq!(accepted.author(), Some("Florian Roth (Nextron Systems)"));
    let lines: Vec<&str> = accepted.text().lines().map(str::trim).collect();
    assert_eq!(
        lines[..9],
        [
            "import \"pe\"",
            "",
            "rule OilRig_RGDoor_Gen1 {",
            "meta:",
            "author = \"Florian Roth (Nextron Systems)\"",
            "reference = \"https://researchcenter.paloaltonetworks.com/2018/01/unit42-oilrig-uses-rgdoor-iis-backdoor-targets-middle-east/\"",
            "license = \"DRL-1.1\"",
            "id = \"68ac1f35-4eaa-5899-b66c-296d7c5fa462\"",
            "strings:",
        ]
    );
    assert_eq!(
        lines[15..],
        [
            "condition:",
            "uint16(0) == 0x5a4d and filesize < 600KB and (pe.imphash() == \"47cb127aad6c7c9954058e61a2a6429a\" or 1 of ($c*) or 2 of them)",
            "}",
        ]
    );
}

#[test]
fn what_was_accepted_is_read_back_as_the_same_bytes_and_anything_else_is_not() {
    for origin in [Origin::Own, Origin::ThirdParty] {
        let text = judged(RGDOOR, origin).unwrap();
        let again = reread(&text).unwrap();
        assert_eq!((again.text(), again.licence()), (text.as_str(), "DRL-1.1"));
        for changed in [
            format!("{text}// a comment\n"),
            text.replace("  condition:", "   condition:"),
            text.replace("$s1 =", "$s5 ="),
            text.replace("rule ", "rule x"),
            text.replace("    license", "    date = \"2018-01-27\"\n    license"),
        ] {
            // Third-party names and strings are the writer's own and may be any.
            let other = changed.contains("$s5") || changed.contains("rule x");
            let expected = if other && origin == Origin::ThirdParty {
                None
            } else {
                Some(rule::YARA_CHANGED)
            };
            assert_eq!(reread(&changed).err(), expected, "{changed}");
        }
        assert_eq!(
            reread(&text.replace("license = ", "note = ")).err(),
            Some(rule::YARA_LICENCE)
        );
    }
}

#[test]
fn an_own_text_loses_names_tags_and_meta_and_its_name_follows_from_what_it_says() {
    let own = |name: &str, more: &str| {
        format!(
            "import \"pe\"\nimport \"hash\" import \"pe\"\nprivate rule {name}_is_pe : acme pe {{ meta: author = \"Somebody\" condition: uint16(0) == 0x5A4D }}\n{more}rule {name} : apt {{ meta: client = \"Acme\" level = 3 strings: $a = {{ 4d 5a ?? [2-4] ( 0a | 0B ) }} condition: {name}_is_pe and $a and pe.is_pe }}"
        )
    };
    let text = judged(&own("acme", ""), Origin::Own).unwrap();
    for lost in ["acme", "Acme", "Somebody", "level", "apt"] {
        assert!(!text.contains(lost), "{lost} in {text}");
    }
    assert!(text.starts_with("import \"hash\"\nimport \"pe\"\n\nprivate rule KTR_"));
    assert!(text.contains("$a = { 4D 5A ?? [2-4] (0A | 0B) }"), "{text}");
    assert_eq!(
        judged(&own("bcme", "/* later */"), Origin::Own).unwrap(),
        text
    );
    let reporting = |text: &str| reread(text).unwrap().name;
    let name = reporting(&text);
    assert!(name.len() == 14 && name.ends_with("_2"), "{name}");
    assert_eq!(
        text.matches(name.trim_end_matches('2')).count(),
        3,
        "{text}"
    );
    let other = judged(&own("acme", "").replace("4d 5a", "4d 5b"), Origin::Own).unwrap();
    assert_ne!(reporting(&other), name);
}

#[test]
fn a_string_is_written_in_one_spelling_and_hides_nothing() {
    let spelled = |literal: &str| {
        let text = judged(&with(&format!("$a = {literal}"), "$a"), Origin::Own)?;
        let line = text.lines().find(|line| line.contains("$a = ")).unwrap();
        Ok(line.trim().to_owned())
    };
    for (literal, expected) in [
        ("\"\\x41\\x42c\"", "\"ABc\""),
        ("\"a\\tb\\\"\\\\\"", "\"a\\x09b\\\"\\\\\""),
        // A Cyrillic look-alike, a mark that turns the text round, and a letter of two parts.
        ("\"\u{430}cme\"", "\"\\xD0\\xB0cme\""),
        ("\"ab\u{202e}cd\"", "\"ab\\xE2\\x80\\xAEcd\""),
        ("\"e\u{301}e\"", "\"e\\xCC\\x81e\""),
    ] {
        assert_eq!(
            spelled(literal),
            Ok(format!("$a = {expected}")),
            "{literal}"
        );
    }
    assert_eq!(spelled("/ab\u{202e}cd/"), Err(rule::TEXT));
    let named = |name: &str| {
        let text = format!("rule r {{ meta: author = \"{name}\" condition: filesize < 2 }}");
        judged(&text, Origin::ThirdParty)
    };
    assert!(
        named("Zo\u{eb} \u{10c}apek")
            .unwrap()
            .contains("Zo\u{eb} \u{10c}apek")
    );
    assert_eq!(named("A\u{202e}B"), Err(rule::TEXT));
}

#[test]
fn what_reads_more_than_the_sample_or_nests_without_end_is_refused_by_name() {
    for (text, expected) in [
        (String::from("include \"/etc/passwd\""), rule::YARA_INCLUDE),
        (
            format!("include \"other.yar\" {}", with("$a = \"ab\"", "$a")),
            rule::YARA_INCLUDE,
        ),
        (
            String::from("import \"cuckoo\" rule r { condition: filesize < 2 }"),
            rule::YARA_MODULE,
        ),
        (
            String::from("import \"console\" rule r { condition: filesize < 2 }"),
            rule::YARA_MODULE,
        ),
        (
            String::from("import \"vt\" rule r { condition: filesize < 2 }"),
            rule::YARA_MODULE,
        ),
        (String::new(), rule::YARA_RULES),
        (
            String::from("private rule r { condition: filesize < 2 }"),
            rule::YARA_RULES,
        ),
        (
            [
                with("$a = \"ab\"", "$a"),
                with("$a = \"ab\"", "$a").replace("rule r", "rule s"),
            ]
            .concat(),
            rule::YARA_RULES,
        ),
        (
            String::from("rule r { condition: \"\n\" }"),
            rule::YARA_SYNTAX,
        ),
        (String::from("rule r { condition: /* }"), rule::YARA_SYNTAX),
        (String::from("rule r {"), rule::YARA_SYNTAX),
        (String::from("\u{0}"), rule::YARA_SYNTAX),
        (with("$a = \"\\q\"", "$a"), rule::YARA_SYNTAX),
        ("(".repeat(60_000), rule::YARA_TOO_DEEP),
        (
            with("$a = \"ab\"", &"not ".repeat(10_000)),
            rule::YARA_TOO_DEEP,
        ),
        (
            with(
                "$a = \"ab\"",
                &format!("filesize == {}1", "-(~".repeat(9_000)),
            ),
            rule::YARA_TOO_DEEP,
        ),
        (
            with(&format!("$a = {{ 4D {} }}", "(4D".repeat(9_000)), "$a"),
            rule::YARA_TOO_DEEP,
        ),
    ] {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(read(&text).err(), Some(expected), "{shown}");
    }
}

#[test]
fn what_nests_up_to_the_limits_is_read_and_one_more_is_not() {
    let calls = |depth: usize| {
        let calls = format!("{}filesize{}", "math.abs(".repeat(depth), ")".repeat(depth));
        let text = format!("import \"math\" rule r {{ condition: 1 == {calls} }}");
        read(&text).err()
    };
    assert_eq!(calls(limits::YARA_CALLS_MAX), None);
    assert_eq!(calls(limits::YARA_CALLS_MAX + 1), Some(rule::YARA_TOO_DEEP));
    let deepest = limits::YARA_DEPTH_MAX - 2;
    let nested = |depth: usize| format!("{}$a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(said(&nested(deepest)), None);
    assert_eq!(said(&nested(deepest + 1)), Some(rule::YARA_TOO_DEEP));
    assert_eq!(said(&"$a or not $a and ".repeat(1_000).add("$a")), None);
}

#[test]
fn what_one_engine_alone_knows_or_nobody_defined_is_refused_by_name() {
    for (condition, expected) in [
        ("with x = 1 : ($a)", rule::YARA_DIALECT),
        ("any of ($a at 0, $a at 1)", rule::YARA_DIALECT),
        ("$a and filesize < 1_000", rule::YARA_DIALECT),
        ("$a and filename == \"x\"", rule::YARA_UNDEFINED),
        ("$a and pe.is_dll()", rule::YARA_UNDEFINED),
        ("$a and r", rule::YARA_UNDEFINED),
        ("$a and i == 1", rule::YARA_UNDEFINED),
        ("$a and \"x\" matches /(\\w{500}){500}/", rule::YARA_REGEX),
    ] {
        assert_eq!(said(condition), Some(expected), "{condition}");
    }
    for condition in [
        "for any i in (1..#a) : (@a[i] < 100)",
        "for all of ($a*) : (# > 1)",
        "50 % of them and uint32be(filesize - 4) != -1",
        "none of them in (0..100) or !a[1] > 3",
    ] {
        assert_eq!(said(condition), None, "{condition}");
    }
    for (strings, expected) in [
        ("$a = { ~4D 5A 5A }", rule::YARA_DIALECT),
        ("$a = \"\"\"ab\"\"\"", rule::YARA_DIALECT),
        ("$a = /ab{/", rule::YARA_REGEX),
        ("$a = /ab\\Qc/", rule::YARA_REGEX),
        ("$a = /(abcd{1,900}){900}/", rule::YARA_REGEX),
        ("$a = /abcd.*efgh/", rule::YARA_SLOW),
        ("$a = /abcd.{3,}efgh/", rule::YARA_SLOW),
        ("$a = /a[0-9]b[0-9]/", rule::YARA_SLOW),
        ("$a = \"A\"", rule::YARA_SLOW),
        ("$a = { 4D ?? 5A ?? }", rule::YARA_SLOW),
    ] {
        assert_eq!(
            read(&with(strings, "$a")).err(),
            Some(expected),
            "{strings}"
        );
    }
    let shadowed = "private rule i { condition: filesize < 2 } rule r { condition: for any i in (1..2) : (i == 1) }";
    assert_eq!(judged(shadowed, Origin::Own), Err(rule::YARA_UNDEFINED));
}

#[test]
fn a_users_folder_and_a_host_give_way_to_some_name_or_the_rule_is_refused() {
    let masked = |string: &str| {
        let text = judged(&with(&format!("$a = {string}"), "$a"), Origin::Own)?;
        let line = text.lines().find(|line| line.contains("$a = ")).unwrap();
        Ok(line.trim().trim_start_matches("$a = ").to_owned())
    };
    for (string, expected) in [
        (
            "\"C:\\\\Users\\\\jane.doe\\\\x.pdb\" wide nocase",
            "/C:\\\\Users\\\\[^\\\\\\/]{1,64}\\\\x\\.pdb/ wide nocase",
        ),
        (
            "\"/home/jane/a (1)\"",
            "/\\/home\\/[^\\\\\\/]{1,64}\\/a \\(1\\)/",
        ),
        (
            "\"\\\\\\\\srv-acme\\\\c$\\\\x\"",
            "/\\\\\\\\[^\\\\\\/]{1,64}\\\\c\\$\\\\x/",
        ),
        (
            "/C:\\\\Users\\\\jane\\.doe\\\\[a-z]x/i",
            "/C:\\\\Users\\\\[^\\\\\\/]{1,64}\\\\[a-z]x/i",
        ),
        (
            "\"C:\\\\Users\\\\Public\\\\x\"",
            "\"C:\\\\Users\\\\Public\\\\x\"",
        ),
        ("\"\\\\\\\\.\\\\pipe\\\\x\"", "\"\\\\\\\\.\\\\pipe\\\\x\""),
        (
            "\"D:\\\\work\\\\evil\\\\x.pdb\"",
            "\"D:\\\\work\\\\evil\\\\x.pdb\"",
        ),
    ] {
        assert_eq!(masked(string), Ok(expected.to_owned()), "{string}");
    }
    for string in [
        "\"C:\\\\Users\\\\jane\\\\x\" xor",
        "\"C:\\\\Users\\\\jane\\\\x\" base64",
        "{ 5C 55 73 65 72 73 5C 6A 61 6E 65 5C }",
        "{ 5C 00 55 00 73 00 65 00 72 00 73 00 5C 00 6A 00 61 00 5C 00 }",
    ] {
        assert_eq!(masked(string), Err(rule::YARA_PATH), "{string}");
    }
    assert!(masked("/C:\\\\Users\\\\[^\\\\]{1,20}\\\\x/").is_ok());
    let condition =
        "import \"pe\" rule r { condition: pe.pdb_path contains \"\\\\Users\\\\jane\\\\\" }";
    assert_eq!(judged(condition, Origin::Own), Err(rule::YARA_PATH));
}

#[test]
fn a_user_gives_way_to_some_name_wherever_an_expression_spells_one() {
    let masked = |expression: &str| -> Result<String, Rule> {
        let text = judged(&with(&format!("$a = {expression}"), "$a"), Origin::Own)?;
        let line = text.lines().find(|line| line.contains("$a = ")).unwrap();
        Ok(line.trim().trim_start_matches("$a = ").to_owned())
    };
    for (expression, expected) in [
        (r"/\\Users\\(jane|bob)/", r"/\\Users\\NAME/"),
        (r"/\\Users\\(jane|bob)?\\x/i", r"/\\Users\\NAME\\x/i"),
        (r"/[\\\/]Users[\\\/]jane/", r"/[\\\/]Users[\\\/]NAME/"),
        (
            r"/[\\\/]{1,2}Users[\\\/]{,2}jane\.doe\\/",
            r"/[\\\/]{1,2}Users[\\\/]{,2}NAME\\/",
        ),
        (
            r"/\\([Uu]sers|home)\\[Jj]ane\\x/",
            r"/\\([Uu]sers|home)\\NAME\\x/",
        ),
        (r"/\\Users\\j(ane|oe)[0-9]{2}\\x/", r"/\\Users\\NAME\\x/"),
        (
            r"/\\Users\\(jane\\Desktop|Public)\\x/",
            r"/\\Users\\(NAME\\Desktop|Public)\\x/",
        ),
        (
            r"/(C:\\Users|D:\\Home)\\jane\\x/",
            r"/(C:\\Users|D:\\Home)\\NAME\\x/",
        ),
        (
            r"/(C:\\Users\\|\\home\\)jane\\x/",
            r"/(C:\\Users\\|\\home\\)NAME\\x/",
        ),
        (r"/\x5cUsers\x5cj\x61ne\x5c/", r"/\x5cUsers\x5cNAME\x5c/"),
        (
            r"/\\\x00U\x00s\x00e\x00r\x00s\x00\\\x00j\x00/",
            r"/\\\x00U\x00s\x00e\x00r\x00s\x00\\NAME/",
        ),
        (r"/Users\\jane/", r"/Users\\NAME/"),
        (r"/\/home\/jane\//", r"/\/home\/NAME\//"),
        (r"/\\Users\\Zo\xeb\\/", r"/\\Users\\NAME\\/"),
        (r#""Users\\jane\\x""#, r"/Users\\NAME\\x/"),
    ] {
        let expected = expected.replace("NAME", r"[^\\\/]{1,64}");
        assert_eq!(masked(expression), Ok(expected), "{expression}");
    }
    for nobody in [
        r"/\\Users/i",
        r"/\\Users\\/i",
        r"/\\Users\\([Pp]ublic|All Users|Default( User)?)\\x/",
        r"/\\Users\\[^\\\/]{1,64}\\AppData/",
        r"/\\Users\\[a-z0-9]{3,8}\\Desktop/",
        r"/\\Users\\.{1,40}\\Desktop/",
        r"/\\Users\\.{1,40}Desktop/",
        r"/\\Users\\\w{2,9}\\x/",
        r"/\\Userspace\\jane/",
        r#""home/css/style.css""#,
        r#""All Users\\Desktop""#,
    ] {
        assert_eq!(masked(nobody), Ok(nobody.to_owned()));
    }
}

#[test]
fn a_user_between_braces_is_seen_through_choices_and_jumps() {
    let octets = |text: &str| hex::encode_upper(text);
    let judged =
        |between: String| judged(&with(&format!("$a = {{ {between} }}"), "$a"), Origin::Own);
    let users = octets("\\Users\\");
    for between in [
        format!("{users} (6A | 4A) 61 6E 65 5C"),
        format!("{users} ({} | {}) 5C", octets("jane"), octets("bob")),
        format!("{users} ?? {} 5C", octets("ane")),
        format!("{users} [1-2] {} 5C", octets("ne")),
        format!("(5C | 2F) {} (5C | 2F) {}", octets("Users"), octets("jane")),
        octets("Users\\jane"),
    ] {
        assert_eq!(judged(between.clone()), Err(rule::YARA_PATH), "{between}");
    }
    for between in [
        format!("{users} ({} | {}) 5C", octets("Public"), octets("Default")),
        format!("{users} [1-20] 5C {}", octets("Desktop")),
        format!("{users} [4-] {}", octets("Desktop")),
        format!("{users} ?? ?? ?? 5C"),
    ] {
        assert!(judged(between.clone()).is_ok(), "{between}");
    }
}

#[test]
fn a_host_gives_way_to_some_name_wherever_an_expression_spells_one() {
    let masked = |string: &str| -> Result<String, Rule> {
        let text = judged(&with(&format!("$a = {string}"), "$a"), Origin::Own)?;
        let line = text.lines().find(|line| line.contains("$a = ")).unwrap();
        Ok(line.trim().trim_start_matches("$a = ").to_owned())
    };
    for (string, expected) in [
        (r"/\\\\(fs1|fs2)\\x/", r"/\\\\NAME\\x/"),
        (r"/\\\\(fs1|fs2)\\(x|y)/", r"/\\\\NAME\\(x|y)/"),
        (r"/\\\\fs[12]\\share/", r"/\\\\NAME\\share/"),
        (r"/\\\\fs1{1}\\x/", r"/\\\\NAME\\x/"),
        (r"/\\\\fs1?\\x/", r"/\\\\NAME\\x/"),
        (r"/\\\\[Ff]s-[0-9]{2}\\x/i", r"/\\\\NAME\\x/i"),
        (r"/\\{2}fs1\\{1}xyz/", r"/\\{2}NAME\\{1}xyz/"),
        (r"/(\\\\)(fs1)(\\)x/", r"/(\\\\)NAME(\\)x/"),
        (r"/[\\\/]{2}fs1[\\\/]xyz/", r"/[\\\/]{2}NAME[\\\/]xyz/"),
        (r"/(\\){2}fs1\\xy[a-z]{3}/", r"/(\\){2}NAME\\xy[a-z]{3}/"),
        (r"/\\\\fs1\\[a-z]{3}/", r"/\\\\NAME\\[a-z]{3}/"),
        (r"/^\\\\fs1\\x/", r"/^\\\\NAME\\x/"),
        (r"/(evil )?\\\\fs1\\x/", r"/(evil )?\\\\NAME\\x/"),
        (r"/\\\\(fs1\\x|fs2\\y)/", r"/\\\\(NAME\\x|NAME\\y)/"),
        (r"/(\\\\fs1|\\\\fs2)\\x/", r"/(\\\\NAME|\\\\NAME)\\x/"),
        (r"/\\\\fs(1\\x|2\\y)/", r"/\\\\NAME(NAME\\x|NAME\\y)/"),
        (r"/\\\\\\\\fs[12]\\\\x/", r"/\\\\\\\\NAME\\\\x/"),
        (r"/\\\\fs1\\/", r"/\\\\NAME\\/"),
        (r#""\\\\fs1\\""#, r"/\\\\NAME\\/"),
        (r"/\x5c\x5cf\x731\x5cx/", r"/\x5c\x5cNAME\x5cx/"),
        (r#""\\\\fs1\\%s""#, r"/\\\\NAME\\%s/"),
        (r#""\\\\fs1\\{0}""#, r"/\\\\NAME\\\{0\}/"),
        (r#""\\\\fs1\\<x>""#, r"/\\\\NAME\\<x>/"),
        (r"/\\\\fs1\\%s/", r"/\\\\NAME\\%s/"),
        (r"/\\+fs1\\share/", r"/\\+NAME\\share/"),
        (r"/\\+(fs1|fs2)\\+xyz/", r"/\\+NAME\\+xyz/"),
        (r"/[\\\/]+fs1[\\\/]+xyz/", r"/[\\\/]+NAME[\\\/]+xyz/"),
        (r"/\\\\\?\\UNC\\fs1\\share/", r"/\\\\\?\\UNC\\NAME\\share/"),
        (r#""\\\\.\\UNC\\fs1\\share""#, r"/\\\\\.\\UNC\\NAME\\share/"),
        (
            r"/\\\\[?.]\\UNC\\(fs1|fs2)\\x/",
            r"/\\\\[?.]\\UNC\\NAME\\x/",
        ),
        (
            r"/\\\\\\\\.\\\\unc\\\\fs1\\\\x/",
            r"/\\\\\\\\.\\\\unc\\\\NAME\\\\x/",
        ),
        (r"/\\{2,}temp\\share/", r"/\\{2,}NAME\\share/"),
        (r"/\\\\(temp|tmp)\\share/", r"/\\\\NAME\\share/"),
        (r#""\\\\tmp\\share""#, r"/\\\\NAME\\share/"),
    ] {
        let expected = expected.replace("NAME", r"[^\\\/]{1,64}");
        assert_eq!(masked(string), Ok(expected), "{string}");
    }
    for nobody in [
        r"/\\\\(127\.0\.0\.1|localhost)\\x/",
        r"/\\\\127.0.0.1\\x/",
        r"/\\\\[^\\\/]{1,64}\\x/",
        r"/\\\\[a-z0-9]{3,8}\\admin\$/",
        r"/\\\\\.\\pipe\\(x|y)/",
        r"/\\\\\?\\UNC\\localhost\\x/",
        r"/\\\\\?\\UNC\\[a-z]{3}\\x/",
        r"/\\\\\?\\UNCfs1\\x/",
        r"/\\(fs1|fs2)\\x/",
        r"/C:\\\\(Windows|Temp)\\x/",
        r"/\\\\(Windows|Temp)\\\\x/",
        r"/https?:\/\/(fs1|fs2)\/x/",
        r"/\\+(temp|tmp)\\+xyz/",
        r"/C:\\+fs1\\+xyz/",
        r#""\\\\%s\\%s""#,
    ] {
        assert_eq!(masked(nobody), Ok(nobody.to_owned()));
    }
}

#[test]
fn a_host_gives_way_to_some_name_behind_any_count_of_separators() {
    let masked = |string: &str| -> Result<String, Rule> {
        let text = judged(&with(&format!("$a = {string}"), "$a"), Origin::Own)?;
        let line = text.lines().find(|line| line.contains("$a = ")).unwrap();
        Ok(line.trim().trim_start_matches("$a = ").to_owned())
    };
    for string in [
        r"/\\\\+NAME\\share/",
        r"/\\{1,2}NAME\\share/",
        r"/\\{2,}NAME\\share/",
        r"/\\{2,}NAME\\{2,}share/",
        r"/\\{1,4}NAME\\\\share/",
        r"/\\{3,}NAME\\{2}share/",
        r"/\\{0,2}NAME\\share/",
        r"/\\{,2}NAME\\share/",
        r"/(\\){1,2}NAME\\share/",
        r"/[\\\/]{1,2}NAME[\\\/]{1,2}share/",
    ] {
        let expected = string.replace("NAME", r"[^\\\/]{1,64}");
        assert_eq!(masked(&string.replace("NAME", "fs1")), Ok(expected));
    }
    for nobody in [
        r"/\\{1}fs1\\share/",
        r"/\\{1,2}(temp|tmp)\\share/",
        r"/\\*(temp|tmp)\\share/",
        r"/C:\\{1,2}fs1\\{1,2}share/",
    ] {
        assert_eq!(masked(nobody), Ok(nobody.to_owned()));
    }
}

#[test]
fn a_string_that_only_its_name_kept_quick_is_slow_without_it() {
    let said = |string: &str| judged(&with(&format!("$a = {string}"), "$a"), Origin::Own).err();
    assert_eq!(read(&with(r"$a = /\\+(fs1|fs2)\\+x/", "$a")).err(), None);
    assert_eq!(said(r"/\\+(fs1|fs2)\\+x/"), Some(rule::YARA_SLOW));
    assert_eq!(said(r"/\\+(fs1|fs2)\\+xyz/"), None);
}

#[test]
fn an_expression_whose_counts_spell_too_much_is_refused_as_slow() {
    // Sixteen times each of its separators.
    let counted = |separators: usize| format!("ab({}){{16}}", vec![r"\\"; separators].join("|"));
    assert_eq!(spelled::expression(&counted(4_000)).err(), None);
    let too_much = counted(5_000);
    assert_eq!(spelled::expression(&too_much).err(), Some(rule::YARA_SLOW));
    let text = with(&format!("$a = /{too_much}/"), "$a");
    assert!(text.len() < limits::PATTERN_MAX);
    assert_eq!(judged(&text, Origin::Own), Err(rule::YARA_SLOW));
    assert_eq!(spelled::expression("ab(").err(), Some(rule::YARA_REGEX));
}

#[test]
fn a_host_between_braces_is_seen_through_choices_and_jumps() {
    let judged = |between: &str| judged(&with(&format!("$a = {{ {between} }}"), "$a"), Origin::Own);
    for between in [
        "5C 5C 66 73 31 5C 78",
        "5C 5C ( 66 73 31 | 66 73 32 ) 5C 78",
        "5C 5C 66 73 ( 31 | 32 ) ( 5C 78 | 5C 79 )",
        "5C 5C 66 73 ?? 5C 78",
        "5C 00 5C 00 66 00 73 00 5C 00 78 00",
        "5C 5C 66 73 [1-2] 5C 78",
    ] {
        assert_eq!(judged(between), Err(rule::YARA_PATH), "{between}");
    }
    for between in [
        "43 3A 5C 5C 66 73 31 5C 78",
        "5C 5C 66 73 31 5C 5C 78",
        "5C 5C ?? ?? ?? 5C 78",
    ] {
        assert!(judged(between).is_ok(), "{between}");
    }
}

#[test]
fn a_rule_that_names_nobody_or_may_not_be_shared_is_refused_by_name() {
    let third = |text: &str, licence: &str| accept(text, Origin::ThirdParty, licence, "TVo=").err();
    for licence in ["GPL-2.0-only", "Elastic-2.0", ""] {
        assert_eq!(
            third(RGDOOR, licence),
            Some(rule::YARA_LICENCE),
            "{licence}"
        );
    }
    assert_eq!(third(RGDOOR, "MIT"), Some(rule::YARA_LICENCE));
    let stated = |licence: &str| {
        format!("rule r {{ meta: author = \"A\" License = \"{licence}\" condition: filesize < 2 }}")
    };
    for (text, licence) in [
        ("BSD 2-Clause", "BSD-2-Clause"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("MIT", "MIT"),
        (
            "https://github.com/SigmaHQ/Detection-Rule-License/blob/main/LICENSE.Detection.Rules.md",
            "DRL-1.1",
        ),
    ] {
        assert_eq!(third(&stated(text), licence), None, "{text}");
        assert_eq!(
            third(&stated(text), "EUPL-1.2"),
            Some(rule::YARA_LICENCE),
            "{text}"
        );
    }
    let by_nc = stated("https://creativecommons.org/licenses/by-nc/4.0/");
    assert_eq!(third(&by_nc, "CC-BY-4.0"), Some(rule::YARA_LICENCE));
    let nobody = RGDOOR.replace("author =", "writer =");
    assert_eq!(third(&nobody, "DRL-1.1"), Some(rule::YARA_AUTHOR));
    for no_sample in ["", "MZ", "\u{0}", "TVo"] {
        let refused = accept(RGDOOR, Origin::ThirdParty, "DRL-1.1", no_sample).err();
        assert_eq!(refused, Some(rule::YARA_POSITIVE), "{no_sample:?}");
    }
    assert_eq!(sample("TVo=").unwrap(), b"MZ");
}
