//! The tests of both goals; their tables are printed for a person.
//! A bar that is missed fails here, with what was missed.

use std::{collections::BTreeMap, path::PathBuf};

use ktr_artefact::{
    finding::{Place, Rule, rule},
    form::Nomination,
    leak,
    stix::{Case, Seed},
};
use ktr_core::id::Commitment;
use ktr_testkit::{Dice, number};
use serde_json::{Value, json};

use super::{
    event::{Fields, Label, events, label},
    identity::Identity,
    loss::Loss,
    rule::SHAPES,
};
use crate::{
    leak_through::{checked, put_rule, squeezed, stops_in},
    program::Home,
    public::{texts, unpacked},
    world::{FORMS, attempt_of, now},
};

/// Cases of one bundle.
const BATCH: usize = 60;

/// What names the victim in a text, by its form or by its field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    UserFolder,
    Sid,
    PrivateAddress,
    InnerHost,
    Share,
    UserField,
    HostField,
    DomainField,
    Elsewhere,
}

impl Class {
    /// The class of the verifier that has to find it, if its form alone says what it is.
    const fn rule(self) -> Option<Rule> {
        match self {
            Self::UserFolder => Some(rule::LEAK_USER_PATH),
            Self::Sid => Some(rule::LEAK_SID),
            Self::PrivateAddress => Some(rule::LEAK_PRIVATE_ADDRESS),
            Self::InnerHost => Some(rule::LEAK_INNER_HOST),
            Self::Share => Some(rule::LEAK_UNC),
            Self::UserField | Self::HostField | Self::DomainField | Self::Elsewhere => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::UserFolder => "folder of a user",
            Self::Sid => "SID",
            Self::PrivateAddress => "private address",
            Self::InnerHost => "name of an inner host",
            Self::Share => "share of a host",
            Self::UserField => "user in its field",
            Self::HostField => "host in its field",
            Self::DomainField => "domain in its field",
            Self::Elsewhere => "any of them elsewhere",
        }
    }
}

/// What became of the tokens of a class.
#[derive(Default)]
struct Fate {
    refused: usize,
    stopped: usize,
    cleaned: usize,
    left: Vec<String>,
}

impl Fate {
    fn all(&self) -> usize {
        self.refused + self.stopped + self.cleaned + self.left.len()
    }

    /// Parts of 10,000 that did not leave.
    fn recall(&self) -> usize {
        let kept = self.all() - self.left.len();
        (kept * 10_000).checked_div(self.all()).unwrap_or(10_000)
    }
}

/// A token in a rule.
struct Put {
    class: Class,
    token: String,
    what: String,
    nomination: Nomination,
}

/// The tokens of a text, by class.
fn tokens(identity: &Identity, field: &str, text: &str) -> Vec<(Class, String)> {
    let holds = |part: &str| text.to_lowercase().contains(&part.to_lowercase());
    let mut found = Vec::new();
    let mut add = |class, token: &str| found.push((class, token.to_owned()));
    if holds(&format!("\\users\\{}\\", identity.user)) {
        add(Class::UserFolder, &identity.user);
    }
    if holds(&identity.sid) {
        add(Class::Sid, &identity.sid);
    }
    if holds(&identity.address) {
        add(Class::PrivateAddress, &identity.address);
    }
    let is_inner = !identity.zone.ends_with("example");
    if is_inner && holds(&format!("{}.{}", identity.host, identity.zone)) {
        add(Class::InnerHost, &identity.zone);
    }
    if holds(&format!("\\\\{}\\", identity.host)) {
        add(Class::Share, &identity.host);
        return found;
    }
    let names = [
        (&identity.user, Label::User, Class::UserField),
        (&identity.host, Label::Host, Class::HostField),
        (&identity.domain, Label::Domain, Class::DomainField),
    ];
    for (name, of, class) in names {
        let in_folder =
            of == Label::User && found.iter().any(|(class, _)| *class == Class::UserFolder);
        if !holds(name) || in_folder {
            continue;
        }
        let class = if label(field).is_some() {
            class
        } else {
            Class::Elsewhere
        };
        found.push((class, name.clone()));
    }
    found
}

