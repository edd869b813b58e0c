//! Every change of the board, and no rule.
//! Cannot refuse: the event has happened.

use super::{Event, Holder, Seat, State, Term, TermStatus};
use crate::{
    id::{Fingerprint, TermId},
    key::{Key, Revocation, RevocationReason},
};

/// Applies a fact about the board.
pub(crate) fn evolve(state: &mut State, event: &Event) {
    match event {
        Event::Appointed { term, keys } => {
            state.put_term(term.clone());
            for key in keys {
                state.put_key(*key);
            }
        }
        Event::Recused {
            term,
            seat,
            commitment,
        } => change(state, *term, |term| {
            term.recusals.insert((*commitment, *seat));
        }),
        Event::Vacated { term, seat, at } => change(state, *term, |term| {
            let vacant = term.seats.iter_mut().filter(|known| known.id == *seat);
            vacant.for_each(|seat| seat.vacated_at = Some(*at));
        }),
        Event::KeyRotated { term, old, at, key } => {
            change(state, *term, |term| {
                for seat in &mut term.seats {
                    replace(seat, *old, key.fingerprint);
                }
            });
            if let Some(ended) = state.key(old).copied() {
                let reason = RevocationReason::Superseded;
                let revoked = Some(Revocation { at: *at, reason });
                state.put_key(Key { revoked, ..ended });
            }
            state.put_key(*key);
        }
        Event::TermBegan { term } => change(state, *term, |term| term.status = TermStatus::Began),
        Event::TermEnded { term } => change(state, *term, |term| term.status = TermStatus::Ended),
    }
}

fn replace(seat: &mut Seat, old: Fingerprint, new: Fingerprint) {
    let of_holder = |holder: &mut Holder| {
        if holder.sign == old {
            holder.sign = new;
        }
    };
    of_holder(&mut seat.holder);
    of_holder(&mut seat.deputy);
}

fn change(state: &mut State, id: TermId, with: impl FnOnce(&mut Term)) {
    if let Some(mut term) = state.term(id).cloned() {
        with(&mut term);
        state.put_term(term);
    }
}
