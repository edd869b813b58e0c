//! Leaves out one rule of the sanitiser at a time, and asks whether the leak verifier would catch what the rule keeps out.
//! A rule is left out by writing what it refuses straight into a bundle; that it does refuse it is asked first.

use ktr_artefact::{
    form::{self, Document},
    ioc::{Type, Value as IocValue},
    leak,
};
use serde_json::{Value, json};

use crate::{
    leak_through::{checked, put_rule, sigma},
    world::FORMS,
};

/// A rule of an IOC's constructor, by what it keeps out: type and text. The text is refused, or does not come out as it went in.
const IOC_RULES: &[(&str, Type, &str)] = &[
    ("no private IPv4 address", Type::Ipv4, "192.168.7.8"),
    ("no shared IPv4 address", Type::Ipv4, "100.64.7.8"),
    ("no link-local IPv4 address", Type::Ipv4, "169.254.7.8"),
    ("no unique local IPv6 address", Type::Ipv6, "fd12:3456::8"),
    ("no link-local IPv6 address", Type::Ipv6, "fe80::8"),
    ("no .local", Type::Domain, "dc01.firm.local"),
    ("no .lan", Type::Domain, "dc01.lan"),
    ("no .corp", Type::Domain, "dc01.firm.corp"),
    ("no .internal", Type::Domain, "dc01.firm.internal"),
    (
        "no private address in a URL",
        Type::Url,
        "http://10.1.2.3/gate.php",
    ),
    (
        "no inner host in a URL",
        Type::Url,
        "http://dc01.firm.local/gate.php",
    ),
    (
        "no user info in a URL",
        Type::Url,
        "http://j.doe:pw@evil.com/gate.php",
    ),
    (
        "no person in a URL's path",
        Type::Url,
        "http://evil.com/j.doe@firm.com/x",
    ),
    (
        "no person in a URL's path, escaped",
        Type::Url,
        "http://evil.com/j.doe%40firm.com/x",
    ),
    (
        "no mail address in a query",
        Type::Url,
        "http://evil.com/?id=j.doe@firm.com",
    ),
    (
        "no base64 in a query",
        Type::Url,
        "http://evil.com/?id=ai5kb2VAZmlybS5jb20uLi4u",
    ),
    ("no display name", Type::Email, "Jo Doe <j.doe@firm.com>"),
    (
        "no path in a file name",
        Type::Filename,
        "C:\\Users\\jdoe\\a.exe",
    ),
    (
        "no share in a file name",
        Type::Filename,
        "\\\\srv01\\share\\a.exe",
    ),
    (
        "no home in a mutex",
        Type::Mutex,
        "Global\\x /home/jdoe/run",
    ),
    (
        "no account in a registry key",
        Type::Regkey,
        "HKEY_USERS\\S-1-5-21-1-2-3-1001\\Software",
    ),
];

/// A rule of the form, by what it keeps out of a free text: the pointer into the form, and the text.
const FORM_RULES: &[(&str, &str, &str)] = &[
    (
        "no word of the dictionary in a title",
        "/case/title",
        "Intrusion at FORMWORD in spring",
    ),
    (
        "no word of the dictionary in a narrative",
        "/case/narrative",
        "First seen at FORMWORD.",
    ),
    (
        "no word of the dictionary in a value",
        "/iocs/0/value",
        "FORMWORD.exe",
    ),
    (
        "no mail address in a narrative",
        "/case/narrative",
        "Write to j.doe@firm.com.",
    ),
    (
        "no address in a narrative",
        "/case/narrative",
        "From 192.168.7.8 on.",
    ),
    (
        "no path in a narrative",
        "/case/narrative",
        "In C:\\Users\\jdoe\\x it lay.",
    ),
    (
        "no telephone in a narrative",
        "/case/narrative",
        "Call +4930123456789.",
    ),
    (
        "no long number in a narrative",
        "/case/narrative",
        "Ticket 2026011723.",
    ),
];

