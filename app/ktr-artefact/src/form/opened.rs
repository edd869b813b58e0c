//! What the marks of an expression leave open, taken away: groups, classes of marks and counts behind marks, and what may part two words.
//! Letters that it counts are written out, and those between which it chooses are kept side by side. No expression is parsed here.

use crate::limits;

/// A text without what an expression leaves open.
pub(super) struct Opened {
    /// Its letters, and the marks that part no words. Of a choice the first letter.
    letters: String,
    /// Where letters may be chosen, counted in characters, and which.
    choices: Vec<(usize, Vec<char>)>,
}

impl Opened {
    /// The letters, if none of them is chosen.
    pub(super) fn fixed(self) -> Option<String> {
        self.choices.is_empty().then_some(self.letters)
    }

    /// Whether it holds one of several tokens, with whatever letters an expression lets be chosen; a text with more choices than are looked at does.
    pub(super) fn holds(&self, tokens: &[String]) -> bool {
        let mut as_written = tokens.iter();
        as_written.any(|token| self.letters.contains(token.as_str())) || self.spells_one(tokens)
    }

    fn spells_one(&self, tokens: &[String]) -> bool {
        if self.choices.is_empty() || self.choices.len() > limits::FORM_CHOICES_MAX {
            return !self.choices.is_empty();
        }
        let letters: Vec<char> = self.letters.chars().collect();
        let mut places: Vec<&[char]> = letters.iter().map(std::slice::from_ref).collect();
        for (at, chosen) in &self.choices {
            if let Some(place) = places.get_mut(*at) {
                *place = chosen.as_slice();
            }
        }
        let mut left = limits::FORM_COMPARED_MAX;
        for token in tokens {
            let length = token.chars().count();
            for (at, _) in &self.choices {
                let first = at.saturating_add(1).saturating_sub(length);
                for begin in first..=*at {
                    let compared = compared(token, &places, begin);
                    left = left.saturating_sub(compared.max(1));
                    if compared == length || left == 0 {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Adds letters of which one is chosen. One choice more than are looked at tells that there are too many.
    fn choose(&mut self, letters: Vec<char>) {
        let first = letters.first().copied();
        if self.choices.len() <= limits::FORM_CHOICES_MAX {
            self.choices.push((self.letters.chars().count(), letters));
        }
        self.letters.extend(first);
    }
}

/// How many letters of a token are spelled from one of these places on.
fn compared(token: &str, places: &[&[char]], begin: usize) -> usize {
    let places = places.iter().skip(begin);
    let alike = token.chars().zip(places);
    alike
        .take_while(|(letter, place)| place.contains(letter))
        .count()
}

/// The letters of a lower-case text, with the marks that part no words. A token goes through it as well.
pub(super) fn opened(text: &str) -> Opened {
    let mut opened = Opened {
        letters: String::with_capacity(text.len()),
        choices: Vec::new(),
    };
    let (mut rest, mut before) = (text, 'a');
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let is_counted = !before.is_alphanumeric();
        before = c;
        rest = match c {
            '\\' => after.strip_prefix(BLANKS).unwrap_or(after),
            '(' => group(after, &mut opened),
            '[' => class(after, &mut opened),
            '?' | '+' if is_counted => after,
            '{' if is_counted => behind_number(after).unwrap_or(after),
            '{' => behind_times(after, &mut opened),
            // The end of a sentence parts what no expression parts by a dot.
            '.' if after.starts_with(char::is_whitespace) => {
                opened.letters.push_str(". ");
                after
            }
            _ => {
                opened.letters.extend((!parts_words(c)).then_some(c));
                after
            }
        };
    }
    opened
}

/// What follows a group's beginning, or a choice of single letters or of marks alone, which is taken.
fn group<'a>(after: &'a str, opened: &mut Opened) -> &'a str {
    let inside = behind_flags(after);
    let Some((letters, behind)) = group_of_letters(inside) else {
        return behind_choice(inside);
    };
    opened.choose(letters);
    behind
}

/// What follows a class that stands for one letter, for marks or for a few letters, which is taken; of another one, all of it.
fn class<'a>(after: &'a str, opened: &mut Opened) -> &'a str {
    if let Some((letter, behind)) = class_of_one(after) {
        opened.letters.extend(letter);
        return behind;
    }
    let Some((letters, behind)) = class_of_letters(after) else {
        opened.letters.push('[');
        return after;
    };
    opened.choose(letters);
    behind
}

/// The letters of a class that is no range, excludes none and escapes none, and what follows it.
fn class_of_letters(after: &str) -> Option<(Vec<char>, &str)> {
    let (members, behind) = inner(after, ']')?;
    let letters: Vec<char> = members.chars().collect();
    let range = letters.windows(3).any(|three| matches!(three, [_, '-', _]));
    let plain = !range && !letters.contains(&'\\') && letters.first() != Some(&'^');
    (plain && is_choice(&letters)).then_some((letters, behind))
}

