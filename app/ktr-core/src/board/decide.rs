//! Every rule of the board's composition, and no change.
//! Order of checks: signer live, role or mandate, object, then the command's own rules as written.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use super::{Appointee, Command, Event, Holder, Pair, Rejection, Seat, Term, TermStatus, Voter};
use crate::{
    Context, State,
    id::{Commitment, Fingerprint, SeatId, SigningKey, TermId},
    key::{Key, KeyBody, Role},
    limits::{SEAT_RECUSALS_MAX, SEATS},
    membership::Proof,
    nomination,
    time::Time,
};

/// Judges a command about the board.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let sender = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    let asked = Asked {
        state,
        context,
        sender,
    };
    let event = match command {
        Command::Appoint {
            term,
            from,
            until,
            seats,
        } => asked.appoint(*term, *from, *until, seats),
        Command::Recuse { commitment } => asked.recuse(*commitment),
        Command::Vacate { term, seat } => asked.vacate(*term, *seat),
        Command::RotateKey {
            seat,
            voter,
            key,
            fingerprint,
            proof,
        } => {
            let role = match voter {
                Voter::Holder => Role::Seat(*seat),
                Voter::Deputy => Role::Deputy(*seat),
            };
            asked.rotate(role, (*key, *fingerprint), *proof)
        }
    };
    event.map(|event| vec![event])
}

/// What was asked, in which block, and by whom.
struct Asked<'a> {
    state: &'a State,
    context: &'a Context,
    sender: Role,
}

impl<'a> Asked<'a> {
    fn appoint(
        &self,
        id: TermId,
        from: Time,
        until: Time,
        appointees: &[Appointee],
    ) -> Result<Event, Rejection> {
        self.has_mandate()?;
        self.may_follow(id, from, until)?;
        let numbers = appointees.iter().map(|appointee| appointee.seat);
        if !numbers.eq((1..=SEATS).map(SeatId)) {
            return Err(Rejection::SeatsIncomplete);
        }
        let keys = self.keys_of(until, appointees);
        let distinct: BTreeSet<Fingerprint> = keys.iter().map(|key| key.fingerprint).collect();
        if distinct.len() != keys.len() {
            return Err(Rejection::KeysNotDistinct);
        }
        if distinct.iter().any(|key| self.state.key(key).is_some()) {
            return Err(Rejection::KeyKnown);
        }
        let term = Term {
            id,
            from,
            until,
            status: TermStatus::Appointed,
            seats: appointees.iter().map(seat_of).collect(),
            recusals: BTreeSet::new(),
        };
        Ok(Event::Appointed { term, keys })
    }

    fn may_follow(&self, id: TermId, from: Time, until: Time) -> Result<(), Rejection> {
        let now = self.context.block.time;
        let length_max = self.state.governance.parameters().term_max_secs;
        let last = self.state.board.last();
        if id.0 != last.map_or(0, |term| term.id.0).saturating_add(1) {
            return Err(Rejection::TermNotNext);
        }
        if until <= from || until <= now {
            return Err(Rejection::TermEmpty);
        }
        if last.is_some_and(|last| from < last.until) {
            return Err(Rejection::TermsOverlap);
        }
        if until.since(from) > length_max {
            return Err(Rejection::TermTooLong);
        }
        if from > now.plus(length_max) {
            return Err(Rejection::TermTooFar);
        }
        Ok(())
    }

    /// The new keys. They live until the last nomination of the term must be decided.
    fn keys_of(&self, until: Time, appointees: &[Appointee]) -> Vec<Key> {
        let valid_until = until.plus(self.state.governance.parameters().decide_max_secs);
        let key = |role, fingerprint, body| Key {
            fingerprint,
            body,
            role,
            valid_from: self.context.block.time,
            valid_until,
            revoked: None,
            expired: false,
        };
        let pair = |role, pair: &Pair| {
            [
                key(role, pair.sign_fingerprint, KeyBody::Sign(pair.sign)),
                key(
                    role,
                    pair.encrypt_fingerprint,
                    KeyBody::Encrypt(pair.encrypt),
                ),
            ]
        };
        let keys = appointees.iter().flat_map(|appointee| {
            let holder = pair(Role::Seat(appointee.seat), &appointee.holder);
            let deputy = pair(Role::Deputy(appointee.seat), &appointee.deputy);
            holder.into_iter().chain(deputy)
        });
        keys.collect()
    }

