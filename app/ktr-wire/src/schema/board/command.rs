//! Commands and events of the board, to and from the core.
//! The term's record stands in `record`.

use std::collections::BTreeSet;

use ktr_core::{
    board::{self, Pair, TermStatus, Voter},
    id::{SeatId, TermId},
    key::{KeyBody, Role},
};

use super::{
    message::{
        Appoint, Appointed, Appointee, Recusal, Recuse, Recused, RotateKey, Seat, SeatKeyRotated,
        TermPassed, Vacate,
    },
    record::seats,
};
use crate::{
    field,
    limits::{APPOINTEES_MAX, TERM_KEYS_MAX},
    number::Numbered,
    refusal::Wire,
    schema::{command::Choice, event::Fact, key},
    signature::{self, KeyProof},
};

/// The message of a command; the proof of a new signing key comes from its owner.
pub(crate) fn message(command: &board::Command, proof: &[u8]) -> Choice {
    match command {
        board::Command::Appoint {
            term,
            from,
            until,
            seats,
        } => Choice::Appoint(Appoint {
            term: term.0,
            from: from.0,
            until: until.0,
            seats: seats.iter().map(Appointee::from).collect(),
        }),
        board::Command::Recuse { commitment } => Choice::Recuse(Recuse {
            commitment: commitment.0.to_vec(),
        }),
        board::Command::Vacate { term, seat } => Choice::Vacate(Vacate {
            term: term.0,
            seat: u32::from(seat.0),
            at: 0,
        }),
        board::Command::RotateKey {
            seat, voter, key, ..
        } => Choice::RotateSeatKey(RotateKey {
            seat: u32::from(seat.0),
            voter: voter.number(),
            key: key.0.to_vec(),
            proof: proof.to_vec(),
        }),
    }
}

impl TryFrom<Appoint> for board::Command {
    type Error = Wire;

    fn try_from(message: Appoint) -> Result<Self, Wire> {
        let seats = field::at_most(message.seats, APPOINTEES_MAX)?;
        let seats = seats.into_iter().map(TryInto::try_into);
        Ok(Self::Appoint {
            term: field::read(&message.term)?,
            from: field::read(&message.from)?,
            until: field::read(&message.until)?,
            seats: seats.collect::<Result<_, _>>()?,
        })
    }
}

impl From<&board::Appointee> for Appointee {
    fn from(appointee: &board::Appointee) -> Self {
        Self {
            seat: u32::from(appointee.seat.0),
            sign: appointee.holder.sign.0.to_vec(),
            encrypt: appointee.holder.encrypt.0.to_vec(),
            deputy_sign: appointee.deputy.sign.0.to_vec(),
            deputy_encrypt: appointee.deputy.encrypt.0.to_vec(),
        }
    }
}

impl TryFrom<Appointee> for board::Appointee {
    type Error = Wire;

    fn try_from(message: Appointee) -> Result<Self, Wire> {
        Ok(Self {
            seat: field::read(&message.seat)?,
            holder: pair(&message.sign, &message.encrypt)?,
            deputy: pair(&message.deputy_sign, &message.deputy_encrypt)?,
        })
    }
}

fn pair(sign: &Vec<u8>, encrypt: &Vec<u8>) -> Result<Pair, Wire> {
    let sign = key::signing_key(sign)?;
    let encrypt = key::encryption_key(encrypt)?;
    Ok(Pair {
        sign,
        sign_fingerprint: signature::fingerprint(&KeyBody::Sign(sign)),
        encrypt,
        encrypt_fingerprint: signature::fingerprint(&KeyBody::Encrypt(encrypt)),
    })
}

impl Recuse {
    pub(crate) fn into_command(self) -> Result<board::Command, Wire> {
        let commitment = field::read(&self.commitment)?;
        Ok(board::Command::Recuse { commitment })
    }
}

