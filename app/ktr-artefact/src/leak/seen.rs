//! Remembers short texts that were read and held nothing, because a bundle says most of its strings many times.
//! It forgets when two texts fall on one place; that costs time and changes no answer.

/// Texts in places that their octets choose.
#[derive(Debug)]
pub(super) struct Seen(Vec<Option<Box<str>>>);

impl Default for Seen {
    fn default() -> Self {
        Self(vec![None; PLACES])
    }
}

impl Seen {
    /// Whether this very text is remembered.
    pub(super) fn has(&self, text: &str) -> bool {
        let known = self.0.get(place(text)).and_then(Option::as_deref);
        known == Some(text)
    }

    /// Remembers a text, unless it is long.
    pub(super) fn put(&mut self, text: &str) {
        if text.len() > OCTETS_MAX {
            return;
        }
        if let Some(slot) = self.0.get_mut(place(text)) {
            *slot = Some(Box::from(text));
        }
    }
}

/// FNV-1a, folded.
fn place(text: &str) -> usize {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = (hash ^ (hash >> 32)) & 0xffff;
    usize::try_from(folded).unwrap_or(0)
}

const PLACES: usize = 0x1_0000;
const OCTETS_MAX: usize = 256;
