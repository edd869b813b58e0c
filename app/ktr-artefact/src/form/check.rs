//! Judges a form: every finding at once, each with its path, so that the writer can mend all of it.
//! The forms that only the leak verifier knows (encoded, hashed, folded) are not looked for here.

use std::collections::BTreeSet;

use super::{
    CheckedIoc, Country, Credibility, CveId, Dictionary, Document, Ioc, Link, LinkEntry, Malware,
    MalwareEntry, Nomination, Reference, RuleEntry, Technique, TechniqueEntry, TechniqueId, Tokens,
    dictionary,
};
use crate::{
    finding::{Finding, Place, Rule, rule},
    ioc::Value as IocValue,
    limits,
    matrix::{IncidentType, Inputs, Verdict, classify},
    rules::{AcceptedRule, Offer},
    stix::Relation,
    text::{Language, MalwareName, Narrative, Title, plain},
};

/// Turns a form into a nomination.
///
/// # Errors
/// All findings, in the order of the form. Each names a path; none shows a value.
pub fn check(document: &Document) -> Result<Nomination, Vec<Finding>> {
    let mut judge = Judge {
        findings: Vec::new(),
    };
    let dictionary = judge.dictionary(document);
    let case = &document.case;
    let title = judge.take("case.title", Title::parse(&plain(&case.title)));
    let narrative = judge.take("case.narrative", Narrative::parse(&plain(&case.narrative)));
    let lang = judge.take("case.lang", Language::parse(&case.lang));
    let country = judge.take("case.country", Country::parse(&case.country));
    let verdict = judge.take("classification", verdict(&document.classification));
    let iocs = judge.list("iocs", &document.iocs, limits::IOCS_MAX, ioc);
    let rules = judge.list("rules", &document.rules, limits::RULES_MAX, rule_entry);
    let context = &document.context;
    let malware = judge.list(
        "context.malware",
        &context.malware,
        limits::MALWARE_MAX,
        malware,
    );
    let techniques = judge.list(
        "context.techniques",
        &context.techniques,
        limits::TECHNIQUES_MAX,
        technique,
    );
    let cves = judge.list("context.cves", &context.cves, limits::CVES_MAX, |cve| {
        CveId::parse(cve)
    });
    let links = judge.list(
        "context.links",
        &context.links,
        limits::LINKS_MAX,
        |entry| link(entry, document),
    );
    judge.twice(document);
    judge.leaks(document, dictionary.as_ref());
    if document.iocs.is_empty() && document.rules.is_empty() {
        judge.say("iocs", rule::NOTHING_TO_SHARE);
    }
    if !judge.findings.is_empty() {
        return Err(judge.findings);
    }
    let (Some(title), Some(narrative), Some(lang), Some(country), Some(verdict)) =
        (title, narrative, lang, country, verdict)
    else {
        return Err(judge.findings);
    };
    Ok(Nomination {
        title,
        narrative,
        lang,
        tlp: case.tlp,
        constraints: case.constraints.clone(),
        sector: case.sector,
        country,
        verdict,
        iocs,
        rules,
        malware,
        techniques,
        cves,
        links,
        tokens: tokens(document),
    })
}

fn tokens(document: &Document) -> Tokens {
    let mut found = Tokens::default();
    for (list, tokens) in document.victim.lists() {
        let kind = if list == dictionary::PATTERNS {
            &mut found.patterns
        } else {
            &mut found.words
        };
        kind.extend_from_slice(tokens);
    }
    found
}

/// Collects findings.
struct Judge {
    findings: Vec<Finding>,
}

impl Judge {
    fn say(&mut self, path: &str, rule: Rule) {
        self.findings.push(rule.at(Place::path(String::from(path))));
    }

    fn take<T>(&mut self, path: &str, outcome: Result<T, Rule>) -> Option<T> {
        outcome.map_err(|rule| self.say(path, rule)).ok()
    }

    fn list<E, T>(
        &mut self,
        path: &str,
        entries: &[E],
        max: usize,
        read: impl Fn(&E) -> Result<T, Rule>,
    ) -> Vec<T> {
        if entries.len() > max {
            self.say(path, rule::FORM_COUNT);
            return Vec::new();
        }
        let each = entries.iter().enumerate();
        each.filter_map(|(index, entry)| self.take(&format!("{path}[{index}]"), read(entry)))
            .collect()
    }

    fn dictionary(&mut self, document: &Document) -> Option<Dictionary> {
        match Dictionary::of(&document.victim) {
            Ok(dictionary) => Some(dictionary),
            Err(findings) => {
                self.findings.extend(findings);
                None
            }
        }
    }

    /// One value twice would give one object two meanings.
    fn twice(&mut self, document: &Document) {
        let mut values = BTreeSet::new();
        for (index, ioc) in document.iocs.iter().enumerate().take(limits::IOCS_MAX) {
            let value = IocValue::parse(ioc.kind, &ioc.value);
            if value.is_ok_and(|value| !values.insert((ioc.kind, value.text()))) {
                self.say(&format!("iocs[{index}]"), rule::TWICE);
            }
        }
        let context = &document.context;
        self.distinct(
            "context.malware",
            context.malware.iter().map(|entry| entry.name.as_str()),
        );
        self.distinct(
            "context.techniques",
            context.techniques.iter().map(|entry| entry.id.as_str()),
        );
        self.distinct("context.cves", context.cves.iter().map(String::as_str));
        self.distinct(
            "rules",
            document.rules.iter().map(|entry| entry.text.as_str()),
        );
        self.distinct(
            "context.links",
            context
                .links
                .iter()
                .map(|link| (&link.source, link.relation, &link.target)),
        );
    }

