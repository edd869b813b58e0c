//! Events of sessions, to and from the core; those that repeat their command's message stand with it in `command`.
//! The session's record stands in `record`.

use ktr_core::{
    id::{CountyId, SessionId},
    session,
    time::Time,
};

use super::message::{
    Close, Confirmed, Dissolved, FileRoll, Joined, Named, OfCounty, Reschedule, Schedule, Seeded,
    Timed, Witness,
};
use crate::{field, number::Numbered, refusal::Wire, schema::event::Fact};

impl From<&session::Event> for Fact {
    fn from(event: &session::Event) -> Self {
        match event {
            session::Event::Scheduled {
                session,
                hours,
                languages,
            } => Self::Scheduled(Schedule::new(*session, *hours, languages)),
            session::Event::Rescheduled { session, hours } => {
                Self::Rescheduled(Reschedule::new(*session, 0, *hours))
            }
            session::Event::RollFiled { session, roll } => {
                Self::RollFiled(FileRoll::new(*session, 0, *roll))
            }
            session::Event::Cancelled { session, at } => Self::Cancelled(Timed::new(*session, *at)),
            session::Event::Opened { session, at } => Self::Opened(Timed::new(*session, *at)),
            session::Event::Closed {
                session,
                at,
                attendance,
            } => Self::Closed(Close {
                session: session.0,
                attendance: *attendance,
                at: at.0,
            }),
            session::Event::Seeded {
                session,
                county,
                seeded,
            } => Self::Seeded(Seeded::new(*session, *county, seeded)),
            session::Event::Joined {
                session,
                county,
                count,
            } => Self::Joined(Joined::new(*session, *county, *count)),
            session::Event::Dissolved {
                session,
                county,
                dissolved,
            } => Self::Dissolved(Dissolved::new(*session, *county, dissolved)),
            session::Event::Witnessed {
                session,
                county,
                attempt,
                by,
                testimony,
            } => Self::Witnessed(Witness {
                session: session.0,
                county: u32::from(county.0),
                attempt: *attempt,
                testimony: testimony.number(),
                by: u32::from(by.0),
            }),
            session::Event::DissolutionConfirmed {
                session,
                county,
                attempt,
            } => Self::DissolutionConfirmed(Confirmed {
                session: session.0,
                county: u32::from(county.0),
                attempt: *attempt,
            }),
            session::Event::Ended { session } => Self::Ended(Named { session: session.0 }),
            session::Event::Overdue { session, county } => {
                Self::Overdue(OfCounty::new(*session, *county))
            }
            session::Event::Unwitnessed { session, county } => {
                Self::Unwitnessed(OfCounty::new(*session, *county))
            }
        }
    }
}

impl Timed {
    fn new(session: SessionId, at: Time) -> Self {
        Self {
            session: session.0,
            at: at.0,
        }
    }

    pub(crate) fn opened(&self) -> Result<session::Event, Wire> {
        Ok(session::Event::Opened {
            session: field::read(&self.session)?,
            at: field::read(&self.at)?,
        })
    }

    pub(crate) fn cancelled(&self) -> Result<session::Event, Wire> {
        Ok(session::Event::Cancelled {
            session: field::read(&self.session)?,
            at: field::read(&self.at)?,
        })
    }
}

impl OfCounty {
    fn new(session: SessionId, county: CountyId) -> Self {
        Self {
            session: session.0,
            county: u32::from(county.0),
        }
    }

    pub(crate) fn overdue(&self) -> Result<session::Event, Wire> {
        Ok(session::Event::Overdue {
            session: field::read(&self.session)?,
            county: field::read(&self.county)?,
        })
    }

    pub(crate) fn unwitnessed(&self) -> Result<session::Event, Wire> {
        Ok(session::Event::Unwitnessed {
            session: field::read(&self.session)?,
            county: field::read(&self.county)?,
        })
    }
}

impl Confirmed {
    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        Ok(session::Event::DissolutionConfirmed {
            session: field::read(&self.session)?,
            county: field::read(&self.county)?,
            attempt: self.attempt,
        })
    }
}
