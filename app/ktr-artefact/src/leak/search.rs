//! Looks through one text and everything that can be decoded in it, three deep.
//! Which texts a bundle has is told by the walk through it.

use std::{borrow::Cow, collections::BTreeSet, mem};

use super::{
    Dictionary,
    address::{Literal, each_address},
    choice, class,
    decode::{self, Runs},
    expression,
    fold::{capitals_as_latin, fold, fold_into, fold_octets, has_capitals},
    seen::Seen,
    squeeze::{alike_into, squeeze, squeeze_into},
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
    undone: String,
    squeezed: Squeezed,
    digits: Vec<u8>,
    runs: Runs,
}

/// A text without what stands between letters, and with signs that look alike as one.
#[derive(Debug, Default)]
struct Squeezed {
    plain: Vec<u8>,
    alike: Vec<u8>,
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

    /// The raw text of the whole bundle, so that nothing hides between strings. It is not decoded, nor read with signs that look alike: the strings are.
    pub(super) fn raw(&mut self, text: &str) {
        let mut buffers = self.buffers();
        fold_into(text, &mut buffers.folded);
        squeeze_into(&buffers.folded, &mut buffers.squeezed.plain);
        let words = self.dictionary.words();
        if words.in_text(&buffers.folded) || words.has_long(&buffers.squeezed.plain) {
            self.found.insert(rule::LEAK_TEXT);
        }
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
        if folded.contains("xn--") {
            let mut other = self.buffers();
            for name in decode::labels(folded) {
                if !self.pays(name.len()) {
                    break;
                }
                self.plain(&name, &mut other, depth.saturating_add(1));
            }
            self.spare.push(other);
        }
        self.spare.push(buffers);
        if let Some(decoded) = decode::unescaped(text) {
            self.deeper(&decoded, 0, depth);
            if let Some(narrow) = decode::narrow(&decoded) {
                self.deeper(narrow.as_bytes(), 0, depth);
            }
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

    /// Whether so much may still be unfolded; if not, that is a finding.
    fn pays(&mut self, octets: usize) -> bool {
        let left = self.budget.checked_sub(octets);
        match left {
            Some(budget) => self.budget = budget,
            None => self.found.extend([rule::LEAK_UNREAD]),
        }
        left.is_some()
    }

    /// Decoded octets. Short words count only where they are at least `least` octets long and read as a text: in noise they occur by chance.
    fn deeper(&mut self, octets: &[u8], least: usize, depth: usize) {
        if !self.pays(octets.len()) {
            return;
        }
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
        let mut found = dictionary.words().has_long(folded.as_bytes());
        let count = |sought: u8| folded.bytes().filter(|octet| *octet == sought).count();
        // A letter is four octets at most: in letters with blanks between, that many are blanks. Where half can be read, it is mostly letters.
        let readable = folded.bytes().filter(|octet| *octet >= b' ').count();
        let letters = readable.saturating_mul(2) >= folded.len();
        if !found && (letters || count(b' ').saturating_mul(5) >= folded.len()) {
            let Squeezed { plain, alike } = &mut buffers.squeezed;
            squeeze_into(folded, plain);
            alike_into(plain, alike);
            let words = dictionary.words();
            found = words.has_long(plain) || words.has_alike(alike);
            if !found && letters && expression::may_be(folded) {
                let chosen = self.chosen(folded);
                found = [folded.as_str(), &chosen].iter().any(|text| {
                    expression::undone_into(text, &mut buffers.undone);
                    squeeze_into(&buffers.undone, plain);
                    alike_into(plain, alike);
                    words.has_long(plain) || words.has_alike(alike)
                });
            }
        }
        if found || self.is_read_otherwise(octets, folded, letters) {
            self.found.insert(rule::LEAK_ENCODED);
        }
        // Four numbers do not come by chance.
        let dotted = |three: &[u8]| matches!(three, [b'0'..=b'9', b'.', b'0'..=b'9']);
        if count(b'.') >= 3 && folded.as_bytes().windows(3).any(dotted) {
            each_address(folded, |literal| {
                if literal.usual {
                    self.address(literal);
                }
            });
        }
        // So many marks in a row are a text: the classes are looked for in it alone, for in noise a short one would occur by chance.
        for stretch in folded.split(|c: char| !matches!(c, ' '..='~')) {
            if stretch.len() >= limits::LEAK_STRETCH_MIN {
                class::collect(stretch, &mut self.found);
            }
        }
        self.spare.push(buffers);
    }

    /// Whether octets that are no text hold a long word in an A-label, with capitals that look like Latin ones or, where they are mostly
    /// letters, behind escapes.
    fn is_read_otherwise(&self, octets: &[u8], folded: &str, letters: bool) -> bool {
        let labels = folded.contains("xn--").then(|| decode::labels(folded));
        let capitals = has_capitals(octets).then(|| String::from_utf8_lossy(octets));
        let capitals = capitals.and_then(|text| capitals_as_latin(&text));
        let unescaped = letters.then(|| decode::unescaped(folded)).flatten();
        let unescaped = unescaped.map(|octets| {
            let whole = || String::from_utf8_lossy(&octets).into_owned();
            decode::narrow(&octets).unwrap_or_else(whole)
        });
        let texts = labels.into_iter().flatten().chain(capitals);
        texts.chain(unescaped).any(|text| {
            let squeezed = squeeze(&fold(&text));
            self.dictionary.words().has_long(squeezed.as_bytes())
        })
    }

    /// A text as it stands, and as an expression.
    fn plain(&mut self, text: &str, buffers: &mut Buffers, depth: usize) {
        fold_into(text, &mut buffers.folded);
        self.said(&buffers.folded, &mut buffers.squeezed, depth);
        class::collect(&buffers.folded, &mut self.found);
        if self
            .dictionary
            .has_phone(&buffers.folded, &mut buffers.digits)
        {
            self.found.insert(rule::LEAK_PHONE);
        }
        self.as_expression(buffers, depth);
        if let Some(capitals) = capitals_as_latin(text) {
            fold_into(&capitals, &mut buffers.folded);
            self.words(&buffers.folded, &mut buffers.squeezed, depth);
        }
    }

    /// A folded text, read as an expression if it may be one.
    fn as_expression(&mut self, buffers: &mut Buffers, depth: usize) {
        if !expression::may_be(&buffers.folded) {
            return;
        }
        expression::undone_into(&buffers.folded, &mut buffers.undone);
        if buffers.undone != buffers.folded {
            self.undone(buffers, depth);
        }
        if let Some(spaced) = expression::spaced(&buffers.folded) {
            expression::undone_into(&spaced, &mut buffers.undone);
            self.words(&buffers.undone, &mut buffers.squeezed, depth);
        }
        let chosen = self.chosen(&buffers.folded);
        if !chosen.is_empty() {
            expression::undone_into(&chosen, &mut buffers.undone);
            self.words(&buffers.undone, &mut buffers.squeezed, depth);
        }
    }

    /// A text in each way that its choices of letters spell; empty if it has none, or if they spell more than may be unfolded.
    fn chosen(&mut self, folded: &str) -> String {
        let Some(chosen) = choice::chosen(folded, self.budget) else {
            self.found.insert(rule::LEAK_UNREAD);
            return String::new();
        };
        self.budget = self.budget.saturating_sub(chosen.len());
        chosen
    }

    /// A text whose escapes were undone.
    fn undone(&mut self, buffers: &mut Buffers, depth: usize) {
        self.said(&buffers.undone, &mut buffers.squeezed, depth);
        class::collect_undone(&buffers.undone, &mut self.found);
        if self
            .dictionary
            .has_phone(&buffers.undone, &mut buffers.digits)
        {
            self.found.insert(rule::LEAK_PHONE);
        }
    }

    /// Words and addresses of a folded text.
    fn said(&mut self, folded: &str, squeezed: &mut Squeezed, depth: usize) {
        self.words(folded, squeezed, depth);
        each_address(folded, |literal| self.address(literal));
    }

    fn address(&mut self, literal: Literal) {
        if self.dictionary.holds_address(literal.address) {
            self.found.insert(rule::LEAK_ADDRESS);
        }
        if literal.usual && class::is_private(literal.address) {
            self.found.insert(rule::LEAK_PRIVATE_ADDRESS);
        }
    }

    /// Words of a folded text, also with all blanks gone and signs that look alike as one.
    fn words(&mut self, folded: &str, squeezed: &mut Squeezed, depth: usize) {
        let words = self.dictionary.words();
        let mut found = words.in_text(folded);
        if !found {
            let Squeezed { plain, alike } = squeezed;
            squeeze_into(folded, plain);
            alike_into(plain, alike);
            found = words.has_long(plain) || words.has_alike(alike);
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
