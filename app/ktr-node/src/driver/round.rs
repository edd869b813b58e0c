//! The rules of Tendermint for one height and one site (Buchman, Kwon, Milosevic: The latest gossip on BFT consensus, algorithm 1): what it
//! wants to do next, by what it heard. It knows no application, and time is a count of steps.

use std::collections::{BTreeMap, BTreeSet};

use ktr_core::{id::Sha256, time::Time};

use super::block::{Block, Decided, Kind, Powers, Vote, proposer};

/// Which rules a site keeps.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Tendermint,
    /// More than a third of the power is a quorum: a driver that makes no two blocks of it proves nothing.
    ThirdIsEnough,
}

enum Step {
    Propose,
    Prevote,
    Precommit,
}

/// What a site does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Want {
    Decide(usize, Sha256),
    Enter(usize),
    /// A block that had a quorum of prevotes once, or one of its own.
    Propose,
    /// To ask the application.
    Judge(Sha256),
    Vote(Kind, Option<Sha256>),
    /// To remember that a block had a quorum of prevotes.
    Keep(Sha256),
    /// To wait for no longer than the time of this step.
    Wait,
}

/// A block that is proposed in a round, and the earlier round in which it had a quorum of prevotes.
pub(super) type Proposal = (Sha256, Option<usize>);

/// All that a site heard of a height.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) height: usize,
    pub(super) proposals: BTreeMap<usize, Proposal>,
    pub(super) blocks: BTreeMap<Sha256, Block>,
    pub(super) votes: BTreeSet<Vote>,
}

impl Heard {
    /// What another heard, as far as it comes through: round, what it is, and whose. Blocks always come.
    pub(super) fn merge(&mut self, other: &Self, hears: impl Fn([usize; 3]) -> bool) {
        let proposals = other.proposals.iter();
        self.proposals
            .extend(proposals.filter(|(round, _)| hears([**round, PROPOSAL, 0])));
        for (hash, block) in &other.blocks {
            self.blocks.entry(*hash).or_insert_with(|| block.clone());
        }
        let votes = other.votes.iter().filter(|vote| {
            let kind = usize::from(vote.kind == Kind::Precommit);
            hears([vote.round, kind, vote.by])
        });
        self.votes.extend(votes);
    }

    /// Sites of which there are two votes where one may be.
    pub(super) fn twice(&self) -> Vec<usize> {
        let pairs = self.votes.iter().zip(self.votes.iter().skip(1));
        let twice = pairs.filter(|(one, two)| {
            (one.round, one.kind, one.by) == (two.round, two.kind, two.by) && one.block != two.block
        });
        twice.map(|(one, _)| one.by).collect()
    }
}

/// One site at one height.
pub(super) struct Round {
    pub(super) heard: Heard,
    pub(super) number: usize,
    /// What the application said.
    pub(super) verdicts: BTreeMap<Sha256, bool>,
    me: usize,
    powers: Powers,
    rule: Rule,
    step: Step,
    locked: Option<(usize, Sha256)>,
    valid: Option<(usize, Sha256)>,
    /// Until when it waits in this step.
    due: Option<u64>,
}

impl Round {
    pub(super) fn new(me: usize, height: usize, powers: Powers, rule: Rule) -> Self {
        Self {
            heard: Heard {
                height,
                ..Heard::default()
            },
            number: 0,
            verdicts: BTreeMap::new(),
            me,
            powers,
            rule,
            step: Step::Propose,
            locked: None,
            valid: None,
            due: None,
        }
    }

    pub(super) const fn powers(&self) -> &Powers {
        &self.powers
    }

    pub(super) const fn rule(&self) -> Rule {
        self.rule
    }

    /// What it proposes again, if there is such a block.
    pub(super) const fn valid(&self) -> Option<(usize, Sha256)> {
        self.valid
    }

    /// The engine's log keeps what a site itself said, locked and was proposed; the votes of others come again.
    pub(super) fn forget(&mut self) {
        let me = self.me;
        self.heard.votes.retain(|vote| vote.by == me);
        self.due = None;
    }