fn form() -> Value {
    let mut form: Value = serde_json::from_str(FORMS[1]).unwrap();
    form["iocs"] = json!([]);
    form["context"]["links"] = json!([]);
    form
}

#[test]
fn what_names_a_victim_in_a_copied_event_is_found_without_its_dictionary() {
    let home = Home::new();
    if !unpacked(&home, "sigma.tar.gz") {
        return;
    }
    let mut files = Vec::new();
    texts(&home.path().join("regression_data"), &["json"], &mut files);
    let recorded: Vec<Fields> = files.iter().flat_map(|(_, text)| events(text)).collect();
    let seed = number("KTR_RELEASE_SEED", 7);
    let mut dice = Dice::new(seed);
    let clean = form();
    let (mut fates, mut batch) = (BTreeMap::new(), Vec::new());
    for fields in &recorded {
        let identity = Identity::draw(&mut dice);
        for (field, text) in identity.put_into(fields) {
            let found = tokens(&identity, &field, &text);
            for (shape, _) in SHAPES.iter().zip(found.first().into_iter().cycle()) {
                let (written, positive) = shape.rule(&field, &text);
                let mut injected = clean.clone();
                put_rule(&mut injected, "sigma", &written, &positive);
                let nomination = checked(&injected);
                for (class, token) in &found {
                    let fate: &mut Fate = fates.entry(*class).or_default();
                    match &nomination {
                        None => fate.refused += 1,
                        Some(nomination) => batch.push(Put {
                            class: *class,
                            token: squeezed(token),
                            what: format!("{field}, {}", shape.name),
                            nomination: nomination.clone(),
                        }),
                    }
                }
            }
        }
    }
    for part in batch.chunks(BATCH) {
        judge(part, &mut fates);
    }
    println!(
        "\n## recall without a dictionary: {} events of {} files, seed {seed}\n",
        recorded.len(),
        files.len()
    );
    told(&fates);
}

/// Sends some rules the whole way, and counts what became of their tokens.
fn judge(batch: &[Put], fates: &mut BTreeMap<Class, Fate>) {
    let cases: Vec<Case> = (0..)
        .zip(batch)
        .map(|(number, put)| Case {
            commitment: Commitment([number; 32]),
            nomination: put.nomination.clone(),
        })
        .collect();
    let attempt = attempt_of(Seed([3; 32]), &cases, now(), &|_| false);
    let stops = stops_in(&attempt);
    assert!(
        attempt.bundle.is_ok() == stops.is_empty(),
        "{:?}",
        attempt.bundle.err()
    );
    for (number, put) in batch.iter().enumerate() {
        let fate = fates.entry(put.class).or_default();
        let texts = put.nomination.rules.iter();
        let stops = stops.get(&number);
        // What its form shows has to be found by its form, whatever else is found beside it.
        if stops.is_some_and(|rules| put.class.rule().is_none_or(|rule| rules.contains(&rule))) {
            fate.stopped += 1;
        } else if texts
            .map(|rule| squeezed(rule.text()))
            .any(|text| text.contains(&put.token))
        {
            fate.left.push(put.what.clone());
        } else {
            fate.cleaned += 1;
        }
    }
}

