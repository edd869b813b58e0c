//! The golden table of matrix v1: 39 types, five steps of impact, APT or not, stopped or inside, three floors, one or two states.
//! Each of the 4,680 rows is recorded, computed a second time by the design's formula, and never lowered by raising an input.

use std::collections::{BTreeMap, BTreeSet};

use ktr_artefact::matrix::{
    Decider, Flag, IncidentType, Inputs, Nccs, NisSeverity, Position, Verdict, classify,
};
use ktr_core::nomination::Severity;
use ktr_testkit::vector;
use serde_json::json;

/// One row's place on the six axes; on each of them more is graver.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Row {
    incident: IncidentType,
    /// Of impact: 0 low, 1 medium, 2 high, 3 very high, 4 critical.
    step: usize,
    apt: bool,
    inside: bool,
    /// 0 low, 1 high, 2 critical.
    floor: usize,
    states: u8,
}

impl Row {
    fn all() -> Vec<Self> {
        let mut rows = Vec::new();
        for incident in IncidentType::ALL {
            for (apt, inside) in [(false, false), (false, true), (true, false), (true, true)] {
                for (floor, states) in [(0, 1), (0, 2), (1, 1), (1, 2), (2, 1), (2, 2)] {
                    rows.extend((0..STEPS.len()).map(|step| Self {
                        incident,
                        step,
                        apt,
                        inside,
                        floor,
                        states,
                    }));
                }
            }
        }
        rows
    }

    fn judged(self) -> Verdict {
        classify(&Inputs {
            incident: self.incident,
            flags: self.apt.then_some(Flag::Apt).into_iter().collect(),
            position: if self.inside {
                Position::Presence
            } else {
                Position::Engage
            },
            member_states: self.states,
            systems_pct: STEPS[self.step],
            users_pct: 0,
            outage_minutes: 0,
            person_days: 0,
            loss_eur: 0,
            nccs: [Nccs::None, Nccs::High, Nccs::Critical][self.floor],
            nis_severity: NisSeverity::White,
        })
    }

    /// The design's formula over 0 to 3, written down a second time.
    fn expected(self) -> (usize, char) {
        let danger = if self.apt { 3 } else { danger(self.incident) };
        let danger = if self.inside { danger } else { danger.min(1) };
        let lifted = self.step == 3 && self.states == 2;
        let impact: usize = if lifted {
            3
        } else {
            [0, 1, 2, 2, 3][self.step]
        };
        let set = [0, 2, 3][self.floor];
        let floor = if self.apt && self.inside {
            set.max(2)
        } else {
            set
        };
        let level = danger.min(impact.saturating_add(1)).max(impact).max(floor);
        let decider = if level == floor {
            'F'
        } else if level == impact {
            'I'
        } else {
            'D'
        };
        (level, decider)
    }

    /// The rows that are one step graver on one axis.
    fn raised(self) -> Vec<Self> {
        let mut rows = vec![
            Self { apt: true, ..self },
            Self {
                inside: true,
                ..self
            },
            Self { states: 2, ..self },
            Self {
                floor: self.floor.saturating_add(1).min(2),
                ..self
            },
            Self {
                step: self.step.saturating_add(1).min(4),
                ..self
            },
        ];
        let graver = IncidentType::ALL
            .into_iter()
            .filter(|incident| danger(*incident) >= danger(self.incident));
        rows.extend(graver.map(|incident| Self { incident, ..self }));
        rows
    }
}

/// Per cent of systems affected, one for each step of impact.
const STEPS: [u8; 5] = [0, 25, 60, 80, 95];

/// The folded danger of a type, as the design's table lists it.
fn danger(incident: IncidentType) -> usize {
    let high = "malware-distribution malware-configuration burglary sabotage outage violence infected-system c2-server exploit \
                privileged-account-compromise application-compromise dos ddos phishing system-compromise \
                unauthorised-information-access unauthorised-information-modification data-loss data-leak";
    let low = "spam scanner sniffing other undetermined test";
    let is_in = |list: &str| list.split_whitespace().any(|tag| tag == incident.tag());
    match (is_in(high), is_in(low)) {
        (true, _) => 2,
        (_, true) => 0,
        (false, false) => 1,
    }
}

const fn number(level: Severity) -> usize {
    match level {
        Severity::Low => 0,
        Severity::Medium => 1,
        Severity::High => 2,
        Severity::Critical => 3,
    }
}

const fn letter(decider: Decider) -> char {
    match decider {
        Decider::Floor => 'F',
        Decider::Impact => 'I',
        Decider::Danger => 'D',
    }
}

#[test]
fn every_row_of_the_matrix_is_the_recorded_one_and_follows_the_formula() {
    let rows = Row::all();
    let distinct: BTreeSet<Row> = rows.iter().copied().collect();
    assert_eq!((rows.len(), distinct.len()), (4_680, 4_680));
    let mut table: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for row in rows {
        let verdict = row.judged();
        let found = (number(verdict.level), letter(verdict.decider));
        assert_eq!(found, row.expected(), "{row:?}");
        let line = format!(
            "{}, {}, floor {}, states {}",
            if row.apt { "apt" } else { "no apt" },
            if row.inside { "inside" } else { "stopped" },
            ["low", "high", "critical"][row.floor],
            row.states
        );
        let cells = table
            .entry(row.incident.tag())
            .or_default()
            .entry(line)
            .or_default();
        if !cells.is_empty() {
            cells.push(' ');
        }
        cells.push(['L', 'M', 'H', 'C'][found.0]);
        cells.push(found.1);
    }
    let about = "level (L, M, H, C) and what decided it (F floor, I impact, D danger), by the five steps of impact";
    vector::compare("matrix", &json!({ "cells": about, "rows": table }));
}

#[test]
fn no_row_is_lower_than_one_that_is_less_grave() {
    for row in Row::all() {
        let level = row.judged().level;
        for raised in row.raised() {
            assert!(raised.judged().level >= level, "{row:?} to {raised:?}");
        }
    }
}