    /// The first of its rules that applies.
    pub(super) fn wants(&self, now: u64) -> Option<Want> {
        if let Some((round, hash)) = self.decided() {
            return Some(Want::Decide(round, hash));
        }
        if self.powers[self.me] == 0 {
            return None;
        }
        if let Some(round) = self.ahead() {
            return Some(Want::Enter(round));
        }
        match self.step {
            Step::Propose => self.in_propose(now),
            Step::Prevote => self.in_prevote(now),
            Step::Precommit => self.in_precommit(now),
        }
    }

    fn in_propose(&self, now: u64) -> Option<Want> {
        let nothing = Want::Vote(Kind::Prevote, None);
        let Some((hash, before)) = self.proposal() else {
            let is_mine = proposer(self.heard.height, self.number, &self.powers) == self.me;
            // Whoever waits in its own turn says nothing.
            if is_mine && self.due.is_none() {
                return Some(Want::Propose);
            }
            return self.waits(now, nothing);
        };
        let is_free = match before {
            None => self.locked.is_none_or(|(_, locked)| locked == hash),
            // Whoever locked another block gives it up for one that had a quorum later.
            Some(before) if before < self.number && self.is_polka(before, Some(hash)) => self
                .locked
                .is_none_or(|(round, locked)| round <= before || locked == hash),
            Some(_) => return self.waits(now, nothing),
        };
        let Some(is_good) = self.verdicts.get(&hash) else {
            return Some(Want::Judge(hash));
        };
        let voted = Some(hash).filter(|_| is_free && *is_good);
        Some(Want::Vote(Kind::Prevote, voted))
    }

    fn in_prevote(&self, now: u64) -> Option<Want> {
        if let Some(hash) = self.polka() {
            return self.judged(hash, Want::Vote(Kind::Precommit, Some(hash)));
        }
        let nothing = Want::Vote(Kind::Precommit, None);
        if self.is_polka(self.number, None) {
            return Some(nothing);
        }
        self.waits_for_others(Kind::Prevote, now, nothing)
    }

    fn in_precommit(&self, now: u64) -> Option<Want> {
        let polka = self
            .polka()
            .filter(|hash| self.valid != Some((self.number, *hash)));
        let keep = polka.and_then(|hash| self.judged(hash, Want::Keep(hash)));
        keep.or_else(|| self.waits_for_others(Kind::Precommit, now, Want::Enter(self.number + 1)))
    }

    /// The same where the application takes the block; what it says is asked first.
    fn judged(&self, hash: Sha256, want: Want) -> Option<Want> {
        match self.verdicts.get(&hash) {
            None => Some(Want::Judge(hash)),
            Some(is_good) => Some(want).filter(|_| *is_good),
        }
    }

    /// Once a quorum has voted, whatever for.
    fn waits_for_others(&self, kind: Kind, now: u64, then: Want) -> Option<Want> {
        let has_voted = self.is_quorum(self.power(self.number, kind, |_| true));
        self.waits(now, then).filter(|_| has_voted)
    }

    fn waits(&self, now: u64, then: Want) -> Option<Want> {
        match self.due {
            None => Some(Want::Wait),
            Some(due) => Some(then).filter(|_| now >= due),
        }
    }

    fn proposal(&self) -> Option<Proposal> {
        self.heard.proposals.get(&self.number).copied()
    }

    fn decided(&self) -> Option<(usize, Sha256)> {
        let precommits = self.heard.votes.iter();
        let precommits = precommits.filter(|vote| vote.kind == Kind::Precommit);
        let mut blocks = precommits.filter_map(|vote| Some((vote.round, vote.block?)));
        blocks.find(|(round, hash)| {
            let power = self.power(*round, Kind::Precommit, |block| block == Some(*hash));
            self.heard.blocks.contains_key(hash) && self.is_quorum(power)
        })
    }

