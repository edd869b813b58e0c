//! Forms drawn by a seed: cases of the tests with other texts, values, rules and links.
//! What is drawn belongs to nobody; the dictionaries of the victims stay, and grow.

use ktr_testkit::Dice;
use serde_json::{Value, json};

use super::draw_rules;
use crate::world::FORMS;

/// A form that should pass every check.
pub(super) fn form(dice: &mut Dice) -> Value {
    let base = one(dice, &FORMS);
    let mut form: Value = serde_json::from_str(base).unwrap();
    let (lang, title, sentences) = one(dice, TEXTS);
    form["case"]["lang"] = (*lang).into();
    form["case"]["title"] = (*title).into();
    form["case"]["narrative"] = sentences[..dice.below(sentences.len() + 1)]
        .join(*one(dice, &[" ", "\n"]))
        .into();
    form["case"]["tlp"] = (*one(dice, &["clear", "green", "amber", "amber+strict"])).into();
    form["case"]["constraints"] = json!([]);
    form["rules"] = draw_rules::some(dice).into();
    let least = usize::from(form["rules"].as_array().unwrap().is_empty());
    let iocs: Vec<Value> = (0..least + dice.below(9)).map(|_| ioc(dice)).collect();
    form["iocs"] = iocs.into();
    form["context"] = context(dice, &form);
    let more = [
        ("organisations", format!("{} {}", name(dice), name(dice))),
        ("hosts", format!("{}-{}", word(dice, 4), word(dice, 6))),
        ("accounts", format!("{}.{}", word(dice, 3), word(dice, 8))),
        ("domains", format!("{}.example", word(dice, 10))),
        (
            "phones",
            format!("+49 30 {}", 10_000_000 + dice.below(90_000_000)),
        ),
    ];
    for (list, token) in more {
        form["victim"][list]
            .as_array_mut()
            .unwrap()
            .push(token.into());
    }
    form
}

fn ioc(dice: &mut Dice) -> Value {
    let (kind, days, value) = *one(dice, VALUES);
    let indicators = [
        "anomalous-activity",
        "anonymization",
        "attribution",
        "compromised",
        "malicious-activity",
        "unknown",
    ];
    let tactic = match dice.below(4) {
        0 => Value::Null,
        _ => (*one(dice, TACTICS)).into(),
    };
    json!({
        "type": kind,
        "value": value(dice),
        "indicator_types": [one(dice, &indicators)],
        "tactic": tactic,
        "credibility": 1 + dice.below(5),
        "valid_days": 1 + dice.below(days),
        "victim_unique": false,
    })
}

/// Malware, techniques and CVEs, and links between what there is.
fn context(dice: &mut Dice, form: &Value) -> Value {
    let kinds = [
        "backdoor",
        "ransomware",
        "wiper",
        "dropper",
        "spyware",
        "webshell",
    ];
    let malware: Vec<Value> = (0..dice.below(3))
        .map(|_| json!({ "name": name(dice), "types": [one(dice, &kinds)] }))
        .collect();
    let ids = [
        "T1486",
        "T1059.001",
        "T1566.002",
        "T1003",
        "T1021.006",
        "T1562.001",
    ];
    let first = dice.below(ids.len());
    let techniques: Vec<Value> = (0..dice.below(4))
        .map(|n| json!({ "id": ids[(first + n) % ids.len()], "tactic": one(dice, TACTICS) }))
        .collect();
    let cves: Vec<String> = (0..dice.below(3))
        .map(|n| format!("CVE-20{}-{}", 20 + n, 1_000 + dice.below(90_000)))
        .collect();
    let counts = |list: &str| form[list].as_array().map_or(0, Vec::len);
    let there = [
        ("ioc", counts("iocs")),
        ("rule", counts("rules")),
        ("malware", malware.len()),
        ("technique", techniques.len()),
        ("cve", cves.len()),
    ];
    let mut links = Vec::new();
    for (source, relation, target) in LINKS {
        let number = |list: &str| there.iter().find(|(name, _)| *name == list).unwrap().1;
        for source_number in 0..number(source) {
            if number(target) > 0 && dice.below(2) == 0 {
                links.push(json!({
                    "source": format!("{source}/{source_number}"),
                    "relation": relation,
                    "target": format!("{target}/{}", dice.below(number(target))),
                }));
            }
        }
    }
    json!({ "malware": malware, "techniques": techniques, "cves": cves, "links": links })
}

pub(super) fn one<'a, T>(dice: &mut Dice, of: &'a [T]) -> &'a T {
    &of[dice.below(of.len())]
}

pub(super) fn word(dice: &mut Dice, letters: usize) -> String {
    let letter = |_| b'a' + u8::try_from(dice.below(26)).unwrap();
    (0..letters).map(letter).map(char::from).collect()
}

fn name(dice: &mut Dice) -> String {
    format!("{}{}", word(dice, 1).to_uppercase(), word(dice, 7))
}

