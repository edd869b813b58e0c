//! Goes over what a string can spell and keeps, at each place, how far it may have led up to a name.
//! What leads there, and whose name it is, is told by who asks.

use std::{collections::BTreeSet, ops::Range};

use super::spelled::{Kind, Part};

/// How far a string has led up to a name.
pub(super) trait Stage: Copy + Ord {
    /// Behind anything at all.
    const GAP: Self;

    /// One octet on. Zeros stand between the letters of wide strings.
    fn step(self, octet: u8) -> impl Iterator<Item = Self>;

    /// Behind octets that are not spelled out.
    fn unspelled(self) -> impl Iterator<Item = Self>;

    /// Whether a name begins or goes on here.
    fn is_at_name(self) -> bool;

    /// Whether `name`, met at one of these stages and with `rest` behind it, is somebody's.
    fn names_somebody(here: &BTreeSet<Self>, name: &[Part], rest: &Rest<'_>) -> bool;
}

/// What follows a part: to the end of its choice, and then behind that.
pub(super) struct Rest<'a> {
    pub(super) parts: &'a [Part],
    pub(super) outer: Option<&'a Self>,
}

/// Where names stand in a string that begins at `first`.
pub(super) fn names<S: Stage>(parts: &[Part], first: S) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    walk(parts, None, &BTreeSet::from([first]), Some(&mut found));
    found
}

/// Goes over parts from wherever it may be, notes the names met, and says where it may be then. Inside a name nothing is noted: it has been
/// noted whole, and each group in it would be gone through once for every group around it.
fn walk<S: Stage>(
    parts: &[Part],
    outer: Option<&Rest<'_>>,
    from: &BTreeSet<S>,
    mut found: Option<&mut Vec<Range<usize>>>,
) -> BTreeSet<S> {
    let (mut here, mut named) = (from.clone(), 0);
    for (index, part) in parts.iter().enumerate() {
        if let Some(found) = found.as_deref_mut()
            && index >= named
            && here.iter().any(|stage| stage.is_at_name())
        {
            let rest = Rest {
                parts: parts.get(index..).unwrap_or_default(),
                outer,
            };
            let (length, name) = name_at(&here, &rest);
            named = index.saturating_add(length);
            found.extend(name);
        }
        let inside = found.is_none() || index < named;
        let mut after: BTreeSet<S> = match &part.kind {
            Kind::Octet(octets) => here
                .iter()
                .flat_map(|stage| octets.iter().flat_map(move |octet| stage.step(*octet)))
                .collect(),
            Kind::Inside | Kind::Any => here.iter().flat_map(|stage| stage.unspelled()).collect(),
            Kind::Gap => BTreeSet::from([S::GAP]),
            Kind::Choice(choices) => {
                let behind = Rest {
                    parts: parts.get(index.saturating_add(1)..).unwrap_or_default(),
                    outer,
                };
                let mut ends = BTreeSet::new();
                for parts in choices {
                    let found = found.as_deref_mut().filter(|_| !inside);
                    ends.append(&mut walk(parts, Some(&behind), &here, found));
                }
                ends
            }
        };
        if part.optional && inside {
            // A name that is left out leaves two separators side by side, and no other name.
            after.extend(here.iter().flat_map(|stage| stage.unspelled()));
        } else if part.optional {
            after.append(&mut here);
        }
        here = after;
    }
    here
}

/// How many parts at the beginning of `rest` may be a name, and where it stands if it is somebody's.
fn name_at<S: Stage>(here: &BTreeSet<S>, rest: &Rest<'_>) -> (usize, Option<Range<usize>>) {
    let parts = rest.parts.iter();
    let length = parts.take_while(|part| part.fits_a_name).count();
    let (name, behind) = rest.parts.split_at_checked(length).unwrap_or_default();
    let behind = Rest {
        parts: behind,
        outer: rest.outer,
    };
    let place = name.first().zip(name.last());
    let place = place.map(|(first, last)| first.place.start..last.place.end);
    let somebody = place.filter(|_| S::names_somebody(here, name, &behind));
    (length, somebody)
}

/// Whether one of the words that these parts spell is the name of somebody and none of `nobodies`. Too many words, and too long ones, are
/// somebody's.
pub(super) fn spells_somebody(parts: &[Part], nobodies: &[&[u8]]) -> bool {
    words(parts).is_none_or(|words| {
        words.iter().any(|word| {
            let begins = if word.contains(&UNSPELLED) {
                word.windows(2)
                    .any(|pair| pair.iter().all(u8::is_ascii_alphanumeric))
            } else {
                word.first().is_some_and(u8::is_ascii_alphanumeric)
            };
            begins && !nobodies.iter().any(|nobody| is_spelled(word, nobody))
        })
    })
}

/// Whether a word is another; the dots of an expression are not spelled out.
fn is_spelled(word: &[u8], other: &[u8]) -> bool {
    let mut pairs = word.iter().zip(other);
    let same = |(octet, other): (&u8, &u8)| match (*octet, *other) {
        (UNSPELLED, b'.') => true,
        (octet, other) => octet == other,
    };
    word.len() == other.len() && pairs.all(same)
}

