//! Terms, seats and their keys as remembered.
//! Who holds a seat in the flesh is written nowhere.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use crate::{
    Record,
    id::{Commitment, Fingerprint, SeatId, TermId},
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
    /// Who votes when the seat is recused or vacant.
    pub deputy: Holder,
    /// Header time from which the deputy holds the seat, if it does.
    pub vacated_at: Option<Time>,
}

/// Who speaks with a key for a seat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Voter {
    /// Its holder.
    Holder,
    /// Its deputy.
    Deputy,
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
    /// From which nominations which seats stand back.
    pub recusals: BTreeSet<(Commitment, SeatId)>,
}

impl Term {
    /// The seat for which this key signs, and as whom; says nothing about whether it may.
    #[must_use]
    pub fn voter(&self, signer: &Fingerprint) -> Option<(&Seat, Voter)> {
        self.seats.iter().find_map(|seat| {
            let is_holder = seat.holder.sign == *signer;
            let is_deputy = seat.deputy.sign == *signer;
            match (is_holder, is_deputy) {
                (true, _) => Some((seat, Voter::Holder)),
                (false, true) => Some((seat, Voter::Deputy)),
                (false, false) => None,
            }
        })
    }

    /// One of its seats.
    #[must_use]
    pub fn seat(&self, id: SeatId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.id == id)
    }

    /// Whether the seat stands back from the nomination.
    #[must_use]
    pub fn is_recused(&self, seat: SeatId, commitment: &Commitment) -> bool {
        self.recusals.contains(&(*commitment, seat))
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

    /// The last term appointed.
    #[must_use]
    pub fn last(&self) -> Option<&Term> {
        self.terms.values().next_back()
    }

    /// The term of a seat's or deputy's signing key. It has one, because every term has keys of its own.
    #[must_use]
    pub fn term_of(&self, signer: &Fingerprint) -> Option<&Term> {
        let mut newest_first = self.terms.values().rev();
        newest_first.find(|term| term.voter(signer).is_some())
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
