//! Finds the spellings of words in folded texts: long ones anywhere, short ones as whole words, and patterns by their longest piece.
//! What is encoded was decoded before.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, BuildError, Match};

use super::{glob::Glob, grams::Grams};
use crate::limits;

/// What is to be found, before it is made ready.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    long: BTreeSet<String>,
    short: BTreeMap<String, Entry>,
    globs: Vec<Glob>,
    everywhere: Vec<Glob>,
}

/// What one string of the automaton stands for.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// A word that counts as a whole word; inside others it would be found by chance.
    is_word: bool,
    /// Patterns that have this piece.
    globs: Vec<usize>,
}

impl Spellings {
    /// Adds a folded word; one that is too short to mean anything is left out.
    pub(super) fn word(&mut self, word: String) {
        let letters = word.chars().count();
        if letters >= limits::TOKEN_ANYWHERE_MIN {
            self.long.insert(word);
        } else if letters >= limits::TOKEN_CHARS_MIN {
            self.short.entry(word).or_default().is_word = true;
        }
    }

    /// Adds a folded pattern.
    pub(super) fn glob(&mut self, folded: &str) {
        let glob = Glob::of(folded);
        let piece = glob.piece();
        if piece.is_empty() {
            self.everywhere.push(glob);
        } else {
            let index = self.globs.len();
            self.short.entry(piece).or_default().globs.push(index);
            self.globs.push(glob);
        }
    }

    /// All of them, ready.
    ///
    /// # Errors
    /// If an automaton would be larger than the library allows, which the limits of a dictionary exclude.
    pub(super) fn ready(self) -> Result<Words, BuildError> {
        let long: Vec<&str> = self.long.iter().map(String::as_str).collect();
        Ok(Words {
            long: Grams::of(&long)?,
            short: AhoCorasick::new(self.short.keys())?,
            entries: self.short.into_values().collect(),
            globs: self.globs,
            everywhere: self.everywhere,
        })
    }
}

/// What finds them.
#[derive(Clone, Debug)]
pub(super) struct Words {
    long: Grams,
    short: AhoCorasick,
    entries: Vec<Entry>,
    globs: Vec<Glob>,
    /// Patterns without any piece: tried on every word.
    everywhere: Vec<Glob>,
}

impl Words {
    /// Whether a folded text holds a word, as it counts, or matches a pattern.
    pub(super) fn in_text(&self, folded: &str) -> bool {
        let everywhere = || self.everywhere.iter();
        self.has_long(folded)
            || self
                .short
                .find_overlapping_iter(folded)
                .any(|found| self.counts(folded, &found))
            || everywhere().any(|glob| glob.matches_somewhere(folded))
    }

    /// Whether it holds a word that counts inside other words. Short ones would be found in noise, or with all blanks gone, by chance.
    pub(super) fn has_long(&self, folded: &str) -> bool {
        self.long.hit(folded)
    }

    fn counts(&self, folded: &str, found: &Match) -> bool {
        let Some(entry) = self.entries.get(found.pattern().as_usize()) else {
            return false;
        };
        let (start, end) = (found.start(), found.end());
        let mut globs = entry
            .globs
            .iter()
            .filter_map(|index| self.globs.get(*index));
        (entry.is_word && is_whole(folded, start, end))
            || globs.any(|glob| glob.matches_around(folded, start, end))
    }
}

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text
        .get(..start)
        .and_then(|front| front.chars().next_back());
    let after = text.get(end..).and_then(|rest| rest.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}
