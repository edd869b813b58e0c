//! Sentences about octets of RocksDB's files: a node stands where a Commit left it, or says what is wrong.
//! Crashes between and in writes are the matrix's.

use std::{
    collections::BTreeMap,
    io::{Write, stderr},
};

use ktr_testkit::{Dice, number};

use super::{
    damage::Damage,
    original::{Left, Original},
    outcome::{Outcome, start},
};

/// How often each kind of outcome came.
#[derive(Default)]
struct Count(BTreeMap<&'static str, usize>);

impl Count {
    fn add(&mut self, outcome: &Outcome) {
        let kind = match outcome {
            Outcome::Whole => "whole",
            Outcome::Earlier(_) => "at an earlier height",
            Outcome::Named(_) => "named",
            Outcome::NamedWhenRead(_) => "named when read",
        };
        *self.0.entry(kind).or_default() += 1;
    }

    fn of(&self, kind: &str) -> usize {
        self.0.get(kind).copied().unwrap_or(0)
    }

    fn say(&self, what: &str) {
        let counts: Vec<String> = self
            .0
            .iter()
            .map(|(kind, n)| format!("{n} {kind}"))
            .collect();
        writeln!(stderr(), "{what}: {}", counts.join(", ")).unwrap();
    }
}

/// A start over a copy with one change.
fn outcome(original: &Original, left: Left, damage: &Damage) -> Outcome {
    let folder = original.copy(left);
    damage.apply(folder.path());
    start(original, folder.path()).unwrap_or_else(|why| panic!("{left:?}, {damage:?}: {why}"))
}

/// Turns of a node that was stopped and one that was killed.
const LEFT: [Left; 2] = [Left::Stopped, Left::Killed];

#[test]
fn a_log_cut_in_its_last_record_is_one_block_behind_and_gets_that_block_again() {
    // given
    let original = Original::new();
    let cuts = Damage::cuts(&original, number("KTR_OCTET_CUTS", 500));
    // when
    let mut count = Count::default();
    for (cut, left) in cuts.iter().zip(LEFT.into_iter().cycle()) {
        let outcome = outcome(&original, left, cut);
        // then
        let wanted = if *cut == Damage::Cut(original.record.1) {
            Outcome::Whole
        } else {
            Outcome::Earlier(original.height() - 1)
        };
        assert_eq!(outcome, wanted, "{left:?}, {cut:?}");
        count.add(&outcome);
    }
    count.say("cuts of the last record");
    assert_eq!(count.of("whole"), 1);
}

#[test]
fn a_bit_that_was_turned_is_named_or_leads_back_to_whole_commits() {
    // given
    let original = Original::new();
    let seed = number("KTR_OCTET_SEED", 4);
    let flips = usize::try_from(number("KTR_OCTET_FLIPS", 240)).unwrap();
    writeln!(stderr(), "flipped bits: seed {seed}").unwrap();
    let mut dice = Dice::new(seed);
    // when, then
    let mut count = Count::default();
    for left in LEFT {
        for flip in Damage::flips(&original, left, flips / 2, &mut dice) {
            count.add(&outcome(&original, left, &flip));
        }
    }
    count.say("flipped bits");
    assert!(count.of("named") > 0 && count.of("at an earlier height") > 0);
}

#[test]
fn a_list_of_files_that_ends_too_early_never_gives_a_family_without_its_last_rows() {
    // given
    let original = Original::new();
    // when
    let mut listed = 0;
    let mut count = Count::default();
    let lengths = Damage::lengths(&original);
    for flip in &lengths {
        let outcome = outcome(&original, Left::Stopped, flip);
        count.add(&outcome);
        // then it is the length that is named: RocksDB would open some of them without a word
        if matches!(&outcome, Outcome::Named(why) if why.starts_with("the list of the store's files"))
        {
            listed += 1;
        }
    }
    count.say("lengths in MANIFEST");
    assert_eq!(listed, lengths.len());
}

#[test]
fn a_record_that_claims_a_kind_of_logs_that_are_used_again_is_named_before_rocksdb_reads_it_for_ever()
 {
    // given
    let original = Original::new();
    let kinds = Damage::kinds(&original);
    assert!(kinds.len() > 10, "{}", kinds.len());
    for flip in &kinds {
        // when
        let outcome = outcome(&original, Left::Killed, flip);
        // then
        let is_named =
            matches!(&outcome, Outcome::Named(why) if why.contains("a record claims a kind"));
        assert!(is_named, "{flip:?}: {outcome:?}");
    }
}
