//! The hour of a session, from the search for a pass to the leave.
//! A member that missed it gets nothing: that is the promise (design: rulings, section 5).

use ktr_core::{
    State,
    id::{CountyId, SessionId},
    time::{Secs, Time},
};

use crate::{action::Action, config::Timing};

/// The hours of one session that matter to a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hour {
    /// Which session.
    pub session: SessionId,
    /// When it opens.
    pub opens_at: Time,
    /// T: when its rooms go.
    pub dissolves_at: Time,
}

/// What was reached so far in this hour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Progress {
    /// Nothing yet.
    #[default]
    Outside,
    /// A pass is held.
    Admitted,
    /// The room is joined, no release is filed.
    Joined,
    /// The release is filed; the room is still joined.
    Filed,
    /// The release is filed and no room is joined.
    FiledOutside,
}

/// The sessions whose hour is at hand, by number.
pub fn at_hand<'a>(
    state: &'a State,
    now: Time,
    timing: &'a Timing,
) -> impl Iterator<Item = Hour> + 'a {
    let hours = state.session.iter().map(|session| Hour {
        session: session.id,
        opens_at: session.hours.opens_at,
        dissolves_at: session.hours.dissolves_at,
    });
    hours.filter(move |hour| {
        let first = hour.opens_at.minus(Secs(timing.pass_before_secs));
        let last = hour
            .dissolves_at
            .plus(Secs(timing.leave_after_secs))
            .plus(LINGER);
        (first..=last).contains(&now)
    })
}

/// The county that serves a member whose own has not seeded its room some time after it should have (design: room, rule 11).
#[must_use]
pub fn fallback(
    state: &State,
    home: CountyId,
    hour: &Hour,
    (now, timing): (Time, &Timing),
) -> Option<CountyId> {
    let session = state.session.get(hour.session)?;
    let is_seeded = session
        .reports
        .get(&home)
        .is_some_and(|reports| reports.seeded.is_some());
    let due = session.opened_at()?.max(session.hours.seeds_at);
    let is_late = now >= due.plus(Secs(timing.fallback_after_secs));
    let network = state.governance.network()?;
    network.fallback_of(home).filter(|_| is_late && !is_seeded)
}

/// The next step.
#[must_use]
pub fn next(hour: &Hour, progress: Progress, now: Time, timing: &Timing) -> Action {
    let is_over = now >= hour.dissolves_at.plus(Secs(timing.leave_after_secs));
    match progress {
        Progress::Joined | Progress::Filed if is_over => Action::Leave,
        Progress::Outside | Progress::Admitted | Progress::FiledOutside if is_over => {
            Action::Finish
        }
        Progress::Outside => Action::FetchPass,
        Progress::Admitted => Action::Join,
        Progress::Joined => Action::Look,
        Progress::Filed | Progress::FiledOutside => Action::Wait,
    }
}

/// How long after the leave an hour still is at hand, so that its end is told.
const LINGER: Secs = Secs(60);
