//! Each class is found in the writings people use, and what only resembles one is not.
//! Check digits of the samples come from the issuers' own examples or were computed apart from this code.

use std::collections::BTreeSet;

use super::{ALL, collect, is_private};
use crate::{
    finding::{Rule, rule},
    leak::{address::each_address, fold::fold},
};

fn found(text: &str) -> BTreeSet<Rule> {
    let folded = fold(text);
    let mut found = BTreeSet::new();
    collect(&folded, &mut found);
    each_address(&folded, |literal| {
        if literal.usual && is_private(literal.address) {
            found.insert(rule::LEAK_PRIVATE_ADDRESS);
        }
    });
    found
}

/// Rule, texts that hold one, texts that do not.
type Row = (Rule, &'static [&'static str], &'static [&'static str]);

const ROWS: [Row; 17] = [
    (
        rule::LEAK_MAIL,
        &[
            "j.doe@firm.com",
            "J.Doe@FIRM.co.uk",
            "j[at]firm[.]com",
            "žaneta@müller.example",
            "j+x@xn--mller-kva.de",
            "a@b.io",
        ],
        &[
            "@firm.com",
            "j@",
            "j@firm",
            "j@1.2.3",
            "pkg@1.0.0",
            "*@*.com",
            "@handle",
            "j@.com",
        ],
    ),
    (
        rule::LEAK_PHONE_NUMBER,
        &[
            "+49 30 1234567",
            "+4930-1234567",
            "+44 (0)20 7946 0958",
            "0049301234567",
            "(+49) 30 1234567",
            "030/1234567",
            "(089) 123-4567",
            "0151 23456789",
            "01.23.45.67.89",
        ],
        &[
            "+02:00",
            "2026-11-18",
            "1.004.0105.2010",
            "00 49 30 12 34 56 78",
            "00400122-1343-5051-af31-880a3ef1745d",
            "a+49301234567",
            "rtm.040803-2158",
            "0x0049301234567",
            "+123456",
            "+185.163.47.177+",
            "+185.163.47.177+",
        ],
    ),
    (
        rule::LEAK_IBAN,
        &[
            "DE89370400440532013000",
            "DE89 3704 0044 0532 0130 00",
            "MT84MALT011000012345MTLCAST001S",
            "FR14 2004 1010 0505 0001 3M02 606",
            "GB82-WEST-1234-5698-7654-32",
        ],
        &[
            "DE88370400440532013000",
            "DE893704004405320130001",
            "XX89370400440532013000",
            "aDE89370400440532013000",
        ],
    ),
    (
        rule::LEAK_CARD,
        &[
            "4111111111111111",
            "4111 1111 1111 1111",
            "5555-5555-5555-4444",
            "378282246310005",
            "3782 822463 10005",
        ],
        &[
            "4111111111111112",
            "1111111111111117",
            "41111111111111111",
            "4111 1111-1111 1111",
            "0.4111111111111111",
        ],
    ),
    (
        rule::LEAK_STEUER_ID,
        &["86095742719", "86 095 742 719", "id:86095742719."],
        &[
            "86095742718",
            "06095742719",
            "12345678903",
            "860957427190",
            "8609-5742719",
        ],
    ),
    (
        rule::LEAK_NIR,
        &[
            "255081416802538",
            "2 55 08 14 168 025 38",
            "2550814168025 38",
            "2 55 08 2A 168 025 97",
        ],
        &[
            "255081416802539",
            "955081416802538",
            "2 55 08 2A 168 025 29",
            "255131416802538",
        ],
    ),
    (
        rule::LEAK_PESEL,
        &["44051401359", "(44051401359)"],
        &[
            "44051401358",
            "44131401353",
            "440514013590",
            "44 051 401 359",
        ],
    ),
    (
        rule::LEAK_RODNE_CISLO,
        &["736028/5163", "7360285163", "530912/123"],
        &[
            "736028/5164",
            "7360285164",
            "736028-5163",
            "739928/5163",
            "540912/123",
            "530912123",
        ],
    ),
    (
        rule::LEAK_CODICE_FISCALE,
        &[
            "RSSMRA85T10A562S",
            "rssmra85t10a562s",
            "RSS MRA 85T10 A562S",
        ],
        &[
            "RSSMRA85T10A562T",
            "RSSMRA85N10A562S",
            "RSSMRA85T10A562SX",
            "RSSMRA8ST10A562S",
        ],
    ),
    (
        rule::LEAK_MALTESE_ID,
        &["0123456M", "1234567G", "id 1234567A."],
        &[
            "123456M",
            "1234567X",
            "12345678M",
            "0000042a",
            "1234567a-e416-4c28-b0b5-ab8f9e0a541d",
            "{8667416B}",
        ],
    ),
    (
        rule::LEAK_SID,
        &[
            "S-1-5-21-1098798288-3663759343-897484398-1001",
            "HKU\\s-1-5-21-1-2-3_Classes",
        ],
        &[
            "S-1-5-18",
            "S-1-5-32-544",
            "S-1-5-21-",
            "S-1-5-21-*-500",
            "S-1-5-21-1-2",
        ],
    ),
    (
        rule::LEAK_UNC,
        &[
            "\\\\srv01\\share$",
            "to '\\\\\\\\srv01\\\\share'",
            "\\\\files.firm.com@ssl\\DavWWWRoot",
            "detection:\n  a:\n    ShareName: '\\\\\\\\srv01\\share'\n",
            "detection:\n  a:\n    CommandLine|contains: ' \\\\\\\\srv01\\\\c$'\n",
        ],
        &[
            "detection:\n  a:\n    ShareName: '\\\\\\\\*\\admin$'\n",
            "detection:\n  a:\n    ShareName: '\\\\\\\\localhost\\admin$'\n",
            "detection:\n  a:\n    Image|contains: 'c:\\\\\\\\windows\\x'\n",
            "\\\\.\\pipe\\x",
            "\\\\?\\c:\\x",
            "\\\\*\\admin$",
            "\\\\127.0.0.1\\c$",
            "'\\\\AppData\\\\Roaming'",
            "C:\\\\Windows\\\\x",
            "%TEMP%\\\\a\\b",
        ],
    ),
    (
        rule::LEAK_USER_PATH,
        &[
            "C:\\Users\\jdoe\\x",
            "c:\\\\users\\\\jdoe",
            "C:/Users/jdoe/x",
            "/home/jdoe/.ssh",
            "C:\\Users\\John Doe\\x",
            "C:\\Documents and Settings\\jdoe\\x",
            "file:///home/jdoe",
            "/Users/jdoe/Desktop",
            "\\\\Users\\\\(jdoe|bob)",
            "\\\\Users\\\\(?:public|jdoe)\\\\x",
            "[\\\\\\/]Users[\\\\\\/]jdoe",
            "[\\\\/]{1,2}Users[\\\\/]{1,2}jdoe\\\\",
            "(\\\\|\\/)Users(\\\\|\\/)jdoe",
            "\\\\(users|home)\\\\jdoe",
            "\\\\Users\\\\[Jj]doe\\\\x",
            "\\\\Users\\\\(j(doe|roe))\\\\x",
            "\\/home\\/jdoe\\/",
        ],
        &[
            "C:\\Users\\Public\\x",
            "C:\\Users\\*\\x",
            "\\Users\\%USERNAME%\\x",
            "/home/*/",
            "https://evil.com/home/index",
            "/users/login",
            "C:\\Users\\$name",
            "/home",
            "\\\\Users\\\\[^\\\\\\/]{1,64}\\\\x",
            "\\\\Users\\\\[a-z]{3,8}\\\\x",
            "\\\\Users\\\\(.*)\\\\x",
            "\\\\Users\\\\\\w+\\\\x",
            "\\\\Users\\\\([Pp]ublic|default)\\\\x",
            "\\\\Users\\\\.{1,20}\\\\x",
            "https:\\/\\/evil.com\\/users\\/login\\/x",
            "C:\\Documents and Settings\\All Users\\Desktop",
            "/\\\\Users/i",
        ],
    ),
    (
        rule::LEAK_PRIVATE_ADDRESS,
        &[
            "10.1.2.3",
            "172.31.0.9",
            "http://192.168.7.8:80/",
            "100.64.0.1",
            "169.254.7.7",
            "fe80::1",
            "fd12:3456::1",
            "0x0a.1.2.3",
            "10[.]1[.]2[.]3",
            "::ffff:10.1.2.3",
        ],
        &[
            "8.8.8.8",
            "10.0.0.0/8",
            "127.0.0.1",
            "172.32.0.1",
            "169.254.169.254",
            "10.0.19041.1",
            "fc00::/7",
            "167837955",
            "::1",
        ],
    ),
    (
        rule::LEAK_INNER_HOST,
        &[
            "dc01.firm.local",
            "DC01.LAN",
            "x.corp.",
            "srv.internal:8080",
            "\\\\a.intranet\\b",
        ],
        &[
            "/home/x/.local/share",
            "settings.local.json",
            "metadata.google.internal",
            "host.docker.internal",
            "consent.exe.local",
            "a.locale",
            "app.internal()",
            "/etc/rc.local",
        ],
    ),
    (
        rule::LEAK_MAC,
        &["3c:22:fb:01:02:03", "3C-22-FB-01-02-03", "3c22.fb01.0203"],
        &[
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "aa:bb:cc:dd:ee:ff",
            "3c:22:fb:01:02:03:04",
            "3c:22-fb:01:02:03",
            "3c:22:fb:01:02:0g",
            "3c 22 fb 01 02 03",
        ],
    ),
    (
        rule::LEAK_NAMED,
        &[
            "detection:\n  a:\n    User: FIRM\\jane\n  condition: a",
            "detection:\n  a:\n    - TargetUserName|contains: 'jane'\n  condition: a",
            "detection:\n  a:\n    Computer:\n      - '*'\n      - nwe-ws07\n  condition: not a",
            "detection:\n  a:\n    user.name|endswith:\n    - '\\jane'\n  condition: a",
            "detection:\n  a:\n    'SubjectDomainName': \"firm\"\n  condition: a",
            "detection:\n  a:\n    TargetUserName|re: '^jane\\.doe$'\n  condition: a",
            "detection:\n  a:\n    Event/System/Computer: fin-ws-0231\n  condition: a",
            "detection:\n  a:\n    User:\n      - 'corp: jane'\n  condition: a",
            "detection:\n  a:\n    User: autorino\n  condition: a",
            "detection:\n  a:\n    DeviceName: nwe-ws07\n  condition: a",
            "detection:\n  a:\n    machinename: nwe-ws07\n  condition: a",
            "detection:\n  a:\n    host: nwe-ws07\n  condition: a",
            "detection:\n  a:\n    src|startswith: nwe-ws\n  condition: a",
            "detection:\n  a:\n    dvc: nwe-ws07\n  condition: a",
        ],
        &[
            "User: FIRM\\jane",
            "detection:\n  a:\n    User: 'NT AUTHORITY\\SYSTEM'\n  condition: a",
            "detection:\n  a:\n    User: 'NT-AUTORIT\u{c4}T\\SYSTEM'\n  condition: a",
            "detection:\n  a:\n    User|contains:\n      - AUTHORI\n      - 'СИСТЕМА'\n  condition: a",
            "detection:\n  a:\n    SubjectUserName|endswith: '$'\n    Image: x.exe\n  condition: a",
            "detection:\n  a:\n    User|fieldref: ParentUser\n    UserAgent: loader\n  condition: a",
            "detection:\n  a:\n    DestinationHostname|endswith:\n      - evil.com\n    Computer: null\n  condition: a",
            "detection:\n  a:\n    Computer: '*'\n    CommandLine:\n      - jane\n  condition: a",
            "detection:\n  a:\n    WorkstationName|re: '^[A-Za-z]{16}$'\n  condition: a",
            "detection:\n  a:\n    cs-host|endswith: evil.com\n    http.host: evil.com\n  condition: a",
            "detection:\n  a:\n    DeviceClass: printer\n    src_port: x11\n  condition: a",
        ],
    ),
];