/// Prints the table and holds the bars.
fn told(fates: &BTreeMap<Class, Fate>) {
    println!(
        "| token | injected | refused | stopped | cleaned | left | recall | bar |\n|---|---|---|---|---|---|---|---|"
    );
    let (mut structured, mut unknown) = (Fate::default(), Fate::default());
    for (class, fate) in fates {
        let sum = if class.rule().is_some() {
            &mut structured
        } else {
            &mut unknown
        };
        add(sum, fate);
        row(class.name(), fate, "");
    }
    let mut all = Fate::default();
    add(&mut all, &structured);
    add(&mut all, &unknown);
    row("structured classes", &structured, "100 %");
    row("all unknown tokens", &all, "≥ 99 %");
    for (what, count) in counted(&all.left) {
        println!("| left: {what} | {count} |");
    }
    assert!(structured.all() > 200 && unknown.all() > 1_000);
    assert_eq!(structured.left, Vec::<String>::new());
    assert!(
        all.recall() >= 9_900,
        "{} of 10,000: {:#?}",
        all.recall(),
        counted(&all.left)
    );
}

fn add(sum: &mut Fate, fate: &Fate) {
    sum.refused += fate.refused;
    sum.stopped += fate.stopped;
    sum.cleaned += fate.cleaned;
    sum.left.extend(fate.left.iter().cloned());
}

fn row(name: &str, fate: &Fate, bar: &str) {
    let Fate {
        refused,
        stopped,
        cleaned,
        left,
    } = fate;
    let (all, recall) = (fate.all(), fate.recall());
    println!(
        "| {name} | {all} | {refused} | {stopped} | {cleaned} | {} | {}.{:02} % | {bar} |",
        left.len(),
        recall / 100,
        recall % 100
    );
}

fn counted(left: &[String]) -> BTreeMap<&String, usize> {
    let mut counts = BTreeMap::new();
    for what in left {
        *counts.entry(what).or_default() += 1;
    }
    counts
}

#[test]
fn hardly_a_public_rule_names_an_account_or_a_host() {
    let home = Home::new();
    if !unpacked(&home, "sigma.tar.gz") {
        return;
    }
    let mut files = Vec::new();
    for folder in ["rules", "rules-emerging-threats", "rules-threat-hunting"] {
        texts(&home.path().join(folder), &["yml"], &mut files);
    }
    let objects: Vec<Value> = files
        .iter()
        .map(|(_, text)| json!({ "pattern": text }))
        .collect();
    let bundle = json!({ "objects": objects }).to_string();
    let nobody = leak::Dictionary::of::<&str>(&[], &[]).unwrap();
    let found = leak::check(bundle.as_bytes(), &nobody);
    let named = found
        .iter()
        .filter(|finding| finding.rule == rule::LEAK_NAMED);
    let places: Vec<&Place> = named.map(|finding| &finding.place).collect();
    let named: Vec<&PathBuf> = (0..)
        .zip(&files)
        .filter(|(number, _)| places.contains(&&Place::number(*number)))
        .map(|(_, (path, _))| path)
        .collect();
    println!(
        "\n| rules of SigmaHQ | {} of {} name an account or a host (bar: ≤ 1 %) |",
        named.len(),
        files.len()
    );
    let files_of = named.iter().map(|path| path.file_name().unwrap());
    assert!(files.len() > 3_000);
    assert!(
        named.len() * 100 <= files.len(),
        "{:#?}",
        files_of.collect::<Vec<_>>()
    );
}

#[test]
fn hardly_an_indicator_of_an_attacker_is_lost_and_each_loss_has_its_finding() {
    let home = Home::new();
    if !unpacked(&home, "eset-malware-ioc.tar.gz") {
        return;
    }
    let mut files = Vec::new();
    texts(home.path(), &["json", "md5", "sha1", "sha256"], &mut files);
    let mut loss = Loss::default();
    for (_, text) in &files {
        loss.take(text);
    }
    let all = loss.lost();
    println!(
        "\n## attacker's indicators of ESET: {} files\n\n| lost to | |\n|---|---|",
        files.len()
    );
    for (reason, count) in &loss.reasons {
        println!("| {reason} | {count} |");
    }
    println!("| all | {all} of {} (bar: ≤ 1 %) |", loss.offered);
    assert!(loss.offered > 3_000, "{}", loss.offered);
    assert!(all * 100 <= loss.offered, "{all} of {}", loss.offered);
}
