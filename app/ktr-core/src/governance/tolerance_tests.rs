//! Sentences about the search for a site that could fork a network alone: it finds what looking at every split finds, and is spared where
//! no split can be found; and that a county is one site. What the tables of the design say of sets is told beside the other subjects.

use alloc::{string::ToString as _, vec::Vec};

use super::{
    Rejection, Subject, Tolerance, Validator,
    tests::{enacted, site, unfit},
    tolerance::is_in_two,
};
use crate::id::CountyId;

/// Looks at every split of the others.
fn splits(powers: &[u64]) -> bool {
    let found = Tolerance::of(
        &(1..)
            .zip(powers)
            .map(|(n, power)| site(n, *power))
            .collect::<Vec<_>>(),
    );
    (0..powers.len()).any(|own| {
        let others: Vec<u64> = (0..powers.len())
            .filter(|place| *place != own)
            .map(|place| powers[place])
            .collect();
        let rest: u64 = others.iter().sum();
        (0_u32..1 << others.len()).any(|split| {
            let sided = (0_u32..)
                .zip(&others)
                .filter(|(bit, _)| split & (1_u32 << *bit) != 0);
            let some: u64 = sided.map(|(_, power)| *power).sum();
            let commits = |side: u64| powers[own].saturating_add(side) >= found.quorum;
            commits(some) && commits(rest.saturating_sub(some))
        })
    })
}

#[test]
fn sixteen_distinct_powers_are_judged_as_by_looking_at_every_split() {
    let rising = |step: u64| {
        (0..16)
            .map(|n| 1_000 + step * n + n * n)
            .collect::<Vec<u64>>()
    };
    let with_one_of = |power: u64| {
        let mut powers = rising(1);
        powers[15] = power;
        powers
    };
    // About a third of all power, from below to above; the others hold 16,120 together.
    let sets = [
        rising(1),
        rising(37),
        with_one_of(7_900),
        with_one_of(8_060),
        with_one_of(8_063),
        with_one_of(8_200),
        with_one_of(20_000),
    ];
    let mut forks = Vec::new();
    for powers in sets {
        let sites = (1..).zip(&powers).map(|(n, power)| site(n, *power));
        let can_fork = Tolerance::of(&sites.collect::<Vec<_>>()).can_one_fork;
        assert_eq!(can_fork, splits(&powers), "{powers:?}");
        forks.push(can_fork);
    }
    assert!(forks.contains(&true) && forks.contains(&false));
}

#[test]
fn a_site_that_is_in_no_two_quorums_is_spared_the_search() {
    // The default set: quorum 201 of 301, so that 101 is the least.
    for (own, is_searched) in [(1, false), (100, false), (101, true), (301, true)] {
        assert_eq!(is_in_two(own, 201, 301), is_searched, "{own}");
    }
    assert!(is_in_two(u64::MAX, u64::MAX, u64::MAX));
    assert!(!is_in_two(1, u64::MAX, u64::MAX));
}

#[test]
fn what_a_set_tolerates_is_said_in_words_with_its_quorum() {
    let said = |powers: &[u64]| {
        let sites = (1..).zip(powers).map(|(n, power)| site(n, *power));
        Tolerance::of(&sites.collect::<Vec<_>>()).to_string()
    };
    assert_eq!(
        said(&[100; 3]),
        "tolerates 0: halts when one site is down (quorum 201 of 300)"
    );
    assert_eq!(
        said(&[100, 100, 100, 1]),
        "tolerates 1: any one site may be down (quorum 201 of 301)"
    );
    assert_eq!(
        said(&[10; 7]),
        "tolerates 2: any 2 sites may be down (quorum 47 of 70)"
    );
}

/// A set of powers and counties; county 0 is none.
fn placed(sites: &[(u64, u8)]) -> Vec<Validator> {
    (1..)
        .zip(sites)
        .map(|(n, (power, county))| Validator {
            county: (*county > 0).then_some(CountyId(*county)),
            ..site(n, *power)
        })
        .collect()
}

#[test]
fn more_engines_in_one_county_are_still_one_site() {
    // Powers and counties, quorum, how many may be down, whether one may fork.
    type Row = (&'static [(u64, u8)], u64, usize, bool);
    let table: [Row; 8] = [
        // One county twice among four equal engines: down, it halts the chain, and lying it forks it.
        (&[(100, 1), (100, 1), (100, 2), (100, 3)], 267, 0, true),
        // The same engines in four places.
        (&[(100, 1), (100, 0), (100, 2), (100, 3)], 267, 1, false),
        // The design's 2-2-2-1: any site, not any two.
        (
            &[(1, 1), (1, 1), (1, 2), (1, 2), (1, 3), (1, 3), (1, 0)],
            5,
            1,
            false,
        ),
        // Two engines in each county are three equal sites.
        (
            &[(1, 1), (1, 1), (1, 2), (1, 2), (1, 3), (1, 3)],
            5,
            0,
            false,
        ),
        // The default set, a county's power shared by two engines.
        (
            &[(60, 1), (40, 1), (100, 2), (100, 3), (1, 0)],
            201,
            1,
            false,
        ),
        // Engines without a county are sites of their own.
        (&[(1, 0), (1, 0), (1, 0), (1, 0)], 3, 1, false),
        // County 1 shows one block to one engine of county 2 and another block to the other.
        (&[(34, 1), (33, 2), (33, 2)], 67, 0, true),
        // An engine without power adds none to its county.
        (
            &[(100, 1), (100, 2), (100, 3), (1, 0), (0, 1)],
            201,
            1,
            false,
        ),
    ];
    for (sites, quorum, faults, can_one_fork) in table {
        let expected = Tolerance {
            faults,
            quorum,
            total: sites.iter().map(|(power, _)| power).sum(),
            can_one_fork,
        };
        assert_eq!(Tolerance::of(&placed(sites)), expected, "{sites:?}");
    }
}

#[test]
fn counties_resolve_no_set_in_which_one_county_has_too_many_engines() {
    let with = |sites: &[(u64, u8)], accepts_halt| Subject::Validators {
        set: placed(sites),
        accepts_halt,
    };
    let skewed = [(100, 1), (100, 1), (100, 2), (100, 3)];
    assert_eq!(unfit(with(&skewed, true)), Rejection::OneCouldFork);
    let in_pairs = [(1, 1), (1, 1), (1, 2), (1, 2), (1, 3), (1, 3)];
    assert_eq!(unfit(with(&in_pairs, false)), Rejection::ToleratesNone);
    enacted(with(&in_pairs, true));
    enacted(with(&[in_pairs.as_slice(), &[(1, 0)]].concat(), false));
}
