//! A schedule from its beginning to its end: cuts, deaths and lies drawn from a seed, then whole lines, new blocks, and what must hold.
//! A failure names seed, schedule, step and height, and comes again with them.

use std::array::from_fn;

use bytes::Bytes;
use ktr_core::{
    id::{MemberId, ValidatorKey},
    time::{Secs, Time},
};
use ktr_testkit::Dice;
use ktr_wire::digest;
use tendermint_proto::v0_38::{
    abci::{RequestInitChain, ValidatorUpdate},
    crypto::public_key::Sum,
};

use super::{
    block::{Powers, SITES},
    evidence::{self, Crime, Evidence},
    journal::{Count, Journal},
    net::Net,
    round::Rule,
    site::{Lie, Site},
};
use crate::{
    crash::disk::{Crash, Fault, Faulty, How, WHOLE},
    stage::Stage,
};

/// What all schedules have in common.
pub(super) struct Scene {
    pub(super) stage: Stage,
    keys: [ValidatorKey; SITES],
    /// An empty one, of which each site gets a copy.
    disk: Faulty,
    pub(super) sets: [(Powers, RequestInitChain); 2],
}

impl Scene {
    pub(super) fn new(fault: Fault) -> Self {
        let stage = Stage::new();
        let sets = SETS.map(|powers| {
            let mut genesis = stage.chain.cast.genesis();
            for (validator, power) in genesis.validators.iter_mut().zip(powers) {
                validator.power = power;
            }
            (powers, stage.genesis_of(&genesis))
        });
        let validators = stage.chain.cast.genesis().validators;
        Self {
            keys: from_fn(|site| validators[site].key),
            disk: Faulty::new(fault),
            sets,
            stage,
        }
    }

    pub(super) const fn start(&self) -> Time {
        self.stage.chain.cast.start
    }

    pub(super) fn address(&self, site: usize) -> Bytes {
        Bytes::copy_from_slice(&digest::address(&self.keys[site]).0)
    }

    /// A set after what an application said of it.
    ///
    /// # Errors
    /// That the engine would stop for good.
    pub(super) fn updated(
        &self,
        before: Powers,
        updates: &[ValidatorUpdate],
    ) -> Result<Powers, String> {
        let mut after = before;
        for update in updates {
            let key = match update.pub_key.as_ref().and_then(|key| key.sum.as_ref()) {
                Some(Sum::Ed25519(key)) => key.as_slice(),
                Some(Sum::Secp256k1(_)) | None => &[],
            };
            let site = self.keys.iter().position(|known| known.0 == key);
            let site = site.ok_or("an update of a validator that nobody knows")?;
            after[site] = u64::try_from(update.power).map_err(|error| error.to_string())?;
        }
        Ok(after)
    }
}

/// What the sites of a schedule have in common.
pub(super) struct World<'a> {
    pub(super) scene: &'a Scene,
    pub(super) genesis: &'a RequestInitChain,
    pub(super) journal: Journal,
    pub(super) count: Count,
    pub(super) dice: Dice,
    /// Steps since the beginning.
    pub(super) now: u64,
    /// By what it is drawn which votes, proposals and decided blocks do not come through, to whom.
    pub(super) drops: Option<u64>,
    /// Nothing is cut, lost or late any more.
    pub(super) is_healed: bool,
}

impl World<'_> {
    /// The time by a right clock: a step is a second, and genesis was made two hours before the first.
    pub(super) const fn right(&self) -> Time {
        self.scene.start().plus(Secs(7_200 + self.now))
    }
}

struct Play<'a> {
    world: World<'a>,
    sites: Vec<Site>,
    net: Net,
    /// What light clients have to tell.
    proof: Option<Evidence>,
    sent: u8,
}