#[test]
fn each_class_is_found_in_its_usual_writings() {
    for (rule, texts, _) in ROWS {
        for text in texts {
            for framed in [
                String::from(*text),
                format!("seen {text} there"),
                format!("x=\"{text}\""),
            ] {
                assert!(found(&framed).contains(&rule), "{rule}: {framed}");
            }
        }
    }
}

#[test]
fn what_only_resembles_a_class_is_none() {
    for (rule, _, others) in ROWS {
        for text in others {
            for framed in [String::from(*text), format!("seen {text} there")] {
                assert!(!found(&framed).contains(&rule), "{rule}: {framed}");
            }
        }
    }
}

#[test]
fn a_path_that_begins_with_the_folder_of_users_names_one_where_a_path_may_begin() {
    for text in [
        "Users\\jdoe\\x",
        "$a = \"Users\\\\jdoe\\\\x\"",
        "$a = /Users\\\\jdoe/",
        "field: users\\jdoe\\x",
        "'Documents and Settings\\jdoe'",
    ] {
        assert!(found(text).contains(&rule::LEAK_USER_PATH), "{text}");
    }
    for text in [
        "all users\\desktop",
        "users/login",
        "home\\index",
        "users of the net",
        "superusers\\jdoe",
    ] {
        assert_eq!(found(text), BTreeSet::new(), "{text}");
    }
}

