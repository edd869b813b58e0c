//! What joins four real sites is cut by a seed while transactions come: one site alone, two against two, a ring.
//! While the first site is alone, the counties change the set of validators. A side with a quorum goes on, no other makes a block, and
//! when nothing is cut any more all sites have the same blocks.

#![expect(clippy::panic, clippy::print_stderr, reason = "test code")]

use std::cell::Cell;

use ktr_core::{
    governance::{self, Subject},
    id::ProposalId,
    time::Secs,
};
use ktr_testkit::{Dice, number};
use ktr_wire::digest;

use super::{
    cables::Cables,
    invariant::{Seen, a_count_was_seen},
    journal::Journal,
    judge::{self, Judge},
    line::{Joint, Lines, Way},
    load::Load,
    stores, votes,
};
use crate::{
    governed,
    support::{CHAIN_ID, Site, now},
};

/// Between whom is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// One site sees nobody.
    Single,
    /// Two see each other, and so do the other two.
    Half,
    /// Each sees two of three.
    Ring,
}

const SHAPES: [Shape; 3] = [Shape::Single, Shape::Half, Shape::Ring];

impl Shape {
    /// The pairs that do not see each other, of sites in a drawn order.
    fn pairs(self, [a, b, c, d]: [usize; 4]) -> Vec<[usize; 2]> {
        match self {
            Self::Single => vec![[a, b], [a, c], [a, d]],
            Self::Half => vec![[a, c], [a, d], [b, c], [b, d]],
            Self::Ring => vec![[a, c], [b, d]],
        }
    }

    /// Who can still reach each other, over others too.
    fn sides(self, [a, b, c, d]: [usize; 4]) -> Vec<Vec<usize>> {
        match self {
            Self::Single => vec![vec![a], vec![b, c, d]],
            Self::Half => vec![vec![a, b], vec![c, d]],
            Self::Ring => vec![vec![a, b, c, d]],
        }
    }
}

/// Four sites and what joins them, which outlives them.
struct Net<J> {
    sites: Vec<Site>,
    joint: J,
    powers: Vec<u64>,
    judge: Judge,
    seen: Seen,
    dice: Dice,
    slowest_secs: u64,
}

impl<J: Joint> Net<J> {
    fn new(sites: Vec<Site>, joint: J, seed: u64) -> Self {
        let validators = sites[0].cast.genesis().validators;
        Self {
            judge: Judge::new(Site::doors(&sites)),
            powers: validators.iter().map(|site| site.power).collect(),
            sites,
            joint,
            seen: Seen::default(),
            dice: Dice::new(seed),
            slowest_secs: 0,
        }
    }

    /// One partition from its beginning to its end, and what must hold.
    fn cut(&mut self, number: usize, journal: &Journal) {
        let shape = SHAPES[number % SHAPES.len()];
        let order = self.order();
        let way = J::WAYS[self.dice.below(J::WAYS.len())];
        eprintln!("partition {number}: {shape:?}, {way:?}, sites {order:?}");
        self.seen.look(&self.sites[order[0]]);
        for pair in shape.pairs(order) {
            self.joint.set(pair, way);
        }
        let last = Site::highest(&self.sites);
        for side in shape.sides(order) {
            if self.is_quorum(&side) {
                for place in &side {
                    self.sites[*place].wait_above(last + 1);
                }
                if number == 0 {
                    self.changes_validators(side[0]);
                }
            } else {
                self.stands_still(&side);
            }
        }
        for side in shape.sides(order) {
            if !self.is_quorum(&side) {
                self.made_no_block(&side, last);
            }
        }
        let before = journal.read();
        let highest = Site::highest(&self.sites);
        let healed = now();
        for pair in shape.pairs(order) {
            self.joint.set(pair, Way::Open);
        }
        for place in 0..self.sites.len() {
            let height = self.sites[place].wait_above(highest + 1);
            let judged = self.judge.judge(place, height - 1, &before);
            judged.unwrap_or_else(|why| panic!("{shape:?}: {why}"));
            self.sites[place].is_called_in_order();
        }
        self.slowest_secs = self.slowest_secs.max(now().0 - healed.0);
    }

    /// The counties give the witness another power, over one of the sites that can go on; who sees nobody hears of it when nothing is cut
    /// any more. Who has a quorum stays the same.
    fn changes_validators(&mut self, over: usize) {
        let site = &self.sites[over];
        let mut set = site.cast.genesis().validators;
        for (validator, site) in set.iter_mut().zip(&self.sites) {
            validator.key = site.key();
        }
        set[WITNESS].power = WITNESS_POWER;
        self.powers[WITNESS] = WITNESS_POWER;
        let subject = Subject::Validators {
            set,
            accepts_halt: false,
        };
        let (proposal, digest) = (ProposalId(1), digest::proposal(CHAIN_ID, &subject));
        let propose = governance::Command::Propose {
            proposal,
            subject,
            digest,
            until: now().plus(Secs(3_600)),
        };
        assert_eq!(site.submit(&governed(site, 0, 21, propose)), 0);
        site.until("the proposal stands", || {
            let answer = site.query("/state/proposal", &proposal.0.to_be_bytes());
            Some(()).filter(|()| !answer.value.is_empty())
        });
        let approve = governance::Command::Approve { proposal, digest };
        assert_eq!(site.submit(&governed(site, 1, 22, approve)), 0);
        site.until("the engine has the other set", || {
            let answer = site.rpc.ask("/validators")?;
            let mut set = answer.get("validators")?.as_array()?.iter();
            let power = WITNESS_POWER.to_string();
            set.any(|one| one["voting_power"] == power.as_str())
                .then_some(())
        });
    }