/// A rule about strings of YARA, by what it keeps out: the string. The rule is refused, or leaves without the name.
const YARA_RULES: &[(&str, &str)] = &[
    ("no user in a string", r#""C:\\Users\\kmuster\\x""#),
    ("no user in a group", r"/\\Users\\(public|kmuster)\\x/"),
    ("no host in a string", r#""\\\\kmuster\\x""#),
    ("no host before no share", r#""\\\\kmuster\\""#),
    ("no host in a group", r"/\\\\(localhost|kmuster)\\x/"),
    ("no host before a class", r"/\\\\kmuster[12]\\x/"),
    ("no host with a class in it", r"/\\\\[Kk]muster\\x/"),
    ("no host with a count", r"/\\\\kmuster1{1}\\x/"),
    ("no host behind a count", r"/\\{2}kmuster\\x/"),
    ("no host before a group of shares", r"/\\\\kmuster\\(x|y)/"),
];

/// A rule about what is kept of a Sigma rule, by what it keeps out: keys of an own rule, and lines of a filter. The rule is refused, or leaves
/// without the name.
const SIGMA_RULES: &[(&str, &str, &str)] = &[
    ("no comment", "# seen at FORMWORD\n", ""),
    ("no author of an own rule", "author: FORMWORD\n", ""),
    ("no description", "description: Seen at FORMWORD.\n", ""),
    (
        "no reference of an own rule",
        "references:\n    - https://FORMWORD.com/x\n",
        "",
    ),
    (
        "no false positives",
        "falsepositives:\n    - Backup of FORMWORD\n",
        "",
    ),
    ("no fields", "fields:\n    - FORMWORD\n", ""),
    (
        "no tag but a public one",
        "tags:\n    - team.nordwindwerk\n",
        "",
    ),
    ("no name", "name: FORMWORD\n", ""),
    ("no scope", "scope:\n    - FORMWORD\n", ""),
    ("no taxonomy", "taxonomy: FORMWORD\n", ""),
    ("no key that nobody knows", "customer: FORMWORD\n", ""),
    ("no host in a filter", "", "Computer: kmuster-ws\n"),
    ("no account in a filter", "", "User|contains: kmuster\n"),
    ("no domain in a filter", "", "TargetDomainName: kmuster\n"),
    ("no address in a filter", "", "SourceIp: 192.168.7.8\n"),
    (
        "no mailbox in a filter",
        "",
        "RecipientAddress: k.muster@firm.com\n",
    ),
    (
        "no SID in a filter",
        "",
        "UserSid: S-1-5-21-1004336348-1177238915-682003330-1001\n",
    ),
    (
        "no user's folder in a filter",
        "",
        "Image|startswith: 'C:\\Users\\kmuster\\'\n",
    ),
    (
        "no share in a filter",
        "",
        "Image|startswith: '\\\\kmuster\\tools\\x.exe'\n",
    ),
    (
        "no path of one's own in a filter",
        "",
        "Image|startswith: 'D:\\FORMWORD\\'\n",
    ),
];

/// A rule about what a selection of Sigma may look for, by what it keeps out: an entry of a list. The rule is refused.
const SIGMA_SELECTIONS: &[(&str, &str)] = &[
    ("no share in a selection", r"'\\\\kmuster\tools'"),
    (
        "no share in a selection with a wildcard",
        r"' \\\\kmuster\\*.exe'",
    ),
];

/// A rule about what is kept of a YARA text, by what it keeps out: the own text. It is refused, or leaves without the name.
const YARA_TEXTS: &[(&str, &str)] = &[
    (
        "no comment",
        "rule loader { // seen at FORMWORD\n condition: filesize < 9 }",
    ),
    (
        "no author of an own rule",
        "rule loader { meta: author = \"FORMWORD\" condition: filesize < 9 }",
    ),
    (
        "no reference of an own rule",
        "rule loader { meta: reference = \"https://FORMWORD.com/\" condition: filesize < 9 }",
    ),
    (
        "no other entry of meta",
        "rule loader { meta: victim = \"FORMWORD\" condition: filesize < 9 }",
    ),
    (
        "no name of an own rule",
        "rule FORMWORD_loader { condition: filesize < 9 }",
    ),
    (
        "no name of a private rule",
        "private rule FORMWORD { condition: filesize < 9 } rule loader { condition: FORMWORD }",
    ),
    (
        "no tag",
        "rule loader : FORMWORD { condition: filesize < 9 }",
    ),
    (
        "no user in a string of a condition",
        "import \"pe\" rule loader { condition: pe.pdb_path contains \"\\\\Users\\\\kmuster\\\\\" }",
    ),
    (
        "no user between braces",
        "rule loader { strings: $a = { 5C 55 73 65 72 73 5C 6B 6D 75 73 74 65 72 5C } condition: $a }",
    ),
    (
        "no user in a wide text that is matched encoded",
        "rule loader { strings: $a = \"\\\\Users\\\\kmuster\\\\x\" wide xor condition: $a }",
    ),
];

/// The word of a victim that the sample form's dictionary gets.
const WORD: &str = "Nordwindwerk";

fn caught(object: &Value) -> bool {
    let dictionary = leak::Dictionary::of(&[WORD], &[]).unwrap();
    let bundle = json!({ "objects": [object] }).to_string();
    !leak::check(bundle.as_bytes(), &dictionary).is_empty()
}

/// An object as the builder would write it of a value that nothing has stopped.
fn written(kind: Type, text: &str) -> Value {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
    let path = match kind {
        Type::Email => "email-addr:value",
        Type::Filename => "file:name",
        Type::Mutex => "mutex:name",
        Type::Regkey => "windows-registry-key:key",
        Type::Ipv4 => "ipv4-addr:value",
        Type::Ipv6 => "ipv6-addr:value",
        Type::Domain => "domain-name:value",
        Type::Url => "url:value",
        Type::Hash | Type::Certificate => "file:hashes.MD5",
    };
    json!({ "type": "indicator", "pattern": format!("[{path} = '{escaped}']") })
}

/// The sample form with a word in its dictionary.
fn form_with(pointer: &str, text: &str) -> Document {
    let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
    form["victim"]["other"] = json!([WORD]);
    form["iocs"][0]["type"] = "filename".into();
    form["iocs"][0]["valid_days"] = 180.into();
    form["iocs"][0]["value"] = "a.exe".into();
    *form.pointer_mut(pointer).unwrap() = text.into();
    form::read(form.to_string().as_bytes()).unwrap()
}

/// Whether the rule of a form leaves with a name in it; the form's dictionary knows none.
fn leaves(form: &Value) -> bool {
    checked(form).is_some_and(|left| {
        let text = left.rules[0].text().to_lowercase();
        ["nordwindwerk", "muster", "192.168", "s-1-5-21"]
            .iter()
            .any(|name| text.contains(name))
    })
}

#[test]
fn a_rule_that_names_nobody_leaves_by_the_same_ways() {
    let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
    sigma(
        &mut form,
        "author: Somebody\n",
        "",
        "        Image|endswith: '\\cmd.exe'\n",
    );
    assert!(checked(&form).is_some());
    put_rule(
        &mut form,
        "yara",
        "rule loader { condition: filesize < 9 }",
        "TVo=",
    );
    assert!(checked(&form).is_some());
}

/// A rule, whether what it keeps out comes through, and what a bundle would hold without the rule.
type Mutant = (&'static str, bool, Value);

fn of_iocs() -> impl Iterator<Item = Mutant> {
    IOC_RULES.iter().map(|(rule, kind, text)| {
        let through = IocValue::parse(*kind, text).is_ok_and(|value| value.text() == *text);
        (*rule, through, written(*kind, text))
    })
}

fn of_forms() -> impl Iterator<Item = Mutant> {
    FORM_RULES.iter().map(|(rule, pointer, text)| {
        let text = text.replace("FORMWORD", WORD);
        let through = form::check(&form_with(pointer, &text)).is_ok();
        (
            *rule,
            through,
            json!({ "type": "report", "description": text }),
        )
    })
}

fn of_yara() -> impl Iterator<Item = Mutant> {
    let strings = YARA_RULES.iter().map(|(rule, string)| {
        let text = format!("rule loader {{ strings: $a = {string} condition: $a }}");
        (*rule, text)
    });
    let texts = YARA_TEXTS.iter();
    let texts = texts.map(|(rule, text)| (*rule, text.replace("FORMWORD", WORD)));
    strings.chain(texts).map(|(rule, text)| {
        let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
        put_rule(&mut form, "yara", &text, "TVo=");
        (
            rule,
            leaves(&form),
            json!({ "type": "indicator", "pattern": text }),
        )
    })
}

fn of_sigma() -> impl Iterator<Item = Mutant> {
    let kept = SIGMA_RULES.iter().map(|(rule, more, filtered)| {
        let filtered = match *filtered {
            "" => String::new(),
            line => format!("        {line}"),
        };
        (*rule, *more, String::new(), filtered)
    });
    let selected = SIGMA_SELECTIONS.iter();
    let selected = selected
        .map(|(rule, entry)| (*rule, "", format!("            - {entry}\n"), String::new()));
    kept.chain(selected)
        .map(|(rule, more, selected, filtered)| {
            let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
            let named = |text: &str| text.replace("FORMWORD", WORD);
            sigma(&mut form, &named(more), &selected, &named(&filtered));
            let text = form["rules"][0]["text"].clone();
            (
                rule,
                leaves(&form),
                json!({ "type": "indicator", "pattern": text }),
            )
        })
}

#[test]
fn what_a_rule_of_the_sanitiser_keeps_out_the_leak_verifier_would_catch() {
    assert!(form::check(&form_with("/case/title", "Intrusion in spring")).is_ok());
    let (mut all, mut missed) = (0_usize, Vec::new());
    let mutants = of_iocs()
        .chain(of_forms())
        .chain(of_yara())
        .chain(of_sigma());
    for (rule, through, object) in mutants {
        assert!(!through, "the sanitiser has no such rule: {rule}");
        all = all.saturating_add(1);
        if !caught(&object) {
            missed.push(rule);
        }
    }
    println!("{all} rules left out one at a time, not caught: {missed:?}");
    let caught = all.saturating_sub(missed.len());
    assert!(
        caught.saturating_mul(100) >= all.saturating_mul(95),
        "{missed:?}"
    );
}
