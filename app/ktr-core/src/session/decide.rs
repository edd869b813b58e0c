//! Every rule of sessions, and no change.
//! Order of checks: signer live, role or mandate, session, then the command's own rules as written.

use alloc::{vec, vec::Vec};

use super::{
    Cause, Command, Dissolved, Event, Flags, Hours, LanguageTag, Rejection, Reports, Seeded,
    Session, Status, Testimony,
};
use crate::{
    Context, State,
    governance::Parameters,
    id::{CountyId, SessionId, Sha256},
    key::Role,
    limits::{ATTEMPTS_MAX, TAGS_MAX, WITNESSES},
    time::Time,
};

/// Judges a command about a session.
pub(crate) fn decide(
    state: &State,
    context: &Context,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let sender = state.sender(context).ok_or(Rejection::KeyNotLive)?;
    let asked = Asked {
        state,
        context,
        now: context.block.time,
        sender,
    };
    let event = match command {
        Command::Schedule {
            session,
            hours,
            languages,
        } => asked.schedule(*session, *hours, languages),
        Command::Reschedule {
            session,
            revision,
            hours,
        } => asked.reschedule(*session, *revision, *hours),
        Command::FileRoll {
            session,
            revision,
            roll,
        } => asked.file_roll(*session, *revision, *roll),
        Command::Cancel { session } => asked.cancel(*session),
        Command::Open { session } => asked.open(*session),
        Command::Close {
            session,
            attendance,
        } => asked.close(*session, *attendance),
        Command::ReportSeeded {
            session,
            county,
            seeded,
        } => asked.seed(*session, *county, *seeded),
        Command::ReportJoined {
            session,
            county,
            count,
        } => {
            asked.once(*session, *county, |reports| reports.joined.is_some())?;
            asked.hides_nobody(*count)?;
            Ok(Event::Joined {
                session: *session,
                county: *county,
                count: *count,
            })
        }
        Command::ReportDissolved {
            session,
            county,
            dissolved,
        } => asked.dissolve(*session, *county, dissolved),
        Command::Witness {
            session,
            county,
            attempt,
            testimony,
        } => return asked.witness(*session, *county, *attempt, *testimony),
    };
    event.map(|event| vec![event])
}

/// What was asked, when, and by whom.
struct Asked<'a> {
    state: &'a State,
    context: &'a Context,
    now: Time,
    sender: Role,
}

impl<'a> Asked<'a> {
    fn schedule(
        &self,
        id: SessionId,
        hours: Hours,
        languages: &[LanguageTag],
    ) -> Result<Event, Rejection> {
        self.is_studio()?;
        let last = self.state.session.last();
        if id.0 != last.map_or(0, |session| session.id.0).saturating_add(1) {
            return Err(Rejection::SessionNotNext);
        }
        self.may_take(hours)?;
        self.overlaps_none(id, hours)?;
        let rising = languages.is_sorted_by(|earlier, later| earlier < later);
        if languages.is_empty() || languages.len() > TAGS_MAX || !rising {
            return Err(Rejection::LanguagesOutOfRange);
        }
        Ok(Event::Scheduled {
            session: id,
            hours,
            languages: languages.to_vec(),
        })
    }

    fn may_take(&self, hours: Hours) -> Result<(), Rejection> {
        if hours.seeds_at < self.now.plus(self.parameters().schedule_ahead_secs) {
            return Err(Rejection::SeedsTooSoon);
        }
        if hours.seeds_at >= hours.opens_at || hours.opens_at >= hours.dissolves_at {
            return Err(Rejection::TimesNotRising);
        }
        let length = hours.dissolves_at.since(hours.opens_at);
        if length > self.parameters().session_length_max_secs {
            return Err(Rejection::SessionTooLong);
        }
        Ok(())
    }

    fn reschedule(&self, id: SessionId, revision: u32, hours: Hours) -> Result<Event, Rejection> {
        self.is_studio_or_mandated()?;
        let session = self.revised(id, revision)?;
        let is_reported = session.reports.values().any(|of| of.seeded.is_some());
        if self.now >= session.hours.seeds_at || is_reported {
            return Err(Rejection::SeedingBegun);
        }
        self.may_take(hours)?;
        self.overlaps_none(id, hours)?;
        Ok(Event::Rescheduled { session: id, hours })
    }

