//! Templates: every text of a bundle that is neither title, narrative, name nor rule.
//! Nothing of a form goes into a template but values in normal form and names of listed rules.

use ktr_core::{id::SessionId, nomination::Severity};

use super::{Equality, Tlp};
use crate::{
    finding::{Rule, rule},
    form::{Credibility, Sector, TechniqueId},
    ioc,
    matrix::{IncidentClass, IncidentType, Verdict},
    rules::{AcceptedRule, RuleKind},
    text::{Clean, Title, text_type},
};

text_type!(
    /// A text from a template. When read it is only known to be clean; the profile compares it with its template.
    Wording,
    wording
);

fn wording(text: &str) -> Result<String, Rule> {
    Clean::parse(text).map(String::from)
}

impl Wording {
    pub(super) fn constant(text: &'static str) -> Self {
        Self(String::from(text))
    }

    pub(super) fn tlp(tlp: Tlp) -> Self {
        Self::constant(tlp.title())
    }

    /// Name of an indicator after its value.
    pub(super) fn indicator_name(equality: &Equality) -> Self {
        Self(format!(
            "{}: {}",
            noun(equality.value().kind()),
            equality.value().text()
        ))
    }

    /// Description of an indicator after its credibility.
    pub(super) fn indicator_description(credibility: Credibility) -> Self {
        let degree = match u8::from(credibility) {
            1 => "confirmed",
            2 => "probably true",
            3 => "possibly true",
            4 => "doubtful",
            _ => "improbable",
        };
        Self(format!(
            "Seen on the attacker's side of a nominated case; {degree}."
        ))
    }

    pub(super) fn rule_name(rule: &AcceptedRule) -> Self {
        Self(String::from(rule.name()))
    }

    /// The author is named so that every message about a match can name the author (DRL 1.1).
    pub(super) fn rule_description(rule: &AcceptedRule) -> Self {
        let language = match rule.kind() {
            RuleKind::Sigma => "Sigma",
            RuleKind::Yara => "YARA",
        };
        let licence = rule.licence();
        Self(rule.author().map_or_else(
            || format!("{language} rule of a nominator, under {licence}."),
            |author| {
                format!(
                    "{language} rule by {author}, without what is not matched, under {licence}."
                )
            },
        ))
    }

    pub(super) fn licence(rule: &AcceptedRule) -> Self {
        Self(String::from(rule.licence()))
    }

    pub(super) fn technique(id: &TechniqueId) -> Self {
        Self(format!("ATT&CK {id}"))
    }
}

const fn noun(kind: ioc::Type) -> &'static str {
    match kind {
        ioc::Type::Ipv4 => "IPv4 address",
        ioc::Type::Ipv6 => "IPv6 address",
        ioc::Type::Domain => "Domain",
        ioc::Type::Url => "URL",
        ioc::Type::Email => "Sender",
        ioc::Type::Hash => "File hash",
        ioc::Type::Filename => "File name",
        ioc::Type::Mutex => "Mutex",
        ioc::Type::Regkey => "Registry key",
        ioc::Type::Certificate => "Certificate hash",
    }
}

text_type!(
    /// `KTR <session>: <title>`.
    ReportName,
    report_name
);

impl ReportName {
    pub(super) fn of(session: SessionId, title: &Title) -> Self {
        Self(format!("KTR {session}: {title}"))
    }

    /// The session it names.
    pub(super) fn session(&self) -> Option<SessionId> {
        let (session, _title) = self.0.strip_prefix("KTR ")?.split_once(": ")?;
        session.parse().ok().map(SessionId)
    }
}

fn report_name(text: &str) -> Result<String, Rule> {
    let (session, title) = text
        .strip_prefix("KTR ")
        .and_then(|rest| rest.split_once(": "))
        .ok_or(rule::TEMPLATE)?;
    let session: u32 = session.parse().map_err(|_error| rule::TEMPLATE)?;
    let name = ReportName::of(SessionId(session), &Title::parse(title)?);
    if name.0 == text {
        Ok(name.0)
    } else {
        Err(rule::TEMPLATE)
    }
}

text_type!(
    /// A tag of a report: class and type, severity, matrix, or sector.
    Label,
    label
);

impl Label {
    /// The labels of a case, rising. The sector only where its country counts enough entities of it.
    pub(super) fn of(verdict: &Verdict, sector: Option<Sector>) -> Vec<Self> {
        let mut labels = vec![
            Self::incident(verdict.class, verdict.inputs.incident),
            Self::severity(verdict.level),
            Self(format!("ktr:matrix=\"{}\"", verdict.version)),
        ];
        labels.extend(sector.map(|sector| Self(format!("ktr:sector=\"{}\"", sector.tag()))));
        labels.sort();
        labels
    }

    fn incident(class: IncidentClass, incident: IncidentType) -> Self {
        Self(format!("rsit:{}=\"{}\"", class.tag(), incident.tag()))
    }

    fn severity(level: Severity) -> Self {
        Self(format!(
            "ktr:severity=\"{}\"",
            crate::matrix::level_name(level)
        ))
    }

    /// What stands before the equals sign.
    pub(super) fn key(&self) -> &str {
        let key = self.0.split_once('=').map_or("", |(key, _)| key);
        if key.starts_with("rsit:") {
            "rsit"
        } else {
            key
        }
    }
}

fn label(text: &str) -> Result<String, Rule> {
    let known = |label: Label| label.0 == text;
    let incident = IncidentType::ALL.iter().any(|incident| {
        known(Label::incident(
            crate::matrix::class_of(*incident),
            *incident,
        ))
    });
    let severity = [Severity::High, Severity::Critical]
        .into_iter()
        .any(|level| known(Label::severity(level)));
    let matrix = text == format!("ktr:matrix=\"{}\"", crate::matrix::VERSION);
    let sector = Sector::ALL
        .iter()
        .any(|sector| text == format!("ktr:sector=\"{}\"", sector.tag()));
    if incident || severity || matrix || sector {
        Ok(String::from(text))
    } else {
        Err(rule::LABELS)
    }
}