/// Strings of YARA that name the host of a share.
const HOSTS: &[&str] = &[
    r"/\\\\(fs1|fs2)\\x/",
    r"/\\\\(?:localhost|fs2)\\x/",
    r"/\\\\fs[12]\\share/",
    r"/\\\\[Ff]s1\\share/",
    r"/\\\\fs1{1}\\x/",
    r"/\\{2}fs1\\{1}x/",
    r"/(\\\\)(fs1)(\\)x/",
    r"/\\\\(fs1\\x|fs2\\y)/",
    r"/(\\\\fs1|\\\\fs2)\\x/",
    r"/\\\\fs(1\\x|2\\y)/",
    r"/^\\\\(fs1|fs2)\\x/",
    r"/\\\\fs1\\(x|y)/",
    r"/\\\\fs1\\[a-z]{1,3}/",
    r"/\\\\fs1\\/",
    r#""\\\\fs1\\" wide"#,
    r"'\\\\fs1\\'",
    r#""\\\\fs1\\%s""#,
    r#""\\\\fs1\\{0}""#,
    r#""\\\\fs1\\<x>""#,
    r"/\\\\fs1\\%s/",
    r"'\\fs1\%s'",
    r"/\\+fs1\\share/",
    r"/\\+fs1\\+share/",
    r"/\\+(fs1|fs2)\\x/",
    r"/\\(fs1|fs2)\data/",
    r"/\\\\+fs1\\share/",
    r"/\\\\+fs1\\+share/",
    r"/\\{1,2}fs1\\share/",
    r"/\\{2,}fs1\\share/",
    r"/\\{2,}fs1\\{2,}share/",
    r"/\\{1,4}fs1\\\\share/",
    r"/\\{3,}fs1\\\\share/",
    r"/\\{,2}fs1\\share/",
    r"/(\\){1,2}fs1\\share/",
    r"/(\\)+fs1\\+share/",
    r"/\\*fs1\\share/",
    r"/\\*?fs1\\+share/",
    r"/\\\\?fs1\\share/",
    r"'\\?\UNC\fs1\share'",
    r"'\\.\UNC\fs1\share'",
    r#""\\\\?\\UNC\\fs1\\share""#,
    r"/\\\\\?\\UNC\\fs1\\share/",
    r"/\\\\[?.]\\UNC\\(fs1|fs2)\\x/",
    r"/\\{2,}temp\\x/",
    r"/\\\\(temp|home)\\x/",
    r#""\\\\users\\share""#,
    r"'\\tmp\share'",
    r"'\\?\UNC\home\share'",
];