    fn distinct<T: Ord>(&mut self, path: &str, entries: impl Iterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (index, entry) in entries.enumerate() {
            if !seen.insert(entry) {
                self.say(&format!("{path}[{index}]"), rule::TWICE);
            }
        }
    }

    /// Looks for the victim in everything that would leave the house.
    fn leaks(&mut self, document: &Document, dictionary: Option<&Dictionary>) {
        let Some(dictionary) = dictionary else { return };
        let fixed = [
            ("case.title", &document.case.title),
            ("case.narrative", &document.case.narrative),
        ];
        let iocs = document.iocs.iter().enumerate().take(limits::IOCS_MAX);
        let rules = document.rules.iter().enumerate().take(limits::RULES_MAX);
        let malware = document.context.malware.iter().enumerate();
        let texts = fixed
            .into_iter()
            .map(|(path, text)| (String::from(path), text))
            .chain(iocs.map(|(index, ioc)| (format!("iocs[{index}].value"), &ioc.value)))
            .chain(rules.map(|(index, entry)| (format!("rules[{index}].text"), &entry.text)))
            .chain(
                malware
                    .map(|(index, entry)| (format!("context.malware[{index}].name"), &entry.name)),
            );
        for (path, text) in texts {
            // As it was written, and as its marks leave.
            let marked = plain(text);
            if dictionary.hits(text) || (marked != *text && dictionary.hits(&marked)) {
                self.say(&path, rule::IN_DICTIONARY);
            }
        }
    }
}

fn verdict(inputs: &Inputs) -> Result<Verdict, Rule> {
    if inputs.incident == IncidentType::Test {
        return Err(rule::TEST_INCIDENT);
    }
    if inputs.systems_pct > 100 || inputs.users_pct > 100 {
        return Err(rule::PERCENT);
    }
    let verdict = classify(inputs);
    if verdict.is_eligible() {
        Ok(verdict)
    } else {
        Err(rule::NOT_ELIGIBLE)
    }
}

fn ioc(entry: &Ioc) -> Result<CheckedIoc, Rule> {
    if entry.value.chars().count() > limits::IOC_CHARS_MAX {
        return Err(rule::FORM_LENGTH);
    }
    let value = IocValue::parse(entry.kind, &entry.value)?;
    if entry.indicator_types.is_empty() {
        return Err(rule::FORM_COUNT);
    }
    let credibility = Credibility::try_from(entry.credibility)?;
    if !(1..=entry.kind.valid_days_max()).contains(&entry.valid_days) {
        return Err(rule::VALID_DAYS);
    }
    Ok(CheckedIoc {
        value,
        indicator_types: entry.indicator_types.clone(),
        tactic: entry.tactic,
        credibility,
        valid_days: entry.valid_days,
        victim_unique: entry.victim_unique,
    })
}

fn rule_entry(entry: &RuleEntry) -> Result<AcceptedRule, Rule> {
    if entry.text.len() > limits::RULE_TEXT_MAX || entry.positive.len() > limits::RULE_TEXT_MAX {
        return Err(rule::FORM_LENGTH);
    }
    AcceptedRule::accept(&Offer {
        kind: entry.kind,
        origin: entry.origin,
        text: &entry.text,
        licence: &entry.licence,
        positive: &entry.positive,
    })
}

fn malware(entry: &MalwareEntry) -> Result<Malware, Rule> {
    if entry.types.is_empty() || entry.types.len() > limits::VOCABULARY_MAX {
        return Err(rule::FORM_COUNT);
    }
    Ok(Malware {
        name: MalwareName::parse(&plain(&entry.name))?,
        types: entry.types.clone(),
    })
}

fn technique(entry: &TechniqueEntry) -> Result<Technique, Rule> {
    Ok(Technique {
        id: TechniqueId::parse(&entry.id)?,
        tactic: entry.tactic,
    })
}

fn link(entry: &LinkEntry, document: &Document) -> Result<Link, Rule> {
    let (source, target) = (
        Reference::parse(&entry.source)?,
        Reference::parse(&entry.target)?,
    );
    let exists = |reference| {
        let context = &document.context;
        match reference {
            Reference::Ioc(index) => index < document.iocs.len(),
            Reference::Rule(index) => index < document.rules.len(),
            Reference::Malware(index) => index < context.malware.len(),
            Reference::Technique(index) => index < context.techniques.len(),
            Reference::Cve(index) => index < context.cves.len(),
        }
    };
    let allowed =
        entry.relation != Relation::BasedOn && entry.relation.allows(source.kind(), target.kind());
    if allowed && exists(source) && exists(target) {
        Ok(Link {
            source,
            relation: entry.relation,
            target,
        })
    } else {
        Err(rule::LINK)
    }
}