impl Vacate {
    pub(crate) fn into_command(self) -> Result<board::Command, Wire> {
        if self.at != 0 {
            return Err(Wire::OutOfRange);
        }
        let term = field::read(&self.term)?;
        let seat = field::read(&self.seat)?;
        Ok(board::Command::Vacate { term, seat })
    }

    pub(crate) fn into_event(self) -> Result<board::Event, Wire> {
        Ok(board::Event::Vacated {
            term: field::read(&self.term)?,
            seat: field::read(&self.seat)?,
            at: field::read(&self.at)?,
        })
    }
}

impl RotateKey {
    /// Reads the command; whether the new key signed is judged here, because the core has no hash.
    pub(crate) fn into_core(self, chain_id: &str) -> Result<board::Command, Wire> {
        let seat: SeatId = field::read(&self.seat)?;
        let voter = Voter::from_number(self.voter)?;
        let key = key::signing_key(&self.key)?;
        let owner = match voter {
            Voter::Holder => Role::Seat(seat),
            Voter::Deputy => Role::Deputy(seat),
        };
        let proof = KeyProof {
            chain_id,
            owner,
            key: &key,
        }
        .judge(&self.proof)?;
        Ok(board::Command::RotateKey {
            seat,
            voter,
            key,
            fingerprint: signature::fingerprint(&KeyBody::Sign(key)),
            proof,
        })
    }
}

impl From<&board::Event> for Fact {
    fn from(event: &board::Event) -> Self {
        match event {
            board::Event::Appointed { term, keys } => Self::Appointed(Appointed {
                term: term.id.0,
                from: term.from.0,
                until: term.until.0,
                seats: term.seats.iter().map(Seat::from).collect(),
                keys: keys.iter().map(|key| (*key).into()).collect(),
            }),
            board::Event::Recused {
                term,
                seat,
                commitment,
            } => Self::Recused(Recused {
                term: term.0,
                recusal: Some(Recusal::new(*commitment, *seat)),
            }),
            board::Event::Vacated { term, seat, at } => Self::Vacated(Vacate {
                term: term.0,
                seat: u32::from(seat.0),
                at: at.0,
            }),
            board::Event::KeyRotated { term, old, at, key } => {
                Self::SeatKeyRotated(SeatKeyRotated {
                    term: term.0,
                    old: old.0.to_vec(),
                    at: at.0,
                    key: Some((*key).into()),
                })
            }
            board::Event::TermBegan { term } => Self::TermBegan(TermPassed { term: term.0 }),
            board::Event::TermEnded { term } => Self::TermEnded(TermPassed { term: term.0 }),
        }
    }
}

impl TryFrom<Appointed> for board::Event {
    type Error = Wire;

    fn try_from(message: Appointed) -> Result<Self, Wire> {
        let seats = seats(message.seats)?;
        if seats.iter().any(|seat| seat.vacated_at.is_some()) {
            return Err(Wire::OutOfRange);
        }
        let keys = field::at_most(message.keys, TERM_KEYS_MAX)?;
        let keys = keys.into_iter().map(TryInto::try_into);
        let term = board::Term {
            id: field::read(&message.term)?,
            from: field::read(&message.from)?,
            until: field::read(&message.until)?,
            status: TermStatus::Appointed,
            seats,
            recusals: BTreeSet::new(),
        };
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(Self::Appointed { term, keys })
    }
}

impl Recused {
    pub(crate) fn into_event(self) -> Result<board::Event, Wire> {
        let (commitment, seat) = field::present(self.recusal)?.into_core()?;
        Ok(board::Event::Recused {
            term: field::read(&self.term)?,
            seat,
            commitment,
        })
    }
}

impl SeatKeyRotated {
    pub(crate) fn into_event(self) -> Result<board::Event, Wire> {
        Ok(board::Event::KeyRotated {
            term: field::read(&self.term)?,
            old: field::read(&self.old)?,
            at: field::read(&self.at)?,
            key: field::present(self.key)?.try_into()?,
        })
    }
}

impl TermPassed {
    pub(crate) fn term(&self) -> Result<TermId, Wire> {
        field::read(&self.term)
    }
}
