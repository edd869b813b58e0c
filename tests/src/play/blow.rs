//! One blow of `--kill SEED`: a node with its engine, or a room's sidecar, dies by -9 in acts 6 to 9 and is started again at once.
//! The seed draws which; the month must still end well.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use serde_json::json;

use super::{
    Act, Failure, Figures,
    rooms::COUNTIES,
    stage::{Stage, joined},
};

/// A process that died by -9 is started again within this many seconds.
const AGAIN_WITHIN_SECS: u64 = 2;

/// Sites by name.
const SITES: [&str; 4] = ["a", "b", "c", "witness"];

/// Whom it hits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// Node and engine of a site.
    Site(&'static str),
    /// A county's room sidecar.
    Room(&'static str),
}

/// Whom it hits, and in which act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Blow {
    seed: u64,
    act: u8,
    target: Target,
}

impl Blow {
    /// What a seed draws: the seven pairs of act and kind in turn, then the places in turn.
    ///
    /// In act 8 county b is down already and a second site would halt the chain: there only a sidecar of a or c is hit.
    pub(crate) fn of(seed: u64) -> Self {
        let place = seed / 7;
        let site = || Target::Site(pick(&SITES, place));
        let room = || Target::Room(pick(&COUNTIES.map(|(_, letter)| letter), place));
        let (act, target) = match seed % 7 {
            0 => (6, room()),
            1 => (6, site()),
            2 => (7, room()),
            3 => (7, site()),
            4 => (8, Target::Room(pick(&["a", "c"], place))),
            5 => (9, room()),
            _ => (9, site()),
        };
        Self { seed, act, target }
    }

    /// The act in which it falls.
    pub(crate) const fn act(self) -> u8 {
        self.act
    }

    /// Whether it falls in this act.
    pub(crate) const fn falls_in(&self, act: Act) -> bool {
        self.act == act.number()
    }

    /// Strikes, starts what died again, and says how long that took.
    ///
    /// # Errors
    /// [`Failure`] if it is not started again within two seconds at this play's pace.
    pub(crate) fn strike(self, stage: &mut Stage) -> Result<Figures, Failure> {
        let (name, after) = match self.target {
            Target::Site(site) => (format!("site-{site}"), again(stage, site)?),
            Target::Room(letter) => {
                let name = format!("room-{letter}");
                let begun = now();
                stage.company.kill(&name)?;
                stage.company.revive(&stage.out.join("logs"), &name)?;
                (name, begun.elapsed())
            }
        };
        self.figures(&name, after, stage.secs(AGAIN_WITHIN_SECS))
    }

    /// What is told of it.
    fn figures(self, name: &str, after: Duration, within_secs: u64) -> Result<Figures, Failure> {
        let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        if after > Duration::from_secs(within_secs) {
            return Err(Failure::new(format!(
                "{name} was started again after {after_ms} ms only (seed {})",
                self.seed
            )));
        }
        let mut figures = Figures::new();
        figures.insert("seed".to_owned(), json!(self.seed));
        figures.insert("killed".to_owned(), json!(name));
        figures.insert("started again after ms".to_owned(), json!(after_ms));
        Ok(figures)
    }
}

/// Kills a site and has it started; gives the time from the blow until its new process runs.
fn again(stage: &Stage, site: &str) -> Result<Duration, Failure> {
    let begun = now();
    let (old, _) = pids(stage, site)?;
    kill_site(stage, site)?;
    thread::scope(|scope| {
        let up = scope.spawn(|| stage.ktr(&["localnet", "up"]));
        let mut after = None;
        // `up` itself ends only when the site answers.
        while after.is_none() && !up.is_finished() {
            after = (pids(stage, site).is_ok_and(|(new, _)| new != old)).then(|| begun.elapsed());
            thread::sleep(Duration::from_millis(10));
        }
        joined(up)?;
        Ok(after.unwrap_or_else(|| begun.elapsed()))
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the play tells how soon a process was started again"
)]
fn now() -> Instant {
    Instant::now()
}

fn pick(places: &[&'static str], place: u64) -> &'static str {
    let count = u64::try_from(places.len()).unwrap_or(1);
    let index = usize::try_from(place.checked_rem(count).unwrap_or(0)).unwrap_or(0);
    places.get(index).copied().unwrap_or_default()
}

/// The node goes first, so that it cannot stop its engine in order.
pub(crate) fn kill_site(stage: &Stage, site: &str) -> Result<(), Failure> {
    let (node, engine) = pids(stage, site)?;
    for pid in [node, engine] {
        kill(Pid::from_raw(pid), Signal::SIGKILL).map_err(|error| Failure::of("kill", error))?;
    }
    Ok(())
}

/// The processes of a site: its node and its engine.
fn pids(stage: &Stage, site: &str) -> Result<(i32, i32), Failure> {
    let nodes = fs::read_to_string(stage.net.join("pids"))?;
    let node = nodes
        .lines()
        .find_map(|line| line.strip_prefix(site)?.strip_prefix(' '));
    let engine = fs::read_to_string(stage.net.join("sites").join(site).join("engine.pid"))?;
    let number = |text: &str| {
        let pid = text.trim().parse::<i32>();
        pid.map_err(|error| Failure::of(format!("a pid of site {site}"), error))
    };
    Ok((number(node.unwrap_or_default())?, number(&engine)?))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Duration};

    use super::{Blow, Target};

    #[test]
    fn ten_seeds_cover_every_act_and_kind_and_never_halt_the_chain() {
        let drawn: Vec<Blow> = (1..=10).map(Blow::of).collect();
        let kinds: BTreeSet<(u8, bool)> = drawn
            .iter()
            .map(|blow| (blow.act, matches!(blow.target, Target::Site(_))))
            .collect();
        let expected = [
            (6, false),
            (6, true),
            (7, false),
            (7, true),
            (8, false),
            (9, false),
            (9, true),
        ];
        assert_eq!(kinds, expected.into());
        for seed in 0..1_000 {
            let blow = Blow::of(seed);
            let allowed = [Target::Room("a"), Target::Room("c")];
            assert!(blow.act != 8 || allowed.contains(&blow.target), "{seed}");
        }
    }

    #[test]
    fn a_blow_tells_its_seed_its_target_and_how_soon_it_was_mended() {
        let figures = Blow::of(5).figures("room-a", Duration::from_millis(1_999), 2);
        let figures = figures.expect("within two seconds");
        assert_eq!(figures["seed"], 5);
        assert_eq!(figures["killed"], "room-a");
        assert_eq!(figures["started again after ms"], 1_999);
    }

    #[test]
    fn a_process_that_comes_back_later_than_two_seconds_is_a_failure() {
        let late = Blow::of(5).figures("room-a", Duration::from_millis(2_001), 2);
        let words = late.expect_err("too late").to_string();
        assert!(
            words.contains("2001 ms") && words.contains("seed 5"),
            "{words}"
        );
    }
}
