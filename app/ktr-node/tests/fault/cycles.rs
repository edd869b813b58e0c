//! Who dies or stands still, how and when: a seed says it, so that the same seed chooses the same deaths.
//! When a block falls between them is the machine's affair, so a run is not repeated octet by octet.

#![expect(clippy::panic, clippy::print_stderr, reason = "test code")]

use std::{collections::BTreeMap, thread, time::Duration};

use ktr_core::id::Sha256;
use ktr_testkit::{Dice, counts::Counts, number};
use nix::sys::signal::Signal;

use super::{
    disk::Disk,
    invariant::{Seen, a_count_was_seen},
    journal::{Entry, Journal},
    judge::{self, Judge},
    load::Load,
    stores,
    volume::Lost,
    votes::{self, Cases},
};
use crate::support::{Site, now};

/// How a site dies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Death {
    Node,
    Engine,
    Both,
    /// Node and engine, and the node once more while it starts.
    Twice,
    /// Node and engine, and the end of the engine's write-ahead log is lost.
    Torn,
    /// Node and engine of every site.
    All,
    /// None: node or engine stands still and goes on, as on a machine that is moved or out of memory.
    Paused,
    /// Node and engine, and what their disk was not told to sync.
    Power,
    /// The same, and once more while the node starts.
    PowerTwice,
    /// The same as the first, of every site.
    Blackout,
}

impl Death {
    const fn is_of_all(self) -> bool {
        matches!(self, Self::All | Self::Blackout)
    }

    const fn takes_power(self) -> bool {
        matches!(self, Self::Power | Self::PowerTwice | Self::Blackout)
    }
}

/// Two in thirty-seven are of all sites at once: nobody then has what the others forgot. One is a pause, for it takes as long as five others.
const DEATHS: &[(Death, usize)] = &[
    (Death::Node, 10),
    (Death::Engine, 10),
    (Death::Both, 6),
    (Death::Twice, 4),
    (Death::Torn, 4),
    (Death::All, 2),
    (Death::Paused, 1),
];

/// Four sites, and who looks at them.
pub(super) struct Net {
    sites: Vec<Site>,
    /// Of each site one, if their power is to go. They outlive the processes.
    disks: Vec<Disk>,
    lost: Lost,
    deaths: &'static [(Death, usize)],
    dice: Dice,
    died: BTreeMap<Death, usize>,
    judge: Judge,
    seen: Seen,
}

impl Net {
    /// Sites of which none runs, their disks, and how they die, with the share of each way.
    pub(super) fn new(
        sites: Vec<Site>,
        disks: Vec<Disk>,
        deaths: &'static [(Death, usize)],
        seed: u64,
    ) -> Self {
        Self {
            judge: Judge::new(Site::doors(&sites)),
            sites,
            disks,
            lost: Lost::default(),
            deaths,
            dice: Dice::new(seed),
            died: BTreeMap::new(),
            seen: Seen::default(),
        }
    }

    /// One death, the start after it, and what must hold then.
    fn cycle(&mut self, cycle: u64, journal: &Journal) {
        let victim = self.dice.below(self.sites.len());
        let death = self.death();
        eprintln!("cycle {cycle}: {death:?}, site {victim}");
        let victims = if death.is_of_all() {
            0..self.sites.len()
        } else {
            victim..victim + 1
        };
        // Not to wait for anything: the moment of the death is what is chosen.
        let (alive, born) = (self.dice.below(PHASE_MS), self.dice.below(START_MS));
        thread::sleep(millis(alive));
        self.seen.look(&self.sites[victim]);
        let before = journal.read();
        let last = Site::highest(&self.sites);
        for place in victims.clone() {
            self.die(place, death, born);
        }
        if death.takes_power() {
            for place in victims.clone() {
                self.lose_power(place);
            }
        }
        if death == Death::Paused {
            self.pause(victim, born, last);
        } else {
            for site in &mut self.sites[victims.clone()] {
                site.launch();
            }
        }
        // A block that was made afterwards is there: the site caught up, and the network goes on.
        for place in victims {
            let site = &self.sites[place];
            let height = site.wait_above(last);
            let judged = self.judge.judge(place, height - 1, &before);
            judged.unwrap_or_else(|why| panic!("{death:?}: {why}\n{}", site.end_of_log()));
            site.is_called_in_order();
        }
        *self.died.entry(death).or_default() += 1;
    }

    /// Kills; the next start is the caller's.
    fn die(&mut self, place: usize, death: Death, born: usize) {
        let site = &mut self.sites[place];
        match death {
            Death::Node => site.kill_node(),
            Death::Engine => {
                site.kill_engine();
                assert_eq!(site.ended(), 12);
            }
            Death::Both | Death::All | Death::Power | Death::Blackout => site.kill_both(),
            Death::Twice => {
                site.kill_both();
                site.launch();
                thread::sleep(millis(born));
                site.kill_node();
            }
            Death::Torn => {
                site.kill_both();
                site.cut_engine_log(u64::try_from(born).unwrap() * TORN_STEP + 1);
            }
            Death::PowerTwice => {
                site.kill_both();
                self.lose_power(place);
                let site = &mut self.sites[place];
                site.launch();
                thread::sleep(millis(born));
                site.kill_node();
                site.kill_left_engine();
            }
            Death::Paused => {}
        }
    }

