//! One blow of `--kill SEED`: a node with its engine, a room's sidecar, its homeserver, or a member's agent dies by -9 and is started again.
//! The seed draws which, and in which act; the month must still end well. The collector is never hit: what it has not published is lost by design.

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use serde_json::json;

use super::{Act, Failure, Figures, rooms::COUNTIES, stage::Stage};

/// A process that died by -9 is started again within this many seconds.
const AGAIN_WITHIN_SECS: u64 = 2;
/// A homeserver is started again by its sidecar, which looks after it between two other things.
const SERVER_AGAIN_WITHIN_SECS: u64 = 15;

/// Sites by name.
const SITES: [&str; 4] = ["a", "b", "c", "witness"];
/// Counties that may lose a process while county b is down.
const BESIDE_B: [&str; 2] = ["a", "c"];
/// Members' agents.
const AGENTS: u64 = 9;

/// Whom it hits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// Node and engine of a site.
    Site(&'static str),
    /// A county's room sidecar.
    Room(&'static str),
    /// A county's homeserver.
    Server(&'static str),
    /// A member's agent, by its number from 1.
    Agent(u64),
}

/// What kind of process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Site,
    Room,
    Server,
    Agent,
}

/// Acts and kinds in the order in which seeds draw them: every pair but six. Agents are there from the end of act 2, and in act 4, where the
/// board sits, an agent only follows the chain, as it does in acts 3 and 5, where it is hit. In act 8 county b is down already, and a second
/// site would halt the chain. Act 10 asks nodes alone: the rooms are gone and every hit is told by then, so that nothing would show what an
/// agent or a homeserver lost.
const DRAWN: [(u8, Kind); 34] = [
    (9, Kind::Room),
    (6, Kind::Server),
    (2, Kind::Site),
    (7, Kind::Agent),
    (9, Kind::Site),
    (4, Kind::Site),
    (6, Kind::Agent),
    (9, Kind::Server),
    (8, Kind::Room),
    (5, Kind::Site),
    (6, Kind::Room),
    (9, Kind::Agent),
    (1, Kind::Site),
    (7, Kind::Server),
    (3, Kind::Site),
    (6, Kind::Site),
    (10, Kind::Site),
    (7, Kind::Room),
    (8, Kind::Server),
    (7, Kind::Site),
    (8, Kind::Agent),
    (1, Kind::Room),
    (2, Kind::Room),
    (3, Kind::Room),
    (4, Kind::Room),
    (5, Kind::Room),
    (10, Kind::Room),
    (1, Kind::Server),
    (2, Kind::Server),
    (3, Kind::Server),
    (4, Kind::Server),
    (5, Kind::Server),
    (3, Kind::Agent),
    (5, Kind::Agent),
];

/// Acts that wait for something: there the blow falls while they do. In the others it falls when they begin.
const WAIT: [u8; 5] = [1, 6, 7, 8, 9];

/// Whom it hits, and in which act.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Blow {
    seed: u64,
    act: u8,
    target: Target,
}

/// A blow that has fallen, and how long it takes until its process runs again.
pub(crate) struct Mending {
    blow: Blow,
    name: String,
    within_secs: u64,
    again: Again,
}

/// How long it took, or who finds out.
enum Again {
    Took(Duration),
    Watched(Watch),
}