    /// A side without a quorum waits with whatever votes it has: nothing changes in it for longer than any of the engine's timeouts.
    fn stands_still(&self, side: &[usize]) {
        let seen = Cell::new((None, 0));
        self.sites[side[0]].until("a side that stands still", || {
            let look = |place: &usize| self.sites[*place].rpc.waits_at();
            let now: Option<Vec<_>> = side.iter().map(look).collect();
            let (before, looks) = seen.take();
            let looks = if before == now { looks + 1 } else { 0 };
            seen.set((now, looks));
            (looks >= STILL_LOOKS).then_some(())
        });
    }

    /// What was on its way when it was cut may end one more height.
    fn made_no_block(&self, side: &[usize], last: u64) {
        for place in side {
            let height = self.sites[*place].height().unwrap();
            assert!(height <= last + 1, "site {place} is at {height}: {last}");
        }
    }

    fn is_quorum(&self, side: &[usize]) -> bool {
        let power: u64 = side.iter().map(|place| self.powers[*place]).sum();
        power * 3 > self.powers.iter().sum::<u64>() * 2
    }

    fn order(&mut self) -> [usize; 4] {
        let mut order = [0, 1, 2, 3];
        for place in (1..order.len()).rev() {
            order.swap(place, self.dice.below(place + 1));
        }
        order
    }

    /// Every height has one block, on all sites.
    fn is_one_chain(&self, last: u64) {
        for height in 1..=last {
            let hash = |site: &Site| site.rpc.block_hash(height).unwrap();
            let first = hash(&self.sites[0]);
            let differs = self.sites.iter().position(|site| hash(site) != first);
            assert_eq!(differs, None, "another block {height}");
        }
    }

    /// So many partitions under load, then the end: one chain, and nothing lost.
    fn live(mut self, what: &str, (cuts, seed): (u64, u64)) {
        for site in &mut self.sites {
            site.launch();
        }
        for site in &self.sites {
            site.wait_above(1);
        }
        let journal = Journal::new();
        let load = Load::of(&self.sites, seed);
        load.lasts(&journal, || {
            votes::both_ends_were_seen(&self.sites[0]);
            a_count_was_seen(&self.sites[0]);
            for cut in 0..usize::try_from(cuts).unwrap() {
                self.cut(cut, &journal);
            }
        });
        let entries = journal.read();
        assert!(!entries.is_empty(), "no load");
        let last = Site::highest(&self.sites);
        for site in &self.sites {
            site.wait_above(last);
        }
        self.judge.judge_all(last, &entries).unwrap();
        self.is_one_chain(last);
        self.seen.judge(&self.sites);
        judge::executes_again(&mut self.sites);
        let (cases, counts) = stores::judged(&self.sites);
        eprintln!(
            "{what}: {cuts}, seed {seed}; {last} heights, one block each on four sites, the same rows, and executed again; {} transactions acknowledged and \
             none lost, {} cases cleared, {} vetoed, {} buckets published, {} rooms counted; from whole lines to two more blocks everywhere {} s at most",
            entries.len(),
            cases.cleared(),
            cases.vetoed(),
            counts.published(),
            counts.joined(),
            self.slowest_secs
        );
    }
}

/// How many partitions come, and by which seed: said before anything can fail.
fn announced(what: &str, by_default: u64) -> (u64, u64) {
    let (cuts, seed) = (number("KTR_CUTS", by_default), number("KTR_CUT_SEED", 4));
    eprintln!("{what}: {cuts} to come, seed {seed}");
    (cuts, seed)
}

#[test]
fn a_side_with_a_quorum_goes_on_no_other_makes_a_block_and_all_are_one_again() {
    let drawn = announced("partitions", 5);
    let mut lines = Lines::default();
    let sites = Site::four_over(HEARTBEAT, |from, to, address| lines.dial(from, to, address));
    Net::new(sites, lines, drawn.1).live("partitions", drawn);
}

#[test]
fn four_network_namespaces_that_the_kernel_parts_are_one_chain_again() {
    let drawn = announced("partitions by the kernel", 3);
    let Some(cables) = Cables::lay() else {
        return;
    };
    let sites = Site::four_in(&cables.places(), HEARTBEAT, Cables::dial);
    Net::new(sites, cables, drawn.1).live("partitions by the kernel", drawn);
}

/// The place of the site that is no county's, and its power after the change.
const WITNESS: usize = 3;
const WITNESS_POWER: u64 = 2;

/// Looks in a row that show the same, 20 ms apart and more: the longest wait of a round is a second.
const STILL_LOOKS: usize = 150;

/// Blocks come quickly, so that those after a cut need not be waited for.
const HEARTBEAT: &str = "250ms";
