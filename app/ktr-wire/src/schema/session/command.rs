//! Commands and events of sessions, to and from the core.
//! The session's record stands in `record`.

use ktr_core::{
    id::{CountyId, SessionId},
    session::{self, Hours, LanguageTag},
};

use super::message::{Close, Dissolved, Joined, Named, Opened, Overdue, Schedule, Seeded};
use crate::{
    field,
    refusal::Wire,
    schema::{command::Choice, event::Fact},
};

/// The message of a command.
pub(crate) fn message(command: &session::Command) -> Choice {
    match command {
        session::Command::Schedule {
            session,
            hours,
            languages,
        } => Choice::Schedule(Schedule::new(*session, *hours, languages)),
        session::Command::Open { session } => Choice::Open(Named { session: session.0 }),
        session::Command::Close {
            session,
            attendance,
        } => Choice::Close(Close {
            session: session.0,
            attendance: *attendance,
            at: 0,
        }),
        session::Command::ReportSeeded {
            session,
            county,
            seeded,
        } => Choice::ReportSeeded(Seeded::new(*session, *county, seeded)),
        session::Command::ReportJoined {
            session,
            county,
            count,
        } => Choice::ReportJoined(Joined::new(*session, *county, *count)),
        session::Command::ReportDissolved {
            session,
            county,
            dissolved,
        } => Choice::ReportDissolved(Dissolved::new(*session, *county, dissolved)),
    }
}

impl From<&session::Event> for Fact {
    fn from(event: &session::Event) -> Self {
        match event {
            session::Event::Scheduled {
                session,
                hours,
                languages,
            } => Self::Scheduled(Schedule::new(*session, *hours, languages)),
            session::Event::Opened { session, at } => Self::Opened(Opened {
                session: session.0,
                at: at.0,
            }),
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
            session::Event::Ended { session } => Self::Ended(Named { session: session.0 }),
            session::Event::Overdue { session, county } => Self::Overdue(Overdue {
                session: session.0,
                county: u32::from(county.0),
            }),
        }
    }
}

impl Schedule {
    pub(super) fn new(session: SessionId, hours: Hours, languages: &[LanguageTag]) -> Self {
        Self {
            session: session.0,
            seeds_at: hours.seeds_at.0,
            opens_at: hours.opens_at.0,
            dissolves_at: hours.dissolves_at.0,
            languages: languages
                .iter()
                .map(|tag| tag.as_str().to_owned())
                .collect(),
        }
    }

    /// Session, times and languages.
    pub(crate) fn into_core(self) -> Result<(SessionId, Hours, Vec<LanguageTag>), Wire> {
        let hours = Hours {
            seeds_at: field::read(&self.seeds_at)?,
            opens_at: field::read(&self.opens_at)?,
            dissolves_at: field::read(&self.dissolves_at)?,
        };
        let tags = self
            .languages
            .iter()
            .map(|tag| LanguageTag::parse(tag).ok_or(Wire::OutOfRange));
        Ok((
            field::read(&self.session)?,
            hours,
            tags.collect::<Result<_, _>>()?,
        ))
    }
}

impl Schedule {
    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        let (session, hours, languages) = self.into_core()?;
        Ok(session::Event::Scheduled {
            session,
            hours,
            languages,
        })
    }
}

impl Named {
    pub(crate) fn session(&self) -> Result<SessionId, Wire> {
        field::read(&self.session)
    }
}

impl Close {
    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        if self.at != 0 {
            return Err(Wire::OutOfRange);
        }
        let session = field::read(&self.session)?;
        Ok(session::Command::Close {
            session,
            attendance: self.attendance,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        Ok(session::Event::Closed {
            session: field::read(&self.session)?,
            at: field::read(&self.at)?,
            attendance: self.attendance,
        })
    }
}

impl Opened {
    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        let session = field::read(&self.session)?;
        Ok(session::Event::Opened {
            session,
            at: field::read(&self.at)?,
        })
    }
}

impl Seeded {
    pub(super) fn new(session: SessionId, county: CountyId, seeded: &session::Seeded) -> Self {
        Self {
            session: session.0,
            county: u32::from(county.0),
            room: seeded.room.0.to_vec(),
            post: seeded.post.0.to_vec(),
        }
    }

    pub(crate) fn into_core(self) -> Result<(SessionId, CountyId, session::Seeded), Wire> {
        let seeded = session::Seeded {
            room: field::read(&self.room)?,
            post: field::read(&self.post)?,
        };
        Ok((
            field::read(&self.session)?,
            field::read(&self.county)?,
            seeded,
        ))
    }
}

impl Joined {
    pub(super) fn new(session: SessionId, county: CountyId, count: Option<u64>) -> Self {
        Self {
            session: session.0,
            county: u32::from(county.0),
            count,
        }
    }

    pub(crate) fn into_core(self) -> Result<(SessionId, CountyId, Option<u64>), Wire> {
        Ok((
            field::read(&self.session)?,
            field::read(&self.county)?,
            self.count,
        ))
    }
}

impl Dissolved {
    pub(super) fn new(
        session: SessionId,
        county: CountyId,
        dissolved: &session::Dissolved,
    ) -> Self {
        Self {
            session: session.0,
            county: u32::from(county.0),
            report: Some(dissolved.into()),
        }
    }

    pub(crate) fn into_core(self) -> Result<(SessionId, CountyId, session::Dissolved), Wire> {
        let report = field::present(self.report)?.try_into()?;
        Ok((
            field::read(&self.session)?,
            field::read(&self.county)?,
            report,
        ))
    }
}

impl Overdue {
    pub(crate) fn into_core(self) -> Result<session::Event, Wire> {
        Ok(session::Event::Overdue {
            session: field::read(&self.session)?,
            county: field::read(&self.county)?,
        })
    }
}
