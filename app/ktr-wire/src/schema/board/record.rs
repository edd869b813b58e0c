//! The record of a term, to and from the core.
//! Commands and events stand in `command`.

use ktr_core::{
    board::{self, TermStatus},
    id::{Commitment, SeatId},
    limits::RECUSALS_MAX,
};

use super::message::{Holder, Recusal, Seat, Term};
use crate::{field, limits::SEATS_MAX, number::Numbered, refusal::Wire};

impl Recusal {
    pub(super) fn new(commitment: Commitment, seat: SeatId) -> Self {
        Self {
            commitment: commitment.0.to_vec(),
            seat: u32::from(seat.0),
        }
    }

    pub(super) fn into_core(self) -> Result<(Commitment, SeatId), Wire> {
        Ok((field::read(&self.commitment)?, field::read(&self.seat)?))
    }
}

impl From<board::Holder> for Holder {
    fn from(holder: board::Holder) -> Self {
        Self {
            sign: holder.sign.0.to_vec(),
            encrypt: holder.encrypt.0.to_vec(),
        }
    }
}

impl TryFrom<Holder> for board::Holder {
    type Error = Wire;

    fn try_from(message: Holder) -> Result<Self, Wire> {
        Ok(Self {
            sign: field::read(&message.sign)?,
            encrypt: field::read(&message.encrypt)?,
        })
    }
}

impl From<&board::Seat> for Seat {
    fn from(seat: &board::Seat) -> Self {
        Self {
            id: u32::from(seat.id.0),
            holder: Some(seat.holder.into()),
            deputy: Some(seat.deputy.into()),
            vacated_at: seat.vacated_at.map_or(0, |at| at.0),
        }
    }
}

impl TryFrom<Seat> for board::Seat {
    type Error = Wire;

    fn try_from(message: Seat) -> Result<Self, Wire> {
        Ok(Self {
            id: field::read(&message.id)?,
            holder: field::present(message.holder)?.try_into()?,
            deputy: field::present(message.deputy)?.try_into()?,
            vacated_at: field::time_or_none(message.vacated_at),
        })
    }
}

impl From<&board::Term> for Term {
    fn from(term: &board::Term) -> Self {
        Self {
            id: term.id.0,
            from: term.from.0,
            until: term.until.0,
            status: term.status.number(),
            seats: term.seats.iter().map(Seat::from).collect(),
            recusals: term
                .recusals
                .iter()
                .map(|(commitment, seat)| Recusal::new(*commitment, *seat))
                .collect(),
        }
    }
}

pub(super) fn seats(messages: Vec<Seat>) -> Result<Vec<board::Seat>, Wire> {
    let messages = field::at_most(messages, SEATS_MAX)?;
    let seats = messages.into_iter().map(TryInto::try_into);
    let seats: Vec<board::Seat> = seats.collect::<Result<_, _>>()?;
    if seats.is_sorted_by(|earlier, later| earlier.id < later.id) {
        Ok(seats)
    } else {
        Err(Wire::OutOfRange)
    }
}

impl TryFrom<Term> for board::Term {
    type Error = Wire;

    fn try_from(message: Term) -> Result<Self, Wire> {
        let recusals = field::at_most(message.recusals, RECUSALS_MAX)?;
        let recusals = recusals.into_iter().map(Recusal::into_core);
        let recusals = field::rising(recusals.collect::<Result<Vec<_>, _>>()?)?;
        Ok(Self {
            id: field::read(&message.id)?,
            from: field::read(&message.from)?,
            until: field::read(&message.until)?,
            status: TermStatus::from_number(message.status)?,
            seats: seats(message.seats)?,
            recusals: recusals.into_iter().collect(),
        })
    }
}
