//! Commands of sessions, and events that repeat their messages, to and from the core.
//! The session's record stands in `record`.

use ktr_core::{
    id::{CountyId, SessionId, Sha256},
    session::{self, Hours, LanguageTag, Testimony},
};

use super::message::{
    Close, Dissolved, FileRoll, Joined, Named, Reschedule, Schedule, Seeded, Witness,
};
use crate::{field, limits::LIST_MAX, number::Numbered, refusal::Wire, schema::command::Choice};

/// The message of a command.
pub(crate) fn message(command: &session::Command) -> Choice {
    match command {
        session::Command::Schedule {
            session,
            hours,
            languages,
        } => Choice::Schedule(Schedule::new(*session, *hours, languages)),
        session::Command::Reschedule {
            session,
            revision,
            hours,
        } => Choice::Reschedule(Reschedule::new(*session, *revision, *hours)),
        session::Command::FileRoll {
            session,
            revision,
            roll,
        } => Choice::FileRoll(FileRoll::new(*session, *revision, *roll)),
        session::Command::Cancel { session } => Choice::Cancel(Named { session: session.0 }),
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
        session::Command::Witness {
            session,
            county,
            attempt,
            testimony,
        } => Choice::Witness(Witness {
            session: session.0,
            county: u32::from(county.0),
            attempt: *attempt,
            testimony: testimony.number(),
            by: 0,
        }),
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
        let tags = field::at_most(self.languages, LIST_MAX)?;
        let tags = tags
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
    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        let (session, hours, languages) = self.into_core()?;
        Ok(session::Command::Schedule {
            session,
            hours,
            languages,
        })
    }

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
    pub(crate) fn open(&self) -> Result<session::Command, Wire> {
        let session = field::read(&self.session)?;
        Ok(session::Command::Open { session })
    }

    pub(crate) fn cancel(&self) -> Result<session::Command, Wire> {
        let session = field::read(&self.session)?;
        Ok(session::Command::Cancel { session })
    }

    pub(crate) fn ended(&self) -> Result<session::Event, Wire> {
        let session = field::read(&self.session)?;
        Ok(session::Event::Ended { session })
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

impl Seeded {
    pub(super) fn new(session: SessionId, county: CountyId, seeded: &session::Seeded) -> Self {
        Self {
            session: session.0,
            county: u32::from(county.0),
            room: seeded.room.0.to_vec(),
            post: seeded.post.0.to_vec(),
        }
    }

    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        let (session, county, seeded) = self.into_core()?;
        Ok(session::Command::ReportSeeded {
            session,
            county,
            seeded,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        let (session, county, seeded) = self.into_core()?;
        Ok(session::Event::Seeded {
            session,
            county,
            seeded,
        })
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

    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        let (session, county, count) = self.into_core()?;
        Ok(session::Command::ReportJoined {
            session,
            county,
            count,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        let (session, county, count) = self.into_core()?;
        Ok(session::Event::Joined {
            session,
            county,
            count,
        })
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

    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        let (session, county, dissolved) = self.into_core()?;
        Ok(session::Command::ReportDissolved {
            session,
            county,
            dissolved,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        let (session, county, dissolved) = self.into_core()?;
        Ok(session::Event::Dissolved {
            session,
            county,
            dissolved,
        })
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

impl Reschedule {
    pub(super) fn new(session: SessionId, revision: u32, hours: Hours) -> Self {
        Self {
            session: session.0,
            revision,
            seeds_at: hours.seeds_at.0,
            opens_at: hours.opens_at.0,
            dissolves_at: hours.dissolves_at.0,
        }
    }

    fn hours(&self) -> Result<Hours, Wire> {
        Ok(Hours {
            seeds_at: field::read(&self.seeds_at)?,
            opens_at: field::read(&self.opens_at)?,
            dissolves_at: field::read(&self.dissolves_at)?,
        })
    }

    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        Ok(session::Command::Reschedule {
            session: field::read(&self.session)?,
            revision: self.revision,
            hours: self.hours()?,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        if self.revision != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(session::Event::Rescheduled {
            session: field::read(&self.session)?,
            hours: self.hours()?,
        })
    }
}

impl FileRoll {
    pub(super) fn new(session: SessionId, revision: u32, roll: Sha256) -> Self {
        Self {
            session: session.0,
            revision,
            roll: roll.0.to_vec(),
        }
    }

    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        Ok(session::Command::FileRoll {
            session: field::read(&self.session)?,
            revision: self.revision,
            roll: field::read(&self.roll)?,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        if self.revision != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(session::Event::RollFiled {
            session: field::read(&self.session)?,
            roll: field::read(&self.roll)?,
        })
    }
}

impl Witness {
    pub(crate) fn into_command(self) -> Result<session::Command, Wire> {
        if self.by != 0 {
            return Err(Wire::OutOfRange);
        }
        Ok(session::Command::Witness {
            session: field::read(&self.session)?,
            county: field::read(&self.county)?,
            attempt: self.attempt,
            testimony: Testimony::from_number(self.testimony)?,
        })
    }

    pub(crate) fn into_event(self) -> Result<session::Event, Wire> {
        Ok(session::Event::Witnessed {
            session: field::read(&self.session)?,
            county: field::read(&self.county)?,
            attempt: self.attempt,
            by: field::read(&self.by)?,
            testimony: Testimony::from_number(self.testimony)?,
        })
    }
}