/// Plays a schedule, and says how often what happened.
///
/// # Errors
/// The invariant that does not hold.
pub(super) fn play(scene: &Scene, seed: u64, number: u64, rule: Rule) -> Result<Count, String> {
    let mut play = Play::new(scene, seed, number, rule);
    let played = play.through();
    played.map_err(|why| {
        let Play { world, net, .. } = &play;
        let (now, cut, places) = (world.now, net.name, net.places);
        format!("seed {seed}, schedule {number}, step {now}, {cut} {places:?}: {why}")
    })?;
    Ok(play.world.count)
}

impl<'a> Play<'a> {
    fn new(scene: &'a Scene, seed: u64, number: u64, rule: Rule) -> Self {
        let mut dice = Dice::new(seed.rotate_left(32) ^ number);
        let drawn = usize::try_from(number).unwrap();
        let (powers, genesis) = &scene.sets[drawn % scene.sets.len()];
        let site = |me| Site::new(me, *powers, rule, scene.disk.copy());
        let mut sites: Vec<Site> = (0..SITES).map(site).collect();
        let liar = dice.below(SITES);
        let mut proof = None;
        match drawn / 2 % 4 {
            0 => sites[liar].lie = Some(Lie::Twice),
            1 => sites[liar].lie = Some(Lie::Spoils),
            2 => sites[liar].lie = Some(Lie::Silent),
            _ => {
                proof = Some(Evidence {
                    crime: Crime::Lunatic,
                    height: 1,
                    signers: evidence::signers(liar, powers),
                });
            }
        }
        if drawn.is_multiple_of(3) {
            let clock = CLOCKS[dice.below(CLOCKS.len())];
            for site in sites.iter_mut().filter(|_| dice.below(2) == 0) {
                site.clock = clock;
            }
        }
        Self {
            world: World {
                scene,
                genesis,
                journal: Journal::default(),
                count: Count::default(),
                dice,
                now: 0,
                drops: None,
                is_healed: false,
            },
            sites,
            net: Net::whole(),
            proof,
            sent: 0,
        }
    }

    fn through(&mut self) -> Result<(), String> {
        for site in &mut self.sites {
            site.start(None, &mut self.world)?;
        }
        for _ in 0..STRIKES {
            for _ in 0..8 + self.world.dice.below(16) {
                self.step()?;
            }
            self.strike()?;
        }
        self.heal()?;
        self.goes_on()?;
        for site in &self.sites {
            let rows = site.disk.table();
            self.world.journal.has_all(site.kept.state, &rows)?;
        }
        Ok(())
    }

    /// Who is joined hears, then everybody acts.
    fn step(&mut self) -> Result<(), String> {
        self.world.now += 1;
        if !self.world.is_healed && self.world.dice.below(8) == 0 {
            self.submit();
        }
        let pairs = (0..SITES * SITES).map(|pair| [pair / SITES, pair % SITES]);
        for pair in pairs.filter(|[from, to]| from != to) {
            let is_lost = !self.world.is_healed && self.world.dice.below(4) == 0;
            if is_lost || !self.net.is_open(pair) {
                continue;
            }
            let [from, to] = self.sites.get_disjoint_mut(pair).unwrap();
            if !from.is_down() && !to.is_down() {
                to.hear(from, &mut self.world)?;
            }
        }
        for site in &mut self.sites {
            site.live(&mut self.world)?;
        }
        Ok(())
    }

    /// Somebody sends an honest transaction to a site that has a block.
    fn submit(&mut self) {
        let (place, county) = (self.world.dice.below(SITES), self.world.dice.below(3));
        let site = &mut self.sites[place];
        let last = site.kept.state.checked_sub(1);
        let last = last.map(|last| site.kept.decided[last].block.time);
        if let Some(time) = last.filter(|_| !site.is_down()) {
            self.sent += 1;
            let chain = &self.world.scene.stage.chain;
            let county = u8::try_from(county).unwrap();
            let member = MemberId([self.sent; 16]);
            let tx = chain.cast.admitting(chain.id(), county, member, time);
            site.offer(&Bytes::from(tx));
        }
    }

