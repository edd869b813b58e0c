//! One automaton for all spellings of all words, and for the pieces by which patterns are found.
//! It reads folded texts; what is encoded was decoded before.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, Match};

use super::glob::Glob;
use crate::{
    finding::{Rule, rule},
    limits,
};

/// What is to be found, before the automaton is made.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    entries: BTreeMap<String, Entry>,
    globs: Vec<Glob>,
    everywhere: Vec<Glob>,
}

/// What one string of the automaton stands for.
#[derive(Clone, Debug, Default)]
struct Entry {
    reach: Option<Reach>,
    /// Patterns that have this piece.
    globs: Vec<usize>,
}

/// Where a word counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Reach {
    /// Inside other words too.
    Anywhere,
    /// As a whole word; elsewhere it would be found by chance.
    Whole,
}

impl Spellings {
    /// Adds a folded word; one that is too short to mean anything is left out.
    pub(super) fn word(&mut self, word: String) {
        let letters = word.chars().count();
        if letters < limits::TOKEN_CHARS_MIN {
            return;
        }
        let reach = if letters < limits::TOKEN_ANYWHERE_MIN {
            Reach::Whole
        } else {
            Reach::Anywhere
        };
        self.entries.entry(word).or_default().reach = Some(reach);
    }

    /// Adds a folded pattern.
    pub(super) fn glob(&mut self, folded: &str) {
        let glob = Glob::of(folded);
        let piece = glob.piece();
        if piece.is_empty() {
            self.everywhere.push(glob);
        } else {
            let index = self.globs.len();
            self.entries.entry(piece).or_default().globs.push(index);
            self.globs.push(glob);
        }
    }

    /// The automaton.
    ///
    /// # Errors
    /// [`rule::FORM_COUNT`] if it would be larger than the library allows, which the limits of a dictionary exclude.
    pub(super) fn ready(self) -> Result<Words, Rule> {
        let automaton = AhoCorasick::new(self.entries.keys()).map_err(|_error| rule::FORM_COUNT)?;
        Ok(Words {
            automaton,
            entries: self.entries.into_values().collect(),
            globs: self.globs,
            everywhere: self.everywhere,
        })
    }
}

/// The automaton and what its strings stand for.
#[derive(Clone, Debug)]
pub(super) struct Words {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
    globs: Vec<Glob>,
    /// Patterns without any piece: tried on every word.
    everywhere: Vec<Glob>,
}

impl Words {
    /// Whether a folded text holds a word, as it counts, or matches a pattern.
    pub(super) fn in_text(&self, folded: &str) -> bool {
        self.automaton
            .find_overlapping_iter(folded)
            .any(|found| self.counts(folded, &found))
            || self
                .everywhere
                .iter()
                .any(|glob| glob.matches_somewhere(folded))
    }

    /// Whether it holds a word that counts inside other words. Short ones would be found in noise, or with all blanks gone, by chance.
    pub(super) fn has_long(&self, folded: &str) -> bool {
        self.automaton.find_overlapping_iter(folded).any(|found| {
            let entry = self.entries.get(found.pattern().as_usize());
            entry.is_some_and(|entry| entry.reach == Some(Reach::Anywhere))
        })
    }

    fn counts(&self, folded: &str, found: &Match) -> bool {
        let Some(entry) = self.entries.get(found.pattern().as_usize()) else {
            return false;
        };
        let (start, end) = (found.start(), found.end());
        let word = match entry.reach {
            Some(Reach::Anywhere) => true,
            Some(Reach::Whole) => is_whole(folded, start, end),
            None => false,
        };
        word || entry
            .globs
            .iter()
            .filter_map(|index| self.globs.get(*index))
            .any(|glob| glob.matches_around(folded, start, end))
    }
}

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text
        .get(..start)
        .and_then(|front| front.chars().next_back());
    let after = text.get(end..).and_then(|rest| rest.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}