/// Those that do not.
const NO_HOSTS: &[&str] = &[
    r"/\\\\[^\\\/]{1,64}\\x/",
    r"/\\\\(localhost|127\.0\.0\.1)\\x/",
    r"/\\\\[a-z0-9]{3,8}\\admin\$/",
    r"/\\\\\.\\pipe\\(x|y)/",
    r"/\\(fs1|fs2)\\x/",
    r"/\\\\(windows|temp)\\\\x/",
    r#""\\cmd\"" wide"#,
    r"/\\(tmp|temp)\d+/",
    r"/\\(tmp|temp)\d/",
    r"/\\(tmp|tmpx)\w{3}\.exe/",
    r"/\\+temp\\x/",
    r"/c:\\+work\\+x/",
    r#""\\\\%s\\%s""#,
    r#""\\\\{0}\\{1}""#,
    r#""\\\\windows\\\\""#,
    r"/\\{1}fs1\\share/",
    r"/\\{1,2}temp\\x/",
    r"/\\*temp\\x/",
    r"/\\temp\d+/",
    r"/\\(tmp|temp)\data/",
    r"/c:\\{1,2}work\\{1,2}x/",
    r"/\\\+fs1\\share/",
    r"/\\?fs1\\share/",
    r"/\\*[a-z]+\\share/",
    r"/C:\\*fs1\\share/",
    r"'\\?\UNC\localhost\share'",
    r"'\\?\UNC\*\share'",
    r"'\\?\GLOBALROOT\Device\x'",
    r"'\\.\pipe\unc\x'",
];

