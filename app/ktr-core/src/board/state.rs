//! Terms, seats and their keys as remembered.
//! Who holds a seat in the flesh is written nowhere.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    Record,
    id::{Fingerprint, SeatId, TermId},
    key::Key,
    time::Time,
};

/// Where a term stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TermStatus {
    /// Not begun.
    Appointed,
    /// In force.
    Began,
    /// Over.
    Ended,
}

/// The two keys of a seat or of its deputy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Signs votes.
    pub sign: Fingerprint,
    /// Receives the nominated cases.
    pub encrypt: Fingerprint,
}

/// One seat in one term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat {
    /// Which seat.
    pub id: SeatId,
    /// Who votes.
    pub holder: Holder,
    /// Who votes when the holder is recused.
    pub deputy: Holder,
}

/// One term of the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// Its number.
    pub id: TermId,
    /// First second in force.
    pub from: Time,
    /// First second after it.
    pub until: Time,
    /// Where it stands.
    pub status: TermStatus,
    /// Its seats, by number.
    pub seats: Vec<Seat>,
}

impl Term {
    /// The seat whose holder signs with this key.
    #[must_use]
    pub fn held_by(&self, signer: &Fingerprint) -> Option<SeatId> {
        self.seats
            .iter()
            .find(|seat| seat.holder.sign == *signer)
            .map(|seat| seat.id)
    }

    /// The seat whose deputy signs with this key.
    #[must_use]
    pub fn deputised_by(&self, signer: &Fingerprint) -> Option<SeatId> {
        self.seats
            .iter()
            .find(|seat| seat.deputy.sign == *signer)
            .map(|seat| seat.id)
    }
}

/// All terms and all keys of seats and deputies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    terms: BTreeMap<TermId, Term>,
    keys: BTreeMap<Fingerprint, Key>,
}

impl State {
    /// One term.
    #[must_use]
    pub fn term(&self, id: TermId) -> Option<&Term> {
        self.terms.get(&id)
    }

    /// All terms, by number.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.terms.values()
    }

    /// The term in force.
    #[must_use]
    pub fn in_force(&self) -> Option<&Term> {
        self.terms
            .values()
            .rev()
            .find(|term| term.status == TermStatus::Began)
    }

    /// One key of a seat or deputy.
    #[must_use]
    pub fn key(&self, fingerprint: &Fingerprint) -> Option<&Key> {
        self.keys.get(fingerprint)
    }

    /// All keys of seats and deputies, by fingerprint.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        let terms = self.terms.values().cloned().map(Record::Term);
        terms.chain(self.keys.values().copied().map(Record::Key))
    }

    pub(crate) fn put_term(&mut self, term: Term) {
        self.terms.insert(term.id, term);
    }

    pub(crate) fn put_key(&mut self, key: Key) {
        self.keys.insert(key.fingerprint, key);
    }
}