    fn recuse(&self, commitment: Commitment) -> Result<Event, Rejection> {
        let nomination = self
            .state
            .nomination
            .get(&commitment)
            .ok_or(Rejection::NominationUnknown)?;
        let seat = self.held(nomination.term)?;
        let is_late = self.context.block.time >= nomination.decide_by;
        if nomination.status != nomination::Status::Open || is_late {
            return Err(Rejection::NominationNotOpen);
        }
        if nomination.approvals.contains(&seat) {
            return Err(Rejection::SeatVoted);
        }
        let term = self.term(nomination.term)?;
        if term.is_recused(seat, &commitment) {
            return Err(Rejection::SeatRecused);
        }
        let of_seat = term.recusals.iter().filter(|(_, by)| *by == seat);
        if of_seat.count() >= SEAT_RECUSALS_MAX {
            return Err(Rejection::RecusalsTooMany);
        }
        Ok(Event::Recused {
            term: term.id,
            seat,
            commitment,
        })
    }

    fn vacate(&self, id: TermId, seat: SeatId) -> Result<Event, Rejection> {
        if let Role::County(_) = self.sender {
            self.has_mandate()?;
        } else if self.held(id)? != seat {
            return Err(Rejection::SeatRequired);
        }
        let term = self.term(id)?;
        let known = term.seat(seat).ok_or(Rejection::SeatUnknown)?;
        if term.status == TermStatus::Ended {
            return Err(Rejection::TermOver);
        }
        if known.vacated_at.is_some() {
            return Err(Rejection::SeatVacant);
        }
        let at = self.context.block.time;
        Ok(Event::Vacated { term: id, seat, at })
    }

    fn rotate(
        &self,
        role: Role,
        (key, fingerprint): (SigningKey, Fingerprint),
        proof: Proof,
    ) -> Result<Event, Rejection> {
        if self.sender != role {
            return Err(Rejection::SeatOrDeputyRequired);
        }
        let old = self.context.signer;
        let known = self.state.board.key(&old);
        let known = known.ok_or(Rejection::SeatOrDeputyRequired)?;
        let term = self.state.board.term_of(&old);
        let term = term.ok_or(Rejection::SeatOrDeputyRequired)?;
        if self.state.key(&fingerprint).is_some() {
            return Err(Rejection::KeyKnown);
        }
        if proof == Proof::Fails {
            return Err(Rejection::KeyProofFails);
        }
        let at = self.context.block.time;
        let key = Key {
            fingerprint,
            body: KeyBody::Sign(key),
            valid_from: at,
            ..*known
        };
        Ok(Event::KeyRotated {
            term: term.id,
            old,
            at,
            key,
        })
    }

    fn has_mandate(&self) -> Result<(), Rejection> {
        let is_county = matches!(self.sender, Role::County(_));
        if is_county && self.state.governance.mandate(self.context).is_ok() {
            Ok(())
        } else {
            Err(Rejection::MandateRequired)
        }
    }

    fn term(&self, id: TermId) -> Result<&'a Term, Rejection> {
        self.state.board.term(id).ok_or(Rejection::SeatUnknown)
    }

    /// The seat of that term that the sender holds; a vacant one is held by its deputy, who cannot stand back for anybody.
    fn held(&self, term: TermId) -> Result<SeatId, Rejection> {
        let voter = self.state.board.term(term);
        match voter.and_then(|term| term.voter(&self.context.signer)) {
            Some((seat, Voter::Holder)) if seat.vacated_at.is_some() => Err(Rejection::SeatVacant),
            Some((seat, Voter::Holder)) => Ok(seat.id),
            Some((_, Voter::Deputy)) | None => Err(Rejection::SeatRequired),
        }
    }
}

fn seat_of(appointee: &Appointee) -> Seat {
    let holder = |pair: &Pair| Holder {
        sign: pair.sign_fingerprint,
        encrypt: pair.encrypt_fingerprint,
    };
    Seat {
        id: appointee.seat,
        holder: holder(&appointee.holder),
        deputy: holder(&appointee.deputy),
        vacated_at: None,
    }
}