impl Blow {
    /// What a seed draws: the pairs of act and kind in turn, then the places in turn.
    pub(crate) fn of(seed: u64) -> Self {
        let (place, (act, kind)) = drawn(seed);
        let county = match act {
            8 => pick(&BESIDE_B, place),
            _ => pick(&COUNTIES.map(|(_, letter)| letter), place),
        };
        let target = match kind {
            Kind::Site => Target::Site(pick(&SITES, place)),
            Kind::Room => Target::Room(county),
            Kind::Server => Target::Server(county),
            Kind::Agent => Target::Agent(place.rem_euclid(AGENTS).saturating_add(1)),
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

    /// Whether it falls when its act begins.
    pub(crate) fn falls_first(&self) -> bool {
        !WAIT.contains(&self.act)
    }

    /// Strikes; what died is being started again.
    ///
    /// # Errors
    /// [`Failure`] if there is nobody to hit.
    pub(crate) fn strike(self, stage: &mut Stage) -> Result<Mending, Failure> {
        let mut within = AGAIN_WITHIN_SECS;
        let (name, again) = match self.target {
            Target::Site(site) => {
                let watch = site_again(stage, site)?;
                (format!("site-{site}"), Again::Watched(watch))
            }
            Target::Room(letter) => company(stage, format!("room-{letter}"))?,
            Target::Agent(number) => company(stage, format!("agent-{number}"))?,
            Target::Server(letter) => {
                within = SERVER_AGAIN_WITHIN_SECS;
                let watch = server_again(stage, letter)?;
                (format!("homeserver-{letter}"), Again::Watched(watch))
            }
        };
        Ok(Mending {
            blow: self,
            name,
            within_secs: stage.secs(within),
            again,
        })
    }
}

impl Mending {
    /// Waits until the process runs again, and tells of it.
    ///
    /// # Errors
    /// [`Failure`] if it was not started again in time, at this play's pace.
    pub(crate) fn figures(self) -> Result<Figures, Failure> {
        let after = match self.again {
            Again::Took(after) => after,
            Again::Watched(watch) => {
                let ended = watch.join();
                ended.map_err(|_panic| Failure::of(&self.name, "its watch ended"))??
            }
        };
        let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        if after > Duration::from_secs(self.within_secs) {
            return Err(Failure::new(format!(
                "{} was started again after {after_ms} ms only (seed {})",
                self.name, self.blow.seed
            )));
        }
        let mut figures = Figures::new();
        figures.insert("seed".to_owned(), json!(self.blow.seed));
        figures.insert("killed".to_owned(), json!(self.name));
        figures.insert("started again after ms".to_owned(), json!(after_ms));
        Ok(figures)
    }
}

/// The place that a seed draws, and the pair.
fn drawn(seed: u64) -> (u64, (u8, Kind)) {
    let count = u64::try_from(DRAWN.len()).unwrap_or(1);
    let index = usize::try_from(seed.rem_euclid(count)).unwrap_or(0);
    let [first, ..] = DRAWN;
    let pair = DRAWN.get(index).copied().unwrap_or(first);
    (seed.div_euclid(count), pair)
}

/// Kills one of the company and starts it again.
fn company(stage: &mut Stage, name: String) -> Result<(String, Again), Failure> {
    let begun = now();
    stage.company.kill(&name)?;
    stage.company.revive(&stage.out.join("logs"), &name)?;
    Ok((name, Again::Took(begun.elapsed())))
}

/// Kills a site and has it started; the thread gives the time from the blow until its new process runs.
fn site_again(stage: &Stage, site: &'static str) -> Result<Watch, Failure> {
    let begun = now();
    let net = stage.net.clone();
    let (old, _) = pids(&net, site)?;
    kill_site(stage, site)?;
    let mut up = Command::new(stage.program("ktr"));
    up.arg("--home").arg(&net).args(["localnet", "up"]);
    Ok(thread::spawn(move || {
        let up = thread::spawn(move || up.output());
        let mut after = None;
        // `up` itself ends only when the site answers.
        while after.is_none() && !up.is_finished() {
            after = (pids(&net, site).is_ok_and(|(new, _)| new != old)).then(|| begun.elapsed());
            thread::sleep(LOOK);
        }
        let ended = up.join().map_err(|_panic| Failure::new("localnet up"))?;
        let ended = ended.map_err(|error| Failure::of("ktr localnet up", error))?;
        if !ended.status.success() {
            let said = String::from_utf8_lossy(&ended.stderr);
            return Err(Failure::of("ktr localnet up", said.trim()));
        }
        Ok(after.unwrap_or_else(|| begun.elapsed()))
    }))
}

/// Kills a homeserver; the thread gives the time until its sidecar has started it again.
fn server_again(stage: &Stage, letter: &str) -> Result<Watch, Failure> {
    let begun = now();
    let path = stage
        .out
        .join("rooms")
        .join(letter)
        .join("synapse/homeserver.pid");
    let old = pid_in(&path)?;
    let most = Duration::from_secs(stage.secs(SERVER_AGAIN_WITHIN_SECS));
    kill(Pid::from_raw(old), Signal::SIGKILL).map_err(|error| Failure::of("kill", error))?;
    Ok(thread::spawn(move || {
        while begun.elapsed() <= most {
            if pid_in(&path).is_ok_and(|new| new != old) {
                break;
            }
            thread::sleep(LOOK);
        }
        Ok(begun.elapsed())
    }))
}

/// Looks for a new process while the act goes on.
type Watch = thread::JoinHandle<Result<Duration, Failure>>;

/// How often a new process is looked for.
const LOOK: Duration = Duration::from_millis(10);

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
    let (node, engine) = pids(&stage.net, site)?;
    for pid in [node, engine] {
        kill(Pid::from_raw(pid), Signal::SIGKILL).map_err(|error| Failure::of("kill", error))?;
    }
    Ok(())
}

/// The processes of a site: its node and its engine.
fn pids(net: &Path, site: &str) -> Result<(i32, i32), Failure> {
    let nodes = fs::read_to_string(net.join("pids"))?;
    let node = nodes
        .lines()
        .find_map(|line| line.strip_prefix(site)?.strip_prefix(' '));
    let engine = net.join("sites").join(site).join("engine.pid");
    Ok((number(node.unwrap_or_default(), site)?, pid_in(&engine)?))
}

fn pid_in(path: &Path) -> Result<i32, Failure> {
    number(&fs::read_to_string(path)?, "a process")
}

fn number(text: &str, of: &str) -> Result<i32, Failure> {
    let pid = text.trim().parse::<i32>();
    pid.map_err(|error| Failure::of(format!("the pid of {of}"), error))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Duration};

