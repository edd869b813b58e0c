//! One session's hour, step by step: pass, join, look, leave.
//! Which step is next is the policy's affair; what a post holds is received elsewhere.

use std::collections::BTreeSet;

use ktr_core::{
    id::Sha256,
    key::{Key, Role},
};

use super::Agent;
use crate::{
    action::Action,
    config::CountyTable,
    error::{AgentError, StepError},
    filing, pass,
    pass::{Pass, Sought},
    policy::{self, Hour, Progress},
    port::{Beacon, Chain, Clock, County},
    standing::{self, Phase},
};

/// What is known of a session at hand. Nothing of it lasts: a restarted agent asks for its pass again.
#[derive(Debug, Default)]
pub(super) struct Visit {
    pub(super) pass: Option<Pass>,
    pub(super) room: Option<String>,
    /// Where the next look goes on.
    pub(super) since: Option<String>,
    /// Ciphertexts that need not be looked at again.
    pub(super) settled: BTreeSet<Sha256>,
    is_over: bool,
    told: Option<Phase>,
    pub(super) code: Option<&'static str>,
}

/// Steps of one tick: pass, join, look, leave, end.
const STEPS_MAX: usize = 5;

impl<C: Chain, H: County, B: Beacon, K: Clock> Agent<C, H, B, K> {
    /// Goes as far through the hour as one tick allows.
    pub(super) async fn visit(
        &mut self,
        hour: &Hour,
        county: &CountyTable,
    ) -> Result<(), AgentError> {
        let key = (hour.session, county.county());
        let mut visit = self.visits.remove(&key).unwrap_or_default();
        for _ in 0..STEPS_MAX {
            if visit.is_over {
                break;
            }
            let now = self.ports.clock.now();
            let action = policy::next(
                hour,
                self.progress(hour, &visit),
                now,
                &self.site.config.timing,
            );
            let stepped = match action {
                Action::Wait => break,
                Action::FetchPass => self.fetch_pass(hour, county, &mut visit).await,
                Action::Join => self.join(county, &mut visit).await,
                Action::Look => {
                    self.look(hour, county, &mut visit).await?;
                    break;
                }
                Action::Leave => {
                    self.leave(county, &mut visit).await;
                    Ok(())
                }
                Action::Finish => {
                    visit.is_over = true;
                    Ok(())
                }
            };
            if let Err(error) = stepped {
                self.note(hour, &mut visit, &error);
                break;
            }
        }
        // What a fallback gave is seen at home too, where the hour is told.
        if self.is_home(county) {
            self.tell(hour, &mut visit)?;
        }
        self.visits.insert(key, visit);
        Ok(())
    }

    fn is_home(&self, county: &CountyTable) -> bool {
        let members = &self.ports.chain.state().membership;
        let member = members.member(&self.site.config.member);
        member.is_some_and(|member| member.home == county.county())
    }

    fn progress(&self, hour: &Hour, visit: &Visit) -> Progress {
        let release = self.ports.chain.state().bundle.of_session(hour.session);
        let is_filed =
            release.is_some_and(|release| filing::has(&self.site.config.signed, release.id));
        match (is_filed, &visit.pass, &visit.room) {
            (true, _, None) => Progress::FiledOutside,
            (true, _, Some(_)) => Progress::Filed,
            (false, None, _) => Progress::Outside,
            (false, Some(_), None) => Progress::Admitted,
            (false, Some(_), Some(_)) => Progress::Joined,
        }
    }

    async fn fetch_pass(
        &self,
        hour: &Hour,
        county: &CountyTable,
        visit: &mut Visit,
    ) -> Result<(), StepError> {
        let chain = self.site.trusted.chain.as_str();
        let state = self.ports.chain.state();
        let sidecar: Vec<Key> = state
            .governance
            .keys_of(Role::Sidecar(county.county()))
            .copied()
            .collect();
        let name = pass::name(chain, hour.session, self.site.config.member);
        let sealed = self.ports.county.pass(county, hour.session, &name).await?;
        let sought = Sought {
            chain,
            session: hour.session,
            sidecar: &sidecar,
            domain: &self.site.trusted.alliance.domain,
            now: self.ports.clock.now(),
        };
        visit.pass = Some(pass::open(&sealed, &self.site.key, &sought)?);
        Ok(())
    }

    async fn join(&self, county: &CountyTable, visit: &mut Visit) -> Result<(), StepError> {
        let pass = visit.pass.as_ref().ok_or(StepError::NoPass)?;
        visit.room = Some(self.ports.county.join(county, pass).await?);
        Ok(())
    }

    /// Leaves; whether the county still answers makes no difference, because at T it removes everybody itself.
    async fn leave(&self, county: &CountyTable, visit: &mut Visit) {
        if let (Some(pass), Some(room)) = (&visit.pass, visit.room.take()) {
            let left = self.ports.county.leave(county, pass, &room).await;
            tracing::info!(answered = left.is_ok(), "left by itself");
        }
    }

    /// Remembers trouble and says it once. A pass or invitation that is not there yet is no trouble.
    pub(super) fn note(&mut self, hour: &Hour, visit: &mut Visit, error: &StepError) {
        match error {
            StepError::NoPass | StepError::NotInvited => return,
            // The token opens nothing any more: ask for the pass again.
            StepError::Status(401) => {
                visit.pass = None;
                visit.room = None;
            }
            StepError::OtherKey(county) if visit.code != Some(error.code()) => {
                tracing::warn!(session = hour.session.0, county = county.0, %error, "nothing was asked");
            }
            // Not in the room any more.
            StepError::Status(403 | 404) => visit.room = None,
            StepError::Status(_)
            | StepError::ChainSilent
            | StepError::ChainStale
            | StepError::PassRefused(_)
            | StepError::Silent
            | StepError::OtherKey(_)
            | StepError::Garbled
            | StepError::TooLarge => {}
        }
        visit.code = Some(error.code());
        self.voice.ring(hour.session.0, error.code());
    }

    /// Writes where the session stands, when that has changed, and says the end plainly.
    fn tell(&mut self, hour: &Hour, visit: &mut Visit) -> Result<(), AgentError> {
        let phase = match (visit.is_over, self.progress(hour, visit)) {
            (true, Progress::Filed | Progress::FiledOutside) => "left",
            (true, Progress::Outside | Progress::Admitted | Progress::Joined) => "missed",
            (false, Progress::Outside) => "outside",
            (false, Progress::Admitted) => "admitted",
            (false, Progress::Joined) => "joined",
            (false, Progress::Filed | Progress::FiledOutside) => "filed",
        };
        let phase = Phase {
            session: hour.session.0,
            phase: phase.to_owned(),
            code: visit.code.map(str::to_owned),
        };
        if visit.told.as_ref() == Some(&phase) {
            return Ok(());
        }
        tracing::info!(session = phase.session, phase = phase.phase, "session");
        if phase.phase == "missed" {
            // A member that missed the hour gets nothing: that is the promise.
            self.voice.ring(hour.session.0, "session-missed");
        }
        standing::write(&self.site.config.state, &phase)?;
        visit.told = Some(phase);
        Ok(())
    }
}
