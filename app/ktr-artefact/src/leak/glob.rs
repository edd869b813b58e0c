//! Patterns of names with `*` for any run and `?` for any character.
//! Which places of a text are worth a trial is told by the automaton, by the longest piece without either.

/// A folded pattern.
#[derive(Clone, Debug)]
pub(super) struct Glob(Vec<char>);

impl Glob {
    pub(super) fn of(folded: &str) -> Self {
        Self(folded.chars().collect())
    }

    /// The longest piece that stands in every name that matches; empty if there is none.
    pub(super) fn piece(&self) -> String {
        let pieces = self.0.split(|c| matches!(c, '*' | '?'));
        let longest = pieces.max_by_key(|piece| piece.len());
        longest.unwrap_or(&[]).iter().collect()
    }

    /// Whether the word around a place of a text matches whole. A word is letters, digits, `-`, `_`, `.`, and what the pattern itself has.
    pub(super) fn matches_around(&self, text: &str, start: usize, end: usize) -> bool {
        let joins = |c: char| {
            c.is_alphanumeric() || "-_.".contains(c) || (!c.is_whitespace() && self.0.contains(&c))
        };
        let (before, after) = (
            text.get(..start).unwrap_or(""),
            text.get(end..).unwrap_or(""),
        );
        let front = before.trim_end_matches(joins).len();
        let back = after
            .len()
            .saturating_sub(after.trim_start_matches(joins).len());
        let word = text.get(front..end.saturating_add(back)).unwrap_or("");
        // A sentence's full stop is no part of a name.
        self.matches(word) || self.matches(word.trim_matches('.'))
    }

    /// Whether any word of a text matches.
    pub(super) fn matches_somewhere(&self, text: &str) -> bool {
        text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c))
            .any(|word| !word.is_empty() && self.matches(word))
    }

    /// Whether a word matches whole. It tries the shortest run and remembers one star only, which is enough: an earlier star gains nothing
    /// that a later one could not take.
    fn matches(&self, word: &str) -> bool {
        let pattern = &self.0;
        let word: Vec<char> = word.chars().collect();
        let (mut at, mut here) = (0_usize, 0_usize);
        let mut star: Option<(usize, usize)> = None;
        while let Some(c) = word.get(here) {
            match pattern.get(at) {
                Some('*') => {
                    star = Some((at, here));
                    at = at.saturating_add(1);
                }
                Some(p) if *p == '?' || p == c => {
                    at = at.saturating_add(1);
                    here = here.saturating_add(1);
                }
                _ => {
                    let Some((star_at, taken)) = star else {
                        return false;
                    };
                    let taken = taken.saturating_add(1);
                    star = Some((star_at, taken));
                    at = star_at.saturating_add(1);
                    here = taken;
                }
            }
        }
        pattern.iter().skip(at).all(|p| *p == '*')
    }
}