pub(super) fn hex(dice: &mut Dice, digits: usize) -> String {
    let digit = |_| char::from_digit(u32::try_from(dice.below(16)).unwrap(), 16);
    (0..digits).filter_map(digit).collect()
}

/// Digests of these lengths, some of them, at least one.
fn digests(dice: &mut Dice, lengths: &[usize]) -> String {
    let first = dice.below(lengths.len());
    let some: Vec<String> = lengths
        .iter()
        .enumerate()
        .filter_map(|(at, length)| {
            let wanted = at == first || dice.below(2) == 0;
            wanted.then(|| hex(dice, *length))
        })
        .collect();
    some.join(" ")
}

fn domain(dice: &mut Dice) -> String {
    let ending = one(dice, &["com", "net", "org", "info", "xyz", "co.uk"]);
    match dice.below(3) {
        0 => format!("{}.{}.{ending}", word(dice, 5), word(dice, 9)),
        _ => format!("{}-{}.{ending}", word(dice, 5), word(dice, 6)),
    }
}

/// A type, how many days it may be valid, and how a value is drawn.
type Drawn = (&'static str, usize, fn(&mut Dice) -> String);

const VALUES: &[Drawn] = &[
    ("ipv4", 30, |dice| {
        let first = one(dice, &["45", "91", "146", "185", "193"]);
        format!(
            "{first}.{}.{}.{}",
            dice.below(256),
            dice.below(256),
            1 + dice.below(254)
        )
    }),
    ("ipv6", 30, |dice| {
        format!(
            "2a02:{}::{}",
            1_000 + dice.below(8_000),
            1 + dice.below(9_000)
        )
    }),
    ("domain", 90, domain),
    ("url", 60, |dice| {
        let scheme = one(dice, &["http", "https", "ftp"]);
        let end = one(
            dice,
            &["", "/", "/gate.php", "/update/stage2.bin", "/?id=7"],
        );
        format!("{scheme}://{}{end}", domain(dice))
    }),
    ("email", 90, |dice| {
        format!("{}@{}", word(dice, 7), domain(dice))
    }),
    ("hash", 365, |dice| digests(dice, &[32, 40, 64, 128])),
    ("filename", 180, |dice| {
        let end = one(dice, &["exe", "dll", "ps1", "lnk", "docm", "it's.js"]);
        format!("{}.{end}", word(dice, 9))
    }),
    ("mutex", 180, |dice| {
        let front = one(dice, &["Global\\", "Local\\", ""]);
        format!("{front}{}-{}", word(dice, 6), word(dice, 5))
    }),
    ("regkey", 180, |dice| {
        let front = [
            "HKLM\\SOFTWARE",
            "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",
            "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services",
        ];
        format!("{}\\{}", one(dice, &front), word(dice, 8))
    }),
    ("certificate", 365, |dice| digests(dice, &[32, 40, 64])),
];

const TACTICS: &[&str] = &[
    "collection",
    "command-and-control",
    "credential-access",
    "defense-evasion",
    "discovery",
    "execution",
    "exfiltration",
    "impact",
    "initial-access",
    "lateral-movement",
    "persistence",
    "privilege-escalation",
    "reconnaissance",
    "resource-development",
];

const LINKS: [(&str, &str, &str); 7] = [
    ("ioc", "indicates", "malware"),
    ("ioc", "indicates", "technique"),
    ("rule", "indicates", "malware"),
    ("rule", "indicates", "technique"),
    ("malware", "uses", "technique"),
    ("malware", "exploits", "cve"),
    ("technique", "targets", "cve"),
];

/// A language, a title, and sentences of a narrative.
type Text = (&'static str, &'static str, &'static [&'static str]);

const TEXTS: &[Text] = &[
    (
        "en",
        "Loader that hides behind a signed driver",
        &[
            "The intruder came in through a stolen session (no second factor) and waited for 3 weeks.",
            "Then it spread: 40 % of the hosts, at night.",
            "\"Restore first, ask later\" was the mistake; don't repeat it!",
        ],
    ),
    (
        "de",
        "Erpressung über ein gestohlenes Konto",
        &[
            "Die Täter kamen über einen Fernzugang.",
            "Größere Schäden blieben aus.",
        ],
    ),
    (
        "fr",
        "Hameçonnage : fausse facture d'un fournisseur",
        &[
            "L'accès a été révoqué après deux heures.",
            "Où chercher ? Dans les règles de messagerie.",
        ],
    ),
    (
        "cs",
        "Škodlivý kód v aktualizaci účetního programu",
        &["Útočník získal přístup přes dodavatele."],
    ),
    (
        "el",
        "Κακόβουλο λογισμικό σε ψεύτικη ενημέρωση",
        &["Η επίθεση άρχισε τη νύχτα.", "Δεν βρέθηκαν ίχνη διαρροής."],
    ),
    (
        "bg",
        "Зловреден код във фалшива актуализация",
        &["Нападателят използва откраднат профил."],
    ),
    (
        "mt",
        "Ittra falza li tinstalla programm malizzjuż",
        &["L-attakk waqaf qabel ma saret ħsara."],
    ),
];
