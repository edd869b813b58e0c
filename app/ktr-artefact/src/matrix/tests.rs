//! The rows that the design names, the pinned table, and that raising an input never lowers the level.

use std::collections::BTreeSet;

use ktr_core::nomination::Severity::{self, Critical, High, Low, Medium};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{
    Decider, Flag, IncidentType, Inputs, Nccs, NisSeverity, Position, SHA256, VERSION, classify,
    table::{FILE, Step, TABLE},
};

fn calm(incident: IncidentType) -> Inputs {
    Inputs {
        incident,
        flags: BTreeSet::new(),
        position: Position::Presence,
        member_states: 1,
        systems_pct: 0,
        users_pct: 0,
        outage_minutes: 0,
        person_days: 0,
        loss_eur: 0,
        nccs: Nccs::None,
        nis_severity: NisSeverity::White,
    }
}

fn judged(inputs: &Inputs) -> (Severity, Severity, Severity, Severity, Decider) {
    let verdict = classify(inputs);
    (
        verdict.danger,
        verdict.impact,
        verdict.floor,
        verdict.level,
        verdict.decider,
    )
}

#[test]
fn the_table_is_the_pinned_one() {
    assert_eq!(hex::encode(Sha256::digest(FILE)), SHA256);
    assert_eq!(TABLE.version, VERSION);
}

#[test]
fn every_incident_type_has_a_row() {
    assert_eq!(TABLE.types.len(), IncidentType::ALL.len());
    assert!(
        IncidentType::ALL
            .iter()
            .all(|incident| TABLE.types.contains_key(incident))
    );
    let of = |step| {
        TABLE
            .types
            .values()
            .filter(|row| row.danger == step)
            .count()
    };
    assert_eq!(
        [
            Step::Critical,
            Step::VeryHigh,
            Step::High,
            Step::Medium,
            Step::Low
        ]
        .map(of),
        [0, 5, 14, 14, 6]
    );
}

#[test]
fn an_infected_system_alone_is_medium() {
    let inputs = calm(IncidentType::InfectedSystem);
    assert_eq!(judged(&inputs), (High, Low, Low, Medium, Decider::Danger));
}

#[test]
fn a_quarter_of_all_systems_makes_it_high() {
    let inputs = Inputs {
        systems_pct: 25,
        ..calm(IncidentType::InfectedSystem)
    };
    assert_eq!(judged(&inputs), (High, Medium, Low, High, Decider::Danger));
}

#[test]
fn an_apt_that_got_in_is_at_least_high() {
    let inputs = Inputs {
        flags: BTreeSet::from([Flag::Apt]),
        person_days: 2,
        ..calm(IncidentType::SystemCompromise)
    };
    assert_eq!(
        judged(&inputs),
        (Critical, Medium, High, High, Decider::Floor)
    );
}

#[test]
fn phishing_stopped_at_the_gateway_is_high_only_by_law() {
    let stopped = Inputs {
        position: Position::Engage,
        ..calm(IncidentType::Phishing)
    };
    assert_eq!(
        judged(&stopped),
        (Medium, Low, Low, Medium, Decider::Danger)
    );
    let significant = Inputs {
        flags: BTreeSet::from([Flag::Nis2Significant]),
        ..stopped
    };
    assert_eq!(
        judged(&significant),
        (Medium, Low, High, High, Decider::Floor)
    );
}

#[test]
fn an_outage_of_an_essential_service_in_two_states_is_critical() {
    let inputs = Inputs {
        flags: BTreeSet::from([Flag::EssentialService]),
        position: Position::None,
        member_states: 2,
        ..calm(IncidentType::Outage)
    };
    assert_eq!(
        judged(&inputs),
        (Medium, Critical, Critical, Critical, Decider::Floor)
    );
}

