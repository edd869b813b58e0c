//! Finds the spellings of words in folded texts: long ones anywhere, short ones as whole words, and patterns by their longest piece.
//! What is encoded was decoded before.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, Match};

use super::{
    glob::Glob,
    grams::Grams,
    squeeze::{alike_into, squeeze},
};
use crate::limits;

/// What is to be found, before it is made ready.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    long: BTreeSet<String>,
    alike: BTreeSet<Vec<u8>>,
    short: BTreeMap<String, Entry>,
    globs: Vec<Glob>,
    everywhere: Vec<Glob>,
}

/// What one string of the automaton stands for.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// A word that counts as a whole word; inside others it would be found by chance.
    is_word: bool,
    /// A long word of which little is left without blanks and marks: it counts anywhere.
    is_anywhere: bool,
    /// Patterns that have this piece.
    globs: Vec<usize>,
}

impl Spellings {
    /// Adds a folded word; one that is too short to mean anything is left out.
    ///
    /// **Invariant:** a long word is there squeezed as well, so that a text whose squeezed form is searched need not be searched for it; or it
    /// is found with the short ones.
    pub(super) fn word(&mut self, word: String) {
        let letters = word.chars().count();
        if letters >= limits::TOKEN_ANYWHERE_MIN {
            let squeezed = squeeze(&word);
            if squeezed.chars().count() >= limits::TOKEN_ANYWHERE_MIN {
                self.long.insert(squeezed);
            } else {
                self.short.entry(word.clone()).or_default().is_anywhere = true;
            }
            self.long.insert(word);
        } else if letters >= limits::TOKEN_CHARS_MIN {
            self.short.entry(word).or_default().is_word = true;
        }
    }

    /// Adds a squeezed word with its signs that look alike as one, if it is long enough not to be found by chance.
    pub(super) fn alike(&mut self, squeezed: &str) {
        // The marks that go with it are no letters of the word.
        let letters = squeezed.chars().filter(|c| !matches!(c, '.' | '+' | '&'));
        if letters.count() >= limits::LEAK_ALIKE_MIN {
            let mut alike = Vec::new();
            alike_into(squeezed.as_bytes(), &mut alike);
            self.alike.insert(alike);
        }
    }

    /// Adds a word without its marks: a short one counts as a whole word only, for without them it may well be a part of others.
    pub(super) fn bare(&mut self, word: String) {
        let squeezed = squeeze(&word);
        if squeezed.chars().count() >= limits::LEAK_BARE_MIN {
            self.alike(&squeezed);
            self.word(word);
        } else {
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
        let long: Vec<&[u8]> = self.long.iter().map(String::as_bytes).collect();
        let alike: Vec<&[u8]> = self.alike.iter().map(Vec::as_slice).collect();
        let octets: usize = self.short.keys().map(String::len).sum();
        let table = (octets <= limits::LEAK_TABLE_MAX).then_some(AhoCorasickKind::DFA);
        Ok(Words {
            long: Grams::of(&long)?,
            alike: Grams::of(&alike)?,
            short: AhoCorasick::builder()
                .kind(table)
                .build(self.short.keys())?,
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
    alike: Grams,
    short: AhoCorasick,
    entries: Vec<Entry>,
    globs: Vec<Glob>,
    /// Patterns without any piece: tried on every word.
    everywhere: Vec<Glob>,
}

impl Words {
    /// Whether a folded text holds a word that its squeezed form would not show, as it counts, or matches a pattern.
    pub(super) fn in_text(&self, folded: &str) -> bool {
        let mut everywhere = self.everywhere.iter();
        self.short
            .find_overlapping_iter(folded)
            .any(|found| self.counts(folded, &found))
            || everywhere.any(|glob| glob.matches_somewhere(folded))
    }

    /// Whether octets, folded or also squeezed, hold a word that counts inside other words. Short ones would be found in noise, or with all blanks gone, by chance.
    pub(super) fn has_long(&self, folded: &[u8]) -> bool {
        self.long.hit(folded)
    }

    /// Whether a squeezed text whose signs look alike as one holds a word made so.
    pub(super) fn has_alike(&self, alike: &[u8]) -> bool {
        self.alike.hit(alike)
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
        entry.is_anywhere
            || (entry.is_word && is_whole(folded, start, end))
            || globs.any(|glob| glob.matches_around(folded, start, end))
    }
}

fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let mut before = text.get(..start).unwrap_or("").chars().rev();
    let after = text.get(end..).and_then(|rest| rest.chars().next());
    let begins = match before.next() {
        // Behind a backslash it is no letter.
        Some('b' | 'd' | 'n' | 'r' | 's' | 't' | 'w') if before.next() == Some('\\') => true,
        other => !other.is_some_and(char::is_alphanumeric),
    };
    begins && !after.is_some_and(char::is_alphanumeric)
}