    fn file_roll(&self, id: SessionId, revision: u32, roll: Sha256) -> Result<Event, Rejection> {
        self.is_studio_or_mandated()?;
        let session = self.revised(id, revision)?;
        self.is_not_over(session)?;
        Ok(Event::RollFiled { session: id, roll })
    }

    fn cancel(&self, id: SessionId) -> Result<Event, Rejection> {
        self.is_studio_or_mandated()?;
        let session = self.scheduled(id)?;
        self.is_not_over(session)?;
        let at = self.now;
        Ok(Event::Cancelled { session: id, at })
    }

    fn open(&self, id: SessionId) -> Result<Event, Rejection> {
        self.is_studio()?;
        let session = self.scheduled(id)?;
        if self.now
            < session
                .hours
                .opens_at
                .minus(self.parameters().open_early_secs)
        {
            return Err(Rejection::TooEarly);
        }
        self.is_not_over(session)?;
        let release = self.state.bundle.of_session(id);
        let release = release.ok_or(Rejection::ReleaseNotSealed)?;
        // Nobody takes it any more, and a session has no other: there is nothing to hand out, and nothing to count.
        if release.retracted.is_some() {
            return Err(Rejection::ReleaseRetracted);
        }
        Ok(Event::Opened {
            session: id,
            at: self.now,
        })
    }

    fn close(&self, id: SessionId, attendance: Option<u64>) -> Result<Event, Rejection> {
        self.is_studio()?;
        let session = self.session(id)?;
        if !matches!(session.status, Status::Opened { .. }) {
            return Err(Rejection::SessionNotOpened);
        }
        self.is_not_over(session)?;
        if attendance.is_some_and(|heads| heads < self.parameters().attendance_min) {
            return Err(Rejection::CountTooSmall);
        }
        Ok(Event::Closed {
            session: id,
            at: self.now,
            attendance,
        })
    }

    /// What a sidecar may say only once: not before its time, and of its own room.
    fn once(
        &self,
        id: SessionId,
        county: CountyId,
        is_reported: impl FnOnce(&Reports) -> bool,
    ) -> Result<(), Rejection> {
        self.is_sidecar_of(county)?;
        let session = self.session(id)?;
        if session.is_cancelled() {
            return Err(Rejection::SessionCancelled);
        }
        if self.now
            < session
                .hours
                .seeds_at
                .minus(self.parameters().report_early_secs)
        {
            return Err(Rejection::TooEarly);
        }
        if session.reports.get(&county).is_some_and(is_reported) {
            return Err(Rejection::AlreadyReported);
        }
        Ok(())
    }

    /// A room that is seeded after one was reported gone has to be reported again; after its hour the report of its end says more than this.
    fn seed(&self, id: SessionId, county: CountyId, seeded: Seeded) -> Result<Event, Rejection> {
        self.once(id, county, |reports| reports.seeded.is_some())?;
        let session = self.session(id)?;
        if session.is_dissolved_by(county) && self.now >= session.hours.dissolves_at {
            return Err(Rejection::AlreadyReported);
        }
        Ok(Event::Seeded {
            session: id,
            county,
            seeded,
        })
    }

    /// Of a cancelled session too: rooms are made before anything is reported of them, and have to go.
    fn dissolve(
        &self,
        id: SessionId,
        county: CountyId,
        dissolved: &Dissolved,
    ) -> Result<Event, Rejection> {
        self.is_sidecar_of(county)?;
        let session = self.session(id)?;
        let may_be_early = matches!(dissolved.cause, Cause::Early | Cause::Operator);
        if self.now < session.hours.dissolves_at && !may_be_early {
            return Err(Rejection::TooEarly);
        }
        let attempts = session
            .reports
            .get(&county)
            .map_or(0, |reports| reports.dissolved.len());
        if attempts >= ATTEMPTS_MAX {
            return Err(Rejection::AttemptsTooMany);
        }
        if usize::try_from(dissolved.attempt).ok() != attempts.checked_add(1) {
            return Err(Rejection::AttemptNotNext);
        }
        self.hides_nobody(dissolved.kicked)?;
        self.hides_nobody(dissolved.cancelled)?;
        let rises = dissolved.started_at <= dissolved.emptied_at
            && dissolved.emptied_at <= dissolved.purged_at
            && dissolved.purged_at <= dissolved.scanned_at;
        if !rises || dissolved.flags.0 & !Flags::KNOWN != 0 {
            return Err(Rejection::ReportInconsistent);
        }
        Ok(Event::Dissolved {
            session: id,
            county,
            dissolved: *dissolved,
        })
    }

