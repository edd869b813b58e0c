//! The record of a session and the reports in it, to and from the core.
//! Commands and events stand in `command`.

use ktr_core::{
    id::{CountyId, SessionId},
    limits::{ATTEMPTS_MAX, COUNTIES_MAX, RESIDUE_CLASSES},
    session::{self, Cause, Engine, Flags, Reports, ServerVersion, Status, Testimony},
};

use super::message::{CountyReports, Joined, Report, Schedule, Seeded, Session, Witnessed};
use crate::{field, limits::TESTIMONIES_MAX, number::Numbered, refusal::Wire};

const SCHEDULED: u32 = 1;
const OPENED: u32 = 2;
const CLOSED: u32 = 3;
const CANCELLED: u32 = 4;

impl From<&session::Dissolved> for Report {
    fn from(report: &session::Dissolved) -> Self {
        let ServerVersion {
            major,
            minor,
            patch,
        } = report.version;
        Self {
            attempt: report.attempt,
            cause: report.cause.number(),
            started_at: report.started_at.0,
            emptied_at: report.emptied_at.0,
            purged_at: report.purged_at.0,
            scanned_at: report.scanned_at.0,
            kicked: report.kicked,
            posts: report.posts,
            media_deleted: report.media_deleted,
            cancelled: report.cancelled,
            strays: report.strays,
            residue: report.residue.to_vec(),
            flags: report.flags.0,
            engine: report.engine.number(),
            version: vec![major, minor, patch],
            receipt: report.receipt.0.to_vec(),
        }
    }
}

impl TryFrom<Report> for session::Dissolved {
    type Error = Wire;

    fn try_from(message: Report) -> Result<Self, Wire> {
        let residue = <[u64; RESIDUE_CLASSES]>::try_from(message.residue);
        let &[major, minor, patch] = message.version.as_slice() else {
            return Err(Wire::OutOfRange);
        };
        Ok(Self {
            attempt: message.attempt,
            cause: Cause::from_number(message.cause)?,
            started_at: field::read(&message.started_at)?,
            emptied_at: field::read(&message.emptied_at)?,
            purged_at: field::read(&message.purged_at)?,
            scanned_at: field::read(&message.scanned_at)?,
            kicked: message.kicked,
            posts: message.posts,
            media_deleted: message.media_deleted,
            cancelled: message.cancelled,
            strays: message.strays,
            residue: residue.or(Err(Wire::OutOfRange))?,
            flags: Flags(message.flags),
            engine: Engine::from_number(message.engine)?,
            version: ServerVersion {
                major,
                minor,
                patch,
            },
            receipt: field::read(&message.receipt)?,
        })
    }
}

impl From<&session::Session> for Session {
    fn from(session: &session::Session) -> Self {
        let (status, opened_at, closed_at, attendance) = match session.status {
            Status::Scheduled => (SCHEDULED, 0, 0, None),
            Status::Cancelled { .. } => (CANCELLED, 0, 0, None),
            Status::Opened { at } => (OPENED, at.0, 0, None),
            Status::Closed {
                opened_at,
                at,
                attendance,
            } => (CLOSED, opened_at.0, at.0, attendance),
        };
        let cancelled_at = match session.status {
            Status::Cancelled { at } => at.0,
            Status::Scheduled | Status::Opened { .. } | Status::Closed { .. } => 0,
        };
        let reports = session.reports.iter();
        Self {
            scheduled: Some(Schedule::new(session.id, session.hours, &session.languages)),
            status,
            opened_at,
            closed_at,
            attendance,
            ended: session.ended,
            reports: reports
                .map(|(county, reports)| CountyReports::new(session.id, *county, reports))
                .collect(),
            revision: session.revision,
            roll: session.roll.map(|roll| roll.0.to_vec()).unwrap_or_default(),
            cancelled_at,
        }
    }
}

impl TryFrom<Session> for session::Session {
    type Error = Wire;