/// The letters of a group that chooses between single ones, and what follows it.
fn group_of_letters(after: &str) -> Option<(Vec<char>, &str)> {
    let (members, behind) = inner(after, ')')?;
    let mut letters = Vec::new();
    for member in members.split('|') {
        let mut member = member.chars();
        letters.push(member.next()?);
        if member.next().is_some() {
            return None;
        }
    }
    is_choice(&letters).then_some((letters, behind))
}

fn is_choice(letters: &[char]) -> bool {
    (2..=limits::CHOICE_LETTERS_MAX).contains(&letters.len())
        && letters.iter().any(|letter| letter.is_alphanumeric())
}

/// What follows a number in braces behind a letter, which is written as often as it says at least, and once if it may be none; a placeholder,
/// `{0}`, counts nothing.
fn behind_times<'a>(after: &'a str, opened: &mut Opened) -> &'a str {
    let number = inner(after, '}').map(|(number, _)| number);
    let counted = number.filter(|number| *number != "0");
    let Some((number, behind)) = counted.zip(behind_number(after)) else {
        opened.letters.push('{');
        return after;
    };
    let least = number.split(',').next().unwrap_or_default();
    let times = least.parse::<usize>().unwrap_or(1);
    let letter = opened.letters.chars().next_back();
    let more = times.min(limits::LETTER_TIMES_MAX).saturating_sub(1);
    opened.letters.extend(
        letter
            .into_iter()
            .flat_map(|letter| std::iter::repeat_n(letter, more)),
    );
    behind.strip_prefix(['?', '+']).unwrap_or(behind)
}

/// A token with a dot, which in an expression is any character, for each set of what parts its words; of many words for all.
pub(super) fn dotted(token: &str) -> Vec<String> {
    let words = token.split(|c| parts_words(c) || c == '\\');
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.len() > limits::TOKEN_DOTTED_PARTS_MAX {
        return vec![words.join(".")];
    }
    let joined = words.concat();
    let mut endings: Vec<String> = words.pop().map(str::to_owned).into_iter().collect();
    while let Some(word) = words.pop() {
        let whole = endings.iter();
        endings = whole
            .flat_map(|ending| [format!("{word}{ending}"), format!("{word}.{ending}")])
            .collect();
    }
    endings.retain(|ending| *ending != joined);
    endings
}

/// Letters behind a backslash that stand for a blank, or for one among other marks.
const BLANKS: [char; 4] = ['s', 't', 'n', 'w'];

const fn parts_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, ')' | '-' | '_' | '*' | '/' | '\'' | '"')
}

/// What follows the flags of a group, such as `?:` and `?i:`.
fn behind_flags(after: &str) -> &str {
    let flags = after.strip_prefix('?').and_then(|flags| {
        let letters = flags.trim_start_matches(|c: char| c.is_ascii_lowercase());
        letters.strip_prefix(':')
    });
    flags.unwrap_or(after)
}

/// What follows a choice of marks alone, such as `-|_)`; of another group, all of it.
fn behind_choice(after: &str) -> &str {
    let behind = inner(after, ')');
    let choice = behind.filter(|(marks, _)| marks.contains('|') && is_of_marks(marks));
    choice.map_or(after, |(_, behind)| behind)
}

/// The one letter or mark that a class stands for, none for one of several marks, and what follows it; nothing for any other class.
fn class_of_one(after: &str) -> Option<(Option<char>, &str)> {
    let (members, behind) = inner(after, ']')?;
    let mut letters = members.chars().filter(|c| *c != '\\');
    let first = letters.next();
    if members.is_empty() || first == Some('^') {
        return None;
    }
    let is_escaped = members.contains('\\');
    let one = letters.all(|c| Some(c) == first)
        && !(is_escaped && first.is_some_and(char::is_alphanumeric));
    if one {
        let mark = first.filter(|c| !parts_words(*c));
        return Some((mark, behind));
    }
    is_of_marks(members).then_some((None, behind))
}

/// Whether no letter is among members but one that stands for blanks.
fn is_of_marks(members: &str) -> bool {
    let mut escaped = false;
    members.chars().all(|c| {
        let blank = escaped && BLANKS.contains(&c);
        escaped = c == '\\';
        blank || !c.is_alphanumeric()
    })
}

/// What follows a number in braces.
fn behind_number(after: &str) -> Option<&str> {
    let (number, behind) = inner(after, '}')?;
    let fits = number.chars().all(|c| c.is_ascii_digit() || c == ',');
    (fits && !number.is_empty()).then_some(behind)
}

/// What stands before a bracket that is near, and behind it.
fn inner(text: &str, bracket: char) -> Option<(&str, &str)> {
    let at = text
        .char_indices()
        .take(NEAR)
        .find(|(_, c)| *c == bracket)?
        .0;
    let (inner, behind) = text.split_at_checked(at)?;
    Some((inner, behind.strip_prefix(bracket)?))
}

/// Characters between brackets that are looked at.
const NEAR: usize = 16;