/// Stands in a word for what is not spelled out.
const UNSPELLED: u8 = 0;

/// More words than these are not looked at one by one.
const WORDS_MAX: usize = 64;

/// Octets of a word that is looked at: no name of a person or host is longer.
const WORD_MAX: usize = 256;

/// The words that parts can spell.
fn words(parts: &[Part]) -> Option<Vec<Vec<u8>>> {
    let mut words = vec![Vec::new()];
    for part in parts {
        let mut endings: BTreeSet<Vec<u8>> = match &part.kind {
            Kind::Octet(octets) => octets.iter().map(|octet| spelled(*octet)).collect(),
            Kind::Inside | Kind::Any | Kind::Gap => BTreeSet::from([vec![UNSPELLED]]),
            Kind::Choice(choices) => {
                let choices = choices.iter().map(|parts| self::words(parts));
                let choices: Option<Vec<Vec<Vec<u8>>>> = choices.collect();
                choices?.into_iter().flatten().collect()
            }
        };
        if part.optional {
            endings.insert(Vec::new());
        }
        let longest = words.iter().map(Vec::len).max();
        if words.len().saturating_mul(endings.len()) > WORDS_MAX
            || longest.is_some_and(|length| length > WORD_MAX)
        {
            return None;
        }
        let last = endings.pop_last().unwrap_or_default();
        let mut others = Vec::new();
        for ending in &endings {
            others.extend(words.iter().map(|word| [word.as_slice(), ending].concat()));
        }
        for word in &mut words {
            word.extend(&last);
        }
        words.append(&mut others);
    }
    Some(words)
}

/// An octet as part of a word; a zero is none.
fn spelled(octet: u8) -> Vec<u8> {
    if octet == 0 { Vec::new() } else { vec![octet] }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::BTreeSet, iter};

    use super::{Part, Rest, Stage, names};
    use crate::rules::yara::spelled::{Kind, expression};

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    /// At a name from the beginning to the end; it counts what it is asked, and each part that it is shown.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Counting;

    fn add(steps: usize) {
        STEPS.with(|count| count.set(count.get().saturating_add(steps)));
    }

    fn parts_of(parts: &[Part]) -> usize {
        let inner = |part: &Part| match &part.kind {
            Kind::Choice(choices) => choices.iter().map(|parts| parts_of(parts)).sum(),
            Kind::Octet(_) | Kind::Inside | Kind::Any | Kind::Gap => 0,
        };
        parts
            .iter()
            .map(inner)
            .fold(parts.len(), usize::saturating_add)
    }

    impl Stage for Counting {
        const GAP: Self = Self;

        fn step(self, _octet: u8) -> impl Iterator<Item = Self> {
            add(1);
            iter::once(self)
        }

        fn unspelled(self) -> impl Iterator<Item = Self> {
            add(1);
            iter::once(self)
        }

        fn is_at_name(self) -> bool {
            add(1);
            true
        }

        fn names_somebody(_here: &BTreeSet<Self>, name: &[Part], _rest: &Rest<'_>) -> bool {
            add(parts_of(name));
            false
        }
    }

    /// Steps over what an expression spells, and the parts that it is.
    fn steps(source: &str) -> usize {
        let parts = expression(source).unwrap();
        STEPS.with(|count| count.set(0));
        add(parts_of(&parts));
        assert!(names(&parts, Counting).is_empty());
        STEPS.with(Cell::get)
    }

    fn twice_as_deep_costs_twice_as_much(source: impl Fn(usize) -> String) {
        let (once, twice) = (steps(&source(30)), steps(&source(60)));
        assert!(
            twice <= once.saturating_mul(2).saturating_add(20),
            "{once} {twice}"
        );
    }

    #[test]
    fn groups_twice_as_deep_round_a_name_cost_twice_as_much() {
        twice_as_deep_costs_twice_as_much(|depth| {
            format!("{}x{}", "(a".repeat(depth), ")?".repeat(depth))
        });
    }

    #[test]
    fn groups_twice_as_deep_round_a_separator_that_comes_often_cost_twice_as_much() {
        for separator in [
            r"\\+", r"\\{1,2}", r"\\{2,}", r"\\{16}", r"[\\/]*", r"(\\)+",
        ] {
            for count in ["+", "*", "{1,2}", "{2,}", "{2}"] {
                twice_as_deep_costs_twice_as_much(|depth| {
                    let ends = format!("){count}").repeat(depth);
                    format!("ab{}{separator}{ends}", "(".repeat(depth))
                });
            }
        }
    }

    #[test]
    fn a_name_longer_than_any_is_somebodys() {
        let parts = expression(&"a".repeat(1_000)).unwrap();
        assert!(super::spells_somebody(&parts, &[&[b'a'; 1_000]]));
    }
}
