//! The agent itself: its ports, what it knows of each session at hand, and one tick.
//! A tick is whole or dropped; what lasts is on disk.

use std::{collections::BTreeMap, future::Future, time::Duration};

use ktr_artefact::openpgp::SecretCertificate;
use ktr_core::{
    id::{CountyId, ReleaseId, SessionId},
    key::Purpose,
    time::Time,
};
use tokio::time::sleep;

use super::{visit::Visit, voice::Voice};
use crate::{
    config::{Config, CountyTable},
    error::AgentError,
    policy::{self, Hour},
    port::{Beacon, Chain, Clock, County},
    verdict::Trusted,
};

/// The technologies.
#[derive(Debug)]
pub struct Ports<C, H, B, K> {
    /// The chain.
    pub chain: C,
    /// The counties' servers.
    pub county: H,
    /// The collector.
    pub beacon: B,
    /// The clock.
    pub clock: K,
}

/// The member's own facts.
#[derive(Debug)]
pub struct Site {
    /// The configuration.
    pub config: Config,
    /// What is trusted before anything is asked.
    pub trusted: Trusted,
    /// The room key.
    pub key: SecretCertificate,
}

/// A running agent.
#[derive(Debug)]
pub struct Agent<C, H, B, K> {
    pub(super) ports: Ports<C, H, B, K>,
    pub(super) site: Site,
    pub(super) visits: BTreeMap<(SessionId, CountyId), Visit>,
    pub(super) hits: BTreeMap<ReleaseId, Time>,
    pub(super) voice: Voice,
}

impl<C: Chain, H: County, B: Beacon, K: Clock> Agent<C, H, B, K> {
    /// An agent that knows nothing yet.
    #[must_use]
    pub fn new(ports: Ports<C, H, B, K>, site: Site) -> Self {
        let voice = Voice::new(&site.config.on_alarm);
        Self {
            ports,
            site,
            visits: BTreeMap::new(),
            hits: BTreeMap::new(),
            voice,
        }
    }

    /// One tick: what is new on the chain, every hour at hand, every hit that is due.
    ///
    /// # Errors
    /// The disk. Trouble with chain and county rings and is tried again.
    pub async fn tick(&mut self) -> Result<(), AgentError> {
        match self.ports.chain.advance().await {
            Ok(()) => self.voice.calm(0, "chain-silent"),
            Err(error) => self.voice.ring(0, error.code()),
        }
        let now = self.ports.clock.now();
        let timing = &self.site.config.timing;
        let hours: Vec<Hour> = policy::at_hand(self.ports.chain.state(), now, timing).collect();
        self.visits
            .retain(|(session, _), _| hours.iter().any(|hour| hour.session == *session));
        if !hours.is_empty()
            && let Some(home) = self.home(now)
        {
            for hour in &hours {
                for county in self.places(hour, home, now) {
                    self.visit(hour, &county).await?;
                }
            }
        }
        self.send_hits().await
    }

    /// The member's home county, if the chain knows the member.
    fn home(&mut self, now: Time) -> Option<CountyId> {
        let (member, register) = (
            self.site.config.member,
            &self.ports.chain.state().membership,
        );
        let Some(known) = register.member(&member) else {
            self.voice.ring(0, "member-unknown");
            return None;
        };
        let home = known.home;
        if register
            .live_keys(&member, Purpose::Room, now)
            .next()
            .is_none()
        {
            self.voice.ring(0, "room-key-missing");
        }
        Some(home)
    }

    /// The servers to be asked for a session, of counties that the configuration knows. The fallback comes first: a home
    /// county that is dead makes everybody wait until its answer is overdue.
    fn places(&mut self, hour: &Hour, home: CountyId, now: Time) -> Vec<CountyTable> {
        let (state, timing) = (self.ports.chain.state(), &self.site.config.timing);
        let network = state.governance.network();
        let begun = network
            .and_then(|network| network.fallback_of(home))
            .filter(|fallback| self.visits.contains_key(&(hour.session, *fallback)));
        let fallback = policy::fallback(state, home, hour, (now, timing)).or(begun);
        let sought = [
            fallback.map(|fallback| (fallback, "fallback-unknown")),
            Some((home, "county-unknown")),
        ];
        let mut places = Vec::new();
        for (county, code) in sought.into_iter().flatten() {
            match self.site.config.county(county).cloned() {
                Some(table) => places.push(table),
                None => self.voice.ring(0, code),
            }
        }
        places
    }
}

/// Ticks until `stop`.
///
/// # Errors
/// Those of [`Agent::tick`].
pub async fn run<C: Chain, H: County, B: Beacon, K: Clock>(
    agent: &mut Agent<C, H, B, K>,
    stop: impl Future<Output = ()>,
) -> Result<(), AgentError> {
    let mut stop = std::pin::pin!(stop);
    let pause = Duration::from_secs(agent.site.config.timing.tick_secs);
    tracing::info!("following");
    loop {
        tokio::select! {
            ticked = agent.tick() => ticked?,
            () = stop.as_mut() => break,
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.as_mut() => break,
        }
    }
    tracing::info!("stopped");
    Ok(())
}
