//! Who dies, how and when: a seed says it, so that the same seed chooses the same deaths.
//! When a block falls between them is the machine's affair, so a run is not repeated octet by octet.

#![expect(clippy::panic, clippy::print_stderr, reason = "test code")]

use std::{collections::BTreeMap, sync::mpsc, thread, time::Duration};

use ktr_core::id::Sha256;
use ktr_testkit::{Cast, Dice, number};

use super::{
    invariant::Seen,
    journal::{Entry, Journal},
    judge::Judge,
    load::Load,
    stores,
    votes::{self, Cases},
};
use crate::support::{Site, now};

/// How a site dies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Death {
    Node,
    Engine,
    Both,
    /// Node and engine, and the node once more while it starts.
    Twice,
    /// Node and engine of every site.
    All,
}

/// Two in thirty-two are of all sites at once: nobody then has what the others forgot.
const DEATHS: [(Death, usize); 5] = [
    (Death::Node, 10),
    (Death::Engine, 10),
    (Death::Both, 6),
    (Death::Twice, 4),
    (Death::All, 2),
];

/// Four sites, and who looks at them.
struct Net {
    sites: Vec<Site>,
    dice: Dice,
    died: BTreeMap<Death, usize>,
    judge: Judge,
    seen: Seen,
}

impl Net {
    fn new(seed: u64) -> Self {
        let sites = Site::four_with(HEARTBEAT);
        Self {
            judge: Judge::new(Site::doors(&sites)),
            sites,
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
        let victims = match death {
            Death::All => 0..self.sites.len(),
            Death::Node | Death::Engine | Death::Both | Death::Twice => victim..victim + 1,
        };
        // Not to wait for anything: the moment of the death is what is chosen.
        let (alive, born) = (self.dice.below(PHASE_MS), self.dice.below(START_MS));
        thread::sleep(millis(alive));
        self.seen.look(&self.sites[victim]);
        let before = journal.read();
        let last = Site::highest(&self.sites);
        for site in &mut self.sites[victims.clone()] {
            die(site, death, born);
        }
        for site in &mut self.sites[victims.clone()] {
            site.launch();
        }
        // A block that was made afterwards is there: the site caught up, and the network goes on.
        for place in victims {
            let site = &self.sites[place];
            let height = site.wait_above(last);
            let judged = self.judge.judge(place, height - 1, &before);
            judged.unwrap_or_else(|why| panic!("{death:?}: {why}\n{}", site.end_of_log()));
        }
        *self.died.entry(death).or_default() += 1;
    }

    fn cycles(&self) -> usize {
        self.died.values().sum()
    }

    fn death(&mut self) -> Death {
        let all = DEATHS.iter().map(|(_, share)| share).sum();
        let mut chosen = self.dice.below(all);
        for (death, share) in DEATHS {
            if chosen < share {
                return death;
            }
            chosen -= share;
        }
        Death::All
    }

    /// All sites, all that was ever acknowledged, what holds of every chain, and what is on the disks; gives the cases.
    fn end(&mut self, entries: &[Entry]) -> Cases {
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
        for site in &mut self.sites {
            assert_eq!(site.stop(), 0);
        }
        stores::judged(&self.sites)
    }
}

/// Kills; the next start is the caller's.
fn die(site: &mut Site, death: Death, born: usize) {
    match death {
        Death::Node => site.kill_node(),
        Death::Engine => {
            site.kill_engine();
            assert_eq!(site.ended(), 12);
        }
        Death::Both | Death::All => site.kill_both(),
        Death::Twice => {
            site.kill_both();
            site.launch();
            thread::sleep(millis(born));
            site.kill_node();
        }
    }
}

fn millis(count: usize) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap())
}

#[test]
fn nothing_that_a_site_acknowledged_is_lost_however_its_processes_die() {
    let (cycles, seed) = (number("KTR_KILL_CYCLES", 100), number("KTR_KILL_SEED", 4));
    // Before anything can fail.
    eprintln!("kill cycles: {cycles} to come, seed {seed}");
    let mut net = Net::new(seed);
    let journal = Journal::new();
    for site in &mut net.sites {
        site.launch();
    }
    net.sites[0].wait_above(1);
    let load = Load::new(
        Site::doors(&net.sites),
        Cast::new(net.sites[0].cast.start),
        Dice::new(!seed),
    );
    let begun = now();
    let (until, ends) = mpsc::channel();
    thread::scope(|threads| {
        threads.spawn(|| load.run(&journal, ends));
        // Dropped also when a cycle fails, or the load would go on.
        let _until = until;
        votes::both_ends_were_seen(&net.sites[0]);
        for cycle in 1..=cycles {
            net.cycle(cycle, &journal);
        }
    });
    let took = now().0 - begun.0;
    let entries = journal.read();
    assert!(entries.len() > net.cycles(), "no load: {}", entries.len());
    let cases = net.end(&entries);
    let refused = entries.iter().filter(|entry| entry.code != 0).count();
    eprintln!(
        "kill cycles: {cycles} in {took} s, seed {seed}, {:?}; {} transactions acknowledged, {refused} of them refused by a rule, and \
         none lost; {} app hashes and all rows equal on four sites; {} cases cleared, {} vetoed",
        net.died,
        entries.len(),
        net.judge.compared(),
        cases.cleared(),
        cases.vetoed()
    );
}

/// A death comes within so many milliseconds of the last cycle's end.
const PHASE_MS: usize = 200;

/// And a second one within so many of a start.
const START_MS: usize = 600;

/// Blocks come quickly, so that the one after a death need not be waited for.
const HEARTBEAT: &str = "250ms";