#[test]
fn a_host_is_found_wherever_an_expression_spells_one() {
    let held = |text: &str| {
        let rule = format!("rule a {{ strings: $a = {text} condition: $a }}");
        found(&rule).contains(&rule::LEAK_UNC)
    };
    for text in HOSTS {
        assert!(held(text), "{text}");
    }
    for text in NO_HOSTS {
        assert!(!held(text), "{text}");
    }
}

#[test]
fn a_share_in_what_a_sigma_rule_looks_for_is_found_however_it_is_written() {
    for item in [
        r"ShareName: '\\fs1\share'",
        r"ShareName|endswith: '\\\\fs1\share'",
        r"ShareName|startswith: '\\\\fs1\\'",
        r"ShareName|contains: '\\\\fs1\\*'",
        r"CommandLine|re: '\\\\+fs1\\share'",
        r"CommandLine|re: '\\{1,2}fs1\\share'",
    ] {
        let text = format!("detection:\n  a:\n    {item}\n  condition: a");
        assert!(found(&text).contains(&rule::LEAK_UNC), "{item}");
    }
}

#[test]
fn a_placeholder_in_the_place_of_a_user_is_nobody() {
    for text in [
        "/Users/{0}/Library/",
        "/Users/{1}/Library/",
        "/home/{12}/x",
        r"C:\Users\{0}\Desktop",
        r"C:\\Users\\{0}\\Desktop",
    ] {
        assert_eq!(found(text), BTreeSet::new(), "{text}");
    }
    for text in [
        r"/\/{1,2}Users\/{1,2}jane\/x/",
        r"/\\{1,2}Users\\{2}jane\\x/",
    ] {
        assert!(found(text).contains(&rule::LEAK_USER_PATH), "{text}");
    }
}

#[test]
fn every_class_has_its_row() {
    let rows: BTreeSet<Rule> = ROWS.iter().map(|(rule, _, _)| *rule).collect();
    assert_eq!(rows, ALL.into_iter().collect());
}

#[test]
fn the_pages_name_the_classes_from_the_first_to_the_last() {
    let codes: BTreeSet<u16> = ALL.iter().map(|rule| rule.code()).collect();
    let (first, last) = (codes.first().unwrap(), codes.last().unwrap());
    for page in [
        include_str!("../../../../../docs/src/members/nominate-a-case.md"),
        include_str!("../../../../../docs/src/members/build-report.md"),
    ] {
        assert!(page.contains(&format!("({first} to {last})")));
    }
}

#[test]
fn what_a_bundle_is_made_of_is_no_class() {
    for text in [
        "indicator--1234567a-e416-4c28-90b5-ab8f9e0a541d",
        "2026-11-18T00:00:00.000Z",
        "[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']",
        "[url:value = 'https://cdn.evil.com/users/login?id=86095742718']",
        "KTR 7: Espionage with cloud services as control channel",
        "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
        "Global\\{A6F5E3B0-1234-4D5E-8F90-0123456789AB}",
    ] {
        assert_eq!(found(text), BTreeSet::new(), "{text}");
    }
}
