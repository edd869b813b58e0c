//! Reads shapes in the octets of a folded text: runs, and groups of fixed lengths with one mark between them.
//! What a shape means is for the classes.

/// A folded text as octets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn at(self, at: usize) -> Option<u8> {
        self.0.get(at).copied()
    }

    /// The octet before a place; a blank at the beginning.
    pub(super) fn before(self, at: usize) -> u8 {
        at.checked_sub(1)
            .and_then(|before| self.at(before))
            .unwrap_or(b' ')
    }

    /// Whether a letter or digit stands before a place that is no class of an expression, such as `\w`.
    pub(super) fn ends_a_name(self, at: usize) -> bool {
        let before = self.before(at);
        let escaped = at.checked_sub(2).and_then(|at| self.at(at)) == Some(b'\\');
        is_word(before) && !(escaped && b"bdsw".contains(&before))
    }

    pub(super) fn rest(self, at: usize) -> &'a [u8] {
        self.0.get(at..).unwrap_or(&[])
    }

    /// The longest run from a place of octets that fit.
    pub(super) fn run(self, at: usize, fits: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest(at);
        let length = rest.iter().take_while(|octet| fits(**octet)).count();
        rest.get(..length).unwrap_or(rest)
    }

    /// Whether a number could end or begin here: no letter or digit, and no fraction.
    pub(super) fn ends(self, end: usize) -> bool {
        let next = self.at(end).unwrap_or(b' ');
        let fraction = next == b'.'
            && self
                .at(end.saturating_add(1))
                .is_some_and(|b| b.is_ascii_digit());
        !is_word(next) && !fraction
    }

    /// Groups of these lengths, of letters and digits, with the same mark between all; nothing joins before or behind.
    pub(super) fn groups(self, at: usize, lengths: &[usize], marks: &[u8]) -> Option<Vec<u8>> {
        let (first, others) = lengths.split_first()?;
        let mut here = self.group(at, *first)?;
        let mark = self.at(here);
        for length in others {
            if self.at(here) != mark || !mark.is_some_and(|mark| marks.contains(&mark)) {
                return None;
            }
            here = self.group(here.saturating_add(1), *length)?;
        }
        // Nearly everything has been turned away by now: only what fits is copied.
        let octets = self.0.get(at..here)?;
        let joined = octets.iter().filter(|octet| octet.is_ascii_alphanumeric());
        (self.ends(here) && !self.is_fraction(at)).then(|| joined.copied().collect())
    }

    /// The end of a group of letters and digits.
    fn group(self, at: usize, length: usize) -> Option<usize> {
        let end = at.saturating_add(length);
        let group = self.0.get(at..end)?;
        group.iter().all(u8::is_ascii_alphanumeric).then_some(end)
    }

    /// Digits in one of several shapes.
    pub(super) fn digits(self, at: usize, shapes: &[&[usize]], marks: &[u8]) -> Option<Vec<u8>> {
        shapes
            .iter()
            .filter_map(|lengths| self.groups(at, lengths, marks))
            .find_map(|joined| values(&joined))
    }

    fn is_fraction(self, at: usize) -> bool {
        let two_before = at.checked_sub(2).and_then(|before| self.at(before));
        self.before(at) == b'.' && two_before.is_some_and(|b| b.is_ascii_digit())
    }
}

/// The values of digits; nothing if one is no digit.
pub(super) fn values(digits: &[u8]) -> Option<Vec<u8>> {
    digits
        .iter()
        .map(|octet| octet.checked_sub(b'0').filter(|value| *value <= 9))
        .collect()
}

/// A letter or digit; octets of other scripts count as letters.
pub(super) const fn is_word(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet >= 0x80
}
