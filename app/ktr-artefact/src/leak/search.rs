//! Looks through one text and everything that can be decoded in it, three deep.
//! Which texts a bundle has is told by the walk through it.

use std::{borrow::Cow, collections::BTreeSet, mem};

use super::{
    Dictionary,
    address::each_address,
    class,
    decode::{self, Runs},
    fold::{fold_into, fold_octets, squeeze_into},
    seen::Seen,
};
use crate::{
    finding::{Rule, rule},
    limits,
};

/// A search: what was found so far, and how much may still be unfolded.
#[derive(Debug)]
pub(super) struct Search<'a> {
    dictionary: &'a Dictionary,
    found: BTreeSet<Rule>,
    budget: usize,
    seen: Seen,
    spare: Vec<Buffers>,
}

/// Buffers of one depth.
#[derive(Debug, Default)]
struct Buffers {
    folded: String,
    squeezed: String,
    digits: Vec<u8>,
    runs: Runs,
}

impl<'a> Search<'a> {
    pub(super) fn new(dictionary: &'a Dictionary) -> Self {
        Self {
            dictionary,
            found: BTreeSet::new(),
            budget: limits::LEAK_DECODED_MAX,
            seen: Seen::default(),
            spare: Vec::new(),
        }
    }

    /// What was found since the last time; the next object may unfold as far as this one.
    pub(super) fn take(&mut self) -> BTreeSet<Rule> {
        self.budget = limits::LEAK_DECODED_MAX;
        mem::take(&mut self.found)
    }

    /// What was found since the last time, within one object.
    pub(super) fn take_part(&mut self) -> BTreeSet<Rule> {
        mem::take(&mut self.found)
    }

    /// The raw text of the whole bundle, so that nothing hides between strings. It is not decoded: the strings are.
    pub(super) fn raw(&mut self, text: &str) {
        let mut buffers = self.buffers();
        fold_into(text, &mut buffers.folded);
        self.words(&mut buffers, 0);
        self.spare.push(buffers);
    }

    /// A string, name or number of the bundle. What was read once and held nothing is not read again.
    pub(super) fn string(&mut self, text: &str) {
        if self.seen.has(text) {
            return;
        }
        let before = mem::take(&mut self.found);
        self.text(text, 0);
        if self.found.is_empty() {
            self.seen.put(text);
        }
        self.found.extend(before);
    }

    /// A text and everything that can be decoded in it.
    fn text(&mut self, text: &str, depth: usize) {
        let mut buffers = self.buffers();
        self.plain(text, &mut buffers, depth);
        self.ids(text);
        let Buffers { folded, runs, .. } = &mut buffers;
        runs.hex(folded, |octets, parted| {
            if parted && self.dictionary.holds_digest(octets) {
                self.found.insert(rule::LEAK_HASHED);
            }
            self.octets(octets, 0, depth);
        });
        runs.base64(text, |octets| {
            self.octets(octets, limits::LEAK_BASE64_MIN, depth);
        });
        self.spare.push(buffers);
        if let Some(decoded) = decode::unescaped(text) {
            self.deeper(decoded.as_bytes(), 0, depth);
        }
    }

    fn octets(&mut self, octets: &[u8], least: usize, depth: usize) {
        if self.dictionary.is_digest(octets) {
            self.found.insert(rule::LEAK_HASHED);
        }
        self.deeper(octets, least, depth);
        for decoded in decode::wide_texts(octets) {
            self.deeper(decoded.as_bytes(), least, depth);
        }
    }