    fn try_from(message: Session) -> Result<Self, Wire> {
        let (id, hours, languages) = field::present(message.scheduled)?.into_core()?;
        let times = (message.opened_at, message.closed_at, message.cancelled_at);
        let status = match (message.status, times) {
            (SCHEDULED, (0, 0, 0)) => Status::Scheduled,
            (OPENED, (at, 0, 0)) => Status::Opened {
                at: field::read(&at)?,
            },
            (CLOSED, (opened_at, at, 0)) => Status::Closed {
                opened_at: field::read(&opened_at)?,
                at: field::read(&at)?,
                attendance: message.attendance,
            },
            (CANCELLED, (0, 0, at)) => Status::Cancelled {
                at: field::read(&at)?,
            },
            _ => return Err(Wire::OutOfRange),
        };
        if message.status != CLOSED && message.attendance.is_some() {
            return Err(Wire::OutOfRange);
        }
        let reports = field::at_most(message.reports, COUNTIES_MAX)?
            .into_iter()
            .map(|reports| reports.into_core(id));
        let reports = field::rising_by_key(reports.collect::<Result<Vec<_>, _>>()?)?;
        let roll = if message.roll.is_empty() {
            None
        } else {
            Some(field::read(&message.roll)?)
        };
        Ok(Self {
            id,
            hours,
            languages,
            revision: message.revision,
            roll,
            status,
            ended: message.ended,
            reports: reports.into_iter().collect(),
        })
    }
}

impl CountyReports {
    fn new(session: SessionId, county: CountyId, reports: &Reports) -> Self {
        Self {
            county: u32::from(county.0),
            seeded: reports
                .seeded
                .map(|seeded| Seeded::new(session, county, &seeded)),
            joined: reports
                .joined
                .map(|count| Joined::new(session, county, count)),
            dissolved: reports.dissolved.iter().map(Report::from).collect(),
            overdue: reports.overdue,
            witnessed: reports
                .witnessed
                .iter()
                .map(|((attempt, by), testimony)| Witnessed {
                    attempt: *attempt,
                    by: u32::from(by.0),
                    testimony: testimony.number(),
                })
                .collect(),
            unwitnessed: reports.unwitnessed,
            superseded: reports.superseded,
        }
    }

    fn into_core(self, session: SessionId) -> Result<(CountyId, Reports), Wire> {
        let county: CountyId = field::read(&self.county)?;
        let here = |of: SessionId, by: CountyId| {
            if (of, by) == (session, county) {
                Ok(())
            } else {
                Err(Wire::OutOfRange)
            }
        };
        let seeded = self.seeded.map(Seeded::into_core).transpose()?;
        let joined = self.joined.map(Joined::into_core).transpose()?;
        if let Some((of, by, _)) = seeded {
            here(of, by)?;
        }
        if let Some((of, by, _)) = joined {
            here(of, by)?;
        }
        let dissolved = field::at_most(self.dissolved, ATTEMPTS_MAX)?;
        let last = dissolved.last().map_or(0, |report| report.attempt);
        if self.superseded > last {
            return Err(Wire::OutOfRange);
        }
        let dissolved = dissolved.into_iter().map(TryInto::try_into);
        let witnessed = field::at_most(self.witnessed, TESTIMONIES_MAX)?;
        let witnessed = witnessed.into_iter().map(Witnessed::into_core);
        let witnessed = field::rising_by_key(witnessed.collect::<Result<Vec<_>, _>>()?)?;
        let reports = Reports {
            seeded: seeded.map(|(_, _, seeded)| seeded),
            joined: joined.map(|(_, _, count)| count),
            dissolved: dissolved.collect::<Result<_, _>>()?,
            overdue: self.overdue,
            witnessed: witnessed.into_iter().collect(),
            unwitnessed: self.unwitnessed,
            superseded: self.superseded,
        };
        Ok((county, reports))
    }
}

impl Witnessed {
    fn into_core(self) -> Result<((u32, CountyId), Testimony), Wire> {
        let by = field::read(&self.by)?;
        let testimony = Testimony::from_number(self.testimony)?;
        Ok(((self.attempt, by), testimony))
    }
}