    /// A later round in which somebody honest is: more than a third of the power speaks in it.
    fn ahead(&self) -> Option<usize> {
        let later = self.heard.votes.iter().rev().map(|vote| vote.round);
        let mut later = later.take_while(|round| *round > self.number);
        later.find(|round| {
            let votes = self.heard.votes.iter();
            let voices = votes.filter(|vote| vote.round == *round);
            self.sum(voices.map(|vote| vote.by)) * 3 > self.total()
        })
    }

    /// The block of this round, if it has a quorum of prevotes.
    fn polka(&self) -> Option<Sha256> {
        let (hash, _) = self.proposal()?;
        Some(hash).filter(|hash| self.is_polka(self.number, Some(*hash)))
    }

    fn is_polka(&self, round: usize, block: Option<Sha256>) -> bool {
        self.is_quorum(self.power(round, Kind::Prevote, |voted| voted == block))
    }

    fn power(&self, round: usize, kind: Kind, is_for: impl Fn(Option<Sha256>) -> bool) -> u64 {
        let votes = self.heard.votes.iter();
        let votes = votes.filter(|vote| (vote.round, vote.kind) == (round, kind));
        let votes = votes.filter(|vote| is_for(vote.block));
        self.sum(votes.map(|vote| vote.by))
    }

    /// The power of those who voted, each once.
    fn sum(&self, voters: impl Iterator<Item = usize>) -> u64 {
        let voters: BTreeSet<usize> = voters.collect();
        voters.iter().map(|site| self.powers[*site]).sum()
    }

    fn total(&self) -> u64 {
        self.powers.iter().sum()
    }

    fn is_quorum(&self, power: u64) -> bool {
        match self.rule {
            Rule::Tendermint => power * 3 > self.total() * 2,
            Rule::ThirdIsEnough => power * 3 > self.total(),
        }
    }

    /// Whether these votes decide their block, for who did not hear them one by one.
    pub(super) fn is_commit(&self, decided: &Decided) -> bool {
        let hash = decided.block.hash();
        let votes = decided.commit.iter();
        let votes = votes.filter(|vote| vote.block == Some(hash));
        self.is_quorum(self.sum(votes.map(|vote| vote.by)))
    }

    /// The decided block with the votes for it.
    pub(super) fn commit(&self, round: usize, hash: &Sha256) -> Decided {
        let votes = self.heard.votes.iter().filter(|vote| {
            (vote.round, vote.kind) == (round, Kind::Precommit) && vote.block == Some(*hash)
        });
        Decided {
            block: self.heard.blocks[hash].clone(),
            round,
            commit: votes.copied().collect(),
        }
    }

    pub(super) fn propose(&mut self, block: Block, before: Option<usize>) {
        let hash = block.hash();
        self.heard.proposals.insert(self.number, (hash, before));
        self.heard.blocks.insert(hash, block);
    }

    pub(super) fn enter(&mut self, round: usize) {
        self.number = round;
        self.step = Step::Propose;
        self.due = None;
    }

    pub(super) fn vote(&mut self, kind: Kind, block: Option<Sha256>, time: Time) {
        self.step = match kind {
            Kind::Prevote => Step::Prevote,
            Kind::Precommit => Step::Precommit,
        };
        self.due = None;
        if let (Kind::Precommit, Some(hash)) = (kind, block) {
            self.locked = Some((self.number, hash));
            self.keep(hash);
        }
        self.says(kind, block, time);
    }

    /// A vote that no rule asked for, too: a liar's.
    pub(super) fn says(&mut self, kind: Kind, block: Option<Sha256>, time: Time) {
        self.heard.votes.insert(Vote {
            round: self.number,
            kind,
            by: self.me,
            block,
            time,
        });
    }

    pub(super) const fn keep(&mut self, hash: Sha256) {
        self.valid = Some((self.number, hash));
    }

    /// Later rounds wait longer, so that in one of them everybody hears everybody in time.
    pub(super) fn wait(&mut self, now: u64) {
        self.due = u64::try_from(self.number)
            .ok()
            .map(|round| now + WAIT + 2 * round);
    }
}

/// What is neither kind of vote.
const PROPOSAL: usize = 2;

/// Steps that a site waits in round 0.
const WAIT: u64 = 4;