    /// Decoded octets. Short words count only where they are at least `least` octets long and read as a text: in noise they occur by chance.
    fn deeper(&mut self, octets: &[u8], least: usize, depth: usize) {
        let Some(budget) = self.budget.checked_sub(octets.len()) else {
            self.found.insert(rule::LEAK_UNREAD);
            return;
        };
        self.budget = budget;
        if !decode::is_texty(octets) || octets.len() < least {
            self.noise(octets);
            return;
        }
        let (text, depth): (Cow<'_, str>, usize) =
            (String::from_utf8_lossy(octets), depth.saturating_add(1));
        if depth < limits::LEAK_DEPTH_MAX {
            self.text(&text, depth);
        } else {
            let mut buffers = self.buffers();
            self.plain(&text, &mut buffers, depth);
            self.spare.push(buffers);
        }
    }

    /// Octets that are no text, but may hold one.
    fn noise(&mut self, octets: &[u8]) {
        if octets.len() < limits::TOKEN_ANYWHERE_MIN {
            return;
        }
        let mut buffers = self.buffers();
        fold_octets(octets, &mut buffers.folded);
        let (dictionary, folded) = (self.dictionary, &buffers.folded);
        let mut found = dictionary.words().has_long(folded);
        let count = |sought: u8| folded.bytes().filter(|octet| *octet == sought).count();
        // A letter is four octets at most: in letters with blanks between, that many are blanks.
        if !found && count(b' ').saturating_mul(5) >= folded.len() {
            squeeze_into(folded, &mut buffers.squeezed);
            found = dictionary.words().has_long(&buffers.squeezed);
        }
        if found {
            self.found.insert(rule::LEAK_ENCODED);
        }
        // Four numbers do not come by chance.
        let dotted = |three: &[u8]| matches!(three, [b'0'..=b'9', b'.', b'0'..=b'9']);
        if count(b'.') >= 3 && folded.as_bytes().windows(3).any(dotted) {
            each_address(folded, |literal| {
                if literal.usual && dictionary.holds_address(literal.address) {
                    self.found.insert(rule::LEAK_ADDRESS);
                }
            });
        }
        self.spare.push(buffers);
    }

    /// A text as it stands.
    fn plain(&mut self, text: &str, buffers: &mut Buffers, depth: usize) {
        fold_into(text, &mut buffers.folded);
        self.words(buffers, depth);
        let (dictionary, folded) = (self.dictionary, &buffers.folded);
        each_address(folded, |literal| {
            if dictionary.holds_address(literal.address) {
                self.found.insert(rule::LEAK_ADDRESS);
            }
            if literal.usual && class::is_private(literal.address) {
                self.found.insert(rule::LEAK_PRIVATE_ADDRESS);
            }
        });
        class::collect(folded, &mut self.found);
        if dictionary.has_phone(folded, &mut buffers.digits) {
            self.found.insert(rule::LEAK_PHONE);
        }
    }

    /// Words of a folded text, also with all blanks gone.
    fn words(&mut self, buffers: &mut Buffers, depth: usize) {
        let (words, folded) = (self.dictionary.words(), &buffers.folded);
        let mut found = words.in_text(folded);
        if !found {
            squeeze_into(folded, &mut buffers.squeezed);
            found = buffers.squeezed.len() < folded.len() && words.has_long(&buffers.squeezed);
        }
        if found {
            self.found.insert(match depth {
                0 => rule::LEAK_TEXT,
                _ => rule::LEAK_ENCODED,
            });
        }
    }

    /// Ids in their usual writing: the octets between the double hyphen and the end.
    fn ids(&mut self, text: &str) {
        for (at, mark) in text.match_indices("--") {
            let id = text.as_bytes().get(at.saturating_add(mark.len())..);
            let digits = id.into_iter().flatten().take(36);
            let digits: Vec<u8> = digits.filter(|b| b.is_ascii_hexdigit()).copied().collect();
            let mut octets = [0; 16];
            let read = digits.len() == 32 && hex::decode_to_slice(&digits, &mut octets).is_ok();
            if read && self.dictionary.is_digest(&octets) {
                self.found.insert(rule::LEAK_HASHED);
            }
        }
    }

    fn buffers(&mut self) -> Buffers {
        self.spare.pop().unwrap_or_default()
    }
}