    /// Every other time nothing stays that was not synced; else a draw says what.
    fn lose_power(&mut self, place: usize) {
        let is_drawn = self.dice.below(2) == 1;
        let drawn = is_drawn.then_some(&mut self.dice);
        self.lost.add(self.disks[place].lose_power(drawn));
    }

    /// Node or engine stands still, and the others go on. Not to wait for anything: how long is what is chosen.
    fn pause(&self, place: usize, born: usize, last: u64) {
        let site = &self.sites[place];
        let signal = |signal: Signal| {
            if born.is_multiple_of(2) {
                site.signal_node(signal);
            } else {
                site.signal_engine(signal);
            }
        };
        signal(Signal::SIGSTOP);
        thread::sleep(PAUSE);
        self.sites[(place + 1) % self.sites.len()].wait_above(last + 1);
        signal(Signal::SIGCONT);
    }

    fn cycles(&self) -> usize {
        self.died.values().sum()
    }

    fn death(&mut self) -> Death {
        let all = self.deaths.iter().map(|(_, share)| share).sum();
        let mut chosen = self.dice.below(all);
        for &(death, share) in self.deaths {
            if chosen < share {
                return death;
            }
            chosen -= share;
        }
        Death::All
    }

    /// All sites, all that was ever acknowledged, what holds of every chain, its blocks once more, and what is on the disks; gives the cases and counts.
    fn end(&mut self, entries: &[Entry]) -> (Cases, Counts) {
        let last = Site::highest(&self.sites);
        for site in &self.sites {
            site.wait_above(last);
        }
        self.judge.judge_all(last, entries).unwrap();
        // and the comparison would have said so
        let mut forged = entries.to_vec();
        forged.push(Entry {
            hash: Sha256([0; 32]),
            ..entries[0]
        });
        self.judge.judge_all(last, &forged).unwrap_err();
        self.seen.judge(&self.sites);
        judge::executes_again(&mut self.sites);
        stores::judged(&self.sites)
    }

    /// A life of so many cycles under load; gives what the disks lost.
    pub(super) fn live(mut self, what: &str, (cycles, seed): (u64, u64)) -> Lost {
        let journal = Journal::new();
        for site in &mut self.sites {
            site.launch();
        }
        self.sites[0].wait_above(1);
        let load = Load::of(&self.sites, seed);
        let begun = now();
        load.lasts(&journal, || {
            votes::both_ends_were_seen(&self.sites[0]);
            a_count_was_seen(&self.sites[0]);
            for cycle in 1..=cycles {
                self.cycle(cycle, &journal);
            }
        });
        let took = now().0 - begun.0;
        let entries = journal.read();
        assert!(entries.len() > self.cycles(), "no load: {}", entries.len());
        let (cases, counts) = self.end(&entries);
        let refused = entries.iter().filter(|entry| entry.code != 0).count();
        eprintln!(
            "{what}: {cycles} in {took} s, seed {seed}, {:?}; {} transactions acknowledged, {refused} of them refused by a rule, and \
             none lost; {} app hashes and all rows equal on four sites, and the blocks executed again; {} cases cleared, {} vetoed; {} buckets published and {} rooms counted",
            self.died,
            entries.len(),
            self.judge.compared(),
            cases.cleared(),
            cases.vetoed(),
            counts.published(),
            counts.joined()
        );
        self.lost
    }
}

fn millis(count: usize) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap())
}

/// How many cycles come, and by which seed: said before anything can fail.
pub(super) fn announced(what: &str, cycles: u64, seed: u64) -> (u64, u64) {
    eprintln!("{what}: {cycles} to come, seed {seed}");
    (cycles, seed)
}

#[test]
fn nothing_that_a_site_acknowledged_is_lost_however_its_processes_die() {
    let (cycles, seed) = (number("KTR_KILL_CYCLES", 100), number("KTR_KILL_SEED", 4));
    let drawn = announced("kill cycles", cycles, seed);
    let sites = Site::four_with(HEARTBEAT);
    Net::new(sites, Vec::new(), DEATHS, seed).live("kill cycles", drawn);
}

/// A death comes within so many milliseconds of the last cycle's end.
const PHASE_MS: usize = 200;

/// And a second one within so many of a start.
const START_MS: usize = 600;

/// How long node or engine stands still.
const PAUSE: Duration = Duration::from_secs(10);

/// Octets of the engine's log for each step of a draw below [`START_MS`]: up to some 4,000, a few records, and seldom whole ones.
const TORN_STEP: u64 = 7;

/// Blocks come quickly, so that the one after a death need not be waited for.
pub(super) const HEARTBEAT: &str = "250ms";
