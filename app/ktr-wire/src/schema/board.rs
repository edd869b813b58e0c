//! Messages of the board.
//! Rules are the core's.

use ktr_core::{
    board::{self, TermStatus},
    id::TermId,
};

use super::event::Fact;
use crate::{field, number::Numbered, refusal::Wire};

/// Events 126 and 127.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct TermPassed {
    #[prost(uint32, tag = "1")]
    pub(crate) term: u32,
}

/// The two keys of a seat or deputy.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Holder {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) sign: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(crate) encrypt: Vec<u8>,
}

/// One seat in one term.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Seat {
    #[prost(uint32, tag = "1")]
    pub(crate) id: u32,
    #[prost(message, optional, tag = "2")]
    pub(crate) holder: Option<Holder>,
    #[prost(message, optional, tag = "3")]
    pub(crate) deputy: Option<Holder>,
}

/// The value of a term's record.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Term {
    #[prost(uint32, tag = "1")]
    pub(crate) id: u32,
    #[prost(uint64, tag = "2")]
    pub(crate) from: u64,
    #[prost(uint64, tag = "3")]
    pub(crate) until: u64,
    /// 1 appointed, 2 began, 3 ended.
    #[prost(uint32, tag = "4")]
    pub(crate) status: u32,
    /// By rising number.
    #[prost(message, repeated, tag = "5")]
    pub(crate) seats: Vec<Seat>,
}

impl From<&board::Event> for Fact {
    fn from(event: &board::Event) -> Self {
        match event {
            board::Event::TermBegan { term } => Self::TermBegan(TermPassed { term: term.0 }),
            board::Event::TermEnded { term } => Self::TermEnded(TermPassed { term: term.0 }),
        }
    }
}

impl TermPassed {
    pub(crate) fn term(&self) -> Result<TermId, Wire> {
        field::read(&self.term)
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
        }
    }
}

impl TryFrom<Term> for board::Term {
    type Error = Wire;

    fn try_from(message: Term) -> Result<Self, Wire> {
        let seats: Vec<board::Seat> = message
            .seats
            .into_iter()
            .map(TryInto::try_into)
            .collect::<Result<_, _>>()?;
        if !seats.is_sorted_by(|earlier, later| earlier.id < later.id) {
            return Err(Wire::OutOfRange);
        }
        Ok(Self {
            id: field::read(&message.id)?,
            from: field::read(&message.from)?,
            until: field::read(&message.until)?,
            status: TermStatus::from_number(message.status)?,
            seats,
        })
    }
}
