//! Pins: SHA-256 over the `SubjectPublicKeyInfo` of a host's certificate (RFC 7469, section 2.4), written in hex.
//! Two at most: the key that is served, and the one that will be.

use ktr_core::id::Sha256;

use crate::limits::PINS_MAX;

/// The keys that a host may show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pins(Vec<Sha256>);

impl Pins {
    /// Reads what stands behind the `#` of a base URL.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let wrong = "a pin is #sha256= and 64 hex digits, a second one follows behind +";
        let listed = text.strip_prefix("sha256=").ok_or(wrong)?;
        let pins: Option<Vec<Sha256>> = listed.split('+').map(pin).collect();
        let pins = pins.ok_or(wrong)?;
        if pins.len() > PINS_MAX {
            return Err("two pins at most: the key that is served and the next one");
        }
        Ok(Self(pins))
    }

    /// Whether a key is one of them.
    pub(super) fn hold(&self, key: &Sha256) -> bool {
        self.0.contains(key)
    }
}

fn pin(text: &str) -> Option<Sha256> {
    let octets = hex::decode(text).ok()?;
    Sha256::from_slice(&octets)
}
