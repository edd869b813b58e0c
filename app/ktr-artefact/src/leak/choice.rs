//! Texts in which an expression lets a letter be chosen, such as `n[o0]rdwind` and `n(o|0)rdwind`, in every way that they spell.
//! A range, and a choice of many letters, is none: there a letter is left open.

use std::collections::BTreeSet;

use super::expression::{behind_counts, closed};
use crate::limits;

/// What stands near choices of a folded text, in each way, one behind the other; nothing where the ways would be longer than `room`.
pub(super) fn chosen(folded: &str, room: usize) -> Option<String> {
    let (mut chosen, mut rest) = (String::new(), folded);
    while let Some((before, letters, behind)) = next(rest) {
        let mut ways = Ways(vec![end_of(before).to_owned()]);
        ways.choose(&letters);
        rest = behind;
        while let Some((between, letters, behind)) = next(rest)
            && between.len() <= limits::LEAK_CHOICE_NEAR
        {
            ways.go_on(between);
            ways.choose(&letters);
            rest = behind;
            if ways.octets() > room {
                return None;
            }
        }
        ways.go_on(beginning_of(rest));
        for way in ways.0 {
            chosen.push_str(&way);
            chosen.push(APART);
        }
        if chosen.len() > room {
            return None;
        }
    }
    Some(chosen)
}

/// Stands between two ways: no word has it.
const APART: char = '\u{1}';

/// What a stretch of a text may spell.
struct Ways(Vec<String>);

impl Ways {
    /// About as many as all ways have; none is much longer than another.
    fn octets(&self) -> usize {
        let one = self.0.first().map_or(0, String::len);
        one.saturating_mul(self.0.len())
    }

    fn go_on(&mut self, text: &str) {
        self.0.iter_mut().for_each(|way| way.push_str(text));
    }

    /// Each way with each letter; where these are too many, each way with one of the letters in turn.
    fn choose(&mut self, letters: &BTreeSet<char>) {
        let all = self.0.len().saturating_mul(letters.len());
        if all > limits::LEAK_WAYS_MAX {
            let turns = letters.iter().cycle();
            for (way, letter) in self.0.iter_mut().zip(turns) {
                way.push(*letter);
            }
            return;
        }
        let ways = self.0.iter();
        let ways = ways.flat_map(|way| letters.iter().map(move |letter| format!("{way}{letter}")));
        self.0 = ways.collect();
    }
}

/// What stands before the next choice, its letters, and what follows it and its counts.
fn next(text: &str) -> Option<(&str, BTreeSet<char>, &str)> {
    text.match_indices(['[', '(']).find_map(|(at, bracket)| {
        let after = text.get(at.saturating_add(bracket.len())..)?;
        let (letters, behind) = match bracket {
            "[" => class(after)?,
            _ => group(after)?,
        };
        let choice = (2..=limits::CHOICE_LETTERS_MAX).contains(&letters.len())
            && letters.iter().any(|letter| letter.is_alphanumeric());
        choice.then_some((text.get(..at)?, letters, behind_counts(behind)))
    })
}

/// The members of a class that is no range, excludes none and escapes none.
fn class(after: &str) -> Option<(BTreeSet<char>, &str)> {
    let (members, behind) = closed(after, ']')?;
    let range = members.trim_matches('-').contains('-');
    let plain = !range && !members.starts_with('^') && !members.contains('\\');
    plain.then(|| (members.chars().collect(), behind))
}

/// The single letters between which a group chooses.
fn group(after: &str) -> Option<(BTreeSet<char>, &str)> {
    let (members, behind) = closed(after.strip_prefix("?:").unwrap_or(after), ')')?;
    let letters = members.split('|').map(|member| {
        let mut letters = member.chars();
        letters.next().filter(|_| letters.next().is_none())
    });
    Some((letters.collect::<Option<_>>()?, behind))
}

/// The end of a text, as long as what is near.
fn end_of(text: &str) -> &str {
    let begin = text.len().saturating_sub(limits::LEAK_CHOICE_NEAR);
    text.get(text.ceil_char_boundary(begin)..).unwrap_or(text)
}

/// The beginning of a text, as long as what is near.
fn beginning_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(limits::LEAK_CHOICE_NEAR))
        .unwrap_or(text)
}
