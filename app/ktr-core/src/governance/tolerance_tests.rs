//! Sentences about the search for a site that could fork a network alone: it finds what looking at every split finds, and is spared where
//! no split can be found. What the tables of the design say of sets is told beside the other subjects.

use alloc::{string::ToString as _, vec::Vec};

use super::{Tolerance, tests::site, tolerance::is_in_two};

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