    /// What is cut changes, most of those that are down come back, and somebody dies.
    fn strike(&mut self) -> Result<(), String> {
        for place in 0..SITES {
            if self.sites[place].is_down() && self.world.dice.below(3) > 0 {
                let crash = Some(self.crash()).filter(|_| self.world.dice.below(2) == 0);
                self.sites[place].start(crash, &mut self.world)?;
            }
        }
        self.net.cut(&mut self.world.dice);
        self.world.count.add(self.net.name);
        let key = u64::try_from(self.world.dice.below(1 << 48)).unwrap();
        self.world.drops = Some(key).filter(|_| self.world.dice.below(2) == 0);
        if self.world.drops.is_some() {
            self.world.count.add("votes dropped");
        }
        let place = self.world.dice.below(SITES);
        match self.world.dice.below(5) {
            0 => self.kill(place, "one site killed"),
            1 => (0..SITES).for_each(|place| self.kill(place, "all sites killed")),
            2 | 3 => {
                let crash = self.crash();
                self.sites[place].disk.begin(Some(crash));
            }
            _ => {}
        }
        let has_block = |site: &&mut Site| site.kept.state > 0 && !site.is_down();
        if let Some(site) = self.sites.iter_mut().find(has_block)
            && let Some(proof) = self.proof.take()
        {
            site.learn(&proof);
        }
        Ok(())
    }

    fn kill(&mut self, place: usize, what: &'static str) {
        self.sites[place].die();
        self.world.count.add(what);
    }

    fn crash(&mut self) -> Crash {
        Crash {
            how: How::Power,
            step: self.world.dice.below(STEPS_OF_DISK),
            kept: [0, WHOLE / 2, WHOLE][self.world.dice.below(3)],
        }
    }

    /// Lines are whole, everybody is up and honest.
    fn heal(&mut self) -> Result<(), String> {
        self.net = Net::whole();
        self.world.drops = None;
        self.world.is_healed = true;
        for site in &mut self.sites {
            site.lie = None;
            if site.is_down() {
                site.start(None, &mut self.world)?;
            } else {
                site.disk.begin(None);
            }
        }
        Ok(())
    }

    /// Two more blocks come everywhere, each in a few rounds.
    fn goes_on(&mut self) -> Result<(), String> {
        let height = self.world.journal.decided_heights() + 1;
        let there = self.sites.iter().map(|site| &site.round);
        let there = there.filter(|round| round.heard.height == height);
        let round = there.map(|round| round.number).max().unwrap_or(0);
        for _ in 0..STEPS_AFTER {
            let state = self.sites[0].kept.state;
            let is_same = self.sites.iter().all(|site| site.kept.state == state);
            if is_same && state > height {
                let rounds = [height, height + 1].map(|height| self.world.journal.round(height));
                if rounds[0] > round + ROUNDS_AFTER || rounds[1] > ROUNDS_AFTER {
                    return Err(format!(
                        "height {height}: {rounds:?} rounds after whole lines in round {round}"
                    ));
                }
                return Ok(());
            }
            self.step()?;
        }
        let states: Vec<usize> = self.sites.iter().map(|site| site.kept.state).collect();
        Err(format!(
            "height {height}: the sites are at {states:?}, {STEPS_AFTER} steps after whole lines"
        ))
    }
}

/// The product's set, and one of which no removal but the first site's leaves a set that no site alone could fork (ADR 0063).
const SETS: [Powers; 2] = [[100, 100, 100, 1], [130, 100, 100, 100]];

/// Clocks that are an hour wrong.
const CLOCKS: [fn(Time) -> Time; 2] = [|right| right.plus(HOUR), |right| right.minus(HOUR)];

const HOUR: Secs = Secs(3_600);

/// How often a schedule changes what is cut.
const STRIKES: usize = 5;

/// Steps of a disk, about, from a start through a block or two.
const STEPS_OF_DISK: usize = 80;

/// Steps in which two blocks come after the last cut; a round of a long cut waits long.
const STEPS_AFTER: usize = 600;

/// Rounds that a height may need more after the last cut: each site's turn, and two.
const ROUNDS_AFTER: usize = 6;
