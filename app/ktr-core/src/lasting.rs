//! Which keys of a role are live or will be, by their ends: what a rule counts costs no search among all that the role ever had.
//! The keys themselves stand in the states; it is made of them anew, and no record knows of it.

use alloc::collections::BTreeSet;

use crate::{
    id::Fingerprint,
    key::{Key, Role},
    time::Time,
};

/// The least and the greatest fingerprint: what a range over an index begins and ends with.
pub(crate) const EVERY_KEY: (Fingerprint, Fingerprint) = (
    Fingerprint([0; Fingerprint::LEN]),
    Fingerprint([u8::MAX; Fingerprint::LEN]),
);

/// The keys that nobody revoked, by role and end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Lasting(BTreeSet<(Role, Time, Fingerprint)>);

impl Lasting {
    /// Takes note of a key as it is now, in place of what it was.
    pub(crate) fn put(&mut self, old: Option<&Key>, key: &Key) {
        if let Some(old) = old {
            self.0.remove(&row(old));
        }
        if key.revoked.is_none() {
            self.0.insert(row(key));
        }
    }

    /// The role's keys that are not revoked, and not over at `at`.
    pub(crate) fn of(&self, role: Role, at: Time) -> BTreeSet<Fingerprint> {
        let (first, last) = EVERY_KEY;
        let ends = (role, Time(0), first)..=(role, Time(u64::MAX), last);
        let ends = self.0.range(ends).rev();
        let lasting = ends.take_while(|(_, end, _)| at < *end);
        lasting.map(|(_, _, fingerprint)| *fingerprint).collect()
    }
}

const fn row(key: &Key) -> (Role, Time, Fingerprint) {
    (key.role, key.valid_until, key.fingerprint)
}