    /// Evidence of a door, given once per witness and attempt; the second county that finds it shut confirms the destruction.
    fn witness(
        &self,
        id: SessionId,
        county: CountyId,
        attempt: u32,
        testimony: Testimony,
    ) -> Result<Vec<Event>, Rejection> {
        let Role::Sidecar(by) = self.sender else {
            return Err(Rejection::OtherSidecarRequired);
        };
        if by == county {
            return Err(Rejection::OtherSidecarRequired);
        }
        let session = self.session(id)?;
        let reports = session.reports.get(&county);
        let reports = reports.ok_or(Rejection::AttemptUnknown)?;
        let mut attempts = reports.dissolved.iter().map(|report| report.attempt);
        if !attempts.any(|known| known == attempt) {
            return Err(Rejection::AttemptUnknown);
        }
        if reports.witnessed.contains_key(&(attempt, by)) {
            return Err(Rejection::AlreadyWitnessed);
        }
        let mut events = vec![Event::Witnessed {
            session: id,
            county,
            attempt,
            by,
            testimony,
        }];
        let before = reports.found_gone(attempt);
        // A report that a later hour or a later room superseded confirms nothing.
        let stands = attempt > reports.superseded;
        if stands && testimony == Testimony::Gone && before.checked_add(1) == Some(WITNESSES) {
            events.push(Event::DissolutionConfirmed {
                session: id,
                county,
                attempt,
            });
        }
        Ok(events)
    }

    fn parameters(&self) -> &'a Parameters {
        self.state.governance.parameters()
    }

    fn session(&self, id: SessionId) -> Result<&'a Session, Rejection> {
        self.state.session.get(id).ok_or(Rejection::SessionUnknown)
    }

    fn scheduled(&self, id: SessionId) -> Result<&'a Session, Rejection> {
        let session = self.session(id)?;
        match session.status {
            Status::Scheduled => Ok(session),
            Status::Cancelled { .. } => Err(Rejection::SessionCancelled),
            Status::Opened { .. } | Status::Closed { .. } => Err(Rejection::SessionNotScheduled),
        }
    }

    /// A session that may still be changed, by somebody who knows all changes before.
    fn revised(&self, id: SessionId, revision: u32) -> Result<&'a Session, Rejection> {
        let session = self.scheduled(id)?;
        if revision != session.revision.saturating_add(1) {
            return Err(Rejection::RevisionNotNext);
        }
        Ok(session)
    }

    /// No two sessions have rooms at one time; a cancelled one without rooms is in nobody's way.
    fn overlaps_none(&self, id: SessionId, hours: Hours) -> Result<(), Rejection> {
        let mut others = self.state.session.iter().filter(|other| {
            let has_room = |county| other.has_room_in(county);
            other.id != id && self.state.governance.counties().any(has_room)
        });
        let overlaps = others.any(|other| {
            if other.id < id {
                hours.seeds_at < other.hours.dissolves_at
            } else {
                other.hours.seeds_at < hours.dissolves_at
            }
        });
        if overlaps {
            Err(Rejection::SessionsOverlap)
        } else {
            Ok(())
        }
    }

    fn is_studio_or_mandated(&self) -> Result<(), Rejection> {
        let is_county = matches!(self.sender, Role::County(_));
        let has_mandate = is_county && self.state.governance.mandate(self.context).is_ok();
        if self.sender == Role::Studio || has_mandate {
            Ok(())
        } else {
            Err(Rejection::MandateRequired)
        }
    }

    fn is_studio(&self) -> Result<(), Rejection> {
        if self.sender == Role::Studio {
            Ok(())
        } else {
            Err(Rejection::StudioRequired)
        }
    }

    fn is_sidecar_of(&self, county: CountyId) -> Result<(), Rejection> {
        if self.sender == Role::Sidecar(county) {
            Ok(())
        } else {
            Err(Rejection::SidecarRequired)
        }
    }

    fn is_not_over(&self, session: &Session) -> Result<(), Rejection> {
        if self.now < session.hours.dissolves_at {
            Ok(())
        } else {
            Err(Rejection::SessionOver)
        }
    }

    fn hides_nobody(&self, count: Option<u64>) -> Result<(), Rejection> {
        if count.is_some_and(|count| count < self.parameters().count_min) {
            return Err(Rejection::CountTooSmall);
        }
        Ok(())
    }
}
