//! Computes the level of a case from its inputs.
//! Holds no number of its own but those of the formula; the numbers are in `matrix-v1.json`.

use ktr_core::nomination::Severity;

use super::{
    Flag, IncidentClass, Inputs, Nccs, NisSeverity, Position,
    table::{Four, Step, TABLE, class_of},
};

/// Which of the three parts decided: the first of floor, impact, danger that alone reaches the level.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decider {
    /// A floor set by law or by an APT inside.
    Floor,
    /// The impact.
    Impact,
    /// The danger of the type.
    Danger,
}

/// The name of a level, in lower case.
#[must_use]
pub(crate) const fn level_name(level: Severity) -> &'static str {
    match level {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// The outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The matrix's version.
    pub version: u32,
    /// What was asked.
    pub inputs: Inputs,
    /// Class of the incident type, for labels.
    pub class: IncidentClass,
    /// D.
    pub danger: Severity,
    /// I.
    pub impact: Severity,
    /// F.
    pub floor: Severity,
    /// The level.
    pub level: Severity,
    /// What decided it.
    pub decider: Decider,
}

impl Verdict {
    /// Whether the case may be nominated.
    #[must_use]
    pub fn is_eligible(&self) -> bool {
        self.level >= Severity::High
    }
}

/// The level of a case.
///
/// Raising any ordered input, or setting any flag, never lowers the level.
#[must_use]
pub fn classify(inputs: &Inputs) -> Verdict {
    let danger = danger(inputs);
    let impact = impact(inputs);
    let floor = floor(inputs);
    let level = danger.min(one_up(impact)).max(impact).max(floor);
    let decider = if floor == level {
        Decider::Floor
    } else if impact == level {
        Decider::Impact
    } else {
        Decider::Danger
    };
    let class = class_of(inputs.incident);
    Verdict {
        version: TABLE.version,
        inputs: inputs.clone(),
        class,
        danger,
        impact,
        floor,
        level,
        decider,
    }
}

fn danger(inputs: &Inputs) -> Severity {
    let step = TABLE
        .types
        .get(&inputs.incident)
        .map_or(Step::Low, |row| row.danger);
    let danger = if inputs.is(Flag::Apt) {
        Severity::Critical
    } else {
        fold(step)
    };
    if inputs.position <= Position::Engage {
        danger.min(Severity::Medium)
    } else {
        danger
    }
}

/// Geography counts here and in the floor only: a bare "supranational" line would make every phishing wave CRITICAL.
fn impact(inputs: &Inputs) -> Severity {
    let step = [
        systems(inputs),
        users(inputs),
        person_days(inputs),
        flags(inputs),
    ]
    .into_iter()
    .max()
    .unwrap_or(Step::Low);
    if step == Step::VeryHigh && inputs.member_states >= TABLE.member_states_lift {
        Severity::Critical
    } else {
        fold(step)
    }
}

fn systems(inputs: &Inputs) -> Step {
    over(inputs.systems_pct, &TABLE.impact.systems_pct_over)
}

/// From HIGH on the share counts together with the outage: a line is met when both are over it.
fn users(inputs: &Inputs) -> Step {
    let minutes = &TABLE.impact.outage_minutes_over;
    let outage = if inputs.outage_minutes > minutes.critical {
        Step::Critical
    } else if inputs.outage_minutes > minutes.very_high {
        Step::VeryHigh
    } else if inputs.outage_minutes > minutes.high {
        Step::High
    } else {
        Step::Medium
    };
    over(inputs.users_pct, &TABLE.impact.users_pct_over).min(outage)
}

fn person_days(inputs: &Inputs) -> Step {
    let days = &TABLE.impact.person_days;
    if inputs.person_days > days.critical_over {
        Step::Critical
    } else if inputs.person_days >= days.very_high_from {
        Step::VeryHigh
    } else if inputs.person_days >= days.high_from {
        Step::High
    } else if inputs.person_days >= days.medium_from {
        Step::Medium
    } else {
        Step::Low
    }
}

fn flags(inputs: &Inputs) -> Step {
    inputs
        .flags
        .iter()
        .filter_map(|flag| TABLE.impact.flags.get(flag).copied())
        .max()
        .unwrap_or(Step::Low)
}

fn over(value: u8, lines: &Four<u8>) -> Step {
    if value > lines.critical {
        Step::Critical
    } else if value > lines.very_high {
        Step::VeryHigh
    } else if value > lines.high {
        Step::High
    } else if value > lines.medium {
        Step::Medium
    } else {
        Step::Low
    }
}

fn floor(inputs: &Inputs) -> Severity {
    let abroad = inputs.member_states >= TABLE.member_states_lift;
    let inside = inputs.position >= Position::Presence;
    let critical = inputs.nccs == Nccs::Critical
        || inputs.nis_severity == NisSeverity::Red
        || (abroad && inputs.is(Flag::EssentialService));
    let high = inputs.is(Flag::Nis2Significant)
        || inputs.is(Flag::DoraMajor)
        || inputs.nccs == Nccs::High
        || inputs.nis_severity == NisSeverity::Yellow
        || inputs.loss_eur > TABLE.floors.loss_eur_over
        || inputs.is(Flag::TradeSecretExfiltrated)
        || (inside && inputs.is(Flag::Apt));
    if critical {
        Severity::Critical
    } else if high {
        Severity::High
    } else {
        Severity::Low
    }
}

const fn fold(step: Step) -> Severity {
    match step {
        Step::Low => Severity::Low,
        Step::Medium => Severity::Medium,
        Step::High | Step::VeryHigh => Severity::High,
        Step::Critical => Severity::Critical,
    }
}

const fn one_up(level: Severity) -> Severity {
    match level {
        Severity::Low => Severity::Medium,
        Severity::Medium => Severity::High,
        Severity::High | Severity::Critical => Severity::Critical,
    }
}