#[test]
fn the_impact_lines_hold_at_their_edges() {
    let impact = |inputs: Inputs| classify(&inputs).impact;
    let base = || calm(IncidentType::Spam);
    for (systems_pct, expected) in [
        (20, Low),
        (21, Medium),
        (50, Medium),
        (51, High),
        (75, High),
        (76, High),
        (90, High),
        (91, Critical),
    ] {
        assert_eq!(
            impact(Inputs {
                systems_pct,
                ..base()
            }),
            expected,
            "{systems_pct} % of systems"
        );
    }
    for (users_pct, outage_minutes, expected) in [
        (5, 9_999, Low),
        (6, 0, Medium),
        (11, 60, Medium),
        (11, 61, High),
        (51, 1_440, High),
        (51, 1_441, Critical),
        (100, 61, High),
    ] {
        let inputs = Inputs {
            users_pct,
            outage_minutes,
            ..base()
        };
        assert_eq!(
            impact(inputs),
            expected,
            "{users_pct} % for {outage_minutes} minutes"
        );
    }
    for (person_days, expected) in [
        (0, Low),
        (1, Medium),
        (4, Medium),
        (5, High),
        (30, High),
        (31, Critical),
    ] {
        assert_eq!(
            impact(Inputs {
                person_days,
                ..base()
            }),
            expected,
            "{person_days} person-days"
        );
    }
}

#[test]
fn very_high_becomes_critical_in_two_member_states_only() {
    let wide = Inputs {
        systems_pct: 80,
        ..calm(IncidentType::Ddos)
    };
    assert_eq!(classify(&wide).impact, High);
    assert_eq!(
        classify(&Inputs {
            member_states: 2,
            ..wide
        })
        .impact,
        Critical
    );
}

#[test]
fn half_a_million_is_not_over_half_a_million() {
    let loss = |loss_eur| {
        classify(&Inputs {
            loss_eur,
            ..calm(IncidentType::Spam)
        })
        .floor
    };
    assert_eq!(loss(500_000), Low);
    assert_eq!(loss(500_001), High);
}

fn inputs() -> impl Strategy<Value = Inputs> {
    let incident = (0..IncidentType::ALL.len()).prop_map(|n| IncidentType::ALL[n]);
    let flags = proptest::collection::vec(0..Flag::ALL.len(), 0..5)
        .prop_map(|chosen| chosen.into_iter().map(|n| Flag::ALL[n]).collect());
    let position = (0..5usize).prop_map(position);
    let numbers = (
        0..4u8,
        0..=100u8,
        0..=100u8,
        0..3_000u32,
        0..60u32,
        0..1_000_000u64,
    );
    let scales =
        (0..6usize, 0..4usize).prop_map(|(nccs, nis)| (self::nccs(nccs), nis_severity(nis)));
    (incident, flags, position, numbers, scales).prop_map(
        |(incident, flags, position, numbers, (nccs, nis_severity))| {
            let (member_states, systems_pct, users_pct, outage_minutes, person_days, loss_eur) =
                numbers;
            Inputs {
                incident,
                flags,
                position,
                member_states,
                systems_pct,
                users_pct,
                outage_minutes,
                person_days,
                loss_eur,
                nccs,
                nis_severity,
            }
        },
    )
}

fn position(n: usize) -> Position {
    [
        Position::None,
        Position::Prepare,
        Position::Engage,
        Position::Presence,
        Position::Effect,
    ][n.min(4)]
}

fn nccs(n: usize) -> Nccs {
    [
        Nccs::None,
        Nccs::ToFollow,
        Nccs::Medium,
        Nccs::Important,
        Nccs::High,
        Nccs::Critical,
    ][n.min(5)]
}

fn nis_severity(n: usize) -> NisSeverity {
    [
        NisSeverity::White,
        NisSeverity::Green,
        NisSeverity::Yellow,
        NisSeverity::Red,
    ][n.min(3)]
}

proptest! {
    #[test]
    fn raising_any_input_never_lowers_the_level(low in inputs(), high in inputs()) {
        let raised = Inputs {
            incident: low.incident,
            flags: low.flags.union(&high.flags).copied().collect(),
            position: low.position.max(high.position),
            member_states: low.member_states.max(high.member_states),
            systems_pct: low.systems_pct.max(high.systems_pct),
            users_pct: low.users_pct.max(high.users_pct),
            outage_minutes: low.outage_minutes.max(high.outage_minutes),
            person_days: low.person_days.max(high.person_days),
            loss_eur: low.loss_eur.max(high.loss_eur),
            nccs: low.nccs.max(high.nccs),
            nis_severity: low.nis_severity.max(high.nis_severity),
        };
        prop_assert!(classify(&low).level <= classify(&raised).level);
    }
}
