//! Blocks, votes and powers as sites tell each other of them, and the time that a header has.
//! It decides nothing.

use bytes::Bytes;
use ktr_core::{id::Sha256, time::Time};
use ktr_wire::digest::sha256;
use tendermint_proto::google::protobuf::Timestamp;

use super::evidence::Evidence;

/// Sites of every schedule.
pub(super) const SITES: usize = 4;

/// The power of each site in a set of validators; 0 of one that is not in it.
pub(super) type Powers = [u64; SITES];

/// What is proposed and decided.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) height: usize,
    /// Its first proposer; others may propose it again.
    pub(super) proposer: usize,
    pub(super) time: Time,
    pub(super) txs: Vec<Bytes>,
    pub(super) evidence: Vec<Evidence>,
    /// Whether a liar put into it what no application takes: no rule looks at it, but every verdict must say so.
    pub(super) is_spoiled: bool,
}

impl Block {
    pub(super) fn hash(&self) -> Sha256 {
        sha256(&[format!("{self:?}").as_bytes()])
    }

    /// Its time as an application is told.
    pub(super) fn timestamp(&self) -> Timestamp {
        timestamp(self.time)
    }
}

pub(super) fn timestamp(time: Time) -> Timestamp {
    Timestamp {
        seconds: time.0.try_into().unwrap(),
        nanos: 0,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    Prevote,
    Precommit,
}

/// A vote of one site at one height.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Vote {
    pub(super) round: usize,
    pub(super) kind: Kind,
    pub(super) by: usize,
    /// `None` is a vote for no block.
    pub(super) block: Option<Sha256>,
    /// By the voter's clock.
    pub(super) time: Time,
}

/// A block and who decided it.
#[derive(Clone)]
pub(super) struct Decided {
    pub(super) block: Block,
    pub(super) round: usize,
    pub(super) commit: Vec<Vote>,
}

/// Who proposes: validators take turns. The engine's turns go by power, on which no rule here rests.
pub(super) fn proposer(height: usize, round: usize, powers: &Powers) -> usize {
    let validators: Vec<usize> = (0..SITES).filter(|site| powers[*site] > 0).collect();
    validators[(height + round) % validators.len()]
}

/// The time of the header after a commit: the median of its votes by their power (`CometBFT`, `types/time`, `WeightedMedian`).
pub(super) fn median(commit: &[Vote], powers: &Powers) -> Time {
    let times = commit.iter().map(|vote| (vote.time, powers[vote.by]));
    let mut times: Vec<(Time, u64)> = times.collect();
    times.sort_unstable();
    let mut left = times.iter().map(|(_, power)| power).sum::<u64>() / 2;
    let found = times.iter().find(|(_, power)| {
        let is_here = left <= *power;
        left = left.saturating_sub(*power);
        is_here
    });
    found.unwrap().0
}