    use super::{Again, Blow, DRAWN, Kind, Mending, Target};

    /// What no seed draws; the reasons are beside [`DRAWN`].
    const UNDRAWN: [(u8, Kind); 6] = [
        (1, Kind::Agent),
        (2, Kind::Agent),
        (4, Kind::Agent),
        (8, Kind::Site),
        (10, Kind::Agent),
        (10, Kind::Server),
    ];

    #[test]
    fn a_pair_of_act_and_kind_that_no_seed_draws_has_its_reason() {
        for act in 1..=10 {
            for kind in [Kind::Site, Kind::Room, Kind::Server, Kind::Agent] {
                let pair = (act, kind);
                let is_drawn = DRAWN.contains(&pair);
                assert_ne!(is_drawn, UNDRAWN.contains(&pair), "{pair:?}");
            }
        }
    }

    #[test]
    fn seeds_draw_every_act_and_every_kind_and_never_halt_the_chain() {
        let pairs: BTreeSet<(u8, Kind)> = DRAWN.into_iter().collect();
        assert_eq!(pairs.len(), DRAWN.len(), "a pair twice");
        for act in 1..=10 {
            let kinds: Vec<Kind> = pairs
                .iter()
                .filter(|(of, _)| *of == act)
                .map(|(_, kind)| *kind)
                .collect();
            assert!(!kinds.is_empty(), "act {act}");
            assert_eq!(kinds.contains(&Kind::Site), act != 8, "act {act}");
        }
        let allowed = [
            Target::Room("a"),
            Target::Room("c"),
            Target::Server("a"),
            Target::Server("c"),
        ];
        for seed in 0..10_000 {
            let blow = Blow::of(seed);
            let agent = matches!(blow.target, Target::Agent(1..=9));
            assert!(
                blow.act != 8 || agent || allowed.contains(&blow.target),
                "{seed}"
            );
            assert!(
                blow.act > 2 || !matches!(blow.target, Target::Agent(_)),
                "{seed}"
            );
        }
    }

    fn mended(after_ms: u64) -> Mending {
        Mending {
            blow: Blow::of(5),
            name: "room-a".to_owned(),
            within_secs: 2,
            again: Again::Took(Duration::from_millis(after_ms)),
        }
    }

    #[test]
    fn a_blow_tells_its_seed_its_target_and_how_soon_it_was_mended() {
        let figures = mended(1_999).figures().expect("within two seconds");
        assert_eq!(figures["seed"], 5);
        assert_eq!(figures["killed"], "room-a");
        assert_eq!(figures["started again after ms"], 1_999);
    }

    #[test]
    fn a_process_that_comes_back_later_than_two_seconds_is_a_failure() {
        let late = mended(2_001).figures();
        let words = late.expect_err("too late").to_string();
        assert!(
            words.contains("2001 ms") && words.contains("seed 5"),
            "{words}"
        );
    }
}
