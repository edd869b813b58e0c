//! An agent on a folder of its own, with a clock that is set by hand.
//! Ticks are made by the test.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ktr_agent::{
    adapter::{BareBeacon, Matrix},
    config::{Base, Blanks, Config, CountyTable, Measure, Timing, sample},
    port::Clock,
    run::{Agent, Ports, Site},
    standing,
};
use ktr_core::time::Time;

use super::{
    county::FakeCounty,
    world::{MEMBER, OPENS, Records, World},
};

/// A clock that is set by hand.
#[derive(Clone, Debug)]
pub(crate) struct SetClock(pub(crate) Arc<AtomicU64>);

impl Clock for SetClock {
    fn now(&self) -> Time {
        Time(self.0.load(Ordering::SeqCst))
    }
}

/// A member's machine.
pub(crate) struct Machine {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) world: World,
    pub(crate) county: FakeCounty,
    pub(crate) chain: Records,
    pub(crate) clock: SetClock,
    pub(crate) config: Config,
}

impl Machine {
    /// A machine whose configuration names the county on loopback; the clock stands at the opening.
    pub(crate) async fn new(measure: Measure, collector: &str) -> Self {
        let world = World::new();
        let county = FakeCounty::start().await;
        let folder = tempfile::tempdir().expect("folder");
        let base = format!("http://{}", county.address);
        let text = sample(&Blanks {
            member: MEMBER,
            passes: base.clone(),
            homeserver: base,
            collector: collector.to_owned(),
            measure,
            timing: Timing {
                hit_wait_max_secs: 0,
                ..Timing::default()
            },
            ..Blanks::default()
        });
        let path = folder.path().join("agent.toml");
        fs::write(&path, text).expect("written");
        Self {
            chain: Records::of(&world),
            world,
            county,
            clock: SetClock(Arc::new(AtomicU64::new(OPENS))),
            config: Config::load(&path).expect("a configuration"),
            folder,
        }
    }

    /// Names the county in the configuration that serves this member if its own fails.
    pub(crate) async fn with_fallback(&mut self) -> FakeCounty {
        let county = FakeCounty::start().await;
        let base = Base::try_from(format!("http://{}", county.address)).expect("on loopback");
        self.config.county.push(CountyTable {
            id: 2,
            passes: base.clone(),
            homeserver: base,
        });
        let pass = self
            .world
            .pass(&World::pass_fields(), &self.world.fallback, "pass");
        county.shelf.lock().expect("no panic").pass = Some(pass);
        county
    }

    /// A freshly started agent.
    pub(crate) fn agent(&self) -> Agent<Records, Matrix, BareBeacon, SetClock> {
        let collector = self
            .config
            .collector
            .as_ref()
            .map(|table| table.url.clone());
        let ports = Ports {
            chain: self.chain.clone(),
            county: Matrix,
            beacon: BareBeacon(collector),
            clock: self.clock.clone(),
        };
        let site = Site {
            config: self.config.clone(),
            trusted: self.world.trusted.clone(),
            key: self.world.room_key.clone(),
        };
        Agent::new(ports, site)
    }

    pub(crate) fn set_clock(&self, now: u64) {
        self.clock.0.store(now, Ordering::SeqCst);
    }

    /// Where the session stands, as `status` shows it.
    pub(crate) fn phase(&self) -> String {
        let standing = standing::read(&self.config).expect("readable");
        standing.session.expect("a session").phase
    }

    /// The folder of the release in `signed/`.
    pub(crate) fn signed(&self) -> PathBuf {
        self.config.signed.join(self.world.release.id.to_string())
    }

    /// Every verdict in quarantine: code and rule.
    pub(crate) fn quarantine(&self) -> Vec<(String, u16)> {
        let standing = standing::read(&self.config).expect("readable");
        standing
            .quarantine
            .into_iter()
            .map(|verdict| (verdict.code, verdict.rule))
            .collect()
    }
}
