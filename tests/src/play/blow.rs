//! One blow of `--kill SEED`: a node with its engine, or a room's sidecar, dies by -9 in acts 6 to 9 and is started again at once.
//! The seed draws which; the month must still end well.

use std::fs;

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{Act, Failure, rooms::COUNTIES, stage::Stage};

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
        Self { act, target }
    }

    /// Whether it falls in this act.
    pub(crate) const fn falls_in(&self, act: Act) -> bool {
        self.act == act.number()
    }

    /// Strikes, and starts what died again.
    pub(crate) fn strike(self, stage: &mut Stage) -> Result<(), Failure> {
        match self.target {
            Target::Site(site) => {
                kill_site(stage, site)?;
                stage.ktr(&["localnet", "up"]).map(|_| ())
            }
            Target::Room(letter) => {
                let name = format!("room-{letter}");
                stage.company.kill(&name)?;
                stage.company.revive(&stage.out.join("logs"), &name)
            }
        }
    }
}

fn pick(places: &[&'static str], place: u64) -> &'static str {
    let count = u64::try_from(places.len()).unwrap_or(1);
    let index = usize::try_from(place.checked_rem(count).unwrap_or(0)).unwrap_or(0);
    places.get(index).copied().unwrap_or_default()
}

/// The node goes first, so that it cannot stop its engine in order.
pub(crate) fn kill_site(stage: &Stage, site: &str) -> Result<(), Failure> {
    let pids = fs::read_to_string(stage.net.join("pids"))?;
    let node = pids
        .lines()
        .find_map(|line| line.strip_prefix(site)?.strip_prefix(' '));
    let engine = fs::read_to_string(stage.net.join("sites").join(site).join("engine.pid"))?;
    for pid in [node.unwrap_or_default(), engine.as_str()] {
        let wrong = |error| Failure::of(format!("a pid of site {site}"), error);
        let pid = pid.trim().parse().map_err(wrong)?;
        kill(Pid::from_raw(pid), Signal::SIGKILL).map_err(|error| Failure::of("kill", error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
}
